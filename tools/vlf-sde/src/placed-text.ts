/** Texts that stand in the memory of the module as they are read: written from there, without a string of them. */
import { moduleMemory } from "./module.ts";

const ZERO = 48;
/** So many digits are exact as a number. */
const MAX_DIGITS = 15;

/** A text that is not empty; good until the rows of its scope are made. */
export class PlacedText {
  readonly start: number;
  readonly end: number;

  constructor(start: number, end: number) {
    this.start = start;
    this.end = end;
  }

  /** In bytes. */
  get length(): number {
    return this.end - this.start;
  }

  /** A byte: that of a character in ASCII, 128 or more in others. */
  charCodeAt(nth: number): number {
    return moduleMemory().bytes[this.start + nth] as number;
  }

  slice(from: number, to: number): string {
    return moduleMemory().bytes.toString("utf8", this.start + from, this.start + to);
  }

  toString(): string {
    return this.slice(0, this.length);
  }

  toJSON(): string {
    return this.toString();
  }

  /** The number that it is; `undefined` where it has more than digits, or too many. */
  integer(): number | undefined {
    if (this.length > MAX_DIGITS) return undefined;
    const { bytes } = moduleMemory();
    let number = 0;
    for (let at = this.start; at < this.end; at += 1) {
      const digit = (bytes[at] as number) - ZERO;
      if (digit < 0 || digit > 9) return undefined;
      number = 10 * number + digit;
    }
    return number;
  }
}

/** The text of a cell: `String()` makes a string of either. */
export type CellText = string | PlacedText;
