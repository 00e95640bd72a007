// What a reader can take away from a result, since nothing is kept: one printed page, or its sentences as text.

/** Start the buttons of every result that is, or will be, inside an element. */
export function keep(root) {
  root.addEventListener("click", async ({ target }) => {
    if (target.closest("[data-print]")) print();
    const button = target.closest("[data-copy]");
    if (button) await copy(button);
  });
  const folded = () => root.querySelectorAll("[data-open-for-print]:not([open])");
  let opened = [];
  addEventListener("beforeprint", () => {
    opened = [...folded()];
    for (const part of opened) part.open = true;
  });
  addEventListener("afterprint", () => {
    for (const part of opened) part.open = false;
  });
}

async function copy(button) {
  const result = button.closest("[data-copied]");
  const status = result.querySelector("[data-copy-status]");
  try {
    await navigator.clipboard.writeText(result.dataset.copied);
    status.textContent = button.dataset.textDone;
  } catch {
    status.textContent = button.dataset.textFailed;
  }
}
