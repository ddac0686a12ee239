/** Chunks of a source as blocks of whole lines. */
import { Buffer } from "node:buffer";

const LF = 10;

export class WholeLines {
  readonly #limit: number;
  #pieces: Uint8Array[] = [];
  #pending = 0;

  /** A line that is longer than `limit` is given on as it is, for the reader of lines to refuse. */
  constructor(limit: number) {
    this.#limit = limit;
  }

  /** Takes a chunk; gives blocks that end with a line feed. */
  push(chunk: Uint8Array): Buffer[] {
    const end = chunk.lastIndexOf(LF) + 1;
    if (end === 0) {
      this.#keep(chunk);
      return this.#pending > this.#limit ? [Buffer.concat([this.rest(), Buffer.of(LF)])] : [];
    }
    const blocks: Buffer[] = [];
    let start = 0;
    if (this.#pending > 0) {
      start = chunk.indexOf(LF) + 1;
      this.#keep(chunk.subarray(0, start));
      blocks.push(this.rest());
    }
    if (start < end) blocks.push(Buffer.from(chunk.buffer, chunk.byteOffset + start, end - start));
    this.#keep(chunk.subarray(end));
    return blocks;
  }

  /** What stands behind the last line feed. */
  rest(): Buffer {
    const bytes = Buffer.concat(this.#pieces);
    this.#pieces = [];
    this.#pending = 0;
    return bytes;
  }

  #keep(piece: Uint8Array): void {
    if (piece.length === 0) return;
    // A copy: the reader of the source may use its memory again.
    this.#pieces.push(Buffer.from(piece));
    this.#pending += piece.length;
  }
}
