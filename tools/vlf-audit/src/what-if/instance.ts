/** `model = "device/cucm/Phone"`: any instance that counts gets other fields, comes or goes. */
import { joinKey } from "@vlf/common/axl";
import { UsageError } from "@vlf/common/exit";
import { nameOf } from "../explain/evidence.ts";
import type { FactId, FactReader, Facts } from "../facts.ts";
import type { Values } from "../values.ts";
import { type Change, type Context, type Kind, NOTHING, type Outcome } from "./_change.ts";
import type { At, Row } from "./row.ts";

const SPEC = { model: "text", pkid: "text", name: "text", add: "flag", remove: "flag" } as const;

export const instance: Kind = {
  key: "model",
  read({ config, table, ...entry }, context): Change {
    const { set: fields, ...others } = table;
    const values = config.values("model:", others, SPEC, ["model"]);
    const { model, pkid, add = false, remove = false } = values;
    const name = values.name === undefined ? undefined : joinKey(values.name);
    const reader = context.readers.get(model);
    if (reader === undefined) {
      throw new UsageError(`read ${entry.where}: no scheme that is counted looks at "${model}"`, {
        hint: "the hierarchy itself cannot be changed: edit the input and compare with vlf-audit diff",
      });
    }
    if ([add, remove, fields !== undefined && !add].filter(Boolean).length !== 1)
      throw config.problem("model", "set, or remove, or add with set");
    if (add ? pkid !== undefined || name !== undefined : (pkid === undefined) === (name === undefined))
      throw config.problem("model", add ? "no pkid and no name beside add" : "a pkid or a name, one of them");
    if (add && entry.hierarchy === undefined) throw config.problem("model: add", "a hierarchy to add it at");
    const set = checkedFields(entry.where, fields ?? {}, reader);
    const which = add
      ? `at ${entry.hierarchy ?? ""}`
      : pkid === undefined
        ? `"${name ?? ""}"`
        : `pkid "${pkid}"`;
    const what = add ? "added" : remove ? "removed" : `set ${Object.keys(set).join(", ")}`;
    const find = (row: Row): At[] =>
      pkid === undefined
        ? row.named(reader.id, name ?? "", entry.hierarchy)
        : row.withPkid(reader.id, pkid, entry.hierarchy);
    return {
      ...entry,
      title: `${model} ${which}: ${what}`,
      adds: add,
      ...(add || remove ? {} : { set: { model, pkid, name } }),
      apply(row) {
        if (add) return added(row, entry.hierarchy ?? "", reader, set);
        const found = find(row);
        if (remove) for (const one of found) row.remove(reader.id, one);
        const changed = remove ? found.length > 0 : setFields(row, found, reader, set, context);
        return { found: found.length, changed };
      },
    };
  },
};

type Fields = Readonly<Record<string, unknown>>;

/** A field that nobody reads changes nothing: it is a slip of the pen. */
function checkedFields(where: string, fields: unknown, { model, keys }: FactReader): Fields {
  if (typeof fields !== "object" || fields === null || Array.isArray(fields) || fields instanceof Date)
    throw new UsageError(
      `read ${where}: model: set: wanted a table of fields: { ${keys[0] ?? "name"} = "..." }`,
    );
  const unknown = Object.keys(fields).find((key) => !keys.includes(key));
  if (unknown !== undefined) {
    throw new UsageError(
      `read ${where}: model: set: no scheme that is counted reads "${unknown}" of ${model}`,
      {
        hint: `fields that are read: ${keys.join(", ")}`,
      },
    );
  }
  return fields as Fields;
}

function added(row: Row, path: string, reader: FactReader, fields: Fields): Outcome {
  if (!row.has(path)) return NOTHING;
  row.add(reader.id, path, reader.read("", reader.valuesOf(fields)));
  return { found: 1, changed: true };
}

function setFields(
  row: Row,
  found: readonly At[],
  reader: FactReader,
  fields: Fields,
  context: Context,
): boolean {
  let isChanged = false;
  const to = reader.valuesOf(fields);
  for (const one of found) {
    const values = context.values.get(one.fact) ?? [];
    const all: Values = reader.keys.map((key, slot) =>
      Object.hasOwn(fields, key) ? to[slot] : values[slot],
    );
    const now = reader.read(one.fact.pkid, all);
    if (JSON.stringify(now) === JSON.stringify(one.fact)) continue;
    context.values.set(now, all);
    row.replace<FactId>(reader.id, one, now);
    isChanged = true;
  }
  return isChanged;
}

/** Readers that keep the fields of the instances whose fields are set. */
export function keepingReaders(
  { readers, values: kept }: Context,
  changes: readonly Change[],
): ReadonlyMap<string, FactReader> {
  const result = new Map(readers);
  for (const [model, reader] of readers) {
    const sets = changes.flatMap(({ set }) => (set?.model === model ? [set] : []));
    if (sets.length === 0) continue;
    const pkids = new Set(sets.map(({ pkid }) => pkid));
    const names = new Set(sets.map(({ name }) => name));
    const read = (pkid: string, values: Values): Facts[FactId] => {
      const fact = reader.read(pkid, values);
      if (pkids.has(pkid) || names.has(nameOf(fact))) kept.set(fact, [...values]);
      return fact;
    };
    result.set(model, { ...reader, read });
  }
  return result;
}
