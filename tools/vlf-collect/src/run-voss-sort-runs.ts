/**
 * Sorted lines in a file: batch after batch, each as the number of its lines and the bytes of its keys, where
 * each line ends (32 bits, as the machine has them), the keys by line feeds, and the lines.
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
const HEAD = 2 * WORD;

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

/** Bytes that a batch may take. */
function roomOf({ keys, bytes }: Batch): number {
  return HEAD + keys.length * WORD + keys.reduce((sum, key) => sum + 3 * key.length + 1, 0) + bytes.length;
}

function pack({ keys, ends, bytes }: Batch, memory: Buffer): Buffer {
  const start = HEAD + keys.length * WORD;
  const keyBytes = memory.write(keys.join("\n"), start);
  const numbers = new Uint32Array(memory.buffer, memory.byteOffset, start / WORD);
  numbers.set([keys.length, keyBytes]);
  numbers.set(ends, HEAD / WORD);
  memory.set(bytes, start + keyBytes);
  return memory.subarray(0, start + keyBytes + bytes.length);
}

function unpack(packed: Buffer): Batch {
  const [count = 0, keyBytes = 0] = new Uint32Array(packed.buffer, packed.byteOffset, 2);
  const ends = new Uint32Array(packed.buffer, packed.byteOffset + HEAD, count);
  const start = HEAD + count * WORD;
  const keys = packed.toString("utf8", start, start + keyBytes).split("\n");
  return { keys, ends, bytes: packed.subarray(start + keyBytes) };
}
