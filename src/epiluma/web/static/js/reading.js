// The tool on the first page: the picture in the well, and what happens when "Read this picture" is pressed.
import { answer } from "./answer.js";
import { heat } from "./heat.js";
import { send } from "./send.js";
import { well } from "./well.js";

export function reading(form) {
  const place = answer(document);
  const layer = heat(form);
  const picture = well(form, {
    check: (file) => problemOf(file, form.dataset),
    refused: (text) => place.showProblem(text),
    chosen: picked,
    opened: () => place.clearProblem(),
  });
  const words = form.querySelector("[data-submit-text]");
  const first = words.textContent;
  let running = null;

  function picked(file) {
    running?.abort();
    layer.hide();
    place.reset();
    words.textContent = first;
    place.say(`${form.dataset.textChosen} ${file.name}`);
  }

  form.addEventListener("change", (event) => {
    if (event.target.name === "modality" && place.hasResult()) words.textContent = form.dataset.textAgain;
  });

  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (running) return;
    const file = picture.file();
    const wrong = problemOf(file, form.dataset);
    if (wrong) {
      place.showProblem(wrong);
      return;
    }
    running = new AbortController();
    const { signal } = running;
    layer.hide();
    place.wait(form.dataset.textSending);
    try {
      let shown = await send(form, file, { signal, progress: (share) => progress(share) });
      if (renewed(form, shown)) shown = await send(form, file, { signal, progress: (share) => progress(share) });
      place.show(shown);
      layer.show(place.heatUrl());
      words.textContent = first;
    } catch (error) {
      if (error.name !== "AbortError") place.showProblem(form.dataset.textOffline);
    } finally {
      if (running?.signal === signal) running = null;
    }
  });

  function progress(share) {
    place.progress(share, share < 1 ? form.dataset.textSending : form.dataset.textReading);
  }
}

// A session that was lost (cookies cleared, a tab restored) comes back with a new token: the picture is still here.
function renewed(form, shown) {
  const token = shown.dataset.csrfToken;
  if (token) form.elements.csrf_token.value = token;
  return Boolean(token);
}

// What can be told before anything is sent. The server checks all of it again, by content.
function problemOf(file, texts) {
  if (!file) return texts.textMissing;
  if (file.size > Number(texts.maxBytes)) return texts.textTooLarge;
  if (file.type && !/^image\/(jpeg|png|webp)$/.test(file.type)) return texts.textUnsupported;
  return null;
}
