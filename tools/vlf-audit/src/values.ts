/**
 * The fields of a model as they are read from an instance: the values of the keys of `data` that they
 * begin with. Only these keys have to be read of a line, so most of it need not be parsed.
 */
import { type Data, isTrue, joinKey, leaves, leafText, namesBelow } from "@vlf/common/axl";
import { isTextual } from "@vlf/common/fields";
import { fieldOf, type ModelSpec } from "@vlf/common/models";
import type { Name, Names } from "@vlf/common/names";

/** Of one instance, in the order of `ModelFields.keys`; `undefined` for a key it does not have. */
export type Values = readonly unknown[];

const NONE: readonly never[] = [];

/** Where a field is: below the value of a key. */
interface Place {
  readonly slot: number;
  readonly below: readonly string[];
}

/** The fields of a model that somebody reads; names in them are texts as they are compared, or numbers. */
export class ModelFields<N extends Name = string> {
  readonly keys: string[] = [];
  /** Of each key whether its texts come in the form in which names are compared: nobody reads them as they stand there. */
  readonly compared: boolean[] = [];
  /** Of each key the path below it at which names are read; `undefined` where anything else is read of its value. */
  readonly lists: (readonly string[] | undefined)[] = [];
  /** Of each key whether its texts come as numbers: only names are read of it. */
  readonly named: boolean[] = [];
  readonly #spec: ModelSpec;
  readonly #names: Names | undefined;

  /** @param names where names are numbers */
  constructor(spec: ModelSpec, names?: Names) {
    this.#spec = spec;
    this.#names = names;
  }

  /** The values of an instance that was parsed. */
  of(data: Data): Values {
    return this.keys.map((key, slot) => {
      const value = valueAt(data, key);
      const below = this.lists[slot];
      const isNamed = this.named[slot] === true;
      if (below !== undefined) {
        const found = namesBelow(value, below);
        return isNamed ? this.#numbers(found) : found;
      }
      if (isNamed) return isTextual(value) ? this.#number(String(value)) : value;
      return typeof value === "string" && this.compared[slot] === true ? joinKey(value) : value;
    });
  }

  /** All texts at a field, in order, without blanks and empty ones; of several paths the first that has some. */
  texts(field: string): (values: Values) => readonly string[] {
    return this.#textsAt(this.#places(field, false), leafText);
  }

  /** The first text at a field, or `""`. */
  text(field: string): (values: Values) => string {
    return this.#firstAt(this.#places(field, false), leafText);
  }

  /** The names at a field. */
  names(field: string): (values: Values) => readonly N[] {
    return this.#lists(field, this.#names !== undefined) as (values: Values) => readonly N[];
  }

