// Talks to the worker: numbered questions, answered in their order; one that is given up is not waited for.
import { ReadingError } from "./errors.js";

/** @param {Worker} worker */
export function connect(worker) {
  const waiting = new Map();
  const queue = [];
  let [asked, busy, broken] = [0, false, null];

  worker.addEventListener("message", ({ data: { number, progress, value, failure } }) => {
    const question = waiting.get(number);
    if (progress !== undefined) {
      question?.progress?.(progress);
      return;
    }
    busy = false;
    waiting.delete(number);
    if (failure) question?.reject(new ReadingError(failure.code || "reader.failed", { cause: failure.message }));
    else question?.resolve(value);
    next();
  });
  // The worker's own script could not be fetched, or it broke where nothing catches it.
  worker.addEventListener("error", (event) => {
    event.preventDefault();
    stop(new ReadingError("reader.failed", { cause: event.message }));
  });

  function next() {
    if (busy || queue.length === 0) return;
    busy = true;
    worker.postMessage(queue.shift());
  }

  function stop(reason) {
    broken = reason;
    worker.terminate();
    queue.length = 0;
    for (const { reject } of waiting.values()) reject(reason);
    waiting.clear();
  }

  return {
    /** @returns {Promise<any>} rejected with the signal's reason as soon as it is aborted */
    ask(task, wish, { progress, signal } = {}) {
      return new Promise((resolve, reject) => {
        if (broken || signal?.aborted) {
          reject(broken ?? signal.reason);
          return;
        }
        const number = (asked += 1);
        waiting.set(number, { resolve, reject, progress });
        queue.push({ number, task, wish });
        next();
        signal?.addEventListener("abort", () => {
          const place = queue.findIndex((question) => question.number === number);
          if (place >= 0) queue.splice(place, 1);
          waiting.delete(number);
          reject(signal.reason);
        }, { once: true });
      });
    },
    close: () => stop(new ReadingError("reader.closed")),
  };
}
