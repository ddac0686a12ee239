/** Texts as bytes, compared word by word. */
import { Buffer } from "node:buffer";

/** A text of four bytes or more, in words that are compared at once. */
export class Words {
  readonly length: number;
  readonly #words: Int32Array;
  readonly #last: number;

  constructor(bytes: Uint8Array) {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    this.length = bytes.length;
    this.#words = new Int32Array((bytes.length - 1) >> 2);
    for (let i = 0; i < this.#words.length; i += 1) this.#words[i] = view.getInt32(i << 2, true);
    this.#last = view.getInt32(bytes.length - 4, true);
  }

  static of(text: string): Words {
    return new Words(Buffer.from(text));
  }

  /** Whether the text stands at a place of which so many bytes are there. */
  isAt(view: DataView, at: number): boolean {
    const words = this.#words;
    for (let i = 0; i < words.length; i += 1)
      if (view.getInt32(at + (i << 2), true) !== words[i]) return false;
    return view.getInt32(at + this.length - 4, true) === this.#last;
  }
}
