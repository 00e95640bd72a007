// The heat map over the picture: a slider from nothing to full, off until the reader moves it, then remembered.
import { recall, remember } from "./memory.js";

export function heat(form) {
  const layer = form.querySelector("[data-heat]");
  const control = form.querySelector("[data-heat-control]");
  const slider = form.querySelector("[data-heat-slider]");
  const name = form.querySelector("[data-well-name]");
  const apply = () => layer.style.setProperty("--heat", slider.value / 100);

  slider.value = recall("heat") ?? 0;
  slider.addEventListener("input", apply);
  slider.addEventListener("change", () => remember("heat", slider.value));

  function shown(is) {
    layer.hidden = !is;
    control.hidden = !is;
    name.hidden = is;
  }

  return {
    show(url) {
      if (!url) return;
      layer.src = url;
      apply();
      shown(true);
    },
    hide: () => shown(false),
  };
}
