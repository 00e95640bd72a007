// The page for several pictures: what comes in becomes a row, and each row gets the answer of its own bytes.
import { keep } from "../result/keep.js";
import { put } from "../result/view.js";
import { openWords } from "../result/words.js";
import { bar } from "./bar.js";
import { batch } from "./batch.js";
import { collect } from "./collect.js";
import { detail } from "./detail.js";
import { intake } from "./intake.js";
import { mostSuspiciousFirst } from "./order.js";
import { rowsOf } from "./row.js";
import { saving } from "./saving.js";
import { source } from "./source.js";
import { thumbnail } from "./thumbnail.js";

/** @param {Element} root of the page */
export async function several(root) {
  const texts = root.dataset;
  const find = (selector) => root.querySelector(selector);
  const [table, list, runButton, sortButton] = ["[data-rows]", "[data-list]", "[data-run]", "[data-sort]"].map(find);
  const above = bar(root);
  const unasked = runButton.textContent;
  const words = await openWords(texts.words).catch(() => above.tell(texts.textOffline));
  if (!words) return;
  const rows = rowsOf(root, words);
  const elements = new Map();
  let pointed = false;
  const reader = source(root, { begin: (pictures, at) => begin(pictures, at), tell: above.preparing });
  const pile = batch({ read: reader.read, changed, progress: above.progress, finished });
  const files = saving(root, { batch: pile, words });
  const view = detail(root, {
    words,
    pictures: pile.pictures,
    chooseOwn: pile.chooseOwn,
    read: (picture, wish) => reader.start([picture], wish),
    closed: (picture) => elements.get(picture)?.querySelector("[data-open]").focus(),
  });

  function changed(picture) {
    rows.show(elements.get(picture), picture);
    view.refresh(picture);
    settle();
  }

  // Everything that follows from the state of the list.
  function settle() {
    const pictures = pile.pictures();
    const left = pile.toRead().length;
    const readable = pictures.filter(({ state }) => state === "waiting").length;
    list.hidden = pictures.length === 0;
    root.toggleAttribute("data-filled", pictures.length > 0);
    runButton.disabled = left === 0 || pile.running();
    runButton.textContent = left ? put(readable ? texts.textRead : texts.textReadAgain, { count: left }) : unasked;
    sortButton.disabled = isSorted(pictures);
    above.count(pictures);
    files.settle();
  }

  function begin(wanted, at) {
    const pictures = wanted.filter((picture) => elements.has(picture)); // some were taken out while the model came
    if (pictures.length === 0) return;
    pointed = false;
    above.say(put(texts.textStarting, { count: pictures.length }));
    pile.start(pictures, at);
    if (document.activeElement === runButton) find("[data-cancel]").focus(); // the button is about to be disabled
    settle();
    if (list.getBoundingClientRect().top > innerHeight * 0.6) list.scrollIntoView();
  }

  function finished() {
    if (pile.pictures().length === 0) return above.rest(); // the last one was taken out
    if (document.activeElement === find("[data-cancel]")) list.focus();
    above.rest();
    settle();
    if (isSorted(pile.pictures())) above.say(texts.textFinished, texts.textSorted);
    else if (isTouched()) above.say(texts.textFinished, texts.textUnsorted);
    else sort(texts.textFinished);
  }

  // Nothing jumps away under somebody's pointer or focus, or behind an open picture. A pointer that the list has only
  // been scrolled under is not somebody's yet.
  const isTouched = () => pointed || table.matches(":focus-within") || view.isOpen();
  const isSorted = (pictures) => mostSuspiciousFirst(pictures).every((picture, place) => picture === pictures[place]);

  function sort(...sentences) {
    pile.reorder(mostSuspiciousFirst(pile.pictures()));
    table.append(...pile.pictures().map((picture) => elements.get(picture)));
    settle();
    above.say(...sentences, texts.textSorted);
  }

  function remove(picture) {
    const row = elements.get(picture);
    const neighbour = row.nextElementSibling ?? row.previousElementSibling;
    pile.remove(picture);
    elements.delete(picture);
    row.remove();
    settle();
    above.say(put(texts.textRemoved, { file: picture.name }));
    (neighbour?.querySelector("[data-remove]") ?? find("[data-chooses]")).focus();
  }

  const incoming = collect(root, {
    pictures: pile.pictures,
    bar: above,
    add(picture) {
      const row = rows.make(picture);
      elements.set(picture, row);
      pile.add(picture);
      table.append(row);
      thumbnail(picture.file, row.querySelector("[data-thumbnail]"));
      settle();
    },
  });

  intake(root, incoming.take);
  keep(root);
  runButton.addEventListener("click", () => reader.start(pile.toRead()));
  find("[data-cancel]").addEventListener("click", () => {
    pile.cancel();
    above.rest();
    settle();
    above.say(put(texts.textStopped, { count: pile.toRead().length }));
    runButton.focus();
  });
  sortButton.addEventListener("click", () => sort());
  find("[data-clear]").addEventListener("click", () => {
    incoming.stop();
    pile.cancel();
    above.rest();
    for (const picture of [...pile.pictures()]) remove(picture);
    above.tell("");
    above.say(texts.textCleared);
  });
  find("[data-several-form]").addEventListener("change", ({ target }) => {
    if (target.name === "modality") pile.chooseModality(target.value);
  });
  pile.chooseModality(find("[name=modality]:checked").value);
  table.addEventListener("pointermove", ({ movementX, movementY }) => {
    pointed ||= Boolean(movementX || movementY);
  });
  table.addEventListener("pointerleave", () => {
    pointed = false;
  });
  table.addEventListener("click", ({ target }) => {
    const picture = [...elements].find(([, row]) => row.contains(target))?.[0];
    if (target.closest("[data-remove]")) remove(picture);
    else if (target.closest("[data-retry]")) reader.start([picture]);
    else if (target.closest("[data-to-server]")) reader.start([picture], "server");
    else if (target.closest("[data-open], [data-thumbnail]")) view.open(picture);
  });
  settle();
  root.dataset.ready = "";
}
