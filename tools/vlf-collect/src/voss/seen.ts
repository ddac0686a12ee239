/** The pkids of a list that came already, in 14 to 18 bytes each: a list may hold millions. */

/** pkids of VOSS are of 24 hexadecimal digits (documented samples only); others are kept as texts. */
const DIGITS = 24;
/** No number of eight digits. */
const WRONG = -1;
/** Numbers of a slot. */
const WIDTH = 3;
/** Bits of a hash that choose one of the tables. */
const TABLE_BITS = 6;
const MIN_SLOTS = 16;
/** Share of the slots in use from which on a table grows, and how much: memory is to follow what is held. */
const FULL = 0.85;
const GROWTH = 1.25;
/** Growth as long as a table is to become so much larger anyway: tables that are thrown away leave holes. */
const FAST_GROWTH = 4;
/** What a table may get more than its share of what is expected. */
const MORE = 1.04;

/**
 * Open hash tables of three 32-bit numbers a pkid: exact, no two pkids are ever taken for one. Many small
 * tables grow at different times, so that there never are an old and a new one of everything.
 */
export class Seen {
  readonly #tables: (Table | undefined)[] = [];
  #used = 0;
  /** All zeros mark a free slot, so the pkid of zeros stands with the unusual ones. */
  readonly #others = new Set<string>();
  #expected = 0;

  get size(): number {
    return this.#used + this.#others.size;
  }

  /** How many there are going to be, as far as that is known: no more than a hint. */
  expect(total: number): void {
    this.#expected = Math.ceil((total * MORE) / 2 ** TABLE_BITS / FULL);
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
    const hash = mix(a, b, c);
    const index = hash >>> (32 - TABLE_BITS);
    const table = (this.#tables[index] ??= new Table());
    if (!table.put(hash, a, b, c, this.#expected)) return false;
    this.#used += 1;
    return true;
  }
}

class Table {
  #numbers = new Uint32Array(MIN_SLOTS * WIDTH);
  #slots: number = MIN_SLOTS;
  #used = 0;

  /**
   * Whether it was not there.
   * @param expected slots that it is going to need
   */
  put(hash: number, a: number, b: number, c: number, expected: number): boolean {
    const numbers = this.#numbers;
    const end = this.#slots * WIDTH;
    // The bits that chose the table are the same for all of it.
    let at = Math.floor(((hash << TABLE_BITS) >>> 0) * (this.#slots / 2 ** 32)) * WIDTH;
    for (;;) {
      if (numbers[at] === 0 && numbers[at + 1] === 0 && numbers[at + 2] === 0) {
        numbers[at] = a;
        numbers[at + 1] = b;
        numbers[at + 2] = c;
        this.#used += 1;
        if (this.#used > this.#slots * FULL) this.#grow(expected);
        return true;
      }
      if (numbers[at] === a && numbers[at + 1] === b && numbers[at + 2] === c) return false;
      at += WIDTH;
      if (at === end) at = 0;
    }
  }

  /** @param expected slots that it is going to need */
  #grow(expected: number): void {
    const old = this.#numbers;
    const fast = Math.min(this.#slots * FAST_GROWTH, expected);
    this.#slots = Math.max(Math.ceil(this.#slots * GROWTH), fast);
    this.#numbers = new Uint32Array(this.#slots * WIDTH);
    this.#used = 0;
    for (let at = 0; at < old.length; at += WIDTH) {
      const [a = 0, b = 0, c = 0] = [old[at], old[at + 1], old[at + 2]];
      if (a !== 0 || b !== 0 || c !== 0) this.put(mix(a, b, c), a, b, c, 0);
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
