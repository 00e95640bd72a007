// One row of the list: web/picture_rows.py and components/picture_rows.html once more, with the same markup and words.
import { fill } from "../result/fill.js";
import { percent, put } from "../result/view.js";
import { mayPass, needsServer, problemText } from "./problem.js";

const CHANGING = [".cell-tier", ".cell-chance", ".cell-top"];

/**
 * @param {Element} root of the page, which holds the templates and the texts
 * @param {object} words of the page's language
 */
export function rowsOf(root, words) {
  const template = root.querySelector("[data-row-template]").content.firstElementChild;
  const states = root.querySelector("[data-states]").content;
  const shapes = document.querySelector("template[data-shapes]").content;
  const texts = root.dataset;

  function filled(picture) {
    const row = template.cloneNode(true);
    const view = viewOf(picture, words, texts);
    fill(row, view);
    const about = { file: picture.name };
    row.querySelector("[data-retry]")?.setAttribute("aria-label", put(texts.textRetry, about));
    row.querySelector("[data-to-server]")?.setAttribute("aria-label", put(texts.textToServer, about));
    const chip = row.querySelector("[data-chip]");
    if (view.shape) {
      chip.querySelector("svg").replaceWith(shapes.querySelector(`[data-shape="${view.shape}"]`).cloneNode(true));
    } else {
      chip.replaceWith(states.querySelector(`[data-chip="${picture.state}"]`).cloneNode(true));
    }
    return row;
  }

  function show(row, picture) {
    const fresh = filled(picture);
    const focused = row.contains(document.activeElement);
    for (const cell of CHANGING) row.querySelector(cell).replaceWith(fresh.querySelector(cell));
    if (focused && !row.contains(document.activeElement)) row.querySelector("[data-open]").focus(); // its button is gone
    row.dataset.state = picture.state;
    row.dataset.tier = picture.record?.tier ?? "";
    row.dataset.sha256 = picture.sha256;
    row.toggleAttribute("data-refused", Boolean(picture.record?.abstained));
    row.toggleAttribute("aria-busy", picture.state === "reading");
    say(row.querySelector("[data-own]"), picture.own && put(texts.textOwn, { answer: words.modalities[picture.own] }));
    return row;
  }

  return {
    show,
    make(picture) {
      const row = filled(picture);
      row.querySelector("[data-remove]").setAttribute("aria-label", put(texts.textRemove, { file: picture.name }));
      say(row.querySelector("[data-duplicate]"), picture.same && put(texts.textSame, { file: picture.same }));
      return show(row, picture);
    },
  };
}

function viewOf({ name, state, record, problem }, words, texts) {
  if (state === "failed") {
    const notes = [{ why: problemText(problem, words, texts), advice: "" }];
    return { file: name, notes, retry: mayPass(problem), to_server: needsServer(problem) };
  }
  if (state !== "done") return { file: name };
  const names = Object.fromEntries(words.diagnoses.map((diagnosis) => [diagnosis.code, diagnosis.name]));
  return {
    file: name,
    word: words.tiers[record.tier].word,
    shape: words.tiers[record.tier].shape,
    malignant_percent: record.tier === "not_assessed" ? "" : percent(record.malignant_probability),
    top: record.top3.map(({ code, probability }) => ({ name: names[code], percent: percent(probability) })),
    notes: record.reasons.map((code) => words.reasons[code] ?? words.other_reason),
  };
}

function say(element, text) {
  element.textContent = text || "";
  element.hidden = !text;
}
