// Why a picture of the list has no result.

/** Codes of what may go away by trying again; the others are about the picture itself. */
const PASSING = new Set([
  "server.offline",
  "server.busy",
  "server.failed",
  "reading.failed",
  "record.mismatch",
  "file.gone",
]);

/** A reading that did not come about: a stable code, and the sentence that goes into a saved table (English). */
export class ReadingProblem extends Error {
  constructor(code, message = code) {
    super(message);
    this.code = code;
  }
}

/** Whether it is worth trying again. */
export function mayPass(problem) {
  return PASSING.has(problem.code);
}

/**
 * What the page says about a problem.
 * @param {{ code: string }} problem
 * @param {object} words of the page's language
 * @param {DOMStringMap} texts of this page
 */
export function problemText({ code }, words, texts) {
  const own = {
    "server.offline": texts.textOffline,
    "server.busy": texts.textBusy,
    "server.failed": texts.textFailed,
    "reading.failed": texts.textFailed,
    "record.mismatch": texts.textMismatch,
    "file.gone": texts.textGone,
  };
  return own[code] ?? words.problems[code] ?? words.unreadable;
}
