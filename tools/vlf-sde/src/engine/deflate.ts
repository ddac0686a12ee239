/** Compresses in the memory of the module: `../../module/deflate.ts` says how. */
import { moduleMemory } from "../module.ts";

/** Bytes in the memory of the module. */
export interface Place {
  readonly start: number;
  readonly end: number;
}

/** Puts bytes behind all that is in use, where they stay until something else is written there. */
export function placeOf(bytes: Uint8Array): Place {
  const memory = moduleMemory();
  memory.makeRoom(bytes.length);
  memory.bytes.set(bytes, memory.end);
  return { start: memory.end, end: memory.end + bytes.length };
}

/** Compresses bytes so that the result can stand anywhere in a stream: it ends at a byte border, and no block is the last. */
export function deflate({ start, end }: Place): Uint8Array {
  const memory = moduleMemory();
  const to = Math.max(end, memory.end) + BETWEEN;
  // What does not compress may take 15 bits for each byte, and each block has a head.
  memory.makeRoom(to - memory.end + 2 * (end - start) + HEADS);
  return new Uint8Array(memory.bytes.subarray(to, memory.exports.deflate(start, end, to)));
}

/** Bytes behind a text that are read with it. */
const BETWEEN = 64;
/** The heads of the first blocks, and what ends a stream; those of more blocks fit beside their bytes. */
const HEADS = 1024;
