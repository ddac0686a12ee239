/** The pkids of a list that came already: a list may hold millions, of which only the last ones stay in memory. */

/** pkids of VOSS are of 24 hexadecimal digits (documented samples only); others are kept as texts. */
const DIGITS = 24;
/** No number of eight digits. */
const WRONG = -1;
/** Numbers of a pkid, and their bytes. */
const WIDTH = 3;
const BYTES = 12;
/** Slots of a table, as powers of two: at first, from where on it becomes as large as tables get, and that size. */
const FIRST_BITS = 6;
const LARGE_BITS = 14;
const MOST_BITS = 17;
/** Share of the slots in use from which on a table grows, or is full. */
const FULL = 0.65;

/** Where tables go that are full. What it holds stays as it is; it is asked while a page is looked at, so it answers at once. */
export interface Shelf {
  /** Keeps bytes; tells where they are. */
  append(bytes: Uint8Array): number;
  /** Fills `into` with what is there. */
  read(at: number, into: Uint8Array): void;
}

/**
 * Memory of tables of `MOST_BITS` that no list needs at the moment. glibc takes the largest piece that was given back for
 * what a program needs again and again, and keeps twice as much of what others give back, for each thread.
 */
const SPARE: Uint32Array[] = [];

/**
 * Hash tables of three 32-bit numbers a pkid: exact, no two pkids are ever taken for one. A table that is full goes to the
 * shelf; a byte of each of its slots stays, and tells for all but a few pkids that they are not in it.
 */
export class Seen {
  readonly #shelf: Shelf | undefined;
  readonly #mostBits: number;
  /** Those that are full. */
  readonly #tables: Table[] = [];
  #open: Table = new Table(FIRST_BITS);
  #used = 0;
  readonly #others = new Set<string>();

  /**
   * @param shelf without one, all of them are held in memory
   * @param mostBits slots of a full table, as a power of two
   */
  constructor(shelf?: Shelf, mostBits: number = MOST_BITS) {
    this.#shelf = shelf;
    this.#mostBits = mostBits;
  }

  get size(): number {
    return this.#used + this.#others.size;
  }

  /** Whether the pkid is new; from now on it is not. */
  add(pkid: string): boolean {
    const isUsual = pkid.length === DIGITS;
    const a = isUsual ? numberAt(pkid, 0) : WRONG;
    const b = isUsual ? numberAt(pkid, 8) : WRONG;
    const c = isUsual ? numberAt(pkid, 16) : WRONG;
    if (a === WRONG || b === WRONG || c === WRONG) {
      const { size } = this.#others;
      return this.#others.add(pkid).size > size;
    }
    const hash = mix(a, b, c);
    for (const table of this.#tables) if (table.has(hash, a, b, c)) return false;
    if (!this.#open.put(hash, a, b, c)) return false;
    this.#used += 1;
    if (this.#open.isFull) this.#makeRoom();
    return true;
  }

  /** Gives its memory to others; it is empty afterwards. */
  clear(): void {
    this.#open.release();
    this.#open = new Table(FIRST_BITS);
    this.#tables.length = 0;
    this.#used = 0;
    this.#others.clear();
  }

  #makeRoom(): void {
    const full = this.#open;
    if (full.bits < this.#mostBits) {
      this.#open = full.larger(full.bits < LARGE_BITS ? full.bits + 1 : this.#mostBits);
      return;
    }
    const words = this.#shelf === undefined ? undefined : full.shelve(this.#shelf);
    this.#tables.push(full);
    this.#open = new Table(full.bits, words);
  }
}

/** An open hash table, in memory or on the shelf. */
class Table {
  readonly bits: number;
  /** Of each slot a byte of the hash; 0 for a free one. */
  readonly #marks: Uint8Array;
  /** Of each slot the pkid; one without a mark may hold anything. */
  #words: Uint32Array;
  /** Where the slots are on the shelf, when they are. */
  #at = 0;
  #shelf: Shelf | undefined;
  #free: number;

  /** @param words memory of such a table, to be used again */
  constructor(bits: number, words: Uint32Array = wordsOf(bits)) {
    this.bits = bits;
    this.#marks = new Uint8Array(1 << bits);
    this.#words = words;
    this.#free = Math.floor(FULL * (1 << bits));
  }

  get isFull(): boolean {
    return this.#free === 0;
  }

  has(hash: number, a: number, b: number, c: number): boolean {
    return this.#marks[this.#find(hash, a, b, c)] !== 0;
  }

  /** Whether it was not there. */
  put(hash: number, a: number, b: number, c: number): boolean {
    const slot = this.#find(hash, a, b, c);
    if (this.#marks[slot] !== 0) return false;
    this.#marks[slot] = markOf(hash);
    const at = slot * WIDTH;
    this.#words[at] = a;
    this.#words[at + 1] = b;
    this.#words[at + 2] = c;
    this.#free -= 1;
    return true;
  }

  /** The slot of a pkid, or the free one where it would be put. */
  #find(hash: number, a: number, b: number, c: number): number {
    const marks = this.#marks;
    const mark = markOf(hash);
    let slot = hash >>> (32 - this.bits);
    for (;;) {
      const found = marks[slot];
      if (found === 0 || (found === mark && this.#isAt(slot, a, b, c))) return slot;
      slot = (slot + 1) & (marks.length - 1);
    }
  }

  #isAt(slot: number, a: number, b: number, c: number): boolean {
    let words = this.#words;
    let at = slot * WIDTH;
    if (this.#shelf !== undefined) {
      this.#shelf.read(this.#at + slot * BYTES, ONE_BYTES);
      words = ONE;
      at = 0;
    }
    return words[at] === a && words[at + 1] === b && words[at + 2] === c;
  }

  /** The same with more slots. */
  larger(bits: number): Table {
    const table = new Table(bits);
    const words = this.#words;
    for (let slot = 0, at = 0; slot < this.#marks.length; slot += 1, at += WIDTH) {
      if (this.#marks[slot] === 0) continue;
      const [a, b, c] = [words[at] as number, words[at + 1] as number, words[at + 2] as number];
      table.put(mix(a, b, c), a, b, c);
    }
    return table;
  }

  /** Gives its memory to others, and is not used any more. */
  release(): void {
    if (this.bits === MOST_BITS) SPARE.push(this.#words);
    this.#words = ONE;
  }

  /** Puts the slots on the shelf; gives their memory to be used again. */
  shelve(shelf: Shelf): Uint32Array {
    const words = this.#words;
    this.#at = shelf.append(new Uint8Array(words.buffer));
    this.#shelf = shelf;
    this.#words = ONE;
    return words;
  }
}

function wordsOf(bits: number): Uint32Array {
  const spare = bits === MOST_BITS ? SPARE.pop() : undefined;
  return spare ?? new Uint32Array(WIDTH << bits);
}

/** A pkid that was read from a shelf. */
const ONE = new Uint32Array(WIDTH);
const ONE_BYTES = new Uint8Array(ONE.buffer);

/** Of other bits than those that choose the slot. */
function markOf(hash: number): number {
  return hash & 0xff || 1;
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
