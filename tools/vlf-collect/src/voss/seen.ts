/** The pkids of a list that came already, in 12 bytes each: a list may hold millions. */

/** pkids of VOSS are of 24 hexadecimal digits (documented samples only); others are kept as texts. */
const DIGITS = 24;
/** No number of eight digits. */
const WRONG = -1;
const MIN_SLOTS = 1024;
/** Numbers of a slot. */
const WIDTH = 3;

/** An open hash table of three 32-bit numbers a pkid: exact, no two pkids are ever taken for one. */
export class Seen {
  #table = new Uint32Array(MIN_SLOTS * WIDTH);
  #slots: number = MIN_SLOTS;
  #used = 0;
  /** All zeros mark a free slot, so the pkid of zeros stands with the unusual ones. */
  readonly #others = new Set<string>();

  get size(): number {
    return this.#used + this.#others.size;
  }

  /** Whether the pkid is new; from now on it is not. */
  add(pkid: string): boolean {
    const isUsual = pkid.length === DIGITS;
    const a = isUsual ? numberAt(pkid, 0) : WRONG;
    const b = isUsual ? numberAt(pkid, 8) : WRONG;
    const c = isUsual ? numberAt(pkid, 16) : WRONG;
    if (a === WRONG || b === WRONG || c === WRONG || (a === 0 && b === 0 && c === 0)) {
      const { size } = this.#others;
      return this.#others.add(pkid).size > size;
    }
    if (!this.#put(a, b, c)) return false;
    this.#used += 1;
    if (this.#used * 3 > this.#slots * 2) this.#grow();
    return true;
  }

  #put(a: number, b: number, c: number): boolean {
    const table = this.#table;
    const mask = this.#slots - 1;
    let slot = mix(a, b, c) & mask;
    for (;;) {
      const at = slot * WIDTH;
      if (table[at] === 0 && table[at + 1] === 0 && table[at + 2] === 0) {
        table[at] = a;
        table[at + 1] = b;
        table[at + 2] = c;
        return true;
      }
      if (table[at] === a && table[at + 1] === b && table[at + 2] === c) return false;
      slot = (slot + 1) & mask;
    }
  }

  #grow(): void {
    const old = this.#table;
    this.#slots *= 2;
    this.#table = new Uint32Array(this.#slots * WIDTH);
    for (let at = 0; at < old.length; at += WIDTH) {
      const [a = 0, b = 0, c = 0] = [old[at], old[at + 1], old[at + 2]];
      if (a !== 0 || b !== 0 || c !== 0) this.#put(a, b, c);
    }
  }
}

/** The number of eight hexadecimal digits, without capitals. */
function numberAt(text: string, at: number): number {
  let number = 0;
  for (let i = at; i < at + 8; i++) {
    const code = text.charCodeAt(i);
    const digit = code >= 48 && code <= 57 ? code - 48 : code >= 97 && code <= 102 ? code - 87 : WRONG;
    if (digit === WRONG) return WRONG;
    number = (number << 4) | digit;
  }
  return number >>> 0;
}

/** Spreads the bits, since pkids made in a row differ in few of them (finalizer of MurmurHash3). */
function mix(a: number, b: number, c: number): number {
  let h = a ^ Math.imul(b, 0x85ebca6b) ^ Math.imul(c, 0xc2b2ae35);
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}
