// The list as a file: a table for a spreadsheet, or the records themselves, in the order that is shown.
import { problemText } from "./problem.js";
import { save } from "./save.js";
import { toJson, toTable } from "./table.js";

/**
 * @param {Element} root of the page
 * @param {{ batch: object, words: object }} given the pictures, and the words of the page's language
 */
export function saving(root, { batch, words }) {
  const { columns, modelId, recordNotice, recordSchema } = root.dataset;
  const buttons = [...root.querySelectorAll("[data-save]")];
  const has = ({ state }) => state === "done" || state === "failed";
  let saved = true;

  const records = () => batch.pictures().filter(has).map((picture) => picture.record ?? unreadable(picture));

  function unreadable(picture) {
    const { name: file, sha256, problem } = picture;
    return {
      schema: recordSchema,
      file,
      ...(sha256 && { sha256 }),
      model_id: modelId,
      modality: batch.modalityOf(picture),
      error: { code: problem.code, message: problem.message || problemText(problem, words, root.dataset) },
      notice: recordNotice,
    };
  }

  const forms = {
    csv: () => save(toTable(records(), columns.split(",")), "epiluma.csv", "text/csv"),
    json: () => save(toJson(records()), "epiluma.json", "application/json"),
  };
  for (const button of buttons) {
    button.addEventListener("click", () => {
      forms[button.dataset.save]();
      saved = true;
    });
  }
  // Nothing is kept anywhere: whoever leaves the page loses the results, and is asked first.
  addEventListener("beforeunload", (event) => {
    if (!saved && batch.pictures().some(({ state }) => state === "done")) event.preventDefault();
  });

  return {
    settle() {
      const some = batch.pictures().some(has);
      for (const button of buttons) button.disabled = !some;
      saved = false;
    },
  };
}
