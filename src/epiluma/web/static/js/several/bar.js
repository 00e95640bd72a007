// What stands above the list: how far the reading is, how many of each there are, and what is said aloud about it.
import { put } from "../result/view.js";
import { groupOf } from "./order.js";

const STEPS_SAID = 4; // a screen reader hears each quarter of a long run, not each picture

/** @param {Element} root of the page */
export function bar(root) {
  const texts = root.dataset;
  const status = root.querySelector("[data-status]");
  const message = root.querySelector("[data-message]");
  const box = root.querySelector("[data-progress-box]");
  const line = root.querySelector("[data-progress-text]");
  const meter = root.querySelector("[data-progress]");
  const preparing = root.querySelector("[data-preparing]");
  let said = 0;

  function say(...sentences) {
    status.textContent = sentences.filter(Boolean).join(" ");
  }

  return {
    say,
    /** Tell what a person has to know and would not see otherwise; nothing takes the message away. */
    tell(...sentences) {
      const text = sentences.filter(Boolean).join(" ");
      message.querySelector("[data-message-text]").textContent = text;
      message.hidden = !text;
    },
    preparing(text) {
      preparing.textContent = text;
      preparing.hidden = !text;
    },
    progress({ done, all }) {
      const sentence = put(texts.textProgress, { done, all });
      box.hidden = false;
      meter.value = all ? (100 * done) / all : 0;
      line.textContent = sentence;
      const step = Math.floor((STEPS_SAID * done) / all);
      if (step !== said && done < all) say(sentence);
      said = step;
    },
    rest() {
      box.hidden = true;
      said = 0;
    },
    count(pictures) {
      for (const item of root.querySelectorAll("[data-count]")) {
        const number = pictures.filter((picture) => groupOf(picture) === item.dataset.count).length;
        item.querySelector("[data-number]").textContent = number;
        item.hidden = number === 0;
      }
    },
  };
}
