// One picture of the list, large, with its whole result; forwards and backwards through the list as it is shown.
import { renderResult } from "../result/render.js";
import { put } from "../result/view.js";
import { needsServer, problemText } from "./problem.js";

/**
 * @param {Element} root of the page
 * @param {object} given
 * @param {object} given.words of the page's language
 * @param {() => object[]} given.pictures in the order they are shown
 * @param {(picture: object, modality: string) => void} given.chooseOwn
 * @param {(picture: object, wish?: "server") => void} given.read
 * @param {(picture: object) => void} given.closed puts the focus back
 */
export function detail(root, { words, pictures, chooseOwn, read, closed }) {
  const dialog = root.querySelector("[data-detail]");
  const find = (name) => dialog.querySelector(`[data-detail-${name}]`);
  const [image, answer, own] = [find("image"), find("result"), find("own")];
  let shown = null;

  function open(picture) {
    shown = picture;
    if (!dialog.open) dialog.showModal();
    show();
    dialog.scrollTop = 0;
    find("name").parentElement.focus(); // the heading
  }

  function show() {
    URL.revokeObjectURL(image.src);
    image.hidden = false;
    find("no-image").hidden = true;
    image.src = URL.createObjectURL(shown.file);
    find("name").textContent = shown.name;
    own.value = shown.own;
    refresh(shown);
  }

  function refresh(picture) {
    if (!dialog.open) return;
    const all = pictures();
    const place = all.indexOf(shown);
    find("place").textContent = put(root.dataset.textPlace, { place: place + 1, all: all.length });
    find("previous").disabled = place <= 0;
    find("next").disabled = place >= all.length - 1;
    if (picture === shown) answer.replaceChildren(answerTo(picture));
  }

  function answerTo(picture) {
    if (picture.state === "done") {
      const result = renderResult(picture.record, { words, place: picture.at });
      for (const button of result.querySelectorAll("[data-opens]")) button.remove(); // of the page for one picture
      return result;
    }
    const part = root.querySelector(`template[data-detail-state="${picture.state}"]`).content.cloneNode(true);
    const line = part.querySelector("[data-problem-text]");
    if (line) {
      line.textContent = problemText(picture.problem, words, root.dataset);
      part.querySelector(needsServer(picture.problem) ? "[data-detail-read]" : "[data-detail-server]").remove();
    }
    return part;
  }

  function step(by) {
    const all = pictures();
    const next = all[all.indexOf(shown) + by];
    if (next) open(next);
  }

  image.addEventListener("error", () => {
    image.hidden = true;
    find("no-image").hidden = false;
  });
  find("previous").addEventListener("click", () => step(-1));
  find("next").addEventListener("click", () => step(1));
  find("close").addEventListener("click", () => dialog.close());
  own.addEventListener("change", () => chooseOwn(shown, own.value));
  answer.addEventListener("click", ({ target }) => {
    if (target.closest("[data-detail-read]")) read(shown);
    if (target.closest("[data-detail-server]")) read(shown, "server");
  });
  dialog.addEventListener("keydown", ({ key, target }) => {
    if (target === own) return;
    if (key === "ArrowLeft") step(-1);
    if (key === "ArrowRight") step(1);
  });
  dialog.addEventListener("close", () => closed(shown));

  return { open, refresh, isOpen: () => dialog.open };
}
