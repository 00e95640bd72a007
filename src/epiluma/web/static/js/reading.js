// The tool on the first page: the picture in the well, and what happens when "Read this picture" is pressed.
import { answer } from "./answer.js";
import { device, isMetered } from "./device.js";
import { copyOf, problemOf } from "./file.js";
import { heat } from "./heat.js";
import { readHere } from "./here.js";
import { send } from "./send.js";
import { well } from "./well.js";
import { where } from "./where.js";

export function reading(form) {
  const texts = form.dataset;
  const place = answer(document);
  const layer = heat(form);
  const picture = well(form, {
    check: (file) => problemOf(file, texts),
    refused(text) {
      running?.abort(); // else the answer about the picture before would take the place of what is said of this one
      layer.hide();
      place.showProblem(text);
    },
    chosen: picked,
    opened: () => place.clearProblem(),
  });
  const reader = device(texts.model, ({ state, share }) => {
    choice.tell(state, share);
    follow?.(share);
  });
  const choice = where(form.querySelector("[data-where]"), { support: reader.support(), chosen: makeReady });
  const words = form.querySelector("[data-submit-text]");
  const first = words.textContent;
  const asked = () => [form.elements.modality.value, form.elements.geometry.value];
  let running = null;
  let readAs = []; // what was asked about the picture when its reading began
  let follow = null; // who is waiting for the model, and shows how far it is
  let consent = !isMetered();

  // The model is loaded when the page has nothing else to do, and at the latest when a picture is there.
  function makeReady(at) {
    if (at !== "device" || reader.about().state === "ready") return;
    if (!consent) choice.tell("metered");
    else whenIdle(reader.load);
  }

  function picked(file) {
    running?.abort();
    layer.hide();
    place.reset();
    words.textContent = first;
    place.say(`${texts.textChosen} ${file.name}`);
    choice.place().then((at) => {
      if (at === "device" && consent) reader.load();
    });
  }

  form.addEventListener("change", ({ target }) => {
    if (!["modality", "geometry"].includes(target.name) || !place.hasResult()) return;
    words.textContent = texts.textAgain;
    if (target.name === "geometry") layer.hide(); // it lies on what was read before
  });

  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const way = (await choice.place()) === "device" ? here : there;
    if (running?.way !== way) read(way); // a second press is not a second reading, unless it is to be done elsewhere
  });

  place.onWish((wish) => {
    consent ||= wish === "here";
    read(wish === "here" ? here : there);
  });

  async function read(way) {
    const file = picture.file();
    const wrong = problemOf(file, texts);
    if (wrong) {
      place.showProblem(wrong);
      return;
    }
    running?.abort();
    follow = null;
    const mine = (running = Object.assign(new AbortController(), { way }));
    layer.hide();
    try {
      const held = await copyOf(file, texts);
      mine.signal.throwIfAborted();
      const shown = await way(held, mine.signal);
      if (mine.signal.aborted) return;
      place.show(shown);
      const [modality, geometry] = asked();
      if (geometry === readAs[1]) layer.show(place.heatUrl());
      words.textContent = modality === readAs[0] && geometry === readAs[1] ? first : texts.textAgain;
    } catch (error) {
      if (!mine.signal.aborted) tell(error);
    } finally {
      if (running === mine) running = null;
    }
  }

  function tell({ offer, text }) {
    if (offer === "not-read") reader.drop();
    if (offer === "problem") place.showProblem(text);
    else if (offer) place.showOffer(offer);
    else place.showProblem(texts.textOffline);
  }

  async function here(file, signal) {
    const { state, share } = reader.about();
    const ready = state === "ready";
    if (!ready && !consent) return place.offer("metered");
    place.wait(ready ? texts.textReading : texts.textLoading, { instead: !ready });
    if (!ready) {
      follow = (now) => place.progress(now, texts.textLoading);
      follow(share);
    }
    return readHere(form, file, { reader, signal, opened });
  }

  function opened() {
    readAs = asked();
    follow = null;
    place.progress(1, texts.textReading);
  }

  async function there(file, signal) {
    readAs = asked();
    place.wait(texts.textSending);
    const progress = (share) => place.progress(share, share < 1 ? texts.textSending : texts.textReading);
    const shown = await send(form, file, { signal, progress });
    return renewed(form, shown) ? send(form, file, { signal, progress }) : shown;
  }
}

function whenIdle(run) {
  if (document.readyState !== "complete") addEventListener("load", () => whenIdle(run), { once: true });
  else if ("requestIdleCallback" in window) requestIdleCallback(run, { timeout: 3000 });
  else setTimeout(run, 500);
}

// A session that was lost (cookies cleared, a tab restored) comes back with a new token: the picture is still here.
function renewed(form, shown) {
  const token = shown.dataset.csrfToken;
  if (token) form.elements.csrf_token.value = token;
  return Boolean(token);
}
