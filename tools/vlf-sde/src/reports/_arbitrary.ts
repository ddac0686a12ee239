/** Random values in the shapes that fields have, for properties. */
import fc from "fast-check";
import type { Data } from "@vlf/common/axl";
import { MODELS } from "@vlf/common/models";

/** Few texts, so that names meet. */
const text = fc.constantFrom("a", "A ", "b", "1001", "1002", "0", "10", "true", "False", "", " ");
const leaf = fc.oneof(
  { weight: 6, arbitrary: text },
  { weight: 3, arbitrary: fc.constantFrom<unknown>(null, undefined, 0, 1, 1001, true, false, {}, []) },
  { weight: 1, arbitrary: text.map((value) => ({ _value_1: value, uuid: "{1}" })) },
);

/** A value for keys that lie below one another, in the shapes that collections have. */
function branch(paths: readonly (readonly string[])[], depth: number): fc.Arbitrary<unknown> {
  const keys = [...new Set(paths.map((path) => path[depth] ?? ""))];
  const record = fc.record(
    Object.fromEntries(
      keys.map((key) => {
        const below = paths.filter((path) => path[depth] === key && path.length > depth + 1);
        return [key, below.length === 0 ? leaf : shaped(branch(below, depth + 1))];
      }),
    ),
    { requiredKeys: [] },
  );
  return record;
}

function shaped(value: fc.Arbitrary<unknown>): fc.Arbitrary<unknown> {
  return fc.oneof(
    { weight: 5, arbitrary: value },
    { weight: 4, arbitrary: fc.array(value, { maxLength: 3 }) },
    { weight: 1, arbitrary: value.map((inner) => ({ _value_1: inner })) },
    { weight: 1, arbitrary: leaf },
  );
}

/** Data of each model, by its id. */
export const DATA: Readonly<Record<string, fc.Arbitrary<Data>>> = Object.fromEntries(
  Object.entries(MODELS).map(([id, { fields }]) => [
    id,
    branch(
      Object.values(fields).flatMap(({ paths }) => paths),
      0,
    ) as fc.Arbitrary<Data>,
  ]),
);
