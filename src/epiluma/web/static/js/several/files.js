// Files a person hands over, singly or in folders, as a plain list with the names to show them by.
const PICTURE = /^image\//;

/**
 * @typedef {{ file: File, name: string, fromFolder: boolean }} Item
 */

/**
 * @param {Iterable<File>} files of a file field; those of a folder field say where in the folder they lay
 * @returns {Item[]}
 */
export function itemsOfField(files) {
  return [...files].map((file) => ({
    file,
    name: file.webkitRelativePath || file.name,
    fromFolder: Boolean(file.webkitRelativePath),
  }));
}

/**
 * @param {DataTransfer} transfer of a drop or a paste: its entries have to be taken before anything is waited for
 * @returns {Promise<Item[]>}
 */
export function itemsOfTransfer(transfer) {
  const found = [...transfer.items]
    .filter(({ kind }) => kind === "file")
    .map((item) => item.webkitGetAsEntry?.() ?? item.getAsFile());
  return Promise.all(found.map((one) => (one instanceof File ? itemsOfField([one]) : walk(one, false)))).then((all) =>
    all.flat(),
  );
}

/**
 * Part the files that are pictures by their type from what else lies in a folder. What somebody chose by hand stays,
 * and is told apart when it is read.
 * @param {Item[]} items
 * @returns {{ pictures: Item[], others: number }}
 */
export function sift(items) {
  const hidden = ({ name }) => name.split("/").some((part) => part.startsWith("."));
  const pictures = items.filter((item) => !item.fromFolder || (PICTURE.test(item.file.type) && !hidden(item)));
  return { pictures, others: items.length - pictures.length };
}

async function walk(entry, inFolder) {
  if (entry.isFile) {
    const file = await new Promise((resolve, reject) => entry.file(resolve, reject));
    return [{ file, name: entry.fullPath.replace(/^\//, ""), fromFolder: inFolder }];
  }
  const items = [];
  for (const inside of (await entriesOf(entry)).sort((one, other) => compare(one.name, other.name))) {
    items.push(...(await walk(inside, true)));
  }
  return items;
}

// A browser hands over the entries of a folder in portions, an empty one last.
async function entriesOf(folder) {
  const reader = folder.createReader();
  const entries = [];
  for (;;) {
    const portion = await new Promise((resolve, reject) => reader.readEntries(resolve, reject));
    if (portion.length === 0) return entries;
    entries.push(...portion);
  }
}

function compare(one, other) {
  return one.localeCompare(other, undefined, { numeric: true });
}
