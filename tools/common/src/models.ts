/**
 * The one table of VOSS models and fields that the audit and the data export read. `vlf-collect`
 * keeps these fields and drops the rest; the readers look values up through it. A name that no public
 * page confirms is marked, and every name can be corrected in `vlf.toml` (`[models."device/..."]`).
 */
import { type Data, isTrue, leaves, leafText, trimmed } from "./axl.ts";
import { UsageError } from "./exit.ts";
import { MODEL_TABLE } from "./_model-table.ts";

/** What the fields are for: the license audit, the subscriber data export. */
export type Purpose = "audit" | "sde";
/** Key of `data` where vlf-collect keeps `meta.references.device`; no field of any model. */
export const DEVICE_KEY = "_device";

export const PURPOSES: readonly Purpose[] = ["audit", "sde"];

/** Where a name comes from: the vendor's own text, a reading of ours, or nowhere (a guess to correct). */
export type Mark = "documented" | "inferred" | "not-found";

export interface FieldSpec {
  readonly id: string;
  /** Paths in `data`, `.` between levels; the first that holds a value counts. */
  readonly paths: readonly (readonly string[])[];
  readonly purposes: readonly Purpose[];
  readonly mark: Mark;
}

export interface ModelSpec {
  readonly id: string;
  /** Full name as the API has it: `device/cucm/User`. */
  readonly model: string;
  readonly mark: Mark;
  readonly fields: Readonly<Record<string, FieldSpec>>;
}

export type ModelTable = Readonly<Record<string, ModelSpec>>;

/** The table as built in; `withOverrides()` gives the one of a run. */
export const MODELS: ModelTable = MODEL_TABLE;

/** The part of `vlf.toml` that corrects the table: per model our field ids with the real paths. */
export type ModelOverrides = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

/**
 * The table with the corrections of `[models."device/webex/User"]`: `meeting_id = ["webExId"]` names
 * the paths of a field, `model = "device/webex/Account"` the model itself.
 * @throws {UsageError} for a model or field that the table does not have, paths that are no text, or
 *   two models of one name.
 */
export function withOverrides(overrides: ModelOverrides | undefined): ModelTable {
  if (overrides === undefined) return MODELS;
  const table: Record<string, ModelSpec> = { ...MODELS };
  for (const [name, changes] of Object.entries(overrides)) {
    const spec = Object.values(MODELS).find((candidate) => candidate.model === name);
    if (spec === undefined) throw new UsageError(`read [models."${name}"]: no tool reads that model`);
    table[spec.id] = corrected(spec, name, changes);
  }
  const names = new Set<string>();
  for (const { model } of Object.values(table)) {
    if (names.has(model)) throw new UsageError(`read [models]: two models are named "${model}"`);
    names.add(model);
  }
  return table;
}

function corrected(spec: ModelSpec, name: string, changes: Readonly<Record<string, unknown>>): ModelSpec {
  const fields: Record<string, FieldSpec> = { ...spec.fields };
  let model = spec.model;
  for (const [key, value] of Object.entries(changes)) {
    const paths = typeof value === "string" ? [value] : value;
    if (
      !Array.isArray(paths) ||
      paths.length === 0 ||
      !paths.every((path) => typeof path === "string" && path.split(".").every((level) => level !== ""))
    ) {
      throw new UsageError(`read [models."${name}"] ${key}: wanted a path or a list of paths, as "a.b"`);
    }
    const field = Object.hasOwn(fields, key) ? fields[key] : undefined;
    if (key === "model") {
      if (paths.length > 1) throw new UsageError(`read [models."${name}"] model: wanted one name`);
      model = String(paths[0]);
    } else if (field !== undefined) {
      fields[key] = { ...field, paths: paths.map((path: string) => path.split(".")) };
    } else {
      throw new UsageError(`read [models."${name}"]: no field "${key}"`, {
        hint: `fields of this model: ${Object.keys(spec.fields).join(", ")}`,
      });
    }
  }
  return { ...spec, model, fields };
}

/** All texts at a field, in order, without blanks and empty ones. */
export function textsReader(field: FieldSpec): (data: Data) => string[] {
  return (data) => {
    const texts: string[] = [];
    for (const path of field.paths) {
      for (const leaf of leaves(data, path)) {
        const text = leafText(leaf);
        if (text !== "") texts.push(text);
      }
      if (texts.length > 0) break;
    }
    return texts;
  };
}

