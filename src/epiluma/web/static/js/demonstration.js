// The tool showing itself: it does what a reader would do, one step at a time, and stops at the first touch.
import { settled } from "./settled.js";

const PATIENCE_MS = 60_000; // for a drawing or an answer that does not come
const TOUCHES = ["pointerdown", "keydown", "wheel", "touchstart"];

/**
 * Run the demonstration whenever its button is pressed.
 * @param {HTMLElement} root holds the button; its captions lie in a <template>, each with the step that it belongs to.
 */
export function demonstration(root) {
  const bar = root.querySelector("[data-demonstration-bar]");
  const line = bar.querySelector("[data-demonstration-line]");
  const count = bar.querySelector("[data-demonstration-count]");
  const captions = [...root.querySelector("[data-demonstration-captions]").content.children];
  const start = root.querySelector("[data-demonstration-start]");

  start.addEventListener("click", async () => {
    if (!bar.hidden) return; // pressed by a tool that sends neither pointer nor key: it runs already
    const stop = new AbortController();
    const { signal } = stop;
    // Only what a person does stops it: the clicks of the demonstration itself are not trusted events.
    const touched = (event) => event.isTrusted && stop.abort();
    for (const name of TOUCHES) addEventListener(name, touched, { capture: true, passive: true, signal });
    bar.hidden = false;
    try {
      for (const [index, caption] of captions.entries()) {
        const shown = document.querySelector(caption.dataset.shows);
        line.textContent = caption.textContent;
        count.textContent = `${index + 1}/${captions.length}`;
        point(shown);
        await STEPS[caption.dataset.step]?.(signal);
        await pause(dwell(root, caption), signal);
      }
    } catch (error) {
      if (!["AbortError", "TimeoutError"].includes(error.name)) throw error;
    } finally {
      stop.abort();
      point(null);
      bar.hidden = true;
      document.querySelector("[data-status]").textContent = root.dataset.textStopped;
    }
  });
}

const STEPS = {
  sample: (signal) => choose("uneven", patient(signal)),
  read: (signal) => read(patient(signal)),
  heat: (signal) => moveHeat(signal),
  blurred: async (signal) => {
    await choose("blurred", patient(signal));
    await read(patient(signal));
    point(document.querySelector("[data-answer]"));
  },
};

function patient(signal) {
  return AbortSignal.any([signal, AbortSignal.timeout(PATIENCE_MS)]);
}

async function choose(key, signal) {
  const image = document.querySelector("[data-picture-image]");
  const chosen = settled(image, "load", signal);
  document.querySelector(`[data-sample$="/${key}.jpg"]`).click();
  await chosen;
}

async function read(signal) {
  const place = document.querySelector("[data-result]");
  const answered = new Promise((resolve, reject) => {
    const watch = new MutationObserver(() => {
      if (place.querySelector("[data-answer]")) done(resolve);
    });
    const done = (settle, value) => {
      watch.disconnect();
      settle(value);
    };
    watch.observe(place, { childList: true, subtree: true });
    signal.addEventListener("abort", () => done(reject, signal.reason), { once: true });
  });
  document.querySelector("[data-submit]").click();
  await answered;
}

async function moveHeat(signal) {
  const slider = document.querySelector("[data-heat-slider]");
  for (let value = 0; value <= 70; value += 5) {
    slider.value = value;
    slider.dispatchEvent(new Event("input", { bubbles: true })); // not `change`: what is shown here is not remembered
    await pause(60, signal);
  }
}

function point(element) {
  for (const before of document.querySelectorAll("[data-demonstrated]")) delete before.dataset.demonstrated;
  if (!element) return;
  element.dataset.demonstrated = "";
  element.scrollIntoView({ block: "center", behavior: matchMedia("(prefers-reduced-motion: reduce)").matches ? "auto" : "smooth" });
}

// As long as it takes to read the caption aloud, and never less than the root says.
function dwell(root, caption) {
  const least = Number(root.dataset.dwellMs);
  return Math.max(least, (caption.textContent.length * least) / 60);
}

function pause(milliseconds, signal) {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(resolve, milliseconds);
    signal.addEventListener("abort", () => {
      clearTimeout(timer);
      reject(signal.reason);
    }, { once: true });
  });
}
