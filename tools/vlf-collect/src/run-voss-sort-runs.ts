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
/** Memory for a batch is a multiple of this. */
const ROUND = 16 * 1024;

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

/** Memory cut into pieces that hold any batch of these runs. */
export function piecesFor(runs: readonly Run[], memory: readonly Buffer[]): Buffer[] {
  const size = roundUp(Math.max(...runs.map(mostOf)));
  return memory.flatMap((bytes) =>
    Array.from({ length: Math.floor(bytes.length / size) }, (_, i) =>
      bytes.subarray(i * size, (i + 1) * size),
    ),
  );
}

/**
 * The lines of a run. A batch is good until the next one is asked for.
 * @param free memory that may be used; it has it back at the end, for the next: so much of it would wait for being collected
 */
export function* readRun(run: Run, free: Buffer[]): Generator<Batch> {
  const { path, sizes } = run;
  const most = mostOf(run);
  const at = free.findIndex(({ length }) => length >= most);
  const memory = at < 0 ? Buffer.allocUnsafeSlow(roundUp(most)) : (free.splice(at, 1)[0] as Buffer);
  const file = new DiskFile(path, "r");
  try {
    let start = 0;
    for (const size of sizes) {
      const packed = memory.subarray(0, size);
      file.read(start, packed);
      start += size;
      yield unpack(packed);
    }
  } finally {
    file.close();
    free.push(memory);
  }
}

/** Bytes of the largest batch. */
function mostOf({ sizes }: Run): number {
  return sizes.reduce((size, one) => Math.max(size, one), 0);
}

/** Batches of most runs are as large as each other, but for a little. */
function roundUp(size: number): number {
  return Math.ceil(size / ROUND) * ROUND;
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
