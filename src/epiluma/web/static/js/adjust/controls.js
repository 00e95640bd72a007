// The panel's own fields and buttons: shows a state in them and tells what a person changed.
import { fitted, isUncut } from "./geometry.js";
import { LARGEST_ZOOM } from "./view.js";

/** @param {object} does act(name) · crop(numbers) · colour(name, value, done) */
export function controls(panel, does) {
  const numbers = [...panel.querySelectorAll("[data-cut-field]")];
  const colours = [...panel.querySelectorAll("[data-colour]")];
  const buttons = Object.fromEntries([...panel.querySelectorAll("[data-act]")].map((one) => [one.dataset.act, one]));
  const summary = panel.querySelector("[data-adjust-summary]");
  const status = panel.querySelector("[data-adjust-status]");

  for (const [name, button] of Object.entries(buttons)) {
    button.addEventListener("click", () => {
      if (button.getAttribute("aria-disabled") !== "true") does.act(name);
    });
  }

  for (const field of numbers) {
    field.addEventListener("change", () => does.crop(numbers.map((one) => Number(one.value))));
    field.addEventListener("keydown", (event) => {
      if (event.key !== "Enter") return;
      event.preventDefault(); // or the form would be sent
      field.dispatchEvent(new Event("change"));
    });
  }

  for (const field of colours) {
    const value = () => (field.type === "checkbox" ? field.checked : Number(field.value));
    field.addEventListener("input", () => does.colour(field.dataset.colour, value(), false));
    field.addEventListener("change", () => does.colour(field.dataset.colour, value(), true));
  }

  return {
    show({ geometry, colours: shown }, { size, view, canUndo, canRedo, plain }) {
      numbers.forEach((field, at) => {
        field.value = geometry.crop[at];
      });
      for (const field of colours) {
        if (field.type === "checkbox") field.checked = shown[field.dataset.colour];
        else field.value = shown[field.dataset.colour];
      }
      // Not `disabled`: that would take the focus away from the button just pressed.
      able(buttons.undo, canUndo);
      able(buttons.redo, canRedo);
      able(buttons.reset, !plain);
      able(buttons.in, view.zoom < LARGEST_ZOOM);
      able(buttons.out, view.zoom > 1);
      able(buttons.fit, view.zoom > 1);
      summary.textContent = describe(geometry, size, panel.dataset);
    },
    say(text) {
      status.textContent = text;
    },
    /** What is wrong with typed numbers, in words; empty where nothing is. */
    problem(crop, size) {
      const near = fitted(crop, size);
      if (crop.every((value, at) => value === near[at])) return "";
      const small = crop[2] < near[2] || crop[3] < near[3];
      return small ? panel.dataset.textSmall : panel.dataset.textOutside;
    },
  };
}

/** What was cut and turned, as sentences. */
export function describe({ crop, rotate, flip }, size, texts) {
  const [, , width, height] = crop;
  const sentences = [
    !isUncut(crop, size) && fill(texts.textCut, { width, height }),
    rotate !== 0 && fill(texts.textTurned, { degrees: rotate }),
    flip && texts.textMirrored,
  ];
  return sentences.filter(Boolean).join(" ");
}

function able(button, is) {
  button.setAttribute("aria-disabled", String(!is));
}

/** Put values into the places of a text: {name}. */
export function fill(text, values) {
  return text.replace(/\{(\w+)\}/g, (place, name) => values[name] ?? place);
}
