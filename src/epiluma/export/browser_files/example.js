// The whole of what a page needs: a file in, a record out.
import { classify, support } from "./epiluma.js";

const state = document.querySelector("#state");
const shown = document.querySelector("#record");
const words = document.querySelector("#words").content;
const word = (key) => words.querySelector(`[data-word=${key}]`).textContent;
const { available, reason } = support();

if (!available) state.textContent = `${word("unable")} ${reason}`;
const picture = document.querySelector("#picture");
picture.disabled = !available;
picture.addEventListener("change", async () => {
  const [file] = picture.files;
  if (!file) return;
  shown.textContent = "";
  state.textContent = word("loading");
  const progress = (share) => {
    if (share === 1) state.textContent = word("reading");
  };
  try {
    const record = await classify(file, { modality: "dermoscopic", progress });
    shown.textContent = JSON.stringify(record, null, 2);
    state.textContent = word("done");
  } catch (error) {
    state.textContent = `${word("failed")} ${error.code ?? error.message}`;
  }
});
