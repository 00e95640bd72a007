// Which camera, its light and its zoom: shown only where there is a choice or the camera can do it.
import { listCameras, rememberCamera } from "./devices.js";

export function settings(dialog, { switched }) {
  const choice = dialog.querySelector("[data-camera-choice]");
  const torch = dialog.querySelector("[data-camera-torch]");
  const zoom = dialog.querySelector("[data-camera-zoom]");
  const row = (field) => field.closest("label");
  let track = null;

  choice.addEventListener("change", () => {
    rememberCamera(choice.value);
    switched(choice.value);
  });
  torch.addEventListener("change", () => apply({ torch: torch.checked }));
  zoom.addEventListener("input", () => apply({ zoom: Number(zoom.value) }));

  function apply(wish) {
    track?.applyConstraints({ advanced: [wish] }).catch(() => {}); // it says it can and does not: nothing is lost
  }

  return {
    async show(now) {
      track = now;
      const { torch: light, zoom: range } = track.getCapabilities?.() ?? {};
      const current = track.getSettings();
      row(torch).hidden = !light;
      torch.checked = false;
      row(zoom).hidden = !range || range.max <= range.min;
      if (range) Object.assign(zoom, { min: range.min, max: range.max, step: range.step || 0.1 });
      if (range) zoom.value = current.zoom ?? range.min;
      const cameras = await listCameras();
      choice.replaceChildren(...cameras.map((one, at) => new Option(one.label || String(at + 1), one.deviceId)));
      choice.value = current.deviceId ?? "";
      row(choice).hidden = cameras.length < 2;
    },
  };
}
