// Which camera: the one used here before, else the one at the back of a phone, else whatever there is.
import { recall, remember } from "../memory.js";

const AT_THE_BACK = /back|rear|environment|trasera|arrière|rück/i; // how systems name it

export class CameraTrouble extends Error {
  /** @param {"insecure" | "unsupported" | "denied" | "none" | "busy" | "lost"} code */
  constructor(code) {
    super(code);
    this.code = code;
  }
}

/**
 * Open a camera at the full size of its sensor.
 * @returns {Promise<MediaStream>}
 * @throws {CameraTrouble}
 */
export async function openCamera(id = recall("camera")) {
  if (!window.isSecureContext) throw new CameraTrouble("insecure");
  if (!navigator.mediaDevices?.getUserMedia) throw new CameraTrouble("unsupported");
  try {
    return await (id ? chosen(id) : open({ facingMode: { ideal: "environment" } }));
  } catch (error) {
    throw new CameraTrouble(codeOf(error.name));
  }
}

function open(which) {
  const size = { width: { ideal: 4096 }, height: { ideal: 3072 } };
  return navigator.mediaDevices.getUserMedia({ audio: false, video: { ...size, ...which } });
}

// Exactly this one: a mere wish would lose against the wish for many pixels. It may be gone since it was remembered.
async function chosen(id) {
  try {
    return await open({ deviceId: { exact: id } });
  } catch (error) {
    if (error.name !== "OverconstrainedError") throw error;
    return open({ facingMode: { ideal: "environment" } });
  }
}

/** All cameras, those at the back first; their names are known only once one of them may be used. */
export async function listCameras() {
  const devices = (await navigator.mediaDevices.enumerateDevices()).filter(({ kind }) => kind === "videoinput");
  return devices.sort((one, other) => AT_THE_BACK.test(other.label) - AT_THE_BACK.test(one.label));
}

export function rememberCamera(id) {
  remember("camera", id);
}

function codeOf(name) {
  if (["NotAllowedError", "SecurityError"].includes(name)) return "denied";
  if (["NotFoundError", "OverconstrainedError"].includes(name)) return "none";
  return "busy"; // NotReadableError, AbortError: another program has it, or the system does not give it
}
