// Reads pictures of skin lesions in the browser; nothing of a picture leaves the device. README.md says how to use it.
export { classify, openReader, ReadingError, support } from "./js/reader/classify.js";
