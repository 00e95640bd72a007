// Crop, then rotate clockwise, then flip left to right: whole pixels of the upright full-size picture.
import { must } from "./errors.js";
import { cut, mirror, turn } from "./view.js";

const INVALID = "geometry.invalid";
const LARGEST_SIDE_PX = 2 ** 31 - 1; // what a PNG's header can say

/**
 * Return the geometry with nothing left out.
 * @param {{ crop: number[], rotate?: number, flip?: boolean }} value
 * @throws {ReadingError} `geometry.invalid`: unknown keys, wrong types or impossible numbers
 */
export function readGeometry(value) {
  must(typeof value === "object" && value !== null && !Array.isArray(value), INVALID);
  const { crop, rotate = 0, flip = false, ...unknown } = value;
  must(Object.keys(unknown).length === 0 && Array.isArray(crop) && crop.length === 4, INVALID);
  must(crop.every((number) => Number.isInteger(number) && number >= 0 && number <= LARGEST_SIDE_PX), INVALID);
  must(crop[2] >= 1 && crop[3] >= 1 && [0, 90, 180, 270].includes(rotate) && typeof flip === "boolean", INVALID);
  return { crop: [...crop], rotate, flip };
}

/**
 * @param {import("./view.js").View} view the upright picture
 * @throws {ReadingError} `geometry.invalid`: the crop reaches outside it
 */
export function applyGeometry(view, { crop, rotate, flip }) {
  const [x, y, width, height] = crop;
  must(x + width <= view.width && y + height <= view.height, INVALID);
  const turned = turn(cut(view, crop), rotate / 90);
  return flip ? mirror(turned) : turned;
}
