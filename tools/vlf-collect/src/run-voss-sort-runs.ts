/**
 * Sorted lines in a file: batch after batch, each as the number of its lines, where each key and where each
 * line ends (32 bits, as the machine has them), the keys, and the lines.
 */
import { type FileHandle, mkdir, open } from "node:fs/promises";
import { dirname } from "node:path";
import { asToolError, DataError } from "@vlf/common/exit";
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

/** Writes sorted lines to a file for the user alone. */
export async function writeRun(path: string, batches: AsyncIterable<Batch>): Promise<Run> {
  const sizes: number[] = [];
  try {
    await mkdir(dirname(path), { recursive: true, mode: 0o700 });
    const file = await open(path, "w", 0o600);
    try {
      let memory: Buffer = Buffer.alloc(0);
      for await (const batch of batches) {
        const room = roomOf(batch);
        if (memory.length < room) memory = Buffer.allocUnsafeSlow(2 * room);
        const packed = pack(batch, memory);
        await file.writeFile(packed);
        sizes.push(packed.length);
      }
    } finally {
      await file.close();
    }
  } catch (error) {
    throw asToolError(`write "${path}"`, error);
  }
  return { path, sizes };
}

/** The lines of a run. A batch is good until the next one is asked for. */
export async function* readRun({ path, sizes }: Run): AsyncGenerator<Batch> {
  let file: FileHandle | undefined;
  try {
    file = await open(path, "r");
    const memory = Buffer.allocUnsafeSlow(sizes.reduce((most, size) => Math.max(most, size), 0));
    for (const size of sizes) {
      let got = 0;
      while (got < size) {
        const { bytesRead } = await file.read(memory, got, size - got);
        if (bytesRead === 0) throw new DataError(`read "${path}": cut off`);
        got += bytesRead;
      }
      yield unpack(memory.subarray(0, size));
    }
  } catch (error) {
    throw asToolError(`read "${path}"`, error);
  } finally {
    await file?.close();
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
