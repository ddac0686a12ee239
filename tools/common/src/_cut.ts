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

/** Blocks of memory that are kept to be used again. */
const MANY_FREE = 8;

const LF = 10;
const SCOPE_END = Buffer.from('{"type":"scope-end"');
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
  /** Memory that came back, as large as the block or larger: to take it again saves the system from clearing more, which takes longer than reading into it. */
  #free: ArrayBuffer[] = [];
  /** What waits for the end of its scope, and how much of it there is. */
  #block: Buffer;
  #waiting = 0;
  /** Where scopes end in it, and the line behind which no line feed came yet. */
  #ends: number[] = [];
  #line = 0;
  /** When so much waits without the end of a scope, something has to go on. */
  #next: number;
  /** In a scope that was too large: what comes up to its end goes on line by line. */
  #isPassing = false;

  constructor(limits: Partial<CutLimits> = {}) {
    this.#limits = { blockBytes: BLOCK_BYTES, scopeLimitBytes: SCOPE_LIMIT_BYTES, ...limits };
    this.#next = this.#limits.scopeLimitBytes;
    this.#block = Buffer.allocUnsafeSlow(2 * this.#limits.blockBytes);
  }

  /** Takes a chunk, of which the memory stays the caller's; gives what is complete by it. */
  push(chunk: Uint8Array): Piece[] {
    const from = this.#waiting;
    this.#waiting += chunk.length;
    this.#makeRoom(this.#waiting);
    this.#block.set(chunk, from);
    this.#findEnds(from);
    const isDue =
      this.#ends.length > 0 ? this.#waiting >= this.#limits.blockBytes : this.#waiting >= this.#next;
    return isDue ? this.#cut() : [];
  }

  /** The rest, of which what is small is read line by line. */
  finish(): Piece[] {
    const pieces = this.#waiting < this.#limits.blockBytes ? [] : this.#cut();
    if (this.#waiting > 0) pieces.push(this.#take(this.#waiting, []));
    return pieces;
  }

  /** Takes the memory of a piece back, which nobody else has or looks at any more. */
  giveBack(memory: ArrayBuffer): void {
    if (memory.byteLength >= this.#block.length && this.#free.length < MANY_FREE) this.#free.push(memory);
  }

  #cut(): Piece[] {
    const ends = this.#ends;
    const [first, last] = [ends[0], ends.at(-1)];
    if (first === undefined || last === undefined) return this.#noScope();
    this.#next = this.#limits.scopeLimitBytes;
    if (!this.#isPassing) return [this.#take(last, ends)];
    this.#isPassing = false;
    const pieces = [this.#take(first, [])];
    if (first < last)
      pieces.push(
        this.#take(
          last - first,
          ends.slice(1).map((end) => end - first),
        ),
      );
    return pieces;
  }

  #noScope(): Piece[] {
    const { blockBytes, scopeLimitBytes } = this.#limits;
    if (!this.#isPassing && this.#waiting < scopeLimitBytes) return [];
    // Up to the last line feed: a scope-end record that is cut in two must still be found.
    const end = this.#line === 0 && this.#waiting > MAX_LINE_BYTES ? this.#waiting : this.#line;
    this.#isPassing = true;
    const pieces = end === 0 ? [] : [this.#take(end, [])];
    this.#next = this.#waiting + blockBytes;
    return pieces;
  }

  /** Gives the first bytes of what waits away, with their memory. */
  #take(bytes: number, ends: readonly number[]): Piece {
    const block = this.#block;
    const rest = block.subarray(bytes, this.#waiting);
    const free = this.#free.pop();
    this.#block = free === undefined ? Buffer.allocUnsafeSlow(block.length) : Buffer.from(free);
    this.#block.set(rest);
    this.#waiting = rest.length;
    this.#ends = [];
    this.#line = 0;
    this.#findEnds(0);
    return { bytes: block.subarray(0, bytes), ends };
  }

  #makeRoom(bytes: number): void {
    if (bytes <= this.#block.length) return;
    const larger = Buffer.allocUnsafeSlow(bytes + Math.ceil(bytes / 4));
    larger.set(this.#block);
    this.#block = larger;
    this.#free = [];
  }

  /**
   * Finds lines of scope-end records; there is no line feed before a place that is not looked at yet. Going from line to line is
   * several times faster than a search for the whole: all lines begin alike.
   */
  #findEnds(from: number): void {
    const bytes = this.#block.subarray(0, this.#waiting);
    for (let end = bytes.indexOf(LF, from); end >= 0; end = bytes.indexOf(LF, this.#line)) {
      if (bytes[this.#line + TELLING] === SCOPE_END[TELLING] && isScopeEnd(bytes, this.#line)) {
        this.#ends.push(end + 1);
      }
      this.#line = end + 1;
    }
  }
}

function isScopeEnd(bytes: Buffer, line: number): boolean {
  return SCOPE_END.equals(bytes.subarray(line, line + SCOPE_END.length));
}
