// The words a result is shown with, in the page's language: fetched once, kept by the browser for ever.
let asked = null;

/**
 * @param {string} address from the page, with the version in it
 * @returns {Promise<object>}
 */
export function openWords(address) {
  asked ??= fetch(address).then((answer) => {
    if (!answer.ok) throw new TypeError("the server has no words");
    return answer.json();
  });
  asked.catch(() => {
    asked = null; // so that a later try asks again
  });
  return asked;
}