  /** The first name at a field, or the blank one. */
  name(field: string): (values: Values) => N {
    if (this.#names === undefined) return this.word(field) as (values: Values) => N;
    const places = this.#places(field, true, { isNamed: true });
    const first = this.#firstAt(places, leafName);
    const number = (values: Values): number => {
      for (const { slot } of places) {
        const value = values[slot];
        if (value === null || value === undefined) continue;
        // Nearly always a name that came as a number.
        if (this.named[slot] !== true || typeof value !== "number") return this.#number(first(values));
        if (value !== 0) return value;
      }
      return 0;
    };
    return number as (values: Values) => N;
  }

  /** As `text()`, in the form in which names are compared. */
  word(field: string): (values: Values) => string {
    const places = this.#places(field, true);
    const first = this.#firstAt(places, leafName);
    const [only] = places;
    if (only === undefined || places.length > 1) return first;
    // Nearly always a text that came as it is compared, or nothing.
    const { slot } = only;
    return (values) => {
      const value = values[slot];
      if (value === null || value === undefined) return "";
      return typeof value === "string" && this.compared[slot] === true ? value : first(values);
    };
  }

  /** As `texts()`, in the form in which names are compared. */
  words(field: string): (values: Values) => readonly string[] {
    return this.#lists(field, false) as (values: Values) => readonly string[];
  }

  /** Whether a flag is set, in any of the shapes of `isTrue()`. */
  flag(field: string): (values: Values) => boolean {
    const places = this.#places(field, true);
    const texts = this.#textsAt(places, leafName);
    const [only] = places;
    if (only === undefined || places.length > 1) return (values) => texts(values).some(isTrue);
    // Nearly always a flag, or nothing.
    const { slot } = only;
    return (values) => {
      const value = values[slot];
      return typeof value === "boolean" ? value : texts(values).some(isTrue);
    };
  }

  #places(
    field: string,
    compared: boolean,
    { isList = false, isNamed = false }: { isList?: boolean; isNamed?: boolean } = {},
  ): readonly Place[] {
    return fieldOf(this.#spec, field).paths.map(([key = "", ...below]) => ({
      slot: this.#slot(key, compared, isList ? below : undefined, isNamed && this.#names !== undefined),
      below,
    }));
  }

  #slot(key: string, compared: boolean, list: readonly string[] | undefined, named: boolean): number {
    const known = this.keys.indexOf(key);
    if (known < 0) {
      this.compared.push(compared);
      this.lists.push(list);
      this.named.push(named);
      return this.keys.push(key) - 1;
    }
    this.compared[known] = compared && this.compared[known] === true;
    this.named[known] = named && this.named[known] === true;
    if (this.lists[known]?.join(".") !== list?.join(".")) this.lists[known] = undefined;
    return known;
  }

  #lists(field: string, isNamed: boolean): (values: Values) => readonly Name[] {
    const readers = this.#places(field, true, { isList: true, isNamed }).map((place) => {
      const texts = this.#textsAt([place], leafName);
      const { slot } = place;
      return (values: Values): readonly Name[] => {
        const isList = this.lists[slot] !== undefined;
        const names = isList ? ((values[slot] as readonly Name[] | undefined) ?? NONE) : texts(values);
        return isNamed && !(isList && this.named[slot] === true) ? this.#numbers(names as string[]) : names;
      };
    });
    const [only] = readers;
    if (only !== undefined && readers.length === 1) return only;
    return (values) => {
      for (const read of readers) {
        const names = read(values);
        if (names.length > 0) return names;
      }
      return NONE;
    };
  }

  #textsAt(
    places: readonly Place[],
    textOf: (leaf: unknown) => string,
  ): (values: Values) => readonly string[] {
    return (values) => {
      for (const { slot, below } of places) {
        const value = this.#valueAt(values, slot);
        if (value === null || value === undefined || value === "") continue;
        const texts = leaves(value, below).map(textOf);
        const some = texts.includes("") ? texts.filter((text) => text !== "") : texts;
        if (some.length > 0) return some;
      }
      return NONE;
    };
  }

  #firstAt(places: readonly Place[], textOf: (leaf: unknown) => string): (values: Values) => string {
    const texts = this.#textsAt(places, textOf);
    return (values) => {
      for (const { slot } of places) {
        const value = this.#valueAt(values, slot);
        if (value === null || value === undefined) continue;
        if (typeof value !== "string") return texts(values)[0] ?? "";
        const text = textOf(value);
        if (text !== "") return text;
      }
      return "";
    };
  }

  /** The value of a slot, with the text of a name that came as a number. */
  #valueAt(values: Values, slot: number): unknown {
    const value = values[slot];
    return this.named[slot] === true && typeof value === "number" ? this.#names?.text(value) : value;
  }

  #number(name: string): number {
    return this.#names?.number(name) ?? 0;
  }

  #numbers(names: readonly string[]): number[] {
    return names.map((name) => this.#number(name));
  }
}

function leafName(leaf: unknown): string {
  return joinKey(leafText(leaf));
}

/** The value of a key, looked for through `{_value_1}` as `leaves()` does. */
function valueAt(data: unknown, key: string): unknown {
  if (typeof data !== "object" || data === null) return data;
  if (Array.isArray(data)) return data.map((item) => valueAt(item, key));
  if (Object.hasOwn(data, key)) return (data as Data)[key];
  return Object.hasOwn(data, "_value_1") ? valueAt((data as Data)["_value_1"], key) : undefined;
}
