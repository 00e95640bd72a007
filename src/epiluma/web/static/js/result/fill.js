/**
 * Fill a piece of markup from what it is to say. Marks in it name what belongs where: data-if="key" is there only where
 * the value is something, data-text="key" says it, data-set="attribute:key" carries it, data-each="key" repeats its first
 * child for each of several values; a value that is a plain text is called "item".
 * @param {Element} root a fresh copy of the markup; changed in place
 * @param {object} view what it is to say, by key
 */
export function fill(root, view) {
  for (const part of all(root, "[data-if]")) {
    const value = view[part.dataset.if];
    if (!value || value.length === 0) part.remove();
  }
  const lists = all(root, "[data-each]").map((list) => {
    const pattern = list.firstElementChild;
    list.replaceChildren();
    return [list, pattern];
  });
  for (const part of all(root, "[data-text]")) part.textContent = view[part.dataset.text];
  for (const part of all(root, "[data-set]")) {
    const [attribute, key] = part.dataset.set.split(":");
    part.setAttribute(attribute, view[key]);
  }
  for (const [list, pattern] of lists) {
    for (const value of view[list.dataset.each]) {
      const one = pattern.cloneNode(true);
      fill(one, typeof value === "string" ? { item: value } : value);
      list.append(one);
    }
  }
}

function all(root, selector) {
  const inside = [...root.querySelectorAll(selector)];
  return root.matches(selector) ? [root, ...inside] : inside;
}
