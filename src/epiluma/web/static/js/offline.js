// The app without a network: asks the browser to keep it, once the page itself is there.
const READER_READY = "epiluma:reader-ready";

/** @param {HTMLLinkElement} link names the service worker's address in `data-worker` */
export function offline(link) {
  if (!("serviceWorker" in navigator)) return; // no secure context, or a private window
  const { serviceWorker } = navigator;
  const registered = pageIsThere().then(() =>
    serviceWorker.register(link.dataset.worker, { updateViaCache: "none" }).catch(() => null),
  );
  // A page that has loaded what reading takes has paid for it: it may be kept.
  addEventListener(READER_READY, async () => {
    if (!(await registered)) return;
    const { active, waiting } = await serviceWorker.ready;
    for (const worker of [active, waiting]) worker?.postMessage("keep-reader");
  });
}

/** Say that pictures can be read here from now on. */
export function readerIsReady() {
  dispatchEvent(new Event(READER_READY));
}

function pageIsThere() {
  return new Promise((resolve) => {
    const later = () => (globalThis.requestIdleCallback ?? setTimeout)(resolve, { timeout: 5000 });
    if (document.readyState === "complete") later();
    else addEventListener("load", later, { once: true });
  });
}
