// Reads a picture on this device: no byte of it leaves the page.
import { renderResult } from "./result/render.js";
import { openWords } from "./result/words.js";

/**
 * @param {HTMLFormElement} form says how the picture was taken, what was cut and turned, and where the words are
 * @param {File} file
 * @param {{ reader: object, signal: AbortSignal, opened: () => void }} about `opened` is called when the model is there
 * @returns {Promise<Element>} the result, or what the page says of a picture that cannot be read
 * @throws {Unread} with the offer to make instead
 */
export async function readHere(form, file, { reader, signal, opened }) {
  const loaded = await orAbort(Promise.all([reader.load(), openWords(form.dataset.words)]), signal).catch((error) => {
    if (signal.aborted) throw error;
    throw new Unread(error.code === "reader.pixels" ? "pixels" : "not-loaded");
  });
  const [open, words] = loaded;
  opened();
  const { modality, geometry } = form.elements;
  try {
    const { record, maps } = await open.read(file, {
      name: file.name,
      modality: modality.value,
      geometry: geometry.value ? JSON.parse(geometry.value) : undefined,
      maps: true,
      signal,
    });
    return renderResult(record, { words, maps, place: "device" });
  } catch (error) {
    if (signal.aborted) throw error;
    throw toOffer(error, words);
  }
}

/** A picture that was not read: what the page says of it, or else the offer it makes instead. */
export class Unread extends Error {
  constructor(offer, text = "") {
    super(offer);
    this.offer = offer;
    this.text = text;
  }
}

function toOffer({ code = "" }, { problems, unreadable }) {
  if (code === "image.needs-server") return new Unread("needs-server");
  if (code in problems) return new Unread("problem", problems[code]);
  return code.startsWith("image.") ? new Unread("problem", unreadable) : new Unread("not-read");
}

function orAbort(promise, signal) {
  const aborted = new Promise((_, reject) => {
    signal.addEventListener("abort", () => reject(signal.reason), { once: true });
  });
  return Promise.race([promise, aborted]);
}
