/** Reading CSV files that the tools wrote. Writing them is left to csv-stringify. */

/**
 * Reads CSV (RFC 4180, line feeds) into rows of cells.
 * @returns `undefined` when quotes do not match
 */
export function readCsv(text: string): string[][] | undefined {
  const rows: string[][] = [];
  const cell = /(?:"([^"]*(?:""[^"]*)*)"|([^",\n]*))([,\n])/gy;
  let row: string[] = [];
  while (cell.lastIndex < text.length) {
    const match = cell.exec(text);
    if (match === null) return undefined;
    row.push(match[1]?.replaceAll('""', '"') ?? match[2] ?? "");
    if (match[3] === "\n") {
      rows.push(row);
      row = [];
    }
  }
  return row.length === 0 ? rows : undefined;
}
