/**
 * DuckDB as a peer: installed on demand, in a folder of its own outside the workspace, since it is large; and the
 * comparison of its counts (audit.sql) with those of `vlf-audit`, without which no time of it means anything.
 */
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";

const folder: string = import.meta.dirname;

/** The command that counts a file by SQL on so many threads, and writes a line per customer. */
export function duckdb(file: string, threads: number): string {
  return `node ${join(folder, "duckdb.mjs")} ${file} ${threads}`;
}

/** Installs DuckDB where it is not yet, and gives its version. */
export function installDuckdb(): string {
  const api = join(folder, "node_modules/@duckdb/node-api/package.json");
  if (!existsSync(api)) {
    const setup = [join(folder, "../../setup.mjs"), "--peers"];
    const { status } = spawnSync(process.execPath, setup, { stdio: ["ignore", 2, 2] });
    if (status !== 0) throw new Error(`install DuckDB: setup ended with ${String(status)}`);
  }
  const { version } = JSON.parse(readFileSync(api, "utf8")) as { version: string };
  return version.replace(/-.*/, "");
}

type Counts = Readonly<Record<string, number | boolean>>;
/** A row of either side: `license-count` records have a type and more. */
interface Row {
  readonly type?: string;
  readonly customer_pkid: string;
  readonly counts: Counts;
}

function rows(lines: string): Map<string, Counts> {
  const all = lines
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line) as Row)
    .filter(({ type }) => type === undefined || type === "license-count");
  return new Map(all.map(({ customer_pkid, counts }) => [customer_pkid, counts]));
}

/** What two countings say differently, customer by customer and column by column; flags are 1 and 0 to both. */
export function differences(audit: string, sql: string): string[] {
  const [ours, theirs] = [rows(audit), rows(sql)];
  const found: string[] = [];
  for (const customer of new Set([...ours.keys(), ...theirs.keys()])) {
    const [a, b] = [ours.get(customer), theirs.get(customer)];
    if (a === undefined || b === undefined) {
      found.push(`${customer}: no row of ${a === undefined ? "vlf-audit" : "SQL"}`);
      continue;
    }
    for (const column of new Set([...Object.keys(a), ...Object.keys(b)])) {
      if (Number(a[column]) === Number(b[column])) continue;
      found.push(`${customer}: ${column}: vlf-audit has ${String(a[column])}, SQL has ${String(b[column])}`);
    }
  }
  return found;
}
