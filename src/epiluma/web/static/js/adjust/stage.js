// The picture in the well: cut and turned as it is read, or whole with the frame of the cut while it is being adjusted.
// All by style sheet: the file itself is never drawn anew.
import { affine, frameOf, outputSize, whole } from "./geometry.js";
import { asFilter } from "./colours.js";
import { seen } from "./view.js";

export function stage(figure, image, frame) {
  const set = (element, name, value) => element.style.setProperty(name, value);

  function place(geometry, size, view) {
    const { width, height } = outputSize(geometry);
    const [a, b, c, d, e, f] = affine(geometry);
    const corner = seen({ x: e / width, y: f / height }, view);
    const right = (corner.x * width) / (size.width * view.zoom); // in shares of the image's own size, as CSS counts
    const down = (corner.y * height) / (size.height * view.zoom);
    set(figure, "--ratio", width / height);
    set(image, "--image-width", percent((size.width / width) * view.zoom));
    set(image, "--image-transform", `translate(${percent(right)}, ${percent(down)}) matrix(${[a, b, c, d, 0, 0]})`);
  }

  function placeFrame(geometry, size, view) {
    const { width, height } = outputSize({ ...geometry, crop: whole(size).crop });
    const { left, top, right, bottom } = frameOf(geometry, size);
    const first = seen({ x: left / width, y: top / height }, view);
    const last = seen({ x: right / width, y: bottom / height }, view);
    set(frame, "--left", percent(first.x));
    set(frame, "--top", percent(first.y));
    set(frame, "--wide", percent(last.x - first.x));
    set(frame, "--high", percent(last.y - first.y));
  }

  return {
    show({ geometry, colours, size, view, editing }) {
      figure.toggleAttribute("data-adjusted", true);
      figure.toggleAttribute("data-editing", editing);
      frame.hidden = !editing;
      place(editing ? { ...geometry, crop: whole(size).crop } : geometry, size, view);
      if (editing) placeFrame(geometry, size, view);
      set(image, "filter", asFilter(colours));
    },
    clear() {
      figure.removeAttribute("data-adjusted");
      figure.removeAttribute("data-editing");
      frame.hidden = true;
      set(image, "filter", "");
    },
  };
}

function percent(share) {
  return `${+(share * 100).toFixed(4)}%`;
}
