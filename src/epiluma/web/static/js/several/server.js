// Reads one picture on the server. Its name stays here: the server has no use for it, and a name may say who it shows.
import { ReadingProblem } from "./problem.js";

/**
 * @param {string} address of the programming interface
 * @returns {(file: Blob, about: { modality: string, signal: AbortSignal }) => Promise<object>} of the record
 */
export function serverReader(address) {
  return async (file, { modality, signal }) => {
    const body = new FormData();
    body.append("image", file, "picture");
    body.append("modality", modality);
    const answer = await send(address, body, file, signal);
    const said = await answer.json().catch(() => null);
    if (answer.ok && said) return said;
    throw problemOf(answer.status, said);
  };
}

async function send(address, body, file, signal) {
  try {
    return await fetch(address, { method: "POST", body, signal, credentials: "omit" });
  } catch (error) {
    if (signal.aborted) throw error;
    // A browser gives the same error for a lost connection and for a file that is no longer there.
    await file.slice(0, 1).arrayBuffer().catch(() => {
      throw new ReadingProblem("file.gone");
    });
    throw new ReadingProblem("server.offline");
  }
}

function problemOf(status, said) {
  if (status === 429 || status === 503) return new ReadingProblem("server.busy");
  return said?.code ? new ReadingProblem(said.code, said.detail) : new ReadingProblem("server.failed");
}
