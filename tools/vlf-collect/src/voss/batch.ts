/** Lines in order as bytes with their keys: what a sort hands on, so that neither is a text of its own. */
import { Buffer } from "node:buffer";
import { viewOf } from "./line-buffer.ts";

/** Bytes of lines handed on at once. */
const BATCH_BYTES = 64 * 1024;

/** Keys and lines, each after the one before it. Bytes behind the last end are of no meaning. */
export interface Batch {
  readonly count: number;
  /** What lines are ordered by, byte by byte. */
  readonly keys: Buffer;
  /** Where each key ends in `keys`. */
  readonly keyEnds: Uint32Array;
  readonly bytes: Buffer;
  /** Where each line ends in `bytes`, behind its line feed. */
  readonly ends: Uint32Array;
}

/** Compares two keys byte by byte, as `sort()` wants it. */
export function compareKeys(
  a: Buffer,
  aStart: number,
  aEnd: number,
  b: Buffer,
  bStart: number,
  bEnd: number,
): number {
  const length = Math.min(aEnd - aStart, bEnd - bStart);
  // Keys begin alike: in place this is faster than a call for each two of them.
  for (let i = 0; i < length; i += 1) {
    const difference = (a[aStart + i] as number) - (b[bStart + i] as number);
    if (difference !== 0) return difference;
  }
  return aEnd - aStart - (bEnd - bStart);
}

/** Lines with their line feeds somewhere in `bytes`. */
export interface Lines {
  readonly bytes: Buffer;
  readonly starts: readonly number[];
  readonly ends: readonly number[];
}

/** Bytes of all lines. */
export function sizeOf({ starts, ends }: Pick<Lines, "starts" | "ends">): number {
  let size = 0;
  for (let i = 0; i < starts.length; i += 1) size += (ends[i] as number) - (starts[i] as number);
  return size;
}

/** Memory for a batch, which grows where it has to. */
class Pieces {
  count = 0;
  bytes: Buffer;
  view: DataView;
  ends: Uint32Array = new Uint32Array(256);
  size = 0;

  constructor(bytes: number) {
    this.bytes = Buffer.allocUnsafeSlow(bytes);
    this.view = viewOf(this.bytes);
  }

  /** Makes room for so many bytes and pieces more. */
  reserve(bytes: number, count: number): void {
    if (this.size + bytes > this.bytes.length) {
      const larger = Buffer.allocUnsafeSlow(Math.max(2 * this.bytes.length, this.size + bytes));
      this.bytes.copy(larger, 0, 0, this.size);
      this.bytes = larger;
      this.view = viewOf(larger);
    }
    if (this.count + count > this.ends.length) {
      const larger = new Uint32Array(Math.max(2 * this.ends.length, this.count + count));
      larger.set(this.ends);
      this.ends = larger;
    }
  }

  /** Adds bytes that belong to the piece which ends next. */
  put(from: Buffer, start: number, end: number): void {
    this.bytes.set(from.subarray(start, end), this.size);
    this.size += end - start;
  }

  /** Adds one short piece. */
  add(from: DataView, start: number, end: number): void {
    this.reserve(end - start, 1);
    const to = this.view;
    const shift = this.size - start;
    let at = start;
    // In words: a call to copy it takes longer, and leaves an object behind.
    for (; at + 4 <= end; at += 4) to.setInt32(at + shift, from.getInt32(at, true), true);
    for (; at < end; at += 1) to.setUint8(at + shift, from.getUint8(at));
    this.size += end - start;
    this.end(this.size);
  }

  end(at: number): void {
    this.ends[this.count++] = at;
  }

  startOf(index: number): number {
    return index === 0 ? 0 : (this.ends[index - 1] as number);
  }

  clear(): void {
    this.count = 0;
    this.size = 0;
  }
}

/** Lines in the order in which they came, in one piece of memory that is used again and again. */
export class Block {
  readonly #lines: Pieces;
  readonly #keys: Pieces = new Pieces(64 * 1024);

  constructor(size: number) {
    this.#lines = new Pieces(size);
  }

  get capacity(): number {
    return this.#lines.bytes.length;
  }

