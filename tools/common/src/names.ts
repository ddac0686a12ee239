/**
 * Names as numbers: whoever only compares names does so many times faster with numbers, and holds no texts. Equal
 * names (`joinKey`) have equal numbers, and the blank name is 0. Those of ASCII are kept by the scanner of lines in its memory
 * (../scanner/numbers.ts), so that most names never become texts; all others, and all of them where there is no WebAssembly, are kept here.
 */
import { Buffer } from "node:buffer";
import { joinKey } from "./axl.ts";
import { type Scanner, startScanner } from "./_scanner.ts";

// As in ../scanner/memory.ts.
const TEXT_PLACE = 0x1ff000;
const TEXT_BYTES = 256;

/** What is told apart: names, which are 0, and the pkids of each model. */
const NAMES = 0;

/** A name, or a pkid: as a text in the form in which it is compared, or as a number. */
export type Name = string | number;

export class Names {
  readonly scanner: Scanner | undefined;
  /** Numbers of texts that the scanner does not keep, by what they are of and the text; and the texts. */
  readonly #numbers = new Map<string, number>();
  readonly #texts = new Map<number, string>();
  /** Where the scanner looks for a text, in its memory: without length when that has grown. */
  #place: Buffer = Buffer.alloc(0);
  /** The last number, where there is no scanner. */
  #last = 0;

  constructor() {
    this.scanner = startScanner();
  }

  /** The number of a name, in whatever form it comes. */
  number(name: string): number {
    const key = joinKey(name);
    return key === "" ? 0 : this.#number(NAMES, key);
  }

  /** The number of a pkid among those of a model, which is told by a number from 1; `isNew` if it had none before. */
  pkid(pkid: string, model: number): { readonly number: number; readonly isNew: boolean } {
    const before = this.last;
    const number = this.#number(model, pkid);
    return { number, isNew: number > before };
  }

  /** The text of a number, of a name as it is compared. */
  text(number: number): string {
    const text = number === 0 ? "" : this.#texts.get(number);
    if (text !== undefined) return text;
    const scanner = this.scanner as Scanner;
    const start = scanner.textStart(number);
    return Buffer.from(scanner.memory.buffer).toString("latin1", start, start + scanner.textLength(number));
  }

  /** The last number that was given. */
  get last(): number {
    return this.scanner?.lastNumber() ?? this.#last;
  }

  /** Forgets all numbers after this one. */
  keep(last: number): void {
    this.scanner?.keepNumbers(last);
    this.#last = Math.min(last, this.#last);
    for (const [key, number] of this.#numbers) {
      if (number <= last) continue;
      this.#numbers.delete(key);
      this.#texts.delete(number);
    }
  }

  #number(owner: number, text: string): number {
    const { scanner } = this;
    if (scanner !== undefined && text.length <= TEXT_BYTES) {
      // Other characters than ASCII take more bytes than one, and the scanner finds some of them in what is there.
      if (this.#place.length === 0)
        this.#place = Buffer.from(scanner.memory.buffer, TEXT_PLACE, TEXT_BYTES * 3);
      const number = scanner.numberOf(owner, TEXT_PLACE, this.#place.write(text, "utf8"));
      if (number >= 0) return number;
    }
    const key = `${owner} ${text}`;
    let number = this.#numbers.get(key);
    if (number !== undefined) return number;
    number = scanner?.reserveNumber() ?? (this.#last += 1);
    this.#numbers.set(key, number);
    this.#texts.set(number, text);
    return number;
  }
}
