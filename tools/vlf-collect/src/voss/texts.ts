/** Texts with their numbers in three pieces of memory: a map of as many texts takes several times as much of the heap. */
import { Buffer } from "node:buffer";

export class Texts {
  readonly length: number;
  readonly #bytes: Buffer;
  readonly #encoding: "utf8" | "utf16le";
  /** Where each text ends in `#bytes`. */
  readonly #ends: Uint32Array;
  /** An open hash table of numbers, one more each; 0 for a free slot. */
  readonly #slots: Uint32Array;

  constructor(texts: readonly string[]) {
    this.length = texts.length;
    // Half of a pair that stands alone has no form in UTF-8.
    const encoding = texts.some((text) => /\p{Cs}/u.test(text)) ? "utf16le" : "utf8";
    this.#encoding = encoding;
    const size = texts.reduce((sum, text) => sum + Buffer.byteLength(text, encoding), 0);
    this.#bytes = Buffer.allocUnsafeSlow(size);
    this.#ends = new Uint32Array(texts.length);
    this.#slots = new Uint32Array(Math.ceil(1.5 * texts.length) + 1);
    let end = 0;
    for (const [number, text] of texts.entries()) {
      end += this.#bytes.write(text, end, encoding);
      this.#ends[number] = end;
      const slot = this.#slotOf(text);
      if (this.#slots[slot] === 0) this.#slots[slot] = number + 1;
    }
  }

  at(number: number): string {
    const start = number === 0 ? 0 : this.#ends[number - 1];
    return this.#bytes.toString(this.#encoding, start, this.#ends[number]);
  }

  /** The number of a text, of equal ones the first; -1 for none. */
  indexOf(text: string): number {
    return (this.#slots[this.#slotOf(text)] as number) - 1;
  }

  /** The slot of a text, or the free one where it would be. */
  #slotOf(text: string): number {
    const slots = this.#slots;
    let slot = hashOf(text) % slots.length;
    for (;;) {
      const found = slots[slot] as number;
      if (found === 0 || this.at(found - 1) === text) return slot;
      slot = slot + 1 === slots.length ? 0 : slot + 1;
    }
  }
}

/** FNV-1a over the code units. */
function hashOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i += 1) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return (hash ^ (hash >>> 15)) >>> 0;
}
