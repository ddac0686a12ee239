/**
 * Tables by name, as the rules of `voss-4` need them, whether names are texts or numbers (`@vlf/common/names`). Numbers are small and
 * dense, so that a table of them is an array, which is several times faster than looking a text up.
 */
import type { Name } from "@vlf/common/names";

export interface NameSet<N extends Name> {
  add(name: N): unknown;
  has(name: N): boolean;
}

/** Keys come in the order in which they were put in. */
export interface NameMap<N extends Name, T> {
  get(name: N): T | undefined;
  set(name: N, value: T): unknown;
  keys(): Iterable<N>;
}

/** Makes tables for one customer. */
export interface NameTables<N extends Name> {
  set(): NameSet<N>;
  map<T>(): NameMap<N, T>;
  /** All that were made so far are done with: their memory may be used again. */
  reuse?(): void;
}

export function isBlank(name: Name): boolean {
  return name === 0 || name === "";
}

export const TEXT_TABLES: NameTables<string> = { set: () => new Set(), map: () => new Map() };

/** Tables of numbers. They use the same memory again, one customer after the other. */
export class NumberTables implements NameTables<number> {
  readonly #size: () => number;
  readonly #places: Int32Array[] = [];
  #used = 0;

  /** @param last gives the largest number that there is */
  constructor(last: () => number) {
    this.#size = last;
  }

  reuse(): void {
    this.#used = 0;
  }

  set(): NameSet<number> {
    return new NumberMap<true>(this.#take());
  }

  map<T>(): NameMap<number, T> {
    return new NumberMap<T>(this.#take());
  }

  #take(): Int32Array {
    const size = this.#size() + 1;
    let places = this.#places[this.#used];
    // Not kept at the size of one large customer.
    if (places === undefined || places.length < size || places.length > 8 * size + 65_536) {
      places = new Int32Array(size * 2);
      this.#places[this.#used] = places;
    }
    this.#used += 1;
    return places;
  }
}

/** `places` has the place of a key among the keys; what it had before does not matter, as the key there is another one. */
class NumberMap<T> implements NameMap<number, T>, NameSet<number> {
  readonly #places: Int32Array;
  readonly #keys: number[] = [];
  readonly #values: T[] = [];

  constructor(places: Int32Array) {
    this.#places = places;
  }

  has(name: number): boolean {
    return this.#keys[this.#places[name] as number] === name;
  }

  add(name: number): void {
    if (this.has(name)) return;
    // It would be lost in silence.
    if (name >= this.#places.length)
      throw new RangeError(`name ${name} was numbered after its table was made`);
    this.#places[name] = this.#keys.length;
    this.#keys.push(name);
  }

  get(name: number): T | undefined {
    const place = this.#places[name] as number;
    return this.#keys[place] === name ? this.#values[place] : undefined;
  }

  set(name: number, value: T): void {
    this.add(name);
    this.#values[this.#places[name] as number] = value;
  }

  keys(): Iterable<number> {
    return this.#keys;
  }
}
