// What a file's header says before a pixel is decoded, and the file without what browsers read in their own way.
import { must } from "./errors.js";
import { LIMITS } from "./facts.js";
import { readJpeg } from "./jpeg.js";
import { readPng } from "./png.js";
import { readWebp } from "./webp.js";

/**
 * @typedef {object} Header
 * @property {number} width of the picture as it lies in the file
 * @property {number} height
 * @property {Uint8Array | null} exif
 * @property {number} scaledBy by how much the server's decoder makes it smaller at most, before turning it upright
 * @property {boolean} plain whether every browser decodes it to the pixels that our server sees
 * @property {Blob} cleaned the file without its orientation and whatever else only some readers follow
 */

/**
 * @param {Uint8Array} bytes the whole file; its name and declared type are never believed
 * @param {number[] | null} sides width and height of what is read of it, where not all of it is
 * @returns {Header}
 * @throws {ReadingError} `image.empty`, `image.too-large`, `image.unsupported`, `image.truncated`, `image.too-small`,
 *   `image.needs-server`
 */
export function readHeader(bytes, sides) {
  must(bytes.length > 0, "image.empty");
  must(bytes.length <= LIMITS.maxBytes, "image.too-large");
  const read = readerOf(bytes);
  must(read, "image.unsupported");
  const header = parsed(read, bytes);
  must(header.width * header.height <= LIMITS.maxPixels, "image.too-large");
  must(Math.min(...(sides ?? [header.width, header.height])) >= LIMITS.minShortSidePx, "image.too-small");
  must(header.plain, "image.needs-server");
  return header;
}

// A header that ends too early is one that a damaged file has.
function parsed(read, bytes) {
  try {
    const header = read(bytes, new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength));
    must(header && header.width > 0 && header.height > 0, "image.truncated");
    return header;
  } catch (error) {
    must(!(error instanceof RangeError), "image.truncated");
    throw error;
  }
}

function readerOf(bytes) {
  if (lies(bytes, 0, [0xff, 0xd8, 0xff])) return readJpeg;
  if (lies(bytes, 0, [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])) return readPng;
  const riff = lies(bytes, 0, [0x52, 0x49, 0x46, 0x46]) && lies(bytes, 8, [0x57, 0x45, 0x42, 0x50]);
  return riff ? readWebp : null;
}

function lies(bytes, at, values) {
  return values.every((value, index) => bytes[at + index] === value);
}
