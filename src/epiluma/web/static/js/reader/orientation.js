// The one EXIF tag that changes what a picture shows: which way up it was taken.
import { mirror, transpose, turn, upend } from "./view.js";

const ORIENTATION_TAG = 0x0112;
const SHORT = 3;
// What undoes each orientation (EXIF 2.32, section 4.6.4 A); 1 is upright already.
const UPRIGHT = {
  2: mirror,
  3: (view) => turn(view, 2),
  4: upend,
  5: transpose,
  6: (view) => turn(view, 1),
  7: (view) => mirror(upend(transpose(view))),
  8: (view) => turn(view, 3),
};

/** Return the picture the right way up. */
export function upright(view, orientation) {
  return UPRIGHT[orientation]?.(view) ?? view;
}

/**
 * Return the orientation, 1 to 8, of an EXIF block; 1 where there is none or the block is broken.
 * Only the first directory is read, and only this tag.
 * @param {Uint8Array | null} exif
 */
export function readOrientation(exif) {
  if (!exif) return 1;
  const block = startsWith(exif, "Exif\0\0") ? exif.subarray(6) : exif;
  const little = startsWith(block, "II");
  if (!little && !startsWith(block, "MM")) return 1;
  const view = new DataView(block.buffer, block.byteOffset, block.byteLength);
  try {
    const start = view.getUint32(4, little);
    const count = view.getUint16(start, little);
    for (let entry = start + 2; entry < start + 2 + 12 * count; entry += 12) {
      const [tag, kind] = [view.getUint16(entry, little), view.getUint16(entry + 2, little)];
      const value = view.getUint16(entry + 8, little);
      if (entry + 12 > view.byteLength) return 1;
      if (tag === ORIENTATION_TAG && kind === SHORT) return value >= 1 && value <= 8 ? value : 1;
    }
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
  }
  return 1;
}

function startsWith(bytes, text) {
  return [...text].every((letter, index) => bytes[index] === letter.charCodeAt(0));
}
