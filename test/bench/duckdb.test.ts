/** The SQL that benchmarks compare `vlf-audit` with counts by the same rules: otherwise its time means nothing. */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import fc from "fast-check";
import { differences, duckdb, installDuckdb } from "../../scripts/bench/peers/_duckdb.ts";
import { randomSystem } from "../../tools/vlf-audit/src/_random.ts";

const bin = join(import.meta.dirname, "../../scripts/bin");

function shell(command: string): string {
  const env = { ...process.env, PATH: `${bin}:${process.env["PATH"] ?? ""}` };
  return execFileSync("bash", ["-c", command], { env, encoding: "utf8", maxBuffer: 1 << 28 });
}

/** Counts a file both ways and compares. Gives the number of customers. */
function compare(file: string): number {
  installDuckdb();
  const audit = shell(`vlf-audit --quiet < ${file}`);
  assert.deepEqual(differences(audit, shell(duckdb(file, 2))), []);
  return audit.split('"type":"license-count"').length - 1;
}

const folder = mkdtempSync(join(tmpdir(), "vlf-duckdb-"));
process.on("exit", () => rmSync(folder, { recursive: true }));

for (const [seed, options] of [
  [1, "--customers 5 --subscribers 1000"],
  [2, "--customers 60 --subscribers 3000"],
  [3, "--customers 5 --subscribers 800 --fields all"],
] as const) {
  test(`SQL counts the demo system of seed ${seed} as vlf-audit does: ${options}`, () => {
    const file = join(folder, `demo-${seed}`);
    shell(`vlf-collect demo --quiet --seed ${seed} ${options} > ${file}`);
    assert.ok(compare(file) > 4);
  });
}

test("SQL counts random systems full of collisions as vlf-audit does", () => {
  // All in one stream: the customers of each get names and pkids of their own. Every ninth instance comes twice.
  const systems = fc.sample(randomSystem(), { numRuns: 150, seed: 1 });
  const lines = systems.flatMap(({ nodes, instances }, index) => {
    const again = instances
      .filter((_, at) => at % 9 === 0)
      .map((one) => ({ ...one, hierarchy: one.hierarchy.replace(/(\.C\d).*/, "$1.S2") }));
    return [...nodes, ...instances, ...again].map((one) => {
      const hierarchy = one.hierarchy.replace(/\.C(\d)/, `.K${index}C$1`);
      const pkid = hierarchy === one.hierarchy ? one.pkid : `${one.pkid}-${index}`;
      return JSON.stringify({ ...one, pkid, hierarchy });
    });
  });
  const time = "2026-11-01T03:00:00Z";
  const begin = { type: "begin", schema: 1, tool: "test", version: "1", run_id: "r", started_at: time };
  const records = [
    JSON.stringify({ ...begin, collected_at: time, platform: {} }),
    ...lines,
    JSON.stringify({ type: "end", tool: "test", counts: { instance: lines.length } }),
  ];
  const file = join(folder, "random");
  writeFileSync(file, `${records.join("\n")}\n`);
  assert.ok(compare(file) > 150);
});

test("a count that differs, and a customer that is missing, are found", () => {
  const row = (customer_pkid: string, counts: object): string => JSON.stringify({ customer_pkid, counts });
  const audit = `{"type":"begin"}\n${JSON.stringify({ type: "license-count", customer_pkid: "a", counts: { vm: 1, public_sector: true } })}\n`;
  assert.deepEqual(differences(audit, row("a", { vm: 1, public_sector: 1 })), []);
  assert.deepEqual(differences(audit, row("a", { vm: 2, public_sector: 1 })), [
    "a: vm: vlf-audit has 1, SQL has 2",
  ]);
  assert.deepEqual(differences(audit, row("b", { vm: 1 })), ["a: no row of SQL", "b: no row of vlf-audit"]);
});
