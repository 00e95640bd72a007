// Reads pictures of skin lesions in the browser: nothing of a picture leaves the device.
//
//   import { classify } from "./classify.js";
//   const record = await classify(file);
//
// The record is the one that the command line and the server give.
import { ReadingError } from "./errors.js";
import { HAS_RUNTIME } from "./facts.js";
import { connect } from "./connection.js";

export { ReadingError };

const MODEL = new URL("../../model/", import.meta.url); // where an exported folder has it
// The shortest module with an instruction on vectors: compiles only where a browser has SIMD and may run WebAssembly.
const PROBE = new Uint8Array([
  0, 97, 115, 109, 1, 0, 0, 0, 1, 5, 1, 96, 0, 1, 123, 3, 2, 1, 0, 10, 10, 1, 8, 0, 65, 0, 253, 15, 253, 98, 11,
]);
const MODALITIES = new Set(["dermoscopic", "clinical", "unknown"]);

/**
 * Whether pictures can be read here; asks nothing of the network.
 * @returns {{ available: boolean, reason: "" | "no-webassembly" | "insecure-context" | "not-built" }}
 */
export function support() {
  const reason = hindrance();
  return { available: reason === "", reason };
}

function hindrance() {
  if (!HAS_RUNTIME) return "not-built";
  if (!globalThis.isSecureContext) return "insecure-context"; // no crypto.subtle, so no SHA-256
  const modern = ["Worker", "OffscreenCanvas", "createImageBitmap", "WebAssembly"].every((name) => name in globalThis);
  return modern && compiles() ? "" : "no-webassembly";
}

function compiles() {
  try {
    return new WebAssembly.Module(PROBE) instanceof WebAssembly.Module;
  } catch {
    return false;
  }
}

/**
 * @typedef {object} Reader
 * @property {string} modelId
 * @property {(blob: Blob, options?: {
 *   name?: string, modality?: "dermoscopic" | "clinical" | "unknown", geometry?: object, maps?: boolean,
 *   signal?: AbortSignal,
 * }) => Promise<{ record: object, maps: null | { data: Float32Array, height: number, width: number }, quality: object }>} read
 * @property {() => void} close
 */

/**
 * Load the network; pictures are read in a worker of their own, one after the other.
 * @param {{ base?: string | URL, progress?: (share: number) => void, signal?: AbortSignal, threads?: number }} options
 *   `base` is the folder with manifest.json and model.onnx; threads are used where the page is cross-origin isolated
 * @returns {Promise<Reader>}
 * @throws {ReadingError} `reader.unreachable`, `reader.altered`, `reader.pixels` (the browser alters what it draws),
 *   `reader.failed`, or the reason of `support`
 */
export async function openReader({ base = MODEL, progress = () => {}, signal, threads } = {}) {
  const { available, reason } = support();
  if (!available) throw new ReadingError(`reader.${reason}`);
  signal?.throwIfAborted();
  const worker = connect(new Worker(new URL("./worker.js", import.meta.url), { type: "module" }));
  try {
    const wish = { base: new URL(base, globalThis.location?.href).href, threads };
    const { modelId } = await worker.ask("open", wish, { progress, signal });
    return { modelId, read: (blob, options) => read(worker, blob, options), close: () => worker.close() };
  } catch (error) {
    worker.close();
    throw error;
  }
}

async function read(worker, blob, { name = blob.name ?? "", modality = "unknown", geometry, maps = false, signal } = {}) {
  if (!MODALITIES.has(modality)) throw new TypeError(`modality must be one of ${[...MODALITIES].join(", ")}`);
  return worker.ask("read", { blob, name, modality, geometry, wantsMaps: maps }, { signal });
}

const shared = new Map();

/**
 * Read one picture; the network is loaded at the first call and kept.
 * @param {File | Blob} file
 * @param {object} options those of `openReader` and of `Reader.read`
 * @returns {Promise<object>} the record
 */
export async function classify(file, { base = MODEL, progress, threads, ...options } = {}) {
  const key = String(base);
  if (!shared.has(key)) {
    const opened = openReader({ base, progress, threads });
    shared.set(key, opened);
    opened.catch(() => shared.delete(key));
  }
  const reader = await shared.get(key);
  return (await reader.read(file, options)).record;
}
