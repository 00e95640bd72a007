// Builds what reads pictures in the browser into the app's static files: `node build.mjs [FOLDER OF LICENCES]`.
//
// ONNX Runtime's WebAssembly build (SIMD and threads, no GPU), its loader and its licences, each compressed once for
// good: .br for browsers, .gz for all others and for unpacking again. What is not compressed is not kept.
import { mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";
import { build } from "esbuild";

const here = (path) => fileURLToPath(new URL(path, import.meta.url));
const target = here("../../src/epiluma/web/static/built");
const runtime = here("node_modules/onnxruntime-web/dist/");
const LOADER = "ort-wasm-simd-threaded.mjs";
const NETWORK = "ort-wasm-simd-threaded.wasm";

const bundled = await build({
  entryPoints: [here("runtime.js")],
  bundle: true,
  minify: true,
  write: false,
  format: "esm",
  target: "es2022",
  conditions: ["onnxruntime-web-use-extern-wasm"], // the loader stays a file of its own: threads start from it
  legalComments: "inline",
  logLevel: "error",
});

const files = {
  "onnxruntime.js": bundled.outputFiles[0].contents,
  [LOADER]: await readFile(runtime + LOADER),
  [NETWORK]: await readFile(runtime + NETWORK),
  "LICENSES.txt": await licences(process.argv[2]),
};

const aside = `${target}.new`;
await rm(aside, { recursive: true, force: true });
await mkdir(aside, { recursive: true });
for (const [name, content] of Object.entries(files)) {
  await writeFile(`${aside}/${name}.br`, brotli(content));
  await writeFile(`${aside}/${name}.gz`, gzipSync(content, { level: 9 }));
}
await rm(target, { recursive: true, force: true });
await rename(aside, target);

// Quality 9 takes seconds; 11 takes minutes for a seventh less.
function brotli(content) {
  return brotliCompressSync(content, { params: { [constants.BROTLI_PARAM_QUALITY]: 9 } });
}

// The npm package carries no text of its licence; the Python package of the same project, which the app needs anyway, does.
async function licences(folder) {
  if (!folder) throw new Error("say which folder holds LICENSE and ThirdPartyNotices.txt of onnxruntime");
  const texts = await Promise.all(["LICENSE", "ThirdPartyNotices.txt"].map((name) => readFile(`${folder}/${name}`, "utf8")));
  return Buffer.from(`ONNX Runtime Web\n\n${texts.join("\n\n")}`, "utf8");
}
