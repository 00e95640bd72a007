// Save what is seen: the original's own pixels, cut, turned and coloured, as PNG. Never sent anywhere.
import { affine, outputSize } from "./geometry.js";
import { paint } from "./colours.js";

/** @returns {Promise<Blob | null>} null where this browser cannot draw so large a picture */
export function drawn(image, { geometry, colours }) {
  const canvas = document.createElement("canvas");
  Object.assign(canvas, outputSize(geometry));
  const context = canvas.getContext("2d", { willReadFrequently: true });
  context.imageSmoothingEnabled = false; // whole-number moves: every pixel stays as it is
  context.fillStyle = "white"; // what is transparent is read as white
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.setTransform(...affine(geometry));
  context.drawImage(image, 0, 0);
  try {
    const pixels = context.getImageData(0, 0, canvas.width, canvas.height);
    paint(pixels.data, colours);
    context.putImageData(pixels, 0, 0);
  } catch {
    return Promise.resolve(null);
  }
  return new Promise((resolve) => {
    canvas.toBlob(resolve, "image/png");
  });
}

/** Hand a file to the person as a download. */
export function download(blob, name) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000); // a browser may still be reading it
}

export function copyName(name) {
  return `${name.replace(/\.[^.]*$/, "") || "picture"}-copy.png`;
}
