/**
 * Tells from the bytes of a line whether it is an instance of a model that nobody reads, so that it
 * need not be parsed. Says so only of lines as our writers write them and where parsing could not come
 * to another answer; every other line is parsed. `peek.test.ts` holds it against the parser. That such
 * a line is not JSON somewhere inside goes unnoticed: it cannot change what is read of the others.
 */

const HEAD = '{"type":"instance","model":"';
const PKID = '","pkid":"';
const HIERARCHY = '","hierarchy":"';
const DATA = '","data":{';
const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const [HEAD_BYTES, PKID_BYTES, HIERARCHY_BYTES, DATA_BYTES] = [HEAD, PKID, HIERARCHY, DATA].map(bytes) as [
  Uint8Array,
  Uint8Array,
  Uint8Array,
  Uint8Array,
];

const QUOTE = 34;
const BACKSLASH = 92;
const CLOSING_BRACE = 125;
/** Keys that, when they come again, would make another record of the line. */
const KEYS_AGAIN = ['"type"', '"model"'];

/** Looks at the lines of one block after another; see the head of the file. */
export class Peek {
  readonly #read: { has(model: string): boolean };
  readonly #unread = new Map<string, boolean>();
  #block: Buffer | undefined;
  #nextEscape = -1;

  /** `read` holds the models whose instances are read. */
  constructor(read: { has(model: string): boolean }) {
    this.#read = read;
  }

  /** True when the line from `start` to `end` is a good instance record of a model that is not read. */
  isUnread(block: Buffer, start: number, end: number): boolean {
    if (!hasAt(block, start, HEAD_BYTES)) return false;
    const modelStart = start + HEAD_BYTES.length;
    const modelEnd = textEnd(block, modelStart, end);
    if (!this.#isUnreadModel(block.toString("latin1", modelStart, modelEnd))) return false;
    const pkidStart = modelEnd + PKID_BYTES.length;
    const pkidEnd = textEnd(block, pkidStart, end);
    const hierarchyStart = pkidEnd + HIERARCHY_BYTES.length;
    const hierarchyEnd = textEnd(block, hierarchyStart, end);
    return (
      hasAt(block, modelEnd, PKID_BYTES) &&
      pkidEnd > pkidStart &&
      hasAt(block, pkidEnd, HIERARCHY_BYTES) &&
      hierarchyEnd > hierarchyStart &&
      hasAt(block, hierarchyEnd, DATA_BYTES) &&
      // A line that was cut off, or cut in the middle and joined to the next, does not get by here.
      block[end - 1] === CLOSING_BRACE &&
      block[end - 2] === CLOSING_BRACE &&
      this.#escapeAfter(block, start) >= end &&
      KEYS_AGAIN.every((key) => isNotWithin(block, key, hierarchyEnd, end))
    );
  }

  #isUnreadModel(model: string): boolean {
    const known = this.#unread.get(model);
    if (known !== undefined) return known;
    const unread = /^[A-Za-z0-9_/-]+$/.test(model) && !this.#read.has(model);
    if (this.#unread.size < 1000) this.#unread.set(model, unread);
    return unread;
  }

  /** Where the next `\u` stands: it could spell a key in a way that a search does not see. */
  #escapeAfter(block: Buffer, start: number): number {
    if (this.#block !== block || (this.#nextEscape >= 0 && this.#nextEscape < start)) {
      this.#block = block;
      this.#nextEscape = block.indexOf("\\u", start, "latin1");
    }
    return this.#nextEscape < 0 ? Number.POSITIVE_INFINITY : this.#nextEscape;
  }
}

function hasAt(block: Buffer, at: number, wanted: Uint8Array): boolean {
  for (let index = 0; index < wanted.length; index += 1) {
    if (block[at + index] !== wanted[index]) return false;
  }
  return true;
}

/** Where a text ends: at the next quote, or at a backslash, after which nothing wanted can stand. */
function textEnd(block: Buffer, start: number, end: number): number {
  let at = start;
  while (at < end && block[at] !== QUOTE && block[at] !== BACKSLASH) at += 1;
  return at;
}

/** The next place of a key is beyond the line. The head of the next line holds it, so the search is short. */
function isNotWithin(block: Buffer, key: string, from: number, end: number): boolean {
  const at = block.indexOf(key, from, "latin1");
  return at < 0 || at >= end;
}
