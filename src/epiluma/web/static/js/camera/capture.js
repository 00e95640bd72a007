// One photo: from the sensor itself where the browser can ask it, else the frame that is shown, at its full size.
const PATIENCE_MS = 5000; // some drivers never answer
const JPEG_QUALITY = 0.95; // what is lost is far below what a sensor's own noise hides

/** @returns {Promise<File>} a JPEG or PNG of at most `maxBytes` */
export async function photograph(video, track, { maxBytes }) {
  const photo = await fromSensor(track).catch(() => null);
  const usable = photo && /^image\/(jpeg|png)$/.test(photo.type) && photo.size <= maxBytes;
  const blob = usable ? photo : await fromFrame(video);
  return new File([blob], blob.type === "image/png" ? "photo.png" : "photo.jpg", { type: blob.type });
}

async function fromSensor(track) {
  if (!("ImageCapture" in window)) return null;
  const late = new Promise((resolve) => {
    setTimeout(resolve, PATIENCE_MS, null);
  });
  return Promise.race([new ImageCapture(track).takePhoto(), late]);
}

function fromFrame(video) {
  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = [video.videoWidth, video.videoHeight];
  canvas.getContext("2d").drawImage(video, 0, 0);
  return new Promise((resolve, reject) => {
    canvas.toBlob((blob) => (blob ? resolve(blob) : reject(new Error("no frame"))), "image/jpeg", JPEG_QUALITY);
  });
}