/** The first text at a field, or `""`. */
export function textReader(field: FieldSpec): (data: Data) => string {
  const texts = textsReader(field);
  const [path, ...others] = field.paths;
  if (path === undefined || others.length > 0) return (data) => texts(data)[0] ?? "";
  // Most fields have one path, and most values are texts where it leads: read without a walk.
  const [key = "", ...below] = path;
  return (data) => {
    let value = data[key];
    for (let nth = 0; nth < below.length && isPlain(value); nth += 1) value = value[below[nth] as string];
    return typeof value === "string" ? trimmed(value) : (texts(data)[0] ?? "");
  };
}

function isPlain(value: unknown): value is Data {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Whether a flag is set, in any of the shapes of `isTrue()`. */
export function flagReader(field: FieldSpec): (data: Data) => boolean {
  const texts = textsReader(field);
  const key = onlyKey(field);
  if (key === undefined) return (data) => texts(data).some(isTrue);
  return (data) => {
    const value = data[key];
    return typeof value === "boolean" ? value : texts(data).some(isTrue);
  };
}

/** The key of a field that has one path of one level: most do, and are read without a walk. */
function onlyKey({ paths: [path, ...others] }: FieldSpec): string | undefined {
  return path?.length === 1 && others.length === 0 ? path[0] : undefined;
}

/** What a projection keeps below a key: everything, or the named keys. */
interface Keep {
  [key: string]: Keep | true;
}

/** Cuts a model's `data` down to the fields a purpose needs, in the table's order. */
export type Projection = (data: Data) => Data;

/**
 * The projections of all models that one of the purposes reads, by model name. Models that are not
 * in the map are not needed. What is kept is kept in the shape it has, so that readers see no difference.
 */
export function projections(
  table: ModelTable,
  purposes: readonly Purpose[],
): ReadonlyMap<string, Projection> {
  return new Map(
    [...keptOf(table, purposes)].map(([model, kept]) => [model, (data) => prune(data, kept) as Data]),
  );
}

/** What the projections keep, for readers that do without values. */
export function keptOf(table: ModelTable, purposes: readonly Purpose[]): ReadonlyMap<string, Kept> {
  const result = new Map<string, Kept>();
  for (const spec of Object.values(table)) {
    const keep: Keep = {};
    let needed = false;
    for (const field of Object.values(spec.fields)) {
      if (!field.purposes.some((purpose) => purposes.includes(purpose))) continue;
      needed = true;
      for (const path of field.paths) addPath(keep, path);
    }
    if (needed) result.set(spec.model, listOf(keep));
  }
  return result;
}

function addPath(keep: Keep, path: readonly string[]): void {
  let at = keep;
  for (const [index, key] of path.entries()) {
    const below = at[key];
    if (below === true) return;
    if (index === path.length - 1) at[key] = true;
    else at = at[key] = below ?? {};
  }
}

/** The same as a list, in the order in which it is written: quicker to walk for every instance. */
export type Kept = readonly (readonly [key: string, below: Kept | true])[];

function listOf(keep: Keep): Kept {
  return Object.entries(keep).map(([key, below]) => [key, below === true ? true : listOf(below)]);
}

function prune(value: unknown, keep: Kept): unknown {
  if (value === null || typeof value !== "object") return value;
  if (Array.isArray(value)) return value.map((item) => prune(item, keep));
  const object = value as Record<string, unknown>;
  const result: Record<string, unknown> = {};
  if (Object.hasOwn(object, "_value_1")) result["_value_1"] = prune(object["_value_1"], keep);
  for (const [key, below] of keep) {
    const member = object[key];
    if (member === undefined || !Object.hasOwn(object, key)) continue;
    result[key] = below === true ? member : prune(member, below);
  }
  return result;
}

/** The row of an id; a missing one is a mistake in our own code. */
export function modelOf(table: ModelTable, id: string): ModelSpec {
  const spec = table[id];
  if (spec === undefined) throw new Error(`model table has no row "${id}"`);
  return spec;
}

/** The field of a model by our id; a missing one is a mistake in our own code. */
export function fieldOf(spec: ModelSpec, id: string): FieldSpec {
  const field = spec.fields[id];
  if (field === undefined) throw new Error(`model "${spec.model}" has no field "${id}"`);
  return field;
}
