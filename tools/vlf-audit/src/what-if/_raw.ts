/** Facts made of the fields that an instance would have. */
import { UsageError } from "@vlf/common/exit";
import { fieldOf, modelOf } from "@vlf/common/models";
import type { FactId, Facts } from "../facts.ts";
import type { Context } from "./_change.ts";

type Data = Readonly<Record<string, unknown>>;

/** The `data` of an instance with these values at the first path of each field. */
export function rawOf({ models }: Context, id: FactId, values: Readonly<Record<string, unknown>>): Data {
  const data: Record<string, unknown> = {};
  for (const [field, value] of Object.entries(values)) {
    const [path = []] = fieldOf(modelOf(models, id), field).paths;
    let at = data;
    for (const level of path.slice(0, -1)) at = at[level] = (at[level] ?? {}) as Record<string, unknown>;
    at[path.at(-1) ?? field] = value;
  }
  return data;
}

/**
 * The fact of an instance with this `data`, without a pkid.
 * @throws {UsageError} when no scheme of the run looks at the model
 */
export function readFact<I extends FactId>({ models, readers }: Context, id: I, data: Data): Facts[I] {
  const { model } = modelOf(models, id);
  const reader = readers.get(model);
  if (reader === undefined) throw new UsageError(`read what-if: no scheme that is counted looks at ${model}`);
  return reader.read("", reader.valuesOf(data)) as Facts[I];
}
