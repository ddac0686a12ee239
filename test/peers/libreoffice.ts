/** For tests: a workbook read by LibreOffice, which knows nothing of who wrote it. */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { spawnSync } from "node:child_process";
import { readCsv } from "@vlf/common/csv";

/**
 * Each sheet as rows of cells. Texts are in quotes in what LibreOffice writes and numbers are not, and a formula would
 * be there as a formula: so a cell tells what it is.
 */
export interface Sheet {
  readonly rows: readonly (readonly string[])[];
  /** As it was written. */
  readonly csv: string;
}

/** Comma, double quote, UTF-8, from line 1, texts quoted, values in full, formulas as such, every sheet. */
const FILTER = "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,true,false,true,false,false,-1";

/** The sheets of a workbook by name. */
export function readWorkbook(path: string): Map<string, Sheet> {
  const folder = mkdtempSync(join(tmpdir(), "vlf-office-"));
  try {
    const { status, stderr } = spawnSync(
      "soffice",
      [
        "--headless",
        `-env:UserInstallation=file://${folder}/profile`,
        "--convert-to",
        FILTER,
        "--outdir",
        join(folder, "out"),
        path,
      ],
      { encoding: "utf8", env: { PATH: process.env["PATH"] ?? "", HOME: folder, LC_ALL: "C.UTF-8" } },
    );
    if (status !== 0) throw new Error(`soffice: status ${String(status)}: ${stderr}`);
    const start = `${basename(path, ".xlsx")}-`;
    return new Map(
      readdirSync(join(folder, "out")).map((name) => {
        const csv = readFileSync(join(folder, "out", name), "utf8");
        return [name.slice(start.length, -".csv".length), { csv, rows: readCsv(csv) ?? [] }];
      }),
    );
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
