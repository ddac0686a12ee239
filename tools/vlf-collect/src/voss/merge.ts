/** Merges sources of sorted lines. */
import { Buffer } from "node:buffer";
import { type Batch, BatchBuilder, compareKeys } from "./batch.ts";
import { viewOf } from "./line-buffer.ts";

const NOTHING = new Uint32Array(0);
const EMPTY = Buffer.alloc(0);
const NO_VIEW = viewOf(EMPTY);

/** One sorted source: its line at the front, and what follows. */
class Cursor {
  /** The key and the line at the front. */
  keys: Buffer = EMPTY;
  keysView: DataView = NO_VIEW;
  keyStart = 0;
  keyEnd = 0;
  bytesView: DataView = NO_VIEW;
  start = 0;
  end = 0;
  readonly #source: Iterator<Batch>;
  #keyEnds: Uint32Array = NOTHING;
  #ends: Uint32Array = NOTHING;
  #count = 0;
  #at = 0;

  constructor(source: Iterator<Batch>) {
    this.#source = source;
  }

  /** Goes on within what is in memory; false when more has to be read. */
  step(): boolean {
    if (this.#at === this.#count) return false;
    this.keyStart = this.keyEnd;
    this.keyEnd = this.#keyEnds[this.#at] as number;
    this.start = this.end;
    this.end = this.#ends[this.#at] as number;
    this.#at += 1;
    return true;
  }

  /** Reads more; false at the end. */
  load(): boolean {
    const next = this.#source.next();
    if (next.done === true) return false;
    const { count, keys, keyEnds, bytes, ends } = next.value;
    this.#count = count;
    [this.keys, this.#keyEnds, this.#ends] = [keys, keyEnds, ends];
    [this.keysView, this.bytesView] = [viewOf(keys), viewOf(bytes)];
    this.#at = 0;
    this.keyEnd = 0;
    this.end = 0;
    return this.step();
  }
}

/**
 * All lines of sources in order. A source may use the memory of a batch again when it is asked for the next.
 * @param again whether this one may do so as well
 */
export function* merge(sources: readonly Generator<Batch>[], again: boolean): Generator<Batch> {
  try {
    yield* merged(sources, again);
  } finally {
    // Whoever gives up in the middle closes the files that are read.
    for (const source of sources) source.return(undefined);
  }
}

function* merged(sources: Iterable<Iterator<Batch>>, again: boolean): Generator<Batch> {
  const heap: Cursor[] = [];
  for (const source of sources) {
    const cursor = new Cursor(source);
    if (cursor.load()) heap.push(cursor);
  }
  heap.sort(compare);
  const builder = new BatchBuilder(again);
  for (let top = heap[0]; top !== undefined; top = heap[0]) {
    const full = builder.add(top.keysView, top.keyStart, top.keyEnd, top.bytesView, top.start, top.end);
    if (full !== undefined) yield full;
    if (!top.step() && !top.load()) {
      const last = heap.pop();
      if (last === undefined || last === top) continue;
      heap[0] = last;
    }
    sink(heap);
  }
  const rest = builder.take();
  if (rest !== undefined) yield rest;
}

function compare(a: Cursor, b: Cursor): number {
  return compareKeys(a.keys, a.keyStart, a.keyEnd, b.keys, b.keyStart, b.keyEnd);
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
    if (right !== undefined && compare(right, lower) < 0) {
      child += 1;
      lower = right;
    }
    if (compare(lower, moved) >= 0) break;
    heap[at] = lower;
    at = child;
  }
  heap[at] = moved;
}
