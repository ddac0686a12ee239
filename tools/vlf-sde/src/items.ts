/**
 * Collections whose items have several fields: the lines of a phone with index and pattern. Reading each
 * field as a list of its own would shift the values as soon as an item lacks one; here they stay together.
 */
import { type Data, leafText } from "@vlf/common/axl";
import { type FieldSpec, textReader, textsReader } from "@vlf/common/models";

/** Reads one value of an item; gives the blank of its kind where there is none. */
type ItemRead<T> = (item: unknown) => T;

export interface Items<F extends readonly FieldSpec[]> {
  /** The items in order, in any of the shapes that a collection has; what holds none of the fields is no item. */
  of(data: unknown): unknown[];
  /** Readers of the first text of each field. */
  readonly texts: { readonly [K in keyof F]: ItemRead<string> };
  /** Readers of all texts of each field. */
  readonly lists: { readonly [K in keyof F]: ItemRead<readonly string[]> };
  /** The keys that lead to the items. */
  readonly prefix: readonly string[];
  /** The fields with paths from the item, for collections inside it. */
  readonly within: { readonly [K in keyof F]: FieldSpec };
}

/**
 * The collection in which the fields lie: `lines.line` for `lines.line.index` and
 * `lines.line.dirn.pattern`. An item that is a bare value is the value of the first field.
 */
export function itemsOf<const F extends readonly FieldSpec[]>(...fields: F): Items<F> {
  const prefix = commonPrefix(fields.flatMap(({ paths }) => paths));
  const within = fields.map((field) => ({
    ...field,
    paths: field.paths.map((path) => path.slice(prefix.length)),
  }));
  const heads = new Set(within.flatMap(({ paths }) => paths.map(([head]) => head ?? "")));
  const reads = <T>(make: (field: FieldSpec) => (data: Data) => T, blank: T): ItemRead<T>[] =>
    within.map((field, nth) => {
      const read = make(field);
      // Of a bare value, `leaves()` gives the value itself for any path: it belongs to the first field.
      return (item) => (nth === 0 || typeof item === "object" ? read(item as Data) : blank);
    });
  const result = {
    of(data: unknown): unknown[] {
      const items: unknown[] = [];
      gather(data, prefix, 0, heads, items);
      return items;
    },
    texts: reads(textReader, ""),
    lists: reads<readonly string[]>(textsReader, []),
    prefix,
    within,
  };
  // `map()` loses that there is one reader for each field.
  return result as unknown as Items<F>;
}

/** The keys that all paths begin with; the last key of a path is the field's own. */
function commonPrefix(paths: readonly (readonly string[])[]): readonly string[] {
  const [first = []] = paths;
  let length = Math.min(...paths.map((path) => path.length - 1));
  for (const path of paths) {
    let shared = 0;
    while (shared < length && path[shared] === first[shared]) shared++;
    length = shared;
  }
  return first.slice(0, length);
}

function gather(
  value: unknown,
  prefix: readonly string[],
  at: number,
  heads: ReadonlySet<string>,
  into: unknown[],
): void {
  if (value === null || value === undefined || value === "") return;
  if (Array.isArray(value)) {
    for (const item of value) gather(item, prefix, at, heads, into);
    return;
  }
  if (typeof value !== "object") {
    if (leafText(value) !== "") into.push(value);
    return;
  }
  const object = value as Record<string, unknown>;
  const key = prefix[at];
  if (key !== undefined && Object.hasOwn(object, key)) {
    gather(object[key], prefix, at + 1, heads, into);
  } else if (Object.hasOwn(object, "_value_1")) {
    gather(object["_value_1"], prefix, at, heads, into);
  } else if (key === undefined || at > 0) {
    // Where the inner level is missing, the items stand in its place.
    for (const head in object) {
      if (!heads.has(head)) continue;
      into.push(object);
      break;
    }
  }
}
