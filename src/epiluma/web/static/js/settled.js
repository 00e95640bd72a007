/**
 * Wait for one event, or until the signal ends the waiting.
 * @param {EventTarget} target where it happens
 * @param {string} name of the event
 * @param {AbortSignal} signal ends the waiting with its reason
 * @returns {Promise<Event>}
 */
export function settled(target, name, signal) {
  return new Promise((resolve, reject) => {
    target.addEventListener(name, resolve, { once: true, signal });
    signal.addEventListener("abort", () => reject(signal.reason), { once: true });
  });
}
