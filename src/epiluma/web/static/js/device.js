// The reader of this device: whether there can be one, and its loading, which starts at most once at a time.
import { readerIsReady } from "./offline.js";

/** What a reading needs is large: on a connection that counts its data it is loaded only with consent. */
export function isMetered() {
  const { saveData, type } = navigator.connection ?? {};
  return saveData === true || type === "cellular";
}

/**
 * @param {string} base address of the folder that holds the model
 * @param {(about: { state: "loading" | "ready" | "failed", share: number }) => void} changed
 */
export function device(base, changed) {
  let opening = null;
  let about = { state: "idle", share: 0 };

  const code = () => import("./reader/classify.js");
  const tell = (state, share) => changed((about = { state, share }));

  async function open() {
    tell("loading", 0);
    const { openReader } = await code();
    return openReader({ base, progress: (share) => tell("loading", Math.min(share, 0.99)) });
  }

  return {
    /** @returns {Promise<{ available: boolean, reason: string }>} */
    async support() {
      try {
        return (await code()).support();
      } catch {
        return { available: false, reason: "not-built" };
      }
    },
    about: () => about,
    /** Load what a reading needs, once; a try that failed can be repeated. */
    load() {
      opening ??= open();
      opening.then(
        () => {
          if (about.state === "ready") return;
          tell("ready", 1);
          readerIsReady();
        },
        () => {
          opening = null;
          tell("failed", 0);
        },
      );
      return opening;
    },
    /** Give up a reader that broke: the next `load` makes another. */
    drop() {
      opening?.then((reader) => reader.close(), () => {});
      opening = null;
      about = { state: "idle", share: 0 };
    },
  };
}
