/** The rows of evidence, written as they come: there are too many of them for a workbook in memory. */
import type { Evidence } from "@vlf/common/records";
import { cellText, type Column, letters } from "./sheet.ts";

/** Rows that a sheet has room for below its heading. */
export const SHEET_ROWS = 1_048_575;

export const EVIDENCE_COLUMNS: readonly Column[] = [
  { title: "Scheme" },
  { title: "Customer", width: 28 },
  { title: "Customer PKID", width: 26 },
  { title: "Counted" },
  { title: "Column", width: 24 },
  { title: "Title", width: 34 },
  { title: "Number", kind: "number" },
  { title: "Tier" },
  { title: "Licenses", kind: "number" },
  { title: "Kind" },
  { title: "Name", width: 28 },
  { title: "Hierarchy", width: 34 },
  { title: "Rule" },
  { title: "Reference", width: 34 },
  { title: "Reasons", width: 60 },
  { title: "Instances", width: 60 },
  { title: "Status" },
];

/** One record as the XML of a row; `row` counts from 1, which is the heading. */
export function evidenceRow(one: Evidence, row: number): string {
  const values: (string | number)[] = [
    one.scheme,
    one.customer,
    one.customer_pkid || (one.provider_pkid ?? ""),
    one.counted ? "Y" : "N",
    one.column,
    one.title,
    one.number,
    one.tier,
    one.licenses,
    one.kind,
    one.name,
    one.hierarchy,
    one.rule,
    one.reference,
    one.reasons.join("; "),
    one.sources.map(({ model, pkid, name }) => `${model} ${pkid} (${name})`).join("; "),
    one.status ?? "",
  ];
  let xml = `<row r="${row}">`;
  for (const [at, value] of values.entries()) {
    if (value === "") continue;
    const place = `${LETTERS[at]}${row}`;
    xml +=
      typeof value === "number"
        ? `<c r="${place}"><v>${value}</v></c>`
        : `<c r="${place}" t="inlineStr"><is><t xml:space="preserve">${xmlText(value)}</t></is></c>`;
  }
  return `${xml}</row>`;
}

const LETTERS = EVIDENCE_COLUMNS.map((_, at) => letters(at));

/** `_x0041_` in a text would be read as the character it names: its first underscore is written so itself. */
function xmlText(text: string): string {
  return cellText(text)
    .replaceAll(/_(?=x[0-9a-f]{4}_)/gi, "_x005F_")
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll("\r", "_x000D_");
}
