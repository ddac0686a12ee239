/**
 * The fields of a model as they are read from an instance: the values of the keys of `data` that they
 * begin with. Only these keys have to be read of a line, so most of it need not be parsed.
 */
import { type Data, isTrue, leaves, leafText, trimmed } from "@vlf/common/axl";
import { fieldOf, type ModelSpec } from "@vlf/common/models";

/** Of one instance, in the order of `ModelFields.keys`; `undefined` for a key it does not have. */
export type Values = readonly unknown[];

/** The fields of a model that somebody reads. */
export class ModelFields {
  readonly keys: string[] = [];
  readonly #spec: ModelSpec;

  constructor(spec: ModelSpec) {
    this.#spec = spec;
  }

  /** The values of an instance that was parsed. */
  of(data: Data): Values {
    return this.keys.map((key) => valueAt(data, key));
  }

  /** All texts at a field, in order, without blanks and empty ones; of several paths the first that has some. */
  texts(field: string): (values: Values) => string[] {
    const paths = this.#paths(field);
    return (values) => {
      const texts: string[] = [];
      for (const { slot, below } of paths) {
        for (const leaf of leaves(values[slot], below)) {
          const text = leafText(leaf);
          if (text !== "") texts.push(text);
        }
        if (texts.length > 0) break;
      }
      return texts;
    };
  }

  /** The first text at a field, or `""`. */
  text(field: string): (values: Values) => string {
    const texts = this.texts(field);
    const paths = this.#paths(field);
    // Most fields have paths of one level and hold a text or nothing: these are read without a walk.
    if (paths.some(({ below }) => below.length > 0)) return (values) => texts(values)[0] ?? "";
    const slots = paths.map(({ slot }) => slot);
    return (values) => {
      for (const slot of slots) {
        const value = values[slot];
        if (value === null || value === undefined) continue;
        if (typeof value !== "string") return texts(values)[0] ?? "";
        const text = trimmed(value);
        if (text !== "") return text;
      }
      return "";
    };
  }

  /** Whether a flag is set, in any of the shapes of `isTrue()`. */
  flag(field: string): (values: Values) => boolean {
    const texts = this.texts(field);
    return (values) => texts(values).some(isTrue);
  }

  #paths(field: string): { readonly slot: number; readonly below: readonly string[] }[] {
    return fieldOf(this.#spec, field).paths.map(([key = "", ...below]) => ({ slot: this.#slot(key), below }));
  }

  #slot(key: string): number {
    const at = this.keys.indexOf(key);
    return at >= 0 ? at : this.keys.push(key) - 1;
  }
}

/** The value of a key, looked for through `{_value_1}` as `leaves()` does. */
function valueAt(data: unknown, key: string): unknown {
  if (typeof data !== "object" || data === null) return data;
  if (Array.isArray(data)) return data.map((item) => valueAt(item, key));
  if (Object.hasOwn(data, key)) return (data as Data)[key];
  return Object.hasOwn(data, "_value_1") ? valueAt((data as Data)["_value_1"], key) : undefined;
}
