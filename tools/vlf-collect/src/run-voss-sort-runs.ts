/**
 * Sorted lines in a file: batch after batch, each as the number of its lines, where each key and where each
 * line ends (32 bits, as the machine has them), the keys, and the lines.
 */
import { DiskFile } from "./run-voss-disk.ts";
import type { Batch } from "./voss/batch.ts";

export interface Run {
  readonly path: string;
  /** Bytes of each batch. */
  readonly sizes: readonly number[];
}

/** Bytes of a number. */
const WORD = 4;
/** Bytes before the ends. */
const HEAD = WORD;

/** Writes sorted lines to a file, batch by batch. */
export class RunWriter {
  readonly #path: string;
  readonly #file: DiskFile;
  readonly #sizes: number[] = [];
  #memory: Buffer = Buffer.alloc(0);
  #at = 0;

  constructor(path: string) {
    this.#path = path;
    this.#file = new DiskFile(path, "w+");
  }

  add(batch: Batch): void {
    const room = roomOf(batch);
    if (this.#memory.length < room) this.#memory = Buffer.allocUnsafeSlow(2 * room);
    this.#file.write(this.#at, pack(batch, this.#memory));
    this.#sizes.push(room);
    this.#at += room;
  }

  get run(): Run {
    return { path: this.#path, sizes: this.#sizes };
  }

  close(): void {
    this.#file.close();
  }
}

/** The lines of a run. A batch is good until the next one is asked for. */
export function* readRun({ path, sizes }: Run): Generator<Batch> {
  const file = new DiskFile(path, "r");
  try {
    const memory = Buffer.allocUnsafeSlow(sizes.reduce((most, size) => Math.max(most, size), 0));
    let at = 0;
    for (const size of sizes) {
      const packed = memory.subarray(0, size);
      file.read(at, packed);
      at += size;
      yield unpack(packed);
    }
  } finally {
    file.close();
  }
}

/** Bytes that a batch takes. */
function roomOf({ count, keyEnds, ends }: Batch): number {
  return HEAD + 2 * count * WORD + (keyEnds[count - 1] ?? 0) + (ends[count - 1] ?? 0);
}

function pack(batch: Batch, memory: Buffer): Buffer {
  const { count, keys, keyEnds, bytes, ends } = batch;
  const keyBytes = keyEnds[count - 1] ?? 0;
  const start = HEAD + 2 * count * WORD;
  const numbers = new Uint32Array(memory.buffer, memory.byteOffset, start / WORD);
  numbers[0] = count;
  numbers.set(keyEnds.subarray(0, count), 1);
  numbers.set(ends.subarray(0, count), 1 + count);
  memory.set(keys.subarray(0, keyBytes), start);
  memory.set(bytes, start + keyBytes);
  return memory.subarray(0, roomOf(batch));
}

function unpack(packed: Buffer): Batch {
  const [count = 0] = new Uint32Array(packed.buffer, packed.byteOffset, 1);
  const keyEnds = new Uint32Array(packed.buffer, packed.byteOffset + HEAD, count);
  const ends = new Uint32Array(packed.buffer, packed.byteOffset + HEAD + count * WORD, count);
  const start = HEAD + 2 * count * WORD;
  const keyBytes = keyEnds[count - 1] ?? 0;
  return {
    count,
    keys: packed.subarray(start, start + keyBytes),
    keyEnds,
    bytes: packed.subarray(start + keyBytes),
    ends,
  };
}
