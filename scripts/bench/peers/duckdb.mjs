// Counts the columns of scheme voss-4 with DuckDB (audit.sql) and writes a line of JSON per customer.
// Usage: duckdb.mjs FILE [THREADS]
import { readFileSync } from "node:fs";
import { DuckDBInstance } from "@duckdb/node-api";

const [file = "/dev/stdin", threads = "2"] = process.argv.slice(2);
const instance = await DuckDBInstance.create(":memory:", { threads });
const connection = await instance.connect();
await connection.run(`SET VARIABLE input = '${file.replaceAll("'", "''")}'`);
const sql = readFileSync(new URL("audit.sql", import.meta.url), "utf8");
const result = await connection.runAndReadAll(sql);
process.stdout.write(
  result
    .getRows()
    .map(([line]) => `${String(line)}\n`)
    .join(""),
);
