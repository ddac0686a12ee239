/** Lines in order as bytes with their keys: what a sort hands on, so that no line is a text of its own. */
import { byCodeUnit } from "@vlf/common/hierarchy";

/** Bytes of lines handed on at once. */
const BATCH_BYTES = 64 * 1024;

export interface Batch {
  /** What each line is ordered by, by code unit. */
  readonly keys: readonly string[];
  /** Where each line ends in `bytes`, behind its line feed. */
  readonly ends: ArrayLike<number>;
  readonly bytes: Buffer;
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

/** Lines in the order in which they came, in one piece of memory that is used again and again. */
export class Block {
  readonly #bytes: Buffer;
  /** The keys by line feeds, a text for those that came together: single ones would be many small things to hold. */
  #keys: string[] = [];
  #ends: Uint32Array = new Uint32Array(1024);
  #count = 0;
  #size = 0;

  constructor(size: number) {
    this.#bytes = Buffer.allocUnsafeSlow(size);
  }

  get capacity(): number {
    return this.#bytes.length;
  }

  /** Takes lines; false when there is no room for them. */
  add(keys: readonly string[], { bytes, starts, ends }: Lines): boolean {
    const size = sizeOf({ starts, ends });
    if (this.#size + size > this.#bytes.length) return false;
    this.#keys.push(keys.join("\n"));
    if (this.#count + keys.length > this.#ends.length) this.#growEnds(this.#count + keys.length);
    for (let i = 0; i < keys.length;) {
      // Lines that follow each other are copied in one piece.
      const from = starts[i] as number;
      const shift = this.#size - from;
      let to = from;
      for (; i < keys.length && starts[i] === to; i += 1) {
        to = ends[i] as number;
        this.#ends[this.#count++] = to + shift;
      }
      bytes.copy(this.#bytes, this.#size, from, to);
      this.#size += to - from;
    }
    return true;
  }

  /**
   * All lines in order; afterwards it is empty.
   * @param again whether the memory of a batch may be used again when the next is asked for
   */
  *sorted(again: boolean): Generator<Batch> {
    const [ends, bytes] = [this.#ends, this.#bytes];
    const keys = this.#count === 0 ? [] : this.#keys.join("\n").split("\n");
    const order = Array.from(keys.keys()).sort((a, b) => byCodeUnit(keys[a] ?? "", keys[b] ?? ""));
    const builder = new BatchBuilder(again);
    for (const index of order) {
      const start = index === 0 ? 0 : (ends[index - 1] ?? 0);
      const full = builder.add(keys[index] ?? "", bytes, start, ends[index] ?? 0);
      if (full !== undefined) yield full;
    }
    this.#keys = [];
    this.#count = 0;
    this.#size = 0;
    const rest = builder.take();
    if (rest !== undefined) yield rest;
  }

  #growEnds(count: number): void {
    const old = this.#ends;
    this.#ends = new Uint32Array(Math.max(2 * old.length, count));
    this.#ends.set(old);
  }
}

const EMPTY = Buffer.alloc(0);

/** Puts batches together line by line. */
export class BatchBuilder {
  #keys: string[] = [];
  #ends: number[] = [];
  #bytes: Buffer = Buffer.allocUnsafeSlow(BATCH_BYTES);
  #size = 0;
  /** Memory of the batch before, which is good until the next one is full. */
  #spare: Buffer = EMPTY;
  readonly #again: boolean;

  /** @param again whether the memory of a batch may be used again once the next one is full */
  constructor(again: boolean) {
    this.#again = again;
  }

  /** Adds the line at `start` to `end` of `from`; gives the batch before it when there is no more room in that. */
  add(key: string, from: Buffer, start: number, end: number): Batch | undefined {
    const size = end - start;
    let full: Batch | undefined;
    if (this.#size + size > this.#bytes.length) {
      full = this.take();
      const spare = this.#again ? this.#spare : EMPTY;
      this.#spare = this.#bytes;
      this.#bytes = spare.length < size ? Buffer.allocUnsafeSlow(Math.max(BATCH_BYTES, size)) : spare;
    }
    from.copy(this.#bytes, this.#size, start, end);
    this.#size += size;
    this.#keys.push(key);
    this.#ends.push(this.#size);
    return full;
  }

  /** What came since the last batch, if anything. */
  take(): Batch | undefined {
    if (this.#keys.length === 0) return undefined;
    const batch = { keys: this.#keys, ends: this.#ends, bytes: this.#bytes.subarray(0, this.#size) };
    this.#keys = [];
    this.#ends = [];
    this.#size = 0;
    return batch;
  }
}
