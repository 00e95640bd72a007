// Reads pictures beside the page, so that the page never stands still. One message in, one answer with its number out.
import { canvasIsTrue, decode } from "./decode.js";
import { must } from "./errors.js";
import { readGeometry } from "./geometry.js";
import { hexSha256, openNetwork } from "./network.js";
import { makeRecord } from "./rules.js";

let network = null;

const TASKS = {
  async open({ base, threads }, progress) {
    must(canvasIsTrue(), "reader.pixels");
    network = await openNetwork(base, { threads, progress });
    return { modelId: network.manifest.id };
  },

  async read({ blob, name, modality, geometry, wantsMaps }) {
    const { manifest } = network;
    const cut = geometry ? readGeometry(geometry) : null;
    const bytes = new Uint8Array(await blob.arrayBuffer());
    const image = await decode(bytes, { geometry: cut, shortSidePx: manifest.preprocessing.pooling_short_side_px });
    const { scores, maps } = await network.run(image);
    const picture = { file: name, sha256: await hexSha256(bytes), modality, geometry: cut };
    const quality = manifest.quality.map((limit, index) => [limit.name, scores.quality[index]]);
    return {
      record: makeRecord(scores, manifest, picture),
      maps: wantsMaps ? maps : null,
      quality: Object.fromEntries(quality),
    };
  },
};

self.addEventListener("message", async ({ data: { number, task, wish } }) => {
  const progress = (share) => self.postMessage({ number, progress: share });
  try {
    self.postMessage({ number, value: await TASKS[task](wish, progress) });
  } catch (error) {
    const code = typeof error.code === "string" ? error.code : ""; // a browser's own errors have numbers for codes
    self.postMessage({ number, failure: { code, message: String(error.message ?? error) } });
  }
});
