// Adjust the picture in the well before it is read: what is cut and turned goes to the reader as numbers, in the hidden
// field `geometry`; brightness and colours are for the eye only.
import { PLAIN, isPlain } from "./colours.js";
import { controls, fill } from "./controls.js";
import { copyName, download, drawn } from "./copy.js";
import { dragged, fitted, frameOf, isUncut, isWhole, mirrored, outputSize, toField, turned, whole, withFrame } from "./geometry.js";
import { hands } from "./hands.js";
import { history } from "./history.js";
import { keys } from "./keys.js";
import { stage } from "./stage.js";
import { WHOLE_VIEW, bringing, panned, zoomed } from "./view.js";

const ZOOM_STEP = 1.5;
const COARSE_STEPS = 100; // one press of an arrow moves by this part of the longer side; with Shift by one pixel

export function adjust(panel) {
  const form = panel.closest("[data-reading]");
  const figure = form.querySelector("[data-picture]");
  const image = figure.querySelector("[data-picture-image]");
  const field = form.querySelector("[data-geometry]");
  const frame = panel.querySelector("[data-cut-template]").content.firstElementChild.cloneNode(true);
  figure.append(frame);
  const picture = stage(figure, image, frame);
  let size = null;
  let steps = null;
  let draft = null; // while a finger or a slider is moving
  let view = WHOLE_VIEW;
  let name = "";

  const editing = () => size !== null && panel.open;
  const state = () => draft ?? steps.state();
  const turnedSize = () => outputSize({ ...state().geometry, crop: whole(size).crop });

  function render() {
    picture.show({ ...state(), size, view, editing: panel.open });
    const plain = isWhole(state().geometry, size) && isPlain(state().colours);
    panelControls.show(state(), { size, view, canUndo: steps.canUndo(), canRedo: steps.canRedo(), plain });
  }

  function settle() {
    draft = null;
    render();
    const value = toField(steps.state().geometry, size);
    if (field.value === value) return;
    field.value = value;
    field.dispatchEvent(new Event("change", { bubbles: true }));
  }

  function preview(part) {
    draft = { ...steps.state(), ...part };
    render();
  }

  function change(part, kind) {
    steps.push({ ...steps.state(), ...part }, kind);
    settle();
  }

  function look(next) {
    const moved = next.zoom !== view.zoom || next.x !== view.x || next.y !== view.y;
    view = next;
    if (moved) render();
    return moved;
  }

  function moved(handle, dx, dy) {
    const { geometry } = steps.state();
    const next = dragged(frameOf(geometry, size), handle, { dx, dy }, turnedSize());
    return { geometry: withFrame(geometry, next, size) };
  }

  function bring(handle) {
    const { width, height } = turnedSize();
    const { left, top, right, bottom } = frameOf(state().geometry, size);
    const x = handle.includes("w") ? left : handle.includes("e") ? right : (left + right) / 2;
    const y = handle.includes("n") ? top : handle.includes("s") ? bottom : (top + bottom) / 2;
    look(bringing(view, { x: x / width, y: y / height }));
  }

  const acts = {
    left: () => change({ geometry: turned(steps.state().geometry, -1) }),
    right: () => change({ geometry: turned(steps.state().geometry, 1) }),
    mirror: () => change({ geometry: mirrored(steps.state().geometry) }),
    reset: () => change({ geometry: whole(size), colours: PLAIN }),
    in: () => look(zoomed(view, ZOOM_STEP)),
    out: () => look(zoomed(view, 1 / ZOOM_STEP)),
    fit: () => look(WHOLE_VIEW),
    undo: () => {
      steps.undo();
      settle();
    },
    redo: () => {
      steps.redo();
      settle();
    },
    copy: async () => {
      const blob = await drawn(image, steps.state());
      if (blob) download(blob, copyName(name));
      panelControls.say(blob ? fill(panel.dataset.textSaved, { name: copyName(name) }) : panel.dataset.textNotSaved);
    },
    done: () => {
      panel.open = false;
      panel.querySelector("summary").focus();
    },
  };

  const panelControls = controls(panel, {
    act: (act) => acts[act](),
    crop(numbers) {
      panelControls.say(panelControls.problem(numbers, size));
      change({ geometry: { ...steps.state().geometry, crop: fitted(numbers, size) } });
    },
    colour(key, value, done) {
      const part = { colours: { ...steps.state().colours, [key]: value } };
      if (done) change(part);
      else preview(part);
    },
  });

  hands(figure.parentElement, figure, {
    editing,
    pushes: (handle) => handle === "move" && isUncut(steps.state().geometry.crop, size),
    drag(handle, { dx, dy }) {
      const { width, height } = turnedSize();
      preview(moved(handle, (dx * width) / view.zoom, (dy * height) / view.zoom));
    },
    pan: (by) => look(panned(view, by)),
    zoom: (factor, place) => look(zoomed(view, factor, place)),
    drop: () => change(draft ?? {}),
    cancel: settle,
  });

  keys(figure, panel, {
    move(handle, x, y, fine) {
      const step = fine ? 1 : Math.max(1, Math.round(Math.max(size.width, size.height) / COARSE_STEPS));
      change(moved(handle, x * step, y * step), `key ${handle}`);
      bring(handle);
      const [left, top, width, height] = steps.state().geometry.crop;
      panelControls.say(fill(panel.dataset.textNow, { left, top, width, height }));
    },
    pan: (by) => look(panned(view, by)),
    zoom: (act) => acts[act](),
    undo: acts.undo,
    redo: acts.redo,
  });

  frame.addEventListener("focusin", ({ target }) => {
    if (target.matches(":focus-visible")) bring(target.dataset.handle);
  });

  panel.addEventListener("toggle", () => {
    view = WHOLE_VIEW;
    figure.tabIndex = panel.open ? 0 : -1;
    if (size) render();
  });

  // What is read is what is seen: the whole picture with its frame gives way to the part that was cut out.
  form.addEventListener("submit", () => {
    panel.open = false;
  });

  form.addEventListener("epiluma:picture", (event) => {
    name = event.detail.file.name;
    size = null;
    panel.open = false;
    panel.hidden = true;
    panelControls.say("");
    picture.clear();
  });

  image.addEventListener("load", () => {
    size = { width: image.naturalWidth, height: image.naturalHeight }; // upright: browsers apply EXIF orientation
    steps = history({ geometry: whole(size), colours: PLAIN });
    draft = null;
    view = WHOLE_VIEW;
    panel.hidden = !name;
    render();
  });
}
