// The header of a JPEG: its frame, its EXIF block, and the file without that block (ITU-T T.81, annex B).
const [APP1, SOS, EOI] = [0xe1, 0xda, 0xd9];
const FRAMES = new Set([0xc0, 0xc1, 0xc2]); // baseline, extended and progressive, Huffman coded: what browsers decode
const OTHER_FRAMES = new Set([0xc3, 0xc5, 0xc6, 0xc7, 0xc9, 0xca, 0xcb, 0xcd, 0xce, 0xcf]);
const LARGEST_SCALE = 8; // by which its decoder can make a picture smaller while decoding it
const EXIF = [0x45, 0x78, 0x69, 0x66, 0, 0]; // "Exif", twice zero

/**
 * @param {Uint8Array} bytes
 * @param {DataView} view
 * @returns {import("./header.js").Header | null} null where there is no picture in it
 */
export function readJpeg(bytes, view) {
  const kept = [bytes.subarray(0, 2)];
  const exif = [];
  let frame = null;
  for (let at = 2; ; ) {
    const marker = view.getUint8(at + 1);
    if (view.getUint8(at) !== 0xff || marker === 0xff || marker === 0) {
      at += 1; // padding, or bytes that belong nowhere: decoders skip them
      continue;
    }
    if (marker === EOI) return null;
    if (marker === SOS) return headerOf(frame, exif, [...kept, bytes.subarray(at)]);
    const end = at + 2 + (alone(marker) ? 0 : view.getUint16(at + 2));
    const segment = bytes.subarray(at, end);
    if (marker === APP1 && EXIF.every((value, index) => segment[4 + index] === value)) exif.push(segment.subarray(10));
    else kept.push(segment);
    if (FRAMES.has(marker) || OTHER_FRAMES.has(marker)) frame ??= frameOf(view, at, FRAMES.has(marker));
    at = end;
  }
}

function alone(marker) {
  return marker === 0x01 || (marker >= 0xd0 && marker <= 0xd8);
}

function frameOf(view, at, common) {
  const channels = view.getUint8(at + 9);
  return { bits: view.getUint8(at + 4), height: view.getUint16(at + 5), width: view.getUint16(at + 7), channels, common };
}

function headerOf(frame, exif, parts) {
  if (!frame || frame.bits !== 8 || ![1, 3, 4].includes(frame.channels)) return null;
  return {
    width: frame.width,
    height: frame.height,
    exif: exif.length > 0 ? joined(exif) : null,
    scaledBy: LARGEST_SCALE,
    plain: frame.common && frame.channels !== 4, // how CMYK becomes RGB every program decides for itself
    cleaned: new Blob(parts, { type: "image/jpeg" }),
  };
}

function joined(parts) {
  const whole = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  parts.reduce((at, part) => (whole.set(part, at), at + part.length), 0);
  return whole;
}
