// SHA-256 after FIPS 180-4, for browsers that keep theirs from pages without TLS.
const PRIMES = primes(64);
const ROUNDS = Uint32Array.from(PRIMES, (prime) => fraction(Math.cbrt(prime)));
const START = Uint32Array.from(PRIMES.slice(0, 8), (prime) => fraction(Math.sqrt(prime)));
const BLOCK = 64;

/**
 * @param {Uint8Array} bytes
 * @returns {ArrayBuffer} 32 bytes
 */
export function sha256(bytes) {
  const state = START.slice();
  const schedule = new Uint32Array(64);
  const whole = bytes.length - (bytes.length % BLOCK);
  const all = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  for (let place = 0; place < whole; place += BLOCK) compress(state, schedule, all, place);
  const end = padded(bytes.subarray(whole), bytes.length);
  for (let place = 0; place < end.byteLength; place += BLOCK) compress(state, schedule, end, place);
  const hash = new DataView(new ArrayBuffer(32));
  for (const [index, word] of state.entries()) hash.setUint32(index * 4, word);
  return hash.buffer;
}

function padded(rest, length) {
  const view = new DataView(new ArrayBuffer(rest.length + 9 > BLOCK ? 2 * BLOCK : BLOCK));
  const bytes = new Uint8Array(view.buffer);
  bytes.set(rest);
  bytes[rest.length] = 0x80;
  view.setUint32(view.byteLength - 8, Math.floor(length / 2 ** 29)); // the length in bits
  view.setUint32(view.byteLength - 4, (length * 8) >>> 0);
  return view;
}

function compress(state, schedule, view, place) {
  for (let index = 0; index < 16; index += 1) schedule[index] = view.getUint32(place + index * 4);
  for (let index = 16; index < 64; index += 1) {
    const early = schedule[index - 15];
    const late = schedule[index - 2];
    const one = turn(early, 7) ^ turn(early, 18) ^ (early >>> 3);
    const two = turn(late, 17) ^ turn(late, 19) ^ (late >>> 10);
    schedule[index] = schedule[index - 16] + one + schedule[index - 7] + two;
  }
  let [a, b, c, d, e, f, g, h] = state;
  for (let index = 0; index < 64; index += 1) {
    const choice = (e & f) ^ (~e & g);
    const majority = (a & b) ^ (a & c) ^ (b & c);
    const first = (h + (turn(e, 6) ^ turn(e, 11) ^ turn(e, 25)) + choice + ROUNDS[index] + schedule[index]) | 0;
    const second = ((turn(a, 2) ^ turn(a, 13) ^ turn(a, 22)) + majority) | 0;
    [h, g, f, e, d, c, b, a] = [g, f, e, (d + first) | 0, c, b, a, (first + second) | 0];
  }
  for (const [index, word] of [a, b, c, d, e, f, g, h].entries()) state[index] += word;
}

function turn(word, by) {
  return (word >>> by) | (word << (32 - by));
}

// The first 32 bits behind the point: how the standard makes numbers that nobody chose.
function fraction(number) {
  return Math.floor((number - Math.floor(number)) * 2 ** 32);
}

function primes(count) {
  const found = [];
  for (let number = 2; found.length < count; number += 1) {
    if (found.every((prime) => number % prime !== 0)) found.push(number);
  }
  return found;
}
