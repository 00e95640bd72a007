// A record as the page shows it, made here: the same markup and the same words as the server's, for the same record.
import { fill } from "./fill.js";
import { heatUrl } from "./heat.js";
import { viewOf } from "./view.js";

/**
 * @param {object} record epiluma.prediction/1
 * @param {object} about
 * @param {object} about.words from words.js
 * @param {{ data: Float32Array, height: number, width: number } | null} [about.maps] where the network looked
 * @param {object} [about.figures] what the model's own test says; those of the words where left out
 * @param {"device" | "server"} [about.place] where the picture was read
 * @param {Date} [about.today]
 * @returns {Element} to be put into the page
 */
export function renderResult(record, { words, maps = null, figures, place, today }) {
  const view = viewOf(record, words, { figures, place, today });
  const element = document.querySelector("template[data-result-template]").content.firstElementChild.cloneNode(true);
  fill(element, view);
  element.querySelector("[data-tier]").dataset.tier = view.tier;
  const shapes = document.querySelector("template[data-shapes]").content;
  const shape = shapes.querySelector(`[data-shape="${view.shape}"]`).cloneNode(true);
  element.querySelector("[data-shape]").replaceWith(shape);
  element.toggleAttribute("data-doubtful", Boolean(view.doubtful));
  element.dataset.announce = view.announcement;
  element.dataset.copied = view.copied;
  if (maps && !record.abstained) {
    const index = words.diagnoses.findIndex(({ code }) => code === record.top3[0].code);
    element.dataset.heatUrl = heatUrl(maps, index, words.heat);
  }
  return element;
}
