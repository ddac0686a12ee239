/**
 * Tells from the bytes of a line whether it is an instance of a model that nobody reads, so that it
 * need not be parsed. Says so only of lines whose keys are `type, model, pkid, hierarchy, data`, once
 * each and in this order, as our writers write them; every other line is parsed. `peek.test.ts` holds it
 * against the parser. That such a line is not JSON somewhere inside `data` can go unnoticed: it cannot
 * change what is read of the others.
 */

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const HEAD = bytes('{"type":"instance","model":"');
const PKID = bytes('","pkid":"');
const HIERARCHY = bytes('","hierarchy":"');
const DATA = bytes('","data":{');

const QUOTE = 34;
const BACKSLASH = 92;
const OPEN = 123;
const CLOSE = 125;

/** What is known of a model by the hash of its name. */
interface Verdict {
  readonly name: Uint8Array;
  readonly unread: boolean;
}

export class Peek {
  readonly #read: { has(model: string): boolean };
  readonly #verdicts = new Map<number, Verdict>();

  /** `read` holds the models whose instances are read. */
  constructor(read: { has(model: string): boolean }) {
    this.#read = read;
  }

  /** True when the line from `start` to `end` is a good instance record of a model that is not read. */
  isUnread(block: Uint8Array, start: number, end: number): boolean {
    if (!hasAt(block, start, HEAD)) return false;
    const modelStart = start + HEAD.length;
    let modelEnd = modelStart;
    let hash = 0;
    for (let byte = block[modelEnd]; byte !== QUOTE && modelEnd < end; byte = block[modelEnd]) {
      hash = (Math.imul(hash, 31) + (byte ?? 0)) | 0;
      modelEnd += 1;
    }
    return this.#isUnreadModel(block, modelStart, modelEnd, hash) && isGoodRest(block, modelEnd, end);
  }

  #isUnreadModel(block: Uint8Array, start: number, end: number, hash: number): boolean {
    const known = this.#verdicts.get(hash);
    if (known?.name.length === end - start && hasAt(block, start, known.name)) return known.unread;
    const name = block.slice(start, end);
    const model = String.fromCharCode(...name);
    // A name with an escape, or not in ASCII, is left to the parser.
    const unread = /^[A-Za-z0-9_/-]+$/.test(model) && !this.#read.has(model);
    this.#verdicts.set(hash, { name, unread });
    return unread;
  }
}

/** Whether after the model follow pkid, hierarchy and data, none empty, and nothing else. */
function isGoodRest(block: Uint8Array, modelEnd: number, end: number): boolean {
  const pkidStart = modelEnd + PKID.length;
  const pkidEnd = textEnd(block, pkidStart, end);
  const hierarchyStart = pkidEnd + HIERARCHY.length;
  const hierarchyEnd = textEnd(block, hierarchyStart, end);
  return (
    pkidEnd > pkidStart &&
    hierarchyEnd > hierarchyStart &&
    hasAt(block, modelEnd, PKID) &&
    hasAt(block, pkidEnd, HIERARCHY) &&
    hasAt(block, hierarchyEnd, DATA) &&
    objectEnd(block, hierarchyEnd + DATA.length, end) === end - 1 &&
    block[end - 1] === CLOSE
  );
}

function hasAt(block: Uint8Array, at: number, wanted: Uint8Array): boolean {
  for (let index = 0; index < wanted.length; index += 1) {
    if (block[at + index] !== wanted[index]) return false;
  }
  return true;
}

/** Where a text ends: at the next quote, or at a backslash, after which nothing wanted can stand. */
function textEnd(block: Uint8Array, start: number, end: number): number {
  let at = start;
  while (at < end && block[at] !== QUOTE && block[at] !== BACKSLASH) at += 1;
  return at;
}

/** The place after the brace that closes the object whose inside begins at `start`; -1 when none does. */
function objectEnd(block: Uint8Array, start: number, end: number): number {
  let depth = 1;
  for (let at = start; at < end; at += 1) {
    const byte = block[at];
    if (byte === QUOTE) {
      at += 1;
      while (at < end && block[at] !== QUOTE) at += block[at] === BACKSLASH ? 2 : 1;
    } else if (byte === OPEN) depth += 1;
    else if (byte === CLOSE) {
      depth -= 1;
      if (depth === 0) return at + 1;
    }
  }
  return -1;
}
