/** Bytes put aside until they are needed again: in a scratch file, or in memory for tests. */

export interface ByteStore {
  /** Adds bytes at the end and gives where they begin. */
  append(bytes: Uint8Array): number;
  /** Bytes that were added before. They may be overwritten by the next call: use them at once. */
  read(offset: number, length: number): Uint8Array;
}
