/** What is wanted of a document, and what was learned of the objects in it. */
import { Buffer } from "node:buffer";
import type { Kept } from "@vlf/common/models";
import { Words } from "./words.ts";

/** How a member of an object is read; each has a slot of its own. */
export type Reading =
  /** Where its value stands. */
  | { readonly kind: "find"; readonly slot: number }
  /** Also whether what is kept of it is written as it stands. */
  | { readonly kind: "keep"; readonly slot: number; readonly kept: Kept | "all" }
  /** Its own members, where it is an object. */
  | { readonly kind: "enter"; readonly slot: number; readonly members: Readings }
  /** The members of each of its items, where it is a list of objects. */
  | { readonly kind: "each"; readonly slot: number; readonly members: Readings };

/** Readings by name; other members are held against the grammar, and dropped. */
export type Readings = ReadonlyMap<string, Reading>;

/** A name as it was met at one place of a document: `"username":`. */
export interface Name {
  readonly text: Words;
  readonly reading: Reading | undefined;
  /** Its place among what is kept, -1 when it is not. */
  readonly rank: number;
  /** A value does not stand where its name does when it is written. */
  readonly isOdd: boolean;
  /** Objects at the place of its value. */
  below: Shape | undefined;
  /** Number of the object that it was met in last. */
  stamp: number;
  /** A value that was seen to be right: the next one is often the same. */
  memo: Words | undefined;
  memos: number;
}

/** A collection that stands for its one value: readers look for it before all others. */
const WRAPPER = "_value_1";
/** Numbers come before all other names when an object is written. */
const NUMBER = /^\d/;

/** Objects at one place of documents: their names in the order in which they were met. */
export class Shape {
  readonly names: Name[] = [];
  /** Where the next name is likely to be found. */
  next = 0;
  readonly #readings: Readings | undefined;
  readonly #kept: Kept | "all" | undefined;

  private constructor(readings: Readings | undefined, kept: Kept | "all" | undefined) {
    this.#readings = readings;
    this.#kept = kept;
  }

  /** Objects of which some members are read. */
  static of(readings: Readings): Shape {
    return new Shape(readings, undefined);
  }

  /** Objects that are kept, or of which members are. */
  static kept(kept: Kept | "all"): Shape {
    return new Shape(undefined, kept);
  }

  get isWhole(): boolean {
    return this.#kept === "all";
  }

  /** @param bytes the name with its quotes and the colon */
  learn(bytes: Buffer): Name {
    const name = bytes.toString("utf8", 1, bytes.length - 2);
    const reading = this.#readings?.get(name);
    const found = {
      text: new Words(bytes),
      reading,
      ...this.#placeOf(name, reading),
      isOdd: name === WRAPPER || (this.#readings === undefined && NUMBER.test(name)),
      stamp: 0,
      memo: undefined,
      memos: 0,
    };
    this.names.push(found);
    return found;
  }

  #placeOf(name: string, reading: Reading | undefined): Pick<Name, "rank" | "below"> {
    if (reading !== undefined) {
      const below =
        reading.kind === "find"
          ? undefined
          : reading.kind === "keep"
            ? Shape.kept(reading.kept)
            : Shape.of(reading.members);
      return { rank: reading.slot, below };
    }
    if (this.#kept === undefined) return { rank: -1, below: undefined };
    if (this.#kept === "all") return { rank: this.names.length, below: Shape.kept("all") };
    const rank = this.#kept.findIndex(([key]) => key === name);
    const below = this.#kept[rank]?.[1];
    return { rank, below: below === undefined ? undefined : Shape.kept(below === true ? "all" : below) };
  }
}
