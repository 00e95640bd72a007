// Where the network looked, as a transparent picture: web/heatmap.py and imaging/enlarging.py once more.

/**
 * Colour one activation map.
 * @param {ArrayLike<number>} values height × width numbers in [0, 1], row by row
 * @param {{ height: number, width: number }} size of the map
 * @param {{ side_px: number, ramp: number[][] }} look side of the result, and RGBA from 0 to 1
 * @returns {Uint8ClampedArray} side × side × 4
 */
export function colourMap(values, { height, width }, { side_px: side, ramp }) {
  const rows = places(height, side);
  const columns = places(width, side);
  const coloured = new Uint8ClampedArray(side * side * 4); // stores rounded and within 0 to 255
  const at = (y, x) => Math.min(1, Math.max(0, values[y * width + x]));
  for (const [y, { low: top, high: bottom, share: down }] of rows.entries()) {
    for (const [x, { low: left, high: right, share: across }] of columns.entries()) {
      const above = between(at(top, left), at(top, right), across);
      const below = between(at(bottom, left), at(bottom, right), across);
      coloured.set(colour(between(above, below, down), ramp), (y * side + x) * 4);
    }
  }
  return coloured;
}

/**
 * The map of one class as an address that holds the picture itself.
 * @param {{ data: Float32Array, height: number, width: number }} maps of all classes, one after the other
 * @param {number} index of the class in the taxonomy
 * @param {{ side_px: number, ramp: number[][] }} look
 * @returns {string}
 */
export function heatUrl({ data, height, width }, index, look) {
  const size = height * width;
  const pixels = colourMap(data.subarray(index * size, (index + 1) * size), { height, width }, look);
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = look.side_px;
  canvas.getContext("2d").putImageData(new ImageData(pixels, look.side_px), 0, 0);
  return canvas.toDataURL("image/png");
}

// Half-pixel centres: for each pixel of the result the two cells it lies between, and how far along.
function places(cells, side) {
  return Array.from({ length: side }, (_, index) => {
    const place = Math.min(cells - 1, Math.max(0, ((index + 0.5) * cells) / side - 0.5));
    const low = Math.floor(place);
    return { low, high: Math.min(low + 1, cells - 1), share: place - low };
  });
}

function colour(value, ramp) {
  const place = value * (ramp.length - 1);
  const low = Math.min(Math.floor(place), ramp.length - 2);
  return ramp[low].map((channel, index) => between(channel, ramp[low + 1][index], place - low));
}

function between(one, other, share) {
  return one + (other - one) * share;
}
