// The ways pictures come in: chosen, in a folder, photographed, dropped or pasted.
import { itemsOfField, itemsOfTransfer } from "./files.js";

/**
 * @param {Element} root of the page
 * @param {(items: import("./files.js").Item[]) => void} take
 */
export function intake(root, take) {
  const tray = root.querySelector("[data-tray]");

  for (const field of root.querySelectorAll("[data-files]")) {
    const takeChosen = () => {
      take(itemsOfField(field.files));
      field.value = ""; // so that the same files can be chosen again
    };
    field.addEventListener("change", takeChosen);
    if (field.files.length) queueMicrotask(takeChosen); // chosen while this script was still on its way, or restored by the browser
  }
  for (const button of root.querySelectorAll("[data-chooses]")) {
    button.addEventListener("click", () => root.querySelector(`#${button.dataset.chooses}`).click());
  }
  document.addEventListener("paste", async (event) => {
    if (event.clipboardData?.files.length) take(await itemsOfTransfer(event.clipboardData));
  });
  dropping(tray, async (transfer) => take(await itemsOfTransfer(transfer)));
}

// The whole page takes what is dropped, or a browser would leave the page to show it.
function dropping(tray, dropped) {
  let depth = 0;
  const on = (type, act) =>
    document.addEventListener(type, (event) => {
      if (event.dataTransfer?.types.includes("Files")) act(event);
    });
  on("dragenter", () => {
    depth += 1;
    tray.dataset.dragging = "";
  });
  on("dragleave", () => {
    depth -= 1;
    if (depth === 0) delete tray.dataset.dragging;
  });
  on("dragover", (event) => event.preventDefault());
  on("drop", (event) => {
    event.preventDefault();
    depth = 0;
    delete tray.dataset.dragging;
    dropped(event.dataTransfer);
  });
}