  /** What it holds lines and keys in: for others, when it is not needed any more. */
  get memory(): readonly Buffer[] {
    return [this.#lines.bytes, this.#keys.bytes];
  }

  /**
   * Takes lines; false when there is no room for them.
   * @param tag of all of them: behind the key, by a tab
   */
  add(keys: readonly string[], tag: string, { bytes, starts, ends }: Lines): boolean {
    const lines = this.#lines;
    const size = sizeOf({ starts, ends });
    if (lines.size + size > lines.bytes.length) return false;
    lines.reserve(size, keys.length);
    for (let i = 0; i < keys.length;) {
      // Lines that follow each other are copied in one piece.
      const from = starts[i] as number;
      const shift = lines.size - from;
      let to = from;
      for (; i < keys.length && starts[i] === to; i += 1) {
        to = ends[i] as number;
        lines.end(to + shift);
      }
      lines.put(bytes, from, to);
    }
    this.#addKeys(keys, tag);
    return true;
  }

  #addKeys(texts: readonly string[], tag: string): void {
    const keys = this.#keys;
    const end = `\t${tag}\n`;
    const text = `${texts.join(end)}${end}`;
    keys.reserve(3 * text.length, texts.length);
    const start = keys.size;
    keys.size += keys.bytes.write(text, start);
    // A character of ASCII is a byte: then the lengths are known.
    const isAscii = keys.size - start === text.length;
    let at = start;
    for (const { length } of texts) {
      at = isAscii ? at + length + end.length : keys.bytes.indexOf(10, at) + 1;
      keys.end(at);
    }
  }

  /**
   * All lines in order; afterwards it is empty.
   * @param again whether the memory of a batch may be used again when the next is asked for
   */
  *sorted(again: boolean): Generator<Batch> {
    const keys = this.#keys;
    const lines = this.#lines;
    const [all, ends] = [keys.bytes, keys.ends];
    const order = Uint32Array.from({ length: keys.count }, (_, index) => index);
    order.sort((a, b) =>
      compareKeys(all, keys.startOf(a), ends[a] as number, all, keys.startOf(b), ends[b] as number),
    );
    const builder = new BatchBuilder(again);
    for (const index of order) {
      const end = lines.ends[index] as number;
      const full = builder.add(
        keys.view,
        keys.startOf(index),
        ends[index] as number,
        lines.view,
        lines.startOf(index),
        end,
      );
      if (full !== undefined) yield full;
    }
    keys.clear();
    lines.clear();
    const rest = builder.take();
    if (rest !== undefined) yield rest;
  }
}

/** Puts batches together line by line. */
export class BatchBuilder {
  #keys: Pieces = new Pieces(8 * 1024);
  #lines: Pieces = new Pieces(BATCH_BYTES);
  /** Memory of the batch before, which is good until the next one is full. */
  #spare: readonly [keys: Pieces, lines: Pieces] | undefined;
  readonly #again: boolean;

  /** @param again whether the memory of a batch may be used again once the next one is full */
  constructor(again: boolean) {
    this.#again = again;
  }

  /** Adds a line with its key, each from its start to its end; gives the batch before it when there is no more room in that. */
  add(
    keys: DataView,
    keyStart: number,
    keyEnd: number,
    lines: DataView,
    start: number,
    end: number,
  ): Batch | undefined {
    let full: Batch | undefined;
    if (this.#lines.size + end - start > this.#lines.bytes.length) {
      full = this.take();
      if (full !== undefined) {
        const spare = this.#again ? this.#spare : undefined;
        this.#spare = [this.#keys, this.#lines];
        [this.#keys, this.#lines] = spare ?? [new Pieces(8 * 1024), new Pieces(BATCH_BYTES)];
        this.#keys.clear();
        this.#lines.clear();
      }
    }
    this.#keys.add(keys, keyStart, keyEnd);
    this.#lines.add(lines, start, end);
    return full;
  }

  /** What came since the last batch, if anything. */
  take(): Batch | undefined {
    const [keys, lines] = [this.#keys, this.#lines];
    if (keys.count === 0) return undefined;
    return {
      count: keys.count,
      keys: keys.bytes,
      keyEnds: keys.ends,
      bytes: lines.bytes.subarray(0, lines.size),
      ends: lines.ends,
    };
  }
}
