// Records as the text of a file. inference/table.py writes the same table; a test compares both.
const FORMULA_STARTS = /^[=+\-@\t\r\n＝＋－＠]/u;
const QUOTED = /[",;\t\r\n]|^ | $/;
const BYTE_ORDER_MARK = "\ufeff";

/**
 * @param {object[]} records predictions, and rows with `error` in the place of numbers
 * @param {string[]} columns in their order
 * @returns {string} CSV that no spreadsheet takes for formulas
 */
export function toTable(records, columns) {
  const lines = [columns, ...records.map((record) => columns.map((column) => cellOf(record, column)))];
  return BYTE_ORDER_MARK + lines.map((cells) => `${cells.map(quoted).join(",")}\n`).join("");
}

/** @returns {string} the records as one JSON array */
export function toJson(records) {
  return `${JSON.stringify(records, null, 1)}\n`;
}

/** A text that no spreadsheet takes for a formula: behind an apostrophe where it begins like one. */
export function safeCell(text) {
  return FORMULA_STARTS.test(text) ? `'${text}` : text;
}

function cellOf(record, column) {
  const special = {
    decision: () => record.decision?.code,
    reasons: () => record.reasons?.join(";"),
    error_code: () => record.error?.code,
    error_message: () => record.error?.message,
  };
  if (column in special) return special[column]();
  if (column.startsWith("p_")) return record.probabilities?.[column.slice(2)];
  if (column.startsWith("top")) return record.top3?.[Number(column.slice(3)) - 1].code;
  return record[column];
}

function quoted(value) {
  const cell = typeof value === "string" ? safeCell(value) : String(value ?? "");
  return QUOTED.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell;
}
