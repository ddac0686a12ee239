/**
 * The keys of a row as the guide's tables have them: literal key, JSON type, version and source, and how the
 * value is read. The tables of docs/sde-types.md are written from these.
 */
import { fieldOf, type FieldSpec, modelOf, MODELS, type ModelTable } from "@vlf/common/models";
import type { Joins } from "../joins/index.ts";
import type { Place } from "../joins/places.ts";
import type { CellText } from "../placed-text.ts";
import { flagReader, textReader, textsReader } from "../readers.ts";
import type { ReportOptions, Source } from "./report.ts";

export type Kind = "string" | "integer" | "boolean" | "object" | "array of string" | "array of object";

/** One row of a section's table. */
export interface Key {
  readonly key: string;
  readonly kind: Kind;
  /** Version that brought it, as the table numbers them: `v1`, `21.4-PB2`. */
  readonly since: string;
  /** Where the value comes from. */
  readonly from: string;
  /** The guide names no source: this one is our reading. */
  readonly reading?: true;
  readonly note?: string;
  /** Left out of the row when there is nothing to say; other keys are always there. */
  readonly canBeMissing?: true;
  /** The other spellings, where table and example of the guide disagree. */
  readonly table?: string;
  readonly example?: string;
  /** Keys of the object, or of each object in the list. */
  readonly members?: readonly Key[];
}

/** `undefined` leaves the key out. */
export type Read = (source: Source, joins: Joins, place: Place) => unknown;

export interface Column extends Key {
  /** The value is the same for all rows of a node. */
  readonly byNode?: true;
  /** The value is the text or the flag of a field of the instance: it may be copied. */
  readonly copies?: (options: ReportOptions) => FieldSpec;
  /** Makes the reader, once for all rows of a run. */
  readonly bind: (options: ReportOptions) => Read;
}

/** What a key can say beside its name, version and source. */
export type Extra = Omit<Key, "key" | "kind" | "since" | "from">;

/** Columns that copy fields of one model. */
export interface ModelColumns {
  readonly modelId: string;
  text(key: string, since: string, fieldId: string, extra?: Extra): Column;
  texts(key: string, since: string, fieldId: string, extra?: Extra): Column;
  flag(key: string, since: string, fieldId: string, extra?: Extra): Column;
  integer(key: string, since: string, fieldId: string, extra?: Extra): Column;
}

export function columnsOf(modelId: string): ModelColumns {
  const key = (kind: Kind, name: string, since: string, fieldId: string, extra: Extra = {}): Key => ({
    key: name,
    kind,
    since,
    from: sourceOf(modelId, fieldId),
    ...extra,
  });
  return {
    modelId,
    text: (name, since, fieldId, extra) => ({
      ...key("string", name, since, fieldId, extra),
      copies: ({ table }) => fieldIn(table, modelId, fieldId),
      bind: ({ table }) => textReader(fieldIn(table, modelId, fieldId)),
    }),
    texts: (name, since, fieldId, extra) => ({
      ...key("array of string", name, since, fieldId, extra),
      bind: ({ table }) => textsReader(fieldIn(table, modelId, fieldId)),
    }),
    flag: (name, since, fieldId, extra) => ({
      ...key("boolean", name, since, fieldId, extra),
      copies: ({ table }) => fieldIn(table, modelId, fieldId),
      bind: ({ table }) => flagReader(fieldIn(table, modelId, fieldId)),
    }),
    integer: (name, since, fieldId, extra) => ({
      ...key("integer", name, since, fieldId, extra),
      bind: ({ table }) => {
        const read = textReader(fieldIn(table, modelId, fieldId));
        return (source) => integerOf(read.cell(source));
      },
    }),
  };
}

/** A column whose value comes from elsewhere, or from more than one place. */
export function column(
  key: string,
  kind: Kind,
  since: string,
  from: string,
  bind: Column["bind"],
  extra: Extra = {},
): Column {
  return { key, kind, since, from, ...extra, bind };
}

/** A key of an object inside a row. */
export function member(key: string, kind: Kind, since: string, from: string, extra: Extra = {}): Key {
  return { key, kind, since, from, ...extra };
}

export function fieldIn(table: ModelTable, modelId: string, fieldId: string): FieldSpec {
  return fieldOf(modelOf(table, modelId), fieldId);
}

/** `device/cucm/Phone.name`: where a field stands by the built-in table, with a mark if no page confirms it. */
export function sourceOf(modelId: string, fieldId: string): string {
  const { model, mark: modelMark } = modelOf(MODELS, modelId);
  const { paths, mark: fieldMark } = fieldIn(MODELS, modelId, fieldId);
  const where = paths.map((path) => `${model}.${path.join(".")}`).join(" or ");
  const mark = fieldMark === "documented" ? modelMark : fieldMark;
  return mark === "documented" ? where : `${where} (${mark})`;
}

/**
 * A whole number. One that is missing is 0; one that no JSON number can hold stays the text that it is,
 * since any number in its place would be made up.
 */
export function integerOf(text: CellText): number | string {
  if (typeof text !== "string") return text.integer() ?? integerOf(String(text));
  if (text === "") return 0;
  const number = Number(text);
  if (!Number.isSafeInteger(number)) return text;
  return String(number) === text || /^\d+$/.test(text) ? number : text;
}

/** The names that a key is written under: both, where the guide has two and both are wanted. */
export function spellings(
  { key, table, example }: Key,
  spelling: ReportOptions["spelling"],
): readonly string[] {
  const fromTable = table ?? key;
  const fromExample = example ?? key;
  switch (spelling) {
    case "resolved":
      return [key];
    case "table":
      return [fromTable];
    case "example":
      return [fromExample];
    case "both":
      return [...new Set([key, fromTable, fromExample])];
  }
}
