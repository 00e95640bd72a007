// Why a picture was not read. The code is the server's own for the same thing; a page puts it into words.
export class ReadingError extends Error {
  /**
   * @param {string} code such as `image.too-small`; `image.needs-server` where a browser may see other pixels than ours
   * @param {{ cause?: unknown }} options what a developer wants to know
   */
  constructor(code, options) {
    super(code, options);
    this.name = "ReadingError";
    this.code = code;
  }
}

/** Turn away what is not as it must be. */
export function must(holds, code) {
  if (!holds) throw new ReadingError(code);
}
