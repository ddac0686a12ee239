/** A sheet of the workbook: a heading that stays, filters, widths, and cells that are text, numbers or dates. */
import type { CellValue, ColumnDef, WriteSheet } from "hucre/xlsx";
import { clean } from "../html/text.ts";

export type Kind = "text" | "number" | "day" | "time";

export interface Column {
  readonly title: string;
  readonly kind?: Kind;
  /** In characters. */
  readonly width?: number;
}

/** What a cell holds; nothing where there is no value. */
export type Value = string | number | Date | undefined;

/** Characters that a cell may have: Excel calls a file with more of them damaged. */
const MAX_TEXT = 32_767;

const FORMS: Readonly<Record<Kind, { readonly numFmt?: string; readonly width: number }>> = {
  text: { width: 18 },
  number: { numFmt: "#,##0", width: 13 },
  day: { numFmt: "yyyy-mm-dd", width: 12 },
  time: { numFmt: "yyyy-mm-dd hh:mm", width: 17 },
};

/** A text as a cell may hold it. It is always text: a formula it never becomes, whatever it begins with. */
export function cellText(text: string): string {
  const whole = clean(text);
  if (whole.length <= MAX_TEXT) return whole;
  const note = `… ${whole.length} characters in all`;
  return clean(whole.slice(0, MAX_TEXT - note.length)) + note;
}

/** `A`, `B` ... `AA` for a column from 0. */
export function letters(at: number): string {
  const rest = String.fromCodePoint(65 + (at % 26));
  return at < 26 ? rest : letters(Math.floor(at / 26) - 1) + rest;
}

/**
 * A sheet of these rows.
 * @param rowCount rows that will be in it, where they are written later
 */
export function sheet(
  name: string,
  columns: readonly Column[],
  rows: readonly (readonly Value[])[],
  rowCount: number = rows.length,
): WriteSheet {
  const defs = columns.map(({ kind = "text", width }): ColumnDef => {
    const form = FORMS[kind];
    return { width: width ?? form.width, ...(form.numFmt === undefined ? {} : { numFmt: form.numFmt }) };
  });
  const cells = rows.map((row) => row.map((value): CellValue => cellOf(value)));
  const heading = columns.map(({ title }) => cellText(title));
  return {
    name,
    columns: defs,
    rows: [heading, ...cells],
    cells: new Map(
      columns.map(({ kind = "text" }, at) => [
        `0,${at}`,
        {
          style: {
            font: { name: "Calibri", size: 11, bold: true },
            border: { bottom: { style: "thin" } },
            alignment: {
              vertical: "bottom",
              wrapText: true,
              ...(kind === "number" ? { horizontal: "right" } : {}),
            },
          },
        },
      ]),
    ),
    freezePane: { rows: 1 },
    autoFilter: { range: `A1:${letters(columns.length - 1)}${rowCount + 1}` },
    pageSetup: { orientation: "landscape", fitToPage: true, fitToWidth: 1, fitToHeight: 0 },
  };
}

function cellOf(value: Value): CellValue {
  if (value === undefined || value === "") return null;
  return typeof value === "string" ? cellText(value) : value;
}
