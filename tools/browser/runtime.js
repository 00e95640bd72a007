// All that the reader takes from ONNX Runtime; esbuild leaves the rest out.
export { env, InferenceSession, Tensor } from "onnxruntime-web/wasm";
