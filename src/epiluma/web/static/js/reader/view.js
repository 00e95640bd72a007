// A picture as a way to walk over its pixels: turning, mirroring and cutting change the walk and copy nothing.

/**
 * @typedef {object} View
 * @property {Uint8ClampedArray | Uint8Array} data where each pixel begins with its red, green and blue
 * @property {number} offset of the top left pixel
 * @property {number} across from a pixel to the one right of it
 * @property {number} down from a pixel to the one below it
 * @property {number} width
 * @property {number} height
 */

/** @returns {View} of a whole picture; a pixel of RGBA has four bytes, one of RGB three */
export function viewOf({ data, width, height, pixelBytes = 4 }) {
  return { data, offset: 0, across: pixelBytes, down: pixelBytes * width, width, height };
}

/** Left to right. */
export function mirror(view) {
  return { ...view, offset: view.offset + (view.width - 1) * view.across, across: -view.across };
}

/** Top to bottom. */
export function upend(view) {
  return { ...view, offset: view.offset + (view.height - 1) * view.down, down: -view.down };
}

/** Rows become columns. */
export function transpose(view) {
  return { ...view, across: view.down, down: view.across, width: view.height, height: view.width };
}

/** A quarter turn clockwise, `quarters` times. */
export function turn(view, quarters) {
  const turns = [(it) => it, (it) => mirror(transpose(it)), (it) => mirror(upend(it)), (it) => upend(transpose(it))];
  return turns[quarters % 4](view);
}

/** Cut out a part that lies inside. */
export function cut(view, [x, y, width, height]) {
  return { ...view, offset: view.offset + y * view.down + x * view.across, width, height };
}
