// The keyboard on the picture: arrows move the handle that has the focus, or the view; + - 0 magnify.
const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
const PAN_SHARE = 0.1;

/** @param {object} does move(handle, x, y, fine) · pan({dx, dy}) · zoom("in" | "out" | "fit") · undo() · redo() */
export function keys(figure, panel, does) {
  figure.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const arrow = ARROWS[event.key];
    const handle = event.target.closest("[data-handle]")?.dataset.handle;
    const zoom = { "+": "in", "=": "in", "-": "out", 0: "fit" }[event.key];
    if (arrow && handle) does.move(handle, ...arrow, event.shiftKey);
    else if (arrow) does.pan({ dx: -arrow[0] * PAN_SHARE, dy: -arrow[1] * PAN_SHARE });
    else if (zoom) does.zoom(zoom);
    else return;
    event.preventDefault();
  });

  for (const place of [figure, panel]) {
    place.addEventListener("keydown", (event) => {
      const typing = event.target.matches("input[type=number]"); // has an undo of its own
      if (!(event.ctrlKey || event.metaKey) || typing) return;
      const key = event.key.toLowerCase();
      if (key === "z" && !event.shiftKey) does.undo();
      else if (key === "y" || key === "z") does.redo();
      else return;
      event.preventDefault();
    });
  }
}
