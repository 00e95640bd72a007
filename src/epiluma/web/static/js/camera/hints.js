// Looks at the live picture four times a second and says, in words and shapes, what the hand should do.
import { SIZE_PX, judge, measure } from "./quality.js";
import { steady } from "./steady.js";

const EVERY_MS = 250;
const FRAMES_TO_SHOW = 2; // half a second
const FRAMES_TO_SAY = 5; // over a second: a voice must not run after the hand

export function hints(root, video, status) {
  const rows = [...root.querySelectorAll("[data-hint]")];
  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = [SIZE_PX, SIZE_PX];
  const context = canvas.getContext("2d", { willReadFrequently: true });
  context.imageSmoothingQuality = "high";
  let timer = null;
  let shown = {};
  let said = null;

  function look() {
    const side = Math.min(video.videoWidth, video.videoHeight);
    if (side === 0 || video.readyState < video.HAVE_CURRENT_DATA) return;
    const [x, y] = [(video.videoWidth - side) / 2, (video.videoHeight - side) / 2];
    context.drawImage(video, x, y, side, side, 0, 0, SIZE_PX, SIZE_PX);
    const words = judge(measure(context.getImageData(0, 0, SIZE_PX, SIZE_PX).data));
    for (const row of rows) row.dataset.now = shown[row.dataset.hint](words[row.dataset.hint]) ?? "";
    const wrong = rows.find((row) => words[row.dataset.hint] !== "good");
    say(said(wrong ? `${wrong.dataset.hint} ${words[wrong.dataset.hint]}` : "good"));
  }

  function say(word) {
    if (!word || word === root.dataset.said) return;
    root.dataset.said = word;
    const [hint, is] = word.split(" ");
    const sentence = root.querySelector(`[data-hint="${hint}"] [data-is="${is}"]`);
    status.textContent = sentence?.textContent.trim() ?? root.dataset.textGood;
  }

  return {
    start() {
      shown = Object.fromEntries(rows.map((row) => [row.dataset.hint, steady(FRAMES_TO_SHOW)]));
      said = steady(FRAMES_TO_SAY);
      root.dataset.said = "";
      for (const row of rows) row.dataset.now = "";
      timer = setInterval(look, EVERY_MS);
    },
    stop() {
      clearInterval(timer);
    },
  };
}
