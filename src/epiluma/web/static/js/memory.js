// What this browser remembers of a reader's choices. Never anything about a picture.
export function remember(key, value) {
  try {
    localStorage.setItem(`epiluma.${key}`, value);
  } catch {
    // Storage may be forbidden or full: the choice then lasts as long as the page.
  }
}

export function recall(key) {
  try {
    return localStorage.getItem(`epiluma.${key}`);
  } catch {
    return null;
  }
}
