// What a small frame of the live picture tells about light, focus and place. Advice for the hand, not a judgement: what
// can be read is decided when it is read. Pure arithmetic on the central square, SIZE_PX wide, RGBA.

/** The size the network sees, so that light and focus mean here what they mean when the photo is read. */
export const SIZE_PX = 224;

/** Stricter than what is refused when it is read, under 0.12 and over 0.94 (mean luma, 0 to 1): a lamp is near. */
export const DARK_BELOW = 0.2;
export const BRIGHT_ABOVE = 0.9;

/**
 * Refused when it is read under 0.09. Of 250 pictures of HAM10000 one in a hundred lies under 0.14; of the same, blurred
 * with a radius of 2 % of their side, nine in ten do.
 */
export const BLURRED_BELOW = 0.14;

/** A spot must be so much darker or redder than the skin around it (shares of full scale), or there is none to place. */
export const SPOT_DEPTH = 0.06;

/** Refused when it is read under 2 % of the square. Of the same 250 pictures one in twenty lies under 3 %. */
export const FAR_BELOW = 0.03;

/** With more of the square filled, little is left of the skin around it to compare with; one in a hundred of the 250. */
export const NEAR_ABOVE = 0.5;

/** How far the middle of a spot may lie from the middle, in halves of the side; nine in ten of the 250 lie nearer. */
export const OFF_CENTRE_ABOVE = 0.45;

const BLOCK = SIZE_PX / 56; // detail is looked for in 56 blocks a side, as when it is read
const SIDE = SIZE_PX / BLOCK;
const LEAST_CONTRAST = 0.02; // below it focus would divide noise by nothing
const RIM = 0.82; // what lies further out, in halves of the side, is taken for the skin around the spot

/** @returns {{brightness: number, sharpness: number, spot: null | {area: number, offset: number}}} */
export function measure(rgba) {
  const { luma, redness, contrast, brightness } = blocksOf(rgba);
  return { brightness, sharpness: detail(luma) / Math.max(contrast, LEAST_CONTRAST), spot: spotOf(luma, redness) };
}

/** One word for each of the three: "good", or what is wrong. */
export function judge({ brightness, sharpness, spot }) {
  return {
    light: brightness < DARK_BELOW ? "dark" : brightness > BRIGHT_ABOVE ? "bright" : "good",
    focus: sharpness < BLURRED_BELOW ? "blurred" : "good",
    place: placeOf(spot),
  };
}

function placeOf(spot) {
  if (!spot) return "none";
  if (spot.area < FAR_BELOW) return "far";
  if (spot.area > NEAR_ABOVE) return "near";
  return spot.offset > OFF_CENTRE_ABOVE ? "aside" : "good";
}

// Means over blocks, and the spread of single pixels.
function blocksOf(rgba) {
  const luma = new Float32Array(SIDE * SIDE);
  const redness = new Float32Array(SIDE * SIDE);
  let sum = 0;
  let squares = 0;
  for (let y = 0; y < SIZE_PX; y += 1) {
    for (let x = 0; x < SIZE_PX; x += 1) {
      const at = 4 * (y * SIZE_PX + x);
      const [red, green, blue] = [rgba[at] / 255, rgba[at + 1] / 255, rgba[at + 2] / 255];
      const light = 0.299 * red + 0.587 * green + 0.114 * blue; // ITU-R BT.601
      const block = Math.floor(y / BLOCK) * SIDE + Math.floor(x / BLOCK);
      luma[block] += light / BLOCK ** 2;
      redness[block] += (red - (green + blue) / 2) / BLOCK ** 2;
      sum += light;
      squares += light * light;
    }
  }
  const brightness = sum / SIZE_PX ** 2;
  return { luma, redness, brightness, contrast: Math.sqrt(Math.max(squares / SIZE_PX ** 2 - brightness ** 2, 0)) };
}

function detail(luma) {
  let sum = 0;
  for (let y = 1; y < SIDE - 1; y += 1) {
    for (let x = 1; x < SIDE - 1; x += 1) {
      const at = y * SIDE + x;
      sum += Math.abs(4 * luma[at] - luma[at - 1] - luma[at + 1] - luma[at - SIDE] - luma[at + SIDE]);
    }
  }
  return sum / (SIDE - 2) ** 2;
}

// The largest connected place inside the circle that is darker or redder than the rim of the circle.
function spotOf(luma, redness) {
  const radius = (at) => Math.hypot((at % SIDE) - SIDE / 2 + 0.5, Math.floor(at / SIDE) - SIDE / 2 + 0.5) / (SIDE / 2);
  const inside = [...luma.keys()].filter((at) => radius(at) < 0.98);
  const rim = inside.filter((at) => radius(at) > RIM);
  const skin = { light: median(rim.map((at) => luma[at])), red: median(rim.map((at) => redness[at])) };
  const depth = (at) => skin.light - luma[at] + Math.max(redness[at] - skin.red, 0) / 2;
  const deepest = inside.map(depth).sort((one, other) => other - one)[Math.floor(inside.length / 100)];
  if (deepest < SPOT_DEPTH) return null;
  const members = largest(new Set(inside.filter((at) => depth(at) > deepest / 2)));
  const x = members.reduce((sum, at) => sum + (at % SIDE), 0) / members.length - SIDE / 2 + 0.5;
  const y = members.reduce((sum, at) => sum + Math.floor(at / SIDE), 0) / members.length - SIDE / 2 + 0.5;
  return { area: members.length / SIDE ** 2, offset: Math.hypot(x, y) / (SIDE / 2) };
}

function largest(left) {
  let best = [];
  for (const seed of left) {
    const members = [seed];
    left.delete(seed);
    for (const at of members) {
      for (const next of [at - 1, at + 1, at - SIDE, at + SIDE]) if (left.delete(next)) members.push(next);
    }
    if (members.length > best.length) best = members;
  }
  return best;
}

function median(values) {
  return [...values].sort((one, other) => one - other)[Math.floor(values.length / 2)];
}
