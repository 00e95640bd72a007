// The SHA-256 of a file's bytes: what ties a row of the list to its answer.
import { sha256 } from "./sha256.js";

/**
 * @param {Blob} blob
 * @returns {Promise<string>} 64 hex digits
 */
export async function digest(blob) {
  const bytes = await blob.arrayBuffer();
  // Without TLS, as on a ward's own network, a browser offers no cryptography to a page.
  const hash = crypto.subtle ? await crypto.subtle.digest("SHA-256", bytes) : sha256(new Uint8Array(bytes));
  return [...new Uint8Array(hash)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}
