/**
 * The fields of a model as they are read from an instance: the values of the keys of `data` that they
 * begin with. Only these keys have to be read of a line, so most of it need not be parsed.
 */
import { type Data, isTrue, joinKey, leaves, leafText, namesBelow } from "@vlf/common/axl";
import { fieldOf, type ModelSpec } from "@vlf/common/models";

/** Of one instance, in the order of `ModelFields.keys`; `undefined` for a key it does not have. */
export type Values = readonly unknown[];

const NONE: readonly string[] = [];

/** Where a field is: below the value of a key. */
interface Place {
  readonly slot: number;
  readonly below: readonly string[];
}

/** The fields of a model that somebody reads. */
export class ModelFields {
  readonly keys: string[] = [];
  /** Of each key whether its texts come in the form in which names are compared: nobody reads them as they stand there. */
  readonly compared: boolean[] = [];
  /** Of each key the path below it at which names are read; `undefined` where anything else is read of its value. */
  readonly lists: (readonly string[] | undefined)[] = [];
  readonly #spec: ModelSpec;

  constructor(spec: ModelSpec) {
    this.#spec = spec;
  }

  /** The values of an instance that was parsed. */
  of(data: Data): Values {
    return this.keys.map((key, slot) => {
      const value = valueAt(data, key);
      const below = this.lists[slot];
      if (below !== undefined) return namesBelow(value, below);
      return typeof value === "string" && this.compared[slot] === true ? joinKey(value) : value;
    });
  }

  /** All texts at a field, in order, without blanks and empty ones; of several paths the first that has some. */
  texts(field: string): (values: Values) => readonly string[] {
    return textsAt(this.#places(field, false), leafText);
  }

  /** The first text at a field, or `""`. */
  text(field: string): (values: Values) => string {
    return firstAt(this.#places(field, false), leafText);
  }

  /** As `texts()`, in the form in which names are compared. */
  names(field: string): (values: Values) => readonly string[] {
    const places = this.#places(field, true, true);
    const readers = places.map((place) => {
      const texts = textsAt([place], leafName);
      const { slot } = place;
      return (values: Values): readonly string[] =>
        this.lists[slot] === undefined ? texts(values) : ((values[slot] as string[] | undefined) ?? NONE);
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

  /** As `text()`, in the form in which names are compared. */
  name(field: string): (values: Values) => string {
    const places = this.#places(field, true);
    const first = firstAt(places, leafName);
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

  /** Whether a flag is set, in any of the shapes of `isTrue()`. */
  flag(field: string): (values: Values) => boolean {
    const places = this.#places(field, true);
    const texts = textsAt(places, leafName);
    const [only] = places;
    if (only === undefined || places.length > 1) return (values) => texts(values).some(isTrue);
    // Nearly always a flag, or nothing.
    const { slot } = only;
    return (values) => {
      const value = values[slot];
      return typeof value === "boolean" ? value : texts(values).some(isTrue);
    };
  }

  #places(field: string, compared: boolean, isList = false): readonly Place[] {
    return fieldOf(this.#spec, field).paths.map(([key = "", ...below]) => ({
      slot: this.#slot(key, compared, isList ? below : undefined),
      below,
    }));
  }

  #slot(key: string, compared: boolean, list: readonly string[] | undefined): number {
    const known = this.keys.indexOf(key);
    if (known < 0) {
      this.compared.push(compared);
      this.lists.push(list);
      return this.keys.push(key) - 1;
    }
    this.compared[known] = compared && this.compared[known] === true;
    if (this.lists[known]?.join(".") !== list?.join(".")) this.lists[known] = undefined;
    return known;
  }
}

function leafName(leaf: unknown): string {
  return joinKey(leafText(leaf));
}

function textsAt(
  places: readonly Place[],
  textOf: (leaf: unknown) => string,
): (values: Values) => readonly string[] {
  return (values) => {
    for (const { slot, below } of places) {
      const value = values[slot];
      if (value === null || value === undefined || value === "") continue;
      const texts = leaves(value, below).map(textOf);
      const some = texts.includes("") ? texts.filter((text) => text !== "") : texts;
      if (some.length > 0) return some;
    }
    return NONE;
  };
}

function firstAt(places: readonly Place[], textOf: (leaf: unknown) => string): (values: Values) => string {
  const texts = textsAt(places, textOf);
  return (values) => {
    for (const { slot } of places) {
      const value = values[slot];
      if (value === null || value === undefined) continue;
      if (typeof value !== "string") return texts(values)[0] ?? "";
      const text = textOf(value);
      if (text !== "") return text;
    }
    return "";
  };
}

/** The value of a key, looked for through `{_value_1}` as `leaves()` does. */
function valueAt(data: unknown, key: string): unknown {
  if (typeof data !== "object" || data === null) return data;
  if (Array.isArray(data)) return data.map((item) => valueAt(item, key));
  if (Object.hasOwn(data, key)) return (data as Data)[key];
  return Object.hasOwn(data, "_value_1") ? valueAt((data as Data)["_value_1"], key) : undefined;
}
