/**
 * Cuts a record stream into blocks of whole scopes, for several threads to read. A `scope-end` record
 * that a tool of ours wrote begins with its type, so its line is found without parsing. What is not found
 * so, and scopes that are too large to wait for, are read line by line as without threads.
 */
import { Buffer } from "node:buffer";
import { MAX_LINE_BYTES } from "./_lines.ts";

/** Blocks are this large at least, so that handing them over costs little beside counting them. */
const BLOCK_BYTES = 1 << 20;

/** A scope that is larger is not held in memory: it is read line by line. */
const SCOPE_LIMIT_BYTES = 64 << 20;

const LF = 10;
const LINE_FEED = Buffer.from("\n");
const SCOPE_END = Buffer.from('\n{"type":"scope-end"');
/** Where it differs from the beginning of other records. */
const TELLING = SCOPE_END.indexOf("scope");

/** A piece of the stream, in order. Its memory is its own, so that it can be handed to another thread. */
export interface Piece {
  readonly bytes: Buffer;
  /** Where scopes end in it, behind the line feed; empty for a piece to be read line by line. */
  readonly ends: readonly number[];
}

export interface CutLimits {
  readonly blockBytes: number;
  readonly scopeLimitBytes: number;
}

/** Takes chunks as they come, gives pieces that together are the same bytes. */
export class Cutter {
  readonly #limits: CutLimits;
  #chunks: Uint8Array[] = [];
  #waiting = 0;
  /** The last bytes, in which a record may begin that goes on in the next chunk. */
  #tail: Buffer = LINE_FEED;
  /** What waits holds a scope-end record, perhaps not all of its line. */
  #hasEnd = false;
  /** When so much waits without one, something has to go on. */
  #next: number;
  /** In a scope that was too large: what comes up to its end goes on line by line. */
  #isPassing = false;

  constructor(limits: Partial<CutLimits> = {}) {
    this.#limits = { blockBytes: BLOCK_BYTES, scopeLimitBytes: SCOPE_LIMIT_BYTES, ...limits };
    this.#next = this.#limits.scopeLimitBytes;
  }

  /** Bytes that wait for the end of their scope. */
  get waiting(): number {
    return this.#waiting;
  }

  /** Takes a chunk; gives what is complete by it. */
  push(chunk: Uint8Array): Piece[] {
    this.#chunks.push(chunk);
    this.#waiting += chunk.length;
    this.#hasEnd ||= this.#seesEnd(chunk);
    const isDue = this.#hasEnd ? this.#waiting >= this.#limits.blockBytes : this.#waiting >= this.#next;
    return isDue ? this.#cut() : [];
  }

  /** The rest, of which what is small is read line by line. */
  finish(): Piece[] {
    const pieces = this.#waiting < this.#limits.blockBytes ? [] : this.#cut();
    const rest = this.#join();
    if (rest.length > 0) pieces.push({ bytes: rest, ends: [] });
    return pieces;
  }

  #cut(): Piece[] {
    const all = this.#join();
    const ends = scopeEnds(all);
    const last = ends.at(-1);
    if (last === undefined) return this.#noScope(all);
    this.#next = this.#limits.scopeLimitBytes;
    this.#keep(all.subarray(last));
    const pieces: Piece[] = [];
    const [first] = ends;
    if (this.#isPassing && first !== undefined) {
      this.#isPassing = false;
      pieces.push({ bytes: all.subarray(0, first), ends: [] });
      if (first < last) {
        const bytes = ownCopy(all.subarray(first, last));
        pieces.push({ bytes, ends: ends.slice(1).map((end) => end - first) });
      }
    } else {
      pieces.push({ bytes: all.subarray(0, last), ends });
    }
    return pieces;
  }

  #noScope(all: Buffer): Piece[] {
    const { blockBytes, scopeLimitBytes } = this.#limits;
    if (!this.#isPassing && all.length < scopeLimitBytes) {
      this.#keep(all);
      return [];
    }
    // Up to the last line feed: a scope-end record that is cut in two must still be found.
    const lineEnd = all.lastIndexOf(LF) + 1;
    const end = lineEnd === 0 && all.length > MAX_LINE_BYTES ? all.length : lineEnd;
    this.#isPassing = true;
    this.#keep(all.subarray(end));
    this.#next = this.#waiting + blockBytes;
    return end === 0 ? [] : [{ bytes: all.subarray(0, end), ends: [] }];
  }

  /** Each byte is searched once, whatever the chunks. */
  #seesEnd(chunk: Uint8Array): boolean {
    const seam = Buffer.concat([this.#tail, chunk.subarray(0, SCOPE_END.length)]);
    const bytes = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
    const { length } = SCOPE_END;
    this.#tail =
      bytes.length >= length ? Buffer.from(bytes.subarray(-length)) : Buffer.from(seam.subarray(-length));
    return seam.includes(SCOPE_END) || nextEnd(bytes, 0) >= 0;
  }

  #keep(bytes: Buffer): void {
    // A copy: the memory of what is given away is no longer ours.
    this.#chunks = bytes.length === 0 ? [] : [Buffer.from(bytes)];
    this.#waiting = bytes.length;
    this.#tail = LINE_FEED;
    this.#hasEnd = this.#seesEnd(bytes);
  }

  #join(): Buffer {
    const all = Buffer.allocUnsafeSlow(this.#waiting);
    let at = 0;
    for (const chunk of this.#chunks) {
      all.set(chunk, at);
      at += chunk.length;
    }
    this.#chunks = [];
    this.#waiting = 0;
    return all;
  }
}

/** Where the lines of scope-end records end, behind their line feeds; only lines that are whole. */
function scopeEnds(bytes: Buffer): number[] {
  const ends: number[] = [];
  const startsWithOne = bytes.subarray(0, SCOPE_END.length - 1).equals(SCOPE_END.subarray(1));
  for (let at = startsWithOne ? 0 : nextEnd(bytes, 0); at >= 0;) {
    const end = bytes.indexOf(LF, at + 1);
    if (end < 0) break;
    ends.push(end + 1);
    // The line feed may begin the next one's needle.
    at = nextEnd(bytes, end);
  }
  return ends;
}

/** The place of `SCOPE_END` from here. Going from line to line is several times faster than a search for the whole: all lines begin alike. */
function nextEnd(bytes: Buffer, from: number): number {
  const { length } = SCOPE_END;
  for (
    let at = bytes.indexOf(LF, from);
    at >= 0 && at + length <= bytes.length;
    at = bytes.indexOf(LF, at + 1)
  ) {
    if (bytes[at + TELLING] === SCOPE_END[TELLING] && SCOPE_END.equals(bytes.subarray(at, at + length)))
      return at;
  }
  return -1;
}

function ownCopy(bytes: Buffer): Buffer {
  const copy = Buffer.allocUnsafeSlow(bytes.length);
  copy.set(bytes);
  return copy;
}
