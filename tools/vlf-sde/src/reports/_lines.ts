/** Lines of phones, profiles and ports, and the external numbers of their DNs (guide, 2.3). */
import type { External } from "../joins/e164.ts";
import type { Joins } from "../joins/index.ts";
import type { CellText } from "../placed-text.ts";
import { itemCells } from "../readers.ts";
import { column, type Column, fieldIn, integerOf, type Key, member, sourceOf } from "./_column.ts";
import type { ReportOptions, Source } from "./report.ts";

export interface Line {
  readonly order: number | string;
  readonly dn: CellText;
}

/** Reads the lines of an instance in their order: fields `line_index` and `line_pattern` of its model. */
export function linesReader(modelId: string, { table }: ReportOptions): (source: Source) => readonly Line[] {
  const items = itemCells(fieldIn(table, modelId, "line_pattern"), fieldIn(table, modelId, "line_index"));
  return (source) => {
    const lines = items(source).map(([dn = "", index = ""]) => ({ order: integerOf(index), dn }));
    return lines.length < 2 ? lines : lines.sort((a, b) => Number(a.order) - Number(b.order));
  };
}

/** Reads the DN of the first line, as the source has them: `lines.line.0`; `""` when there is none. */
export function firstDnReader(modelId: string, { table }: ReportOptions): (source: Source) => CellText {
  const items = itemCells(fieldIn(table, modelId, "line_pattern"), fieldIn(table, modelId, "line_index"));
  return (source) => items(source)[0]?.[0] ?? "";
}

const E164_SOURCE = "E.164 association of the DN";

/** What an entry of `E164Members` has. */
function entryKeys(extra: Pick<Key, "reading"> = {}): readonly Key[] {
  return [
    member("e164_number", "string", "v4", sourceOf("e164Multiple", "member_number"), extra),
    member("e164_range", "string", "v4", sourceOf("e164Multiple", "member_range"), extra),
  ];
}

const MANY_NOTE = "numbers that are mapped to the DN N-to-1";

/** The two keys of a DN inside a line object. */
export const LINE_E164: readonly Key[] = [
  member("E164", "string", "v1", E164_SOURCE),
  member("E164Members", "array of object", "v4", "N-to-1 association of the DN", {
    canBeMissing: true,
    reading: true,
    note: `${MANY_NOTE}; the table has them outside the line, but ties them to cucm_dn`,
    members: entryKeys({ reading: true }),
  }),
];

type DnReader = (options: ReportOptions) => (source: Source) => CellText;

function external(dnReader: DnReader, pick: (found: External) => unknown): Column["bind"] {
  return (options) => {
    const dnOf = dnReader(options);
    return (source: Source, joins: Joins) => pick(joins.externalOf(dnOf(source), source.hierarchy));
  };
}

/** `E164` of a row that has one DN. */
export function e164Column(since: string, dnReader: DnReader): Column {
  const bind = external(dnReader, ({ e164 }) => e164);
  return column("E164", "string", since, E164_SOURCE, bind);
}

/** `E164Members` of a row that has one DN. */
export function membersColumn(dnReader: DnReader): Column {
  const bind = external(dnReader, ({ members }) => members);
  return column("E164Members", "array of object", "v4", "N-to-1 association of the DN", bind, {
    canBeMissing: true,
    note: MANY_NOTE,
    members: entryKeys(),
  });
}
