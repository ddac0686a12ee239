/** No time of DuckDB is taken on an input of which it does not count the same as `vlf-audit`. */
import { execFileSync } from "node:child_process";
import { ENV, FOLDER } from "./_measure.ts";
import { differences, duckdb, installDuckdb } from "./peers/_duckdb.ts";

/** Counts a file of bench-data/ both ways; throws where a count differs. Gives the version of DuckDB. */
export function proveSame(file: string): string {
  const version = installDuckdb();
  const run = (command: string): string =>
    execFileSync("bash", ["-c", command], {
      cwd: FOLDER,
      env: ENV,
      encoding: "utf8",
      maxBuffer: 1 << 30,
    });
  const found = differences(run(`vlf-audit < ${file}`), run(duckdb(file, 2)));
  if (found.length > 0)
    throw new Error(`compare "${file}": ${found.length} counts differ\n${found.slice(0, 10).join("\n")}`);
  return version;
}
