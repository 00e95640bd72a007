// The bytes of a photograph to the pixels the network sees, the same as on the server.
import { must, ReadingError } from "./errors.js";
import { applyGeometry } from "./geometry.js";
import { readHeader } from "./header.js";
import { readOrientation, upright } from "./orientation.js";
import { meanPool, poolingFactor } from "./pooling.js";
import { viewOf } from "./view.js";

const BAND_PIXELS = 2 ** 22; // what is copied out at a time, so that a large picture is not held three times

/**
 * Orientation is applied, colours become sRGB, alpha is laid over white, then geometry, then mean-pooling.
 * @param {Uint8Array} bytes of the original file
 * @param {{ geometry: object | null, shortSidePx: number }} options
 * @returns {Promise<{ data: Uint8Array, height: number, width: number }>} RGB, three bytes a pixel
 * @throws {ReadingError} as `readHeader` and `applyGeometry`
 */
export async function decode(bytes, { geometry, shortSidePx }) {
  const header = readHeader(bytes, geometry && geometry.crop.slice(2));
  const bitmap = await bitmapOf(header);
  try {
    const stored = { data: pixelsOf(bitmap), width: bitmap.width, height: bitmap.height };
    const [width, height] = geometry?.crop.slice(2) ?? [stored.width, stored.height];
    const factor = poolingFactor(height, width, shortSidePx);
    const scale = geometry ? 1 : Math.min(factor, header.scaledBy); // blocks lie as the server's decoder lays them
    const whole = upright(viewOf(scale > 1 ? meanPool(viewOf(stored), scale) : stored), readOrientation(header.exif));
    return meanPool(geometry ? applyGeometry(whole, geometry) : whole, factor / scale);
  } finally {
    bitmap.close();
  }
}

async function bitmapOf({ cleaned, width, height }) {
  try {
    const bitmap = await createImageBitmap(cleaned, { premultiplyAlpha: "none", colorSpaceConversion: "default" });
    must(bitmap.width === width && bitmap.height === height, "image.needs-server");
    return bitmap;
  } catch (error) {
    throw error instanceof ReadingError ? error : new ReadingError("image.truncated");
  }
}

function pixelsOf(bitmap) {
  const { width, height } = bitmap;
  const rows = Math.min(height, Math.ceil(BAND_PIXELS / width));
  const canvas = drawingOf(width, rows);
  const data = new Uint8ClampedArray(4 * width * height);
  for (let top = 0; top < height; top += rows) {
    const lines = Math.min(rows, height - top);
    canvas.fillRect(0, 0, width, rows); // white, for what is transparent
    canvas.drawImage(bitmap, 0, -top);
    data.set(canvas.getImageData(0, 0, width, lines).data, 4 * width * top);
  }
  return data;
}

function drawingOf(width, height) {
  const options = { alpha: false, colorSpace: "srgb", willReadFrequently: true };
  const canvas = new OffscreenCanvas(width, height).getContext("2d", options);
  must(canvas, "image.needs-server");
  canvas.fillStyle = "white";
  canvas.imageSmoothingEnabled = false;
  return canvas;
}

/** Whether a canvas gives back what was drawn: some browsers alter its pixels so that nobody is recognised by them. */
export function canvasIsTrue() {
  const side = 16;
  const drawn = new ImageData(side, side);
  for (let index = 0; index < drawn.data.length; index += 1) drawn.data[index] = index % 4 === 3 ? 255 : (index * 37) % 251;
  const canvas = drawingOf(side, side);
  canvas.putImageData(drawn, 0, 0);
  return canvas.getImageData(0, 0, side, side).data.every((value, index) => value === drawn.data[index]);
}
