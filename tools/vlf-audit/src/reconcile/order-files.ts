/** Files of orders, CSV, TOML or the code of a reservation, as rows with their lines. */
import { CsvError, type Info, parse as parseCsv } from "csv-parse/sync";
import { parseToml } from "@vlf/common/config";
import { DataError } from "@vlf/common/exit";
import { COLUMNS, type OrderRow } from "./entitlement.ts";
import { isReservation, reservationRows } from "./reservation.ts";

/** What other systems call our columns. */
const ALIASES: Readonly<Record<string, string>> = {
  subscription_id: "subscription",
  customer_name: "customer",
  license_model: "model",
  licence_model: "model",
  license_type: "type",
  licence_type: "type",
  start_date: "start",
  end_date: "end",
};

export interface ColumnNames {
  /** Our column by what the file calls it. */
  readonly names: ReadonlyMap<string, string>;
  /** Columns that are not read; `*` for all that are not known. */
  readonly ignored: ReadonlySet<string>;
  /** Customers by other names that the settings know. */
  readonly customers: ReadonlySet<string>;
}

/** @throws {DataError} when the file is not of its form, or has a column that is not known */
export function readOrders(file: string, bytes: Uint8Array, columns: ColumnNames): OrderRow[] {
  let text: string;
  try {
    text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch (error) {
    throw new DataError(`read ${file}: not UTF-8`, { cause: error, hint: "save it as UTF-8" });
  }
  if (isReservation(text)) return reservationRows(file, text, columns.customers);
  return file.toLowerCase().endsWith(".toml") ? tomlRows(file, text, columns) : csvRows(file, text, columns);
}

function csvRows(file: string, text: string, columns: ColumnNames): OrderRow[] {
  const [firstLine = ""] = text.split(/\r?\n/, 1);
  const delimiter =
    [",", ";", "\t"].toSorted((a, b) => partsOf(firstLine, b) - partsOf(firstLine, a))[0] ?? ",";
  let rows: { info: Info; record: string[] }[];
  try {
    rows = parseCsv<{ info: Info; record: string[] }>(text, {
      bom: true,
      delimiter,
      info: true,
      relax_column_count: true,
      skip_empty_lines: true,
    } as never); // its types know no option "info" in sync form
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    const line = typeof error["lines"] === "number" ? `:${error["lines"]}` : "";
    throw new DataError(`read ${file}${line}: not CSV: ${error.message}`, { cause: error });
  }
  const [head, ...body] = rows;
  if (head === undefined) throw new DataError(`read ${file}: empty, wanted a line of column names`);
  const where = `${file}:${head.info.lines}`;
  const names = head.record.map((title) => columnOf(title, columns, where));
  const twice = names.find((name, at) => name !== undefined && names.indexOf(name) !== at);
  if (twice !== undefined) throw new DataError(`read ${where}: column "${twice}" is there twice`);
  for (const [name, isNeeded] of Object.entries(COLUMNS)) {
    if (isNeeded && !names.includes(name)) {
      throw new DataError(`read ${where}: no column "${name}"`, {
        hint: `name it in [reconcile.columns]: ${name} = "what the file calls it"`,
      });
    }
  }
  return body
    .filter(({ record }) => record.some((cell) => cell.trim() !== ""))
    .map(({ info, record }) => {
      if (record.length !== names.length) {
        throw new DataError(
          `read ${file}:${info.lines}: ${record.length} cells, wanted ${names.length} as in the first line`,
        );
      }
      const cells = new Map<string, unknown>();
      for (const [at, name] of names.entries()) if (name !== undefined) cells.set(name, record[at]);
      return { file, line: info.lines, cells };
    });
}

function partsOf(line: string, delimiter: string): number {
  return line.split(delimiter).length;
}

/** Our name of a column; `undefined` for one that is not read. */
function columnOf(title: string, { names, ignored }: ColumnNames, where: string): string | undefined {
  const text = title.trim();
  const id = text.toLowerCase().replaceAll(/[\s-]+/g, "_");
  const known = names.get(text) ?? (Object.hasOwn(COLUMNS, id) ? id : ALIASES[id]);
  if (known !== undefined && !ignored.has(text)) return known;
  if (ignored.has(text) || ignored.has("*")) return undefined;
  throw new DataError(`read ${where}: unknown column "${text}"`, {
    hint: `known: ${Object.keys(COLUMNS).join(", ")}; [reconcile] ignore_columns takes names, or "*"`,
  });
}

function tomlRows(file: string, text: string, columns: ColumnNames): OrderRow[] {
  const tables = parseToml(file, text);
  const other = Object.keys(tables).find((name) => name !== "entitlement");
  if (other !== undefined)
    throw new DataError(`read ${file}: unknown key "${other}", wanted [[entitlement]]`);
  const list: unknown = tables["entitlement"] ?? [];
  if (!Array.isArray(list)) throw new DataError(`read ${file}: wanted [[entitlement]] in double brackets`);
  const lines = headsOf(text);
  return list.map((one: unknown, at) => {
    // Heads in a text of several lines would be counted as well: then no line is better than a wrong one.
    const line = lines.length === list.length ? lines[at] : undefined;
    const where = line === undefined ? file : `${file}:${line}`;
    if (typeof one !== "object" || one === null) throw new DataError(`read ${where}: wanted a table`);
    const cells = new Map<string, unknown>();
    for (const [key, value] of Object.entries(one)) {
      const name = columnOf(key, columns, where);
      if (name !== undefined) cells.set(name, value);
    }
    return { file, line, cells };
  });
}

/** The lines where the tables of the list begin, from 1. */
function headsOf(text: string): number[] {
  return text.split("\n").flatMap((line, at) => (/^\s*\[\[\s*entitlement\s*\]\]/.test(line) ? [at + 1] : []));
}
