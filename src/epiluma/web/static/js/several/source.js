// Where the pictures of the list are read: on this device or on the server, by the choice of the page for one picture.
import { device, isMetered } from "../device.js";
import { where } from "../where.js";
import { serverReader } from "./server.js";

/**
 * @param {Element} root of the page
 * @param {object} given
 * @param {(pictures: object[], at: "device" | "server") => void} given.begin called once pictures can be read
 * @param {(text: string) => void} given.tell says what is waited for; an empty text when it is over
 */
export function source(root, { begin, tell }) {
  const texts = root.dataset;
  const place = root.querySelector("[data-offer-place]");
  const onServer = serverReader(texts.api);
  const here = device(texts.model, ({ state, share }) => choice.tell(state, share));
  const choice = where(root.querySelector("[data-where]"), { support: here.support(), chosen: makeReady });
  const isReady = () => here.about().state === "ready";
  let consent = !isMetered();
  let wanted = []; // what an offer is about
  let asked = 0;
  const broken = new WeakSet();

  // The model is loaded when the page has nothing else to do.
  function makeReady(at) {
    if (at !== "device" || isReady()) return;
    if (!consent) choice.tell("metered");
    else if ("requestIdleCallback" in window) requestIdleCallback(() => here.load(), { timeout: 3000 });
    else setTimeout(() => here.load(), 500);
  }

  function offer(name) {
    place.replaceChildren(root.querySelector(`[data-offer="${name}"]`).content.cloneNode(true));
    place.firstElementChild.focus();
  }

  /**
   * Have pictures read, by and by: a model may have to be loaded first, and a reader to be asked.
   * @param {object[]} pictures
   * @param {"here" | "server"} [wish] for this once, in the place of the choice
   */
  async function start(pictures, wish) {
    const mine = (asked += 1);
    const chosen = await choice.place();
    const at = wish ? { here: "device", server: "server" }[wish] : chosen;
    consent ||= wish === "here";
    wanted = pictures;
    place.replaceChildren();
    tell(""); // what was waited for before is not waited for any more
    if (at === "device" && !isReady()) {
      if (!consent) return offer("metered");
      tell(texts.textLoading);
      const loaded = await here.load().then(() => true, () => false);
      if (mine !== asked) return;
      tell("");
      if (!loaded) return offer("not-loaded");
    }
    if (mine === asked) begin(pictures, at);
  }

  place.addEventListener("click", ({ target }) => {
    const wish = target.closest("[data-do]")?.dataset.do;
    if (wish) start(wanted, wish);
  });

  return {
    start,
    async read(file, { at, name, modality, signal }) {
      if (at === "server") return onServer(file, { modality, signal });
      const reader = await here.load();
      try {
        return (await reader.read(file, { name, modality, signal })).record;
      } catch (error) {
        if (error.code === "reader.failed" && !broken.has(reader)) here.drop(); // the next picture gets another reader
        if (error.code === "reader.failed") broken.add(reader);
        throw error;
      }
    },
  };
}
