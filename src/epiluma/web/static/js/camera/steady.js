// Lets a word through only when it has been said so many times in a row: hints do not flicker, and are not read out
// for every frame.
export function steady(times) {
  let last = null;
  let count = 0;
  let held = null;
  return (word) => {
    count = word === last ? count + 1 : 1;
    last = word;
    if (count >= times) held = word;
    return held;
  };
}
