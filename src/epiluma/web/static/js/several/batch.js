// The pictures of a list and the reading of them: two at a time, and no answer is taken that is not of a row's own bytes.
import { mayPass, ReadingProblem } from "./problem.js";

const WORKERS = 2;

/**
 * @typedef {object} Picture
 * @property {File} file
 * @property {string} name the person's own, with its folders
 * @property {string} sha256 of its bytes, computed here; empty where they could not be read
 * @property {string} own how it was taken, where that differs from the others; else empty
 * @property {"device" | "server"} at where it is read
 * @property {"waiting" | "reading" | "done" | "failed"} state
 * @property {object | null} record of its reading
 * @property {{ code: string, message: string } | null} problem
 */

/**
 * @param {object} given
 * @param {(file: File, about: { name: string, modality: string, at: string, signal: AbortSignal }) => Promise<object>}
 *   given.read
 * @param {(picture: Picture) => void} given.changed called when a picture's state has changed
 * @param {(about: { done: number, all: number }) => void} given.progress
 * @param {() => void} given.finished called when a run has come to its end by itself
 */
export function batch({ read, changed, progress, finished }) {
  let pictures = [];
  let modality = "unknown";
  let run = null;

  const modalityOf = (picture) => picture.own || modality;
  const toRead = () => pictures.filter(({ state, problem }) => state === "waiting" || (problem && mayPass(problem)));

  function set(picture, state, { record = null, problem = null } = {}) {
    Object.assign(picture, { state, record, problem });
    changed(picture);
  }

  function start(chosen, at) {
    const fresh = chosen.filter((picture) => !run?.queue.includes(picture) && picture.state !== "reading");
    for (const picture of fresh) {
      picture.at = at;
      set(picture, "waiting");
    }
    if (run) {
      run.queue.push(...fresh);
      run.all += fresh.length;
      progress(run);
      return;
    }
    const mine = (run = { queue: [...fresh], done: 0, all: fresh.length });
    progress(mine);
    Promise.all(Array.from({ length: WORKERS }, () => work(mine))).then(() => {
      if (run !== mine) return; // stopped meanwhile
      run = null;
      finished();
    });
  }

  async function work(mine) {
    while (run === mine && mine.queue.length) {
      await readOne(mine.queue.shift());
      if (run !== mine) return;
      mine.done += 1;
      progress(mine);
    }
  }

  async function readOne(picture) {
    const stop = (picture.stop = new AbortController());
    set(picture, "reading");
    try {
      const { file, name, at } = picture;
      const record = await read(file, { name, at, modality: modalityOf(picture), signal: stop.signal });
      if (stop.signal.aborted) return; // whoever stopped it has said what becomes of it
      if (record.sha256 !== picture.sha256) throw new ReadingProblem("record.mismatch");
      set(picture, "done", { record: { ...record, file: picture.name } });
    } catch (error) {
      if (stop.signal.aborted) return;
      const code = typeof error.code === "string" ? error.code : "reading.failed";
      set(picture, "failed", { problem: { code, message: error.message === code ? "" : error.message } });
    }
  }

  // Forget what was read, or is being read, of a picture.
  function reset(picture) {
    const known = picture.state === "reading" || picture.state === "done";
    picture.stop?.abort();
    if (!known) return;
    set(picture, "waiting");
    if (run) {
      run.queue.push(picture);
      run.all += 1;
    }
  }

  return {
    pictures: () => pictures,
    running: () => run !== null,
    modalityOf,
    toRead,
    add: (picture) => pictures.push(picture),
    start,
    cancel() {
      run = null;
      pictures.filter(({ state }) => state === "reading").forEach(reset);
    },
    remove(picture) {
      pictures = pictures.filter((one) => one !== picture);
      picture.stop?.abort();
      if (!run) return;
      const before = run.queue.length;
      run.queue = run.queue.filter((one) => one !== picture);
      run.all -= before - run.queue.length;
      progress(run);
    },
    reorder(sorted) {
      pictures = sorted;
    },
    chooseModality(value) {
      modality = value;
      pictures.filter(({ own }) => !own).forEach(reset);
    },
    chooseOwn(picture, value) {
      picture.own = value;
      reset(picture);
      changed(picture);
    },
  };
}
