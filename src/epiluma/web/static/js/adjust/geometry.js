// Where a pixel of the upright picture lands when it is cut, turned clockwise and flipped left to right, in this order,
// and back. Whole numbers only, as in the record. A "frame" is the cut as a person sees it, on the turned picture.

/** A smaller picture is refused by every reader: each side must have so many pixels. */
export const SMALLEST_SIDE_PX = 64;

/** Nothing cut, nothing turned. */
export function whole({ width, height }) {
  return { crop: [0, 0, width, height], rotate: 0, flip: false };
}

export function isWhole({ crop, rotate, flip }, size) {
  return rotate === 0 && !flip && isUncut(crop, size);
}

export function isUncut([x, y, width, height], size) {
  return x === 0 && y === 0 && width === size.width && height === size.height;
}

/** The picture's size after cutting and turning. */
export function outputSize({ crop: [, , width, height], rotate }) {
  return rotate % 180 === 0 ? { width, height } : { width: height, height: width };
}

/**
 * The affine map from the upright picture to what comes out: X = a x + c y + e, Y = b x + d y + f, y downwards.
 * @returns {[number, number, number, number, number, number]} a, b, c, d, e, f as DOMMatrix and canvas take them
 */
export function affine(geometry) {
  const { crop: [x, y, width, height], rotate, flip } = geometry;
  let [a, b, c, d, e, f] = {
    0: [1, 0, 0, 1, 0, 0],
    90: [0, 1, -1, 0, height, 0],
    180: [-1, 0, 0, -1, width, height],
    270: [0, -1, 1, 0, 0, width],
  }[rotate];
  if (flip) [a, c, e] = [-a, -c, outputSize(geometry).width - e];
  return [a, b, c, d, e - a * x - c * y, f - b * x - d * y].map((value) => value + 0); // no -0 in a style
}

export function toOutput({ x, y }, geometry) {
  const [a, b, c, d, e, f] = affine(geometry);
  return { x: a * x + c * y + e, y: b * x + d * y + f };
}

export function toPicture({ x, y }, geometry) {
  const [a, b, c, d, e, f] = affine(geometry); // turns and flips only, so the inverse is the transpose
  return { x: a * (x - e) + b * (y - f), y: c * (x - e) + d * (y - f) };
}

/** The cut as a frame on the whole picture, turned. */
export function frameOf(geometry, size) {
  const [x, y, width, height] = geometry.crop;
  const shown = { ...geometry, crop: whole(size).crop };
  return between(toOutput({ x, y }, shown), toOutput({ x: x + width, y: y + height }, shown));
}

/** The same geometry with its cut taken from a frame on the turned picture. */
export function withFrame(geometry, { left, top, right, bottom }, size) {
  const shown = { ...geometry, crop: whole(size).crop };
  const cut = between(toPicture({ x: left, y: top }, shown), toPicture({ x: right, y: bottom }, shown));
  return { ...geometry, crop: [cut.left, cut.top, cut.right - cut.left, cut.bottom - cut.top] };
}

/** Turn what is shown by 90 degrees, clockwise or (-1) against it; a flipped picture turns the other way underneath. */
export function turned(geometry, clockwise = 1) {
  const step = geometry.flip ? -clockwise : clockwise;
  return { ...geometry, rotate: (geometry.rotate + 90 * step + 360) % 360 };
}

export function mirrored(geometry) {
  return { ...geometry, flip: !geometry.flip };
}

/**
 * Drag one handle of a frame: "n", "se" … move edges, "move" moves all of it. Stays inside and never gets too small.
 * @param {{width: number, height: number}} size of the turned picture
 */
export function dragged(frame, handle, { dx, dy }, size) {
  const { left, top, right, bottom } = frame;
  if (handle === "move") {
    const x = clamp(left + Math.round(dx), 0, size.width - (right - left));
    const y = clamp(top + Math.round(dy), 0, size.height - (bottom - top));
    return { left: x, top: y, right: x + right - left, bottom: y + bottom - top };
  }
  const least = { x: Math.min(SMALLEST_SIDE_PX, size.width), y: Math.min(SMALLEST_SIDE_PX, size.height) };
  return {
    left: handle.includes("w") ? clamp(left + Math.round(dx), 0, right - least.x) : left,
    top: handle.includes("n") ? clamp(top + Math.round(dy), 0, bottom - least.y) : top,
    right: handle.includes("e") ? clamp(right + Math.round(dx), left + least.x, size.width) : right,
    bottom: handle.includes("s") ? clamp(bottom + Math.round(dy), top + least.y, size.height) : bottom,
  };
}

/** The nearest cut that lies inside the picture and is large enough; typed numbers may be anything. */
export function fitted([x, y, width, height], size) {
  const wide = clamp(Math.round(width), Math.min(SMALLEST_SIDE_PX, size.width), size.width);
  const high = clamp(Math.round(height), Math.min(SMALLEST_SIDE_PX, size.height), size.height);
  return [clamp(Math.round(x), 0, size.width - wide), clamp(Math.round(y), 0, size.height - high), wide, high];
}

/** What the form sends: nothing where nothing was changed. */
export function toField(geometry, size) {
  if (isWhole(geometry, size)) return "";
  return JSON.stringify({ crop: geometry.crop, rotate: geometry.rotate, flip: geometry.flip });
}

export function clamp(value, least, most) {
  return Math.min(Math.max(value, least), most);
}

function between(one, other) {
  return {
    left: Math.min(one.x, other.x),
    top: Math.min(one.y, other.y),
    right: Math.max(one.x, other.x),
    bottom: Math.max(one.y, other.y),
  };
}
