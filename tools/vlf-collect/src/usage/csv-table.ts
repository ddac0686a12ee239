/** CSV files of others as rows by column: comma, semicolon or tab, with a header and perhaps a byte order mark. */
import { CsvError, type Info, parse } from "csv-parse/sync";
import { DataError } from "@vlf/common/exit";
import type { UsageFile } from "./_format.ts";
import type { Columns } from "./settings.ts";

export interface CsvRow<C extends string> {
  readonly line: number;
  /** Empty for a column that the file does not have. */
  readonly cells: Readonly<Record<C, string>>;
}

/**
 * The rows of a file, by our names of its columns.
 * @throws {DataError} when it is not CSV, lacks a column that is needed, or a row has another number of cells
 */
export function csvRows<C extends string>(
  { name, text }: UsageFile,
  columns: Columns<C>,
  needed: readonly NoInfer<C>[],
  table: string,
): CsvRow<C>[] {
  const [head, ...body] = cellsOf(name, text);
  if (head === undefined) throw new DataError(`read ${name}: empty, wanted a line of column names`);
  const titles = head.cells.map((title) => title.trim().toLowerCase());
  const at = Object.fromEntries(
    Object.entries<readonly string[]>(columns).map(([column, names]) => {
      const places = names.map((one) => titles.indexOf(one.toLowerCase()));
      return [column, places.find((place) => place >= 0) ?? -1];
    }),
  ) as Record<C, number>;
  for (const column of needed) {
    if (at[column] >= 0) continue;
    throw new DataError(
      `read ${name}:${head.line}: no column ${columns[column].map((one) => JSON.stringify(one)).join(" or ")}, found ${head.cells.map((one) => JSON.stringify(one)).join(", ")}`,
      { hint: `say what it is called in vlf.toml: [usage.${table}] ${column} = "..."` },
    );
  }
  return body.map(({ line, cells }) => {
    if (cells.length !== head.cells.length) {
      throw new DataError(
        `read ${name}:${line}: ${cells.length} cells, wanted ${head.cells.length} as in the line of column names`,
      );
    }
    const own = Object.entries<number>(at).map(([column, place]) => [column, (cells[place] ?? "").trim()]);
    return { line, cells: Object.fromEntries(own) as Record<C, string> };
  });
}

function cellsOf(name: string, text: string): { line: number; cells: string[] }[] {
  const [first = ""] = text.split(/\r?\n/, 1);
  const counts = [",", ";", "\t"].map((mark) => [mark, first.split(mark).length] as const);
  const [delimiter] = counts.toSorted((a, b) => b[1] - a[1])[0] ?? [","];
  try {
    const rows = parse<{ info: Info; record: string[] }>(text, {
      bom: true,
      delimiter,
      info: true,
      relax_column_count: true,
      skip_empty_lines: true,
    } as never); // its types know no option "info" in sync form
    return rows.map(({ info, record }) => ({ line: info.lines, cells: record }));
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    const line = typeof error["lines"] === "number" ? `:${error["lines"]}` : "";
    throw new DataError(`read ${name}${line}: not CSV: ${error.message}`, { cause: error });
  }
}
