// The file somebody chose, before it is read.
import { Unread } from "./here.js";

// What can be told before anything is read. Whoever reads it checks all of it again, by content.
export function problemOf(file, texts) {
  if (!file) return texts.textMissing;
  if (file.size > Number(texts.maxBytes)) return texts.textTooLarge;
  if (file.type && !/^image\/(jpeg|png|webp)$/.test(file.type)) return texts.textUnsupported;
  return null;
}

/**
 * The bytes as they are now: a file that was moved or changed since it was chosen is told apart from a lost network.
 * @returns {Promise<File>}
 * @throws {Unread}
 */
export async function copyOf(file, { textGone }) {
  const bytes = await file.arrayBuffer().catch(() => {
    throw new Unread("problem", textGone);
  });
  return new File([bytes], file.name, { type: file.type });
}
