// The network of a bundle: fetched, checked against its manifest, and run.
import { env, InferenceSession, Tensor } from "../../built/onnxruntime.js";
import { must, ReadingError } from "./errors.js";

const RUNTIME = new URL("../../built/", import.meta.url);
const MOST_THREADS = 4;
const SHARE_OF_MODEL = 0.6; // of all that is loaded; ONNX Runtime fetches the rest itself and tells nobody how far it is

/**
 * @param {string} base address of the folder with manifest.json and model.onnx
 * @param {{ threads?: number, progress: (share: number) => void }} options
 * @returns {Promise<{ manifest: object, run: (image: object) => Promise<object> }>}
 * @throws {ReadingError} `reader.unreachable` where something could not be fetched, `reader.altered` where it is not
 *   what the manifest lists
 */
export async function openNetwork(base, { threads, progress }) {
  prepare(threads);
  const [manifest, model] = await Promise.all([
    fetched(new URL("manifest.json", base)).then((response) => reached(response.json())),
    fetched(new URL("model.onnx", base)).then((response) => bytesOf(response, (share) => progress(share * SHARE_OF_MODEL))),
  ]);
  must((await hexSha256(model)) === manifest.files["model.onnx"], "reader.altered");
  const session = await InferenceSession.create(model, { executionProviders: ["wasm"], logSeverityLevel: 3 });
  await run(session, blank(manifest.preprocessing.size_px)); // the first run is slower than all others
  progress(1);
  return { manifest, run: (image) => run(session, image) };
}

export async function hexSha256(bytes) {
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

function blank(side) {
  return { data: new Uint8Array(3 * side * side), height: side, width: side };
}

async function run(session, { data, height, width }) {
  const image = new Tensor("uint8", data, [1, height, width, 3]);
  const outputs = await session.run({ image });
  const maps = outputs.activation_maps;
  return {
    scores: {
      probabilities: outputs.probabilities.data,
      decisionScores: outputs.decision_scores.data,
      abstentionScore: outputs.abstention_score.data[0],
      quality: outputs.quality.data,
    },
    maps: { data: maps.data, height: maps.dims[2], width: maps.dims[3] },
  };
}

function prepare(threads) {
  const most = Math.min(MOST_THREADS, navigator.hardwareConcurrency ?? 1);
  env.wasm.numThreads = self.crossOriginIsolated ? (threads ?? most) : 1;
  env.wasm.wasmPaths = Object.fromEntries(
    ["mjs", "wasm"].map((kind) => [kind, new URL(`ort-wasm-simd-threaded.${kind}`, RUNTIME).href]),
  );
}

async function fetched(address) {
  const response = await reached(fetch(address));
  must(response.ok, "reader.unreachable");
  return response;
}

async function reached(request) {
  try {
    return await request;
  } catch {
    throw new ReadingError("reader.unreachable");
  }
}

// A compressed answer says how long it is on the way; how long it is unpacked stands in a header of ours.
async function bytesOf(response, progress) {
  const packed = response.headers.has("Content-Encoding");
  const total = Number(response.headers.get("Epiluma-Length") ?? (packed ? 0 : response.headers.get("Content-Length")));
  const parts = [];
  let received = 0;
  const reader = response.body.getReader();
  for (let part = await reached(reader.read()); !part.done; part = await reached(reader.read())) {
    parts.push(part.value);
    received += part.value.length;
    if (total > 0) progress(Math.min(1, received / total));
  }
  return new Uint8Array(await new Blob(parts).arrayBuffer());
}
