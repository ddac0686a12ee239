/** Texts in a block of bytes: compared by words, and made once where they come again. Used through fields.ts only. */

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

  /** Whether the text stands at a place of which so many bytes are there. */
  isAt(view: DataView, at: number): boolean {
    const words = this.#words;
    for (let i = 0; i < words.length; i += 1)
      if (view.getInt32(at + (i << 2), true) !== words[i]) return false;
    return view.getInt32(at + this.length - 4, true) === this.#last;
  }
}

/** `toString("latin1")` without looking up the encoding each time, which takes as long as making a short text. */
export function latin1(bytes: Buffer, start: number, end: number): string {
  return (bytes as Buffer & { latin1Slice(from: number, to: number): string }).latin1Slice(start, end);
}

/**
 * Texts that were met lately: the name of a user is in instances of many models, and then is one text in
 * memory, of which the hash is known.
 */
export class Names {
  /** Longer texts are seldom names. */
  static readonly longest = 64;
  /** A text of another hash at the same place takes it: whoever is not found is made again. */
  readonly #texts: (string | undefined)[] = Array.from({ length: 8192 });

  /** The text between two places, which is ASCII. */
  at(bytes: Buffer, view: DataView, start: number, end: number): string {
    let hash = end - start;
    let at = start;
    for (; at + 4 <= end; at += 4) hash = Math.imul(hash ^ view.getInt32(at, true), 0x9e3779b1);
    for (; at < end; at += 1) hash = Math.imul(hash ^ (bytes[at] as number), 0x01000193);
    const place = (hash ^ (hash >>> 15)) & (this.#texts.length - 1);
    const known = this.#texts[place];
    if (known !== undefined && isTextAt(known, bytes, start, end)) return known;
    const text = latin1(bytes, start, end);
    this.#texts[place] = text;
    return text;
  }
}

function isTextAt(text: string, bytes: Buffer, start: number, end: number): boolean {
  if (text.length !== end - start) return false;
  for (let at = 0; at < text.length; at += 1) if (text.charCodeAt(at) !== bytes[start + at]) return false;
  return true;
}
