// Small versions of the chosen pictures, drawn one after the other: a hundred large photos at once would fill the memory.
const SIDE_PX = 112; // twice what the page shows
let before = Promise.resolve();

/**
 * Put a small version of a picture into its place; what stands there stays where the browser cannot show the picture.
 * @param {Blob} file
 * @param {Element} place
 */
export function thumbnail(file, place) {
  before = before.then(() => draw(file, place)).catch(() => {});
}

async function draw(file, place) {
  if (!place.isConnected) return;
  const bitmap = await createImageBitmap(file, { resizeWidth: SIDE_PX * 1.5, resizeQuality: "medium" });
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = SIDE_PX;
  const scale = Math.max(SIDE_PX / bitmap.width, SIDE_PX / bitmap.height);
  const [width, height] = [bitmap.width * scale, bitmap.height * scale];
  const context = canvas.getContext("2d");
  context.fillStyle = "white"; // what is transparent is read as white
  context.fillRect(0, 0, SIDE_PX, SIDE_PX);
  context.drawImage(bitmap, (SIDE_PX - width) / 2, (SIDE_PX - height) / 2, width, height);
  bitmap.close();
  place.replaceChildren(canvas);
}
