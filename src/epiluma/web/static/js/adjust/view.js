// Zoom and pan, for the eye only. A view is a magnification and the point in the middle, in shares of the picture:
// {zoom: 1, x: 0.5, y: 0.5} shows all of it. A "place" is a point in the box on the screen, in shares of the box.
import { clamp } from "./geometry.js";

export const LARGEST_ZOOM = 16;
export const WHOLE_VIEW = Object.freeze({ zoom: 1, x: 0.5, y: 0.5 });

/** Where a point of the picture is seen. */
export function seen({ x, y }, view) {
  return { x: (x - view.x) * view.zoom + 0.5, y: (y - view.y) * view.zoom + 0.5 };
}

/** Which point of the picture is seen at a place. */
export function under({ x, y }, view) {
  return { x: (x - 0.5) / view.zoom + view.x, y: (y - 0.5) / view.zoom + view.y };
}

/** Magnify by a factor; what was seen at the place stays there, as far as the picture reaches. */
export function zoomed(view, factor, place = { x: 0.5, y: 0.5 }) {
  const zoom = clamp(view.zoom * factor, 1, LARGEST_ZOOM);
  const fixed = under(place, view);
  return inside({ zoom, x: fixed.x - (place.x - 0.5) / zoom, y: fixed.y - (place.y - 0.5) / zoom });
}

/** Push the picture by shares of the box. */
export function panned(view, { dx, dy }) {
  return inside({ ...view, x: view.x - dx / view.zoom, y: view.y - dy / view.zoom });
}

/** Push it just so far that a point of the picture comes into sight, away from the rim. */
export function bringing(view, point, rim = 0.06) {
  const place = seen(point, view);
  const dx = clamp(place.x, rim, 1 - rim) - place.x;
  const dy = clamp(place.y, rim, 1 - rim) - place.y;
  return panned(view, { dx, dy });
}

// No empty place beside the picture.
function inside({ zoom, x, y }) {
  const half = 0.5 / zoom;
  return { zoom, x: clamp(x, half, 1 - half), y: clamp(y, half, 1 - half) };
}
