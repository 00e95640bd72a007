// Mean-pooling by a power of two: how a large picture is made small before the network sees it, the same everywhere.

/** Return the largest power of two, 1 or more, that leaves the short side at least `shortSidePx` whole blocks. */
export function poolingFactor(height, width, shortSidePx) {
  let factor = 1;
  while (Math.min(height, width) >= 2 * factor * shortSidePx) factor *= 2;
  return factor;
}

/**
 * Replace each block of `factor` × `factor` pixels by its mean; the last column and row of blocks may hold fewer.
 * For a block of n pixels with the sum s this is floor((s + floor(n / 2)) · floor(2²⁴ / n) / 2²⁴), which doubles hold
 * exactly.
 * @param {import("./view.js").View} view
 * @returns {{ data: Uint8Array, height: number, width: number, pixelBytes: 3 }} RGB
 */
export function meanPool(view, factor) {
  const [height, width] = [Math.ceil(view.height / factor), Math.ceil(view.width / factor)];
  const data = new Uint8Array(3 * height * width);
  const sums = new Uint32Array(3 * width);
  for (let row = 0; row < height; row += 1) {
    const rows = Math.min(factor, view.height - row * factor);
    sums.fill(0);
    for (let line = row * factor; line < row * factor + rows; line += 1) addLine(view, line, factor, sums);
    divide(sums, data.subarray(3 * row * width, 3 * (row + 1) * width), view.width, factor, rows);
  }
  return { data, height, width, pixelBytes: 3 };
}

function addLine({ data, offset, across, down, width }, line, factor, sums) {
  let from = offset + line * down;
  for (let start = 0, to = 0; start < width; start += factor, to += 3) {
    const end = Math.min(start + factor, width);
    let [red, green, blue] = [0, 0, 0];
    for (let x = start; x < end; x += 1, from += across) {
      red += data[from];
      green += data[from + 1];
      blue += data[from + 2];
    }
    sums[to] += red;
    sums[to + 1] += green;
    sums[to + 2] += blue;
  }
}

function divide(sums, into, width, factor, rows) {
  const whole = reciprocal(rows * factor);
  const last = reciprocal(rows * (width % factor || factor));
  for (let index = 0; index < sums.length; index += 1) {
    const { half, times } = index < sums.length - 3 ? whole : last;
    into[index] = Math.floor(((sums[index] + half) * times) / 2 ** 24);
  }
}

function reciprocal(pixels) {
  return { half: Math.floor(pixels / 2), times: Math.floor(2 ** 24 / pixels) };
}
