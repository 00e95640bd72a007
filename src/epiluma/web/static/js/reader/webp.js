// The header of a WebP, and the file with its EXIF chunk put out of sight (WebP container specification; RFC 6386 and
// RFC 9649 for the two kinds of bitstream).
const HIDDEN = new Uint8Array([0x78, 0x78, 0x78, 0x78]); // a chunk that no reader knows, "xxxx", is skipped

/**
 * @param {Uint8Array} bytes
 * @param {DataView} view
 * @returns {import("./header.js").Header | null} null where there is no picture in it
 */
export function readWebp(bytes, view) {
  let [size, exif, kept, from] = [null, null, [], 0];
  for (let at = 12; at + 8 <= bytes.length; ) {
    const [name, length] = [nameAt(view, at), view.getUint32(at + 4, true)];
    size ??= SIZES[name]?.(view, at + 8) ?? null;
    if (name === "EXIF") {
      exif = bytes.subarray(at + 8, at + 8 + length);
      kept.push(bytes.subarray(from, at), HIDDEN);
      from = at + 4;
    }
    at += 8 + length + (length % 2);
  }
  kept.push(bytes.subarray(from));
  return size && { ...size, exif, scaledBy: 1, plain: true, cleaned: new Blob(kept, { type: "image/webp" }) };
}

const SIZES = {
  "VP8X": (view, at) => ({ width: 1 + threeBytes(view, at + 4), height: 1 + threeBytes(view, at + 7) }),
  "VP8 ": (view, at) => ({
    width: view.getUint16(at + 6, true) & 0x3fff,
    height: view.getUint16(at + 8, true) & 0x3fff,
  }),
  "VP8L": (view, at) => {
    const bits = view.getUint32(at + 1, true);
    return { width: 1 + (bits & 0x3fff), height: 1 + ((bits >>> 14) & 0x3fff) };
  },
};

function threeBytes(view, at) {
  return view.getUint16(at, true) + 65536 * view.getUint8(at + 2);
}

function nameAt(view, at) {
  return String.fromCharCode(...[0, 1, 2, 3].map((index) => view.getUint8(at + index)));
}
