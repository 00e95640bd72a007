// Why a picture of the list has no result.

/** Codes of what may go away by trying again; the others are about the picture itself. */
const PASSING = new Set([
  "server.offline",
  "server.busy",
  "server.failed",
  "reading.failed",
  "reader.failed",
  "reader.closed",
  "record.mismatch",
  "file.gone",
]);

/** A reading that did not come about: a stable code, and the server's own sentence where it said one. */
export class ReadingProblem extends Error {
  constructor(code, message = "") {
    super(message);
    this.code = code;
  }
}

/** Whether it is worth trying again. */
export function mayPass({ code }) {
  return PASSING.has(code);
}

/** Whether only the server can read it; it is asked only when the person says so. */
export function needsServer({ code }) {
  return code === "image.needs-server";
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
    "reader.failed": texts.textFailed,
    "reader.closed": texts.textFailed,
    "image.needs-server": texts.textNeedsServer,
    "record.mismatch": texts.textMismatch,
    "file.gone": texts.textGone,
  };
  return own[code] ?? words.problems[code] ?? words.unreadable;
}
