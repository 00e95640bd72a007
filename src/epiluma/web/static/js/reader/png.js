// The header of a PNG, and the file with only those chunks that our server follows (PNG, third edition, section 11).
// Left out are eXIf, because browsers differ in turning by it; gAMA, cHRM, sRGB and cICP, which some follow and some do
// not; and the frames of an animation but the first.
const KEPT = new Set(["IHDR", "PLTE", "tRNS", "iCCP", "IDAT", "IEND"]);
const SIGNATURE_BYTES = 8;

/**
 * @param {Uint8Array} bytes
 * @param {DataView} view
 * @returns {import("./header.js").Header | null} null where it does not begin as a PNG does
 */
export function readPng(bytes, view) {
  if (nameAt(view, SIGNATURE_BYTES) !== "IHDR") return null;
  const kept = [bytes.subarray(0, SIGNATURE_BYTES)];
  let exif = null;
  for (let at = SIGNATURE_BYTES; at + 12 <= bytes.length; ) {
    const [name, length] = [nameAt(view, at), view.getUint32(at)];
    if (name === "eXIf") exif = bytes.subarray(at + 8, at + 8 + length);
    if (KEPT.has(name)) kept.push(bytes.subarray(at, at + 12 + length));
    if (name === "IEND") break;
    at += 12 + length;
  }
  return {
    width: view.getUint32(16),
    height: view.getUint32(20),
    exif,
    scaledBy: 1,
    plain: view.getUint8(24) !== 16, // browsers round 16 bits, the server takes the high byte
    cleaned: new Blob(kept, { type: "image/png" }),
  };
}

function nameAt(view, at) {
  return String.fromCharCode(...[4, 5, 6, 7].map((index) => view.getUint8(at + index)));
}
