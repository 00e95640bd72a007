// From files to pictures of the list: hashed one after the other, the same ones recognised, too many left out.
import { put } from "../result/view.js";
import { digest } from "./digest.js";
import { sift } from "./files.js";
import { ReadingProblem } from "./problem.js";

/**
 * @param {Element} root of the page
 * @param {object} given
 * @param {() => object[]} given.pictures those in the list
 * @param {(picture: object) => void} given.add
 * @param {object} given.bar tells what was left out
 * @returns {{ take: (items: import("./files.js").Item[]) => void, stop: () => void }} `stop` forgets what has been
 *   taken and is not in the list yet
 */
export function collect(root, { pictures, add, bar }) {
  const texts = root.dataset;
  let before = Promise.resolve();
  let turn = 0;

  async function collectAll(items, mine) {
    if (mine !== turn) return;
    const { pictures: wanted, others } = sift(items);
    const left = { others, again: 0, tooMany: 0 };
    for (const [done, item] of wanted.entries()) {
      if (pictures().length >= Number(texts.maxRows)) {
        left.tooMany = wanted.length - done;
        break;
      }
      bar.preparing(put(texts.textPreparing, { done, all: wanted.length }));
      const picture = await pictureOf(item, Number(texts.maxBytes), texts.recordTooLarge);
      if (mine !== turn) return;
      const equal = picture.sha256 && pictures().find(({ sha256 }) => sha256 === picture.sha256);
      if (equal && equal.name === picture.name) left.again += 1;
      else add({ ...picture, same: equal ? equal.name : "" });
    }
    bar.preparing("");
    bar.tell(
      left.others && put(texts.textLeftOut, { count: left.others }),
      left.again && put(texts.textAgain, { count: left.again }),
      left.tooMany && put(texts.textTooMany, { most: texts.maxRows, count: left.tooMany }),
    );
    bar.say(put(texts.textAdded, { count: pictures().length }));
  }

  return {
    take(items) {
      const mine = turn;
      before = before.then(() => collectAll(items, mine));
    },
    stop() {
      turn += 1;
      bar.preparing("");
    },
  };
}

async function pictureOf({ file, name }, maxBytes, tooLarge) {
  const picture = { file, name, sha256: "", own: "", same: "", state: "waiting", record: null, problem: null };
  try {
    if (file.size > maxBytes) throw new ReadingProblem("image.too-large", tooLarge);
    picture.sha256 = await digest(file);
  } catch ({ code, message }) {
    const known = typeof code === "string";
    return { ...picture, state: "failed", problem: known ? { code, message } : { code: "file.gone", message: "" } };
  }
  return picture;
}
