/** Merges sources of sorted lines. */
import { byCodeUnit } from "@vlf/common/hierarchy";
import { type Batch, BatchBuilder } from "./batch.ts";

/** One sorted source: its line at the front, and what follows. */
class Cursor {
  key = "";
  /** The line at the front. */
  bytes: Buffer = Buffer.alloc(0);
  start = 0;
  end = 0;
  readonly #source: AsyncIterator<Batch>;
  #keys: readonly string[] = [];
  #ends: ArrayLike<number> = [];
  #at = 0;

  constructor(source: AsyncIterator<Batch>) {
    this.#source = source;
  }

  /** Goes on within what is in memory; false when more has to be read. */
  step(): boolean {
    const key = this.#keys[this.#at];
    if (key === undefined) return false;
    this.key = key;
    this.start = this.end;
    this.end = this.#ends[this.#at] ?? 0;
    this.#at += 1;
    return true;
  }

  /** Reads more; false at the end. */
  async load(): Promise<boolean> {
    const next = await this.#source.next();
    if (next.done === true) return false;
    ({ keys: this.#keys, ends: this.#ends, bytes: this.bytes } = next.value);
    this.#at = 0;
    this.end = 0;
    return this.step();
  }
}

/**
 * All lines of sources in order. A source may use the memory of a batch again when it is asked for the next.
 * @param again whether this one may do so as well
 */
export async function* merge(sources: Iterable<AsyncIterator<Batch>>, again: boolean): AsyncGenerator<Batch> {
  const heap: Cursor[] = [];
  for (const source of sources) {
    const cursor = new Cursor(source);
    if (await cursor.load()) heap.push(cursor);
  }
  heap.sort((a, b) => byCodeUnit(a.key, b.key));
  const builder = new BatchBuilder(again);
  for (let top = heap[0]; top !== undefined; top = heap[0]) {
    const full = builder.add(top.key, top.bytes, top.start, top.end);
    if (full !== undefined) yield full;
    if (!top.step() && !(await top.load())) {
      const last = heap.pop();
      if (last === undefined || last === top) continue;
      heap[0] = last;
    }
    sink(heap);
  }
  const rest = builder.take();
  if (rest !== undefined) yield rest;
}

/** Moves the first cursor down to its place. */
function sink(heap: Cursor[]): void {
  const moved = heap[0];
  if (moved === undefined) return;
  let at = 0;
  for (;;) {
    let child = 2 * at + 1;
    let lower = heap[child];
    if (lower === undefined) break;
    const right = heap[child + 1];
    if (right !== undefined && right.key < lower.key) {
      child += 1;
      lower = right;
    }
    if (lower.key >= moved.key) break;
    heap[at] = lower;
    at = child;
  }
  heap[at] = moved;
}
