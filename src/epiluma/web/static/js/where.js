// Where the picture is read: on this device, which is the default where it can be, or on the server. The choice is kept.
import { recall, remember } from "./memory.js";
import { put } from "./result/view.js";

/**
 * @param {HTMLElement} root
 * @param {{ support: Promise<{ available: boolean, reason: string }>, chosen: (place: string) => void }} about
 */
export function where(root, { support, chosen }) {
  const button = root.querySelector("[data-where-switch]");
  const state = root.querySelector("[data-where-state]");
  const text = (name) => root.getAttribute(`data-text-${name}`);

  function set(place) {
    root.dataset.place = place;
    state.hidden = place === "server";
    chosen(place);
  }

  button.addEventListener("click", () => {
    const place = root.dataset.place === "device" ? "server" : "device";
    remember("where", place);
    set(place);
  });

  const known = support.then(({ available, reason }) => {
    button.hidden = !available;
    set(available && recall("where") !== "server" ? "device" : "server");
    if (!available) {
      state.textContent = text(reason);
      state.hidden = false;
    }
    root.dataset.known = "";
  });

  return {
    /** @returns {Promise<"device" | "server">} as soon as it is known what this browser can do */
    place: () => known.then(() => root.dataset.place),
    /** Say how far the model is: "loading", "ready", "metered" or "failed". */
    tell(name, share = 0) {
      state.textContent = put(text(name), { share: `${Math.round(share * 100)}\u00a0%` });
    },
  };
}
