// Fingers, pen and mouse on the picture: one drags a handle or pushes the picture, two magnify, the wheel too.
const WHEEL_STEP = 0.0015; // of a magnification per pixel that the wheel says it turned: a notch of 100 is 16 %

/**
 * @param {HTMLElement} area listens, clips what is outside
 * @param {HTMLElement} figure the box of the whole picture
 * @param {object} does editing() · drag(handle, {dx, dy}) and pan({dx, dy}), in shares of the box · drop() · cancel() ·
 *   zoom(factor, place) answers whether anything changed · pushes(handle) whether a drag there pushes the picture
 */
export function hands(area, figure, does) {
  const down = new Map();
  let held = null;
  let from = null;

  const share = (event) => {
    const box = figure.getBoundingClientRect();
    return { x: (event.clientX - box.left) / box.width, y: (event.clientY - box.top) / box.height };
  };

  function letGo() {
    if (held) does.drop();
    held = null;
    from = null;
  }

  area.addEventListener("pointerdown", (event) => {
    if (!does.editing() || event.button !== 0) return;
    down.set(event.pointerId, share(event));
    figure.setPointerCapture(event.pointerId);
    if (down.size > 1) {
      if (held) does.cancel();
      held = null;
      return;
    }
    const handle = event.target.closest("[data-handle]")?.dataset.handle ?? null;
    held = handle && !does.pushes(handle) ? handle : null;
    from = share(event);
  });

  area.addEventListener("pointermove", (event) => {
    const before = down.get(event.pointerId);
    if (!before) return;
    const now = share(event);
    const others = [...down].filter(([id]) => id !== event.pointerId).map(([, place]) => place);
    down.set(event.pointerId, now);
    if (others.length > 0) pinch(before, now, others[0]);
    else if (held) does.drag(held, { dx: now.x - from.x, dy: now.y - from.y });
    else does.pan({ dx: now.x - before.x, dy: now.y - before.y });
  });

  function pinch(before, now, other) {
    const factor = distance(now, other) / Math.max(distance(before, other), 0.001);
    does.zoom(factor, { x: (now.x + other.x) / 2, y: (now.y + other.y) / 2 });
    does.pan({ dx: (now.x - before.x) / 2, dy: (now.y - before.y) / 2 });
  }

  for (const end of ["pointerup", "pointercancel"]) {
    area.addEventListener(end, (event) => {
      if (down.delete(event.pointerId) && down.size === 0) letGo();
    });
  }

  // A browser would take the picture itself for the thing to drag, and end ours.
  area.addEventListener("dragstart", (event) => {
    if (does.editing()) event.preventDefault();
  });

  // At its whole size the picture lets a wheel that turns back scroll the page.
  area.addEventListener(
    "wheel",
    (event) => {
      if (does.editing() && does.zoom(Math.exp(-event.deltaY * WHEEL_STEP), share(event))) event.preventDefault();
    },
    { passive: false },
  );
}

function distance(one, other) {
  return Math.hypot(one.x - other.x, one.y - other.y);
}
