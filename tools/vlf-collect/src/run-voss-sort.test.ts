import assert from "node:assert/strict";
import { existsSync, mkdtempSync, readdirSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { Sorter } from "./run-voss-sort.ts";

/** Lines of texts of all widths, in no order. */
const LINES = Array.from({ length: 3000 }, (_, i) => {
  const key = ((i * 7919) % 3001).toString(36).padStart(4, "0");
  return `${key}\t0.0.1\t{"name":"${["ada", "Zoë", "名前", "🙂"][i % 4]}"}`;
});

async function sortAll(runChars: number, folder: string): Promise<string[]> {
  const sorter = new Sorter(() => Promise.resolve(folder), runChars);
  for (let at = 0; at < LINES.length; at += 200) await sorter.add(LINES.slice(at, at + 200));
  const sorted: string[] = [];
  for await (const batch of sorter.sorted()) sorted.push(...batch);
  return sorted;
}

test("lines come out in order, from memory and from runs, and runs are the user's alone", async () => {
  const root = mkdtempSync(join(tmpdir(), "vlf-sort-"));
  try {
    const folder = join(root, "runs");
    assert.deepEqual(await sortAll(10_000_000, folder), LINES.toSorted());
    assert.ok(!existsSync(folder), "what memory holds goes to no disk");
    assert.deepEqual(await sortAll(9000, folder), LINES.toSorted());
    const runs = readdirSync(folder);
    assert.ok(runs.length > 5 && runs.length < 128);
    assert.equal(statSync(folder).mode & 0o777, 0o700);
    for (const run of runs) assert.equal(statSync(join(folder, run)).mode & 0o777, 0o600);
  } finally {
    rmSync(root, { recursive: true });
  }
});

test("more runs than can be open at once are merged in turns", async () => {
  const folder = mkdtempSync(join(tmpdir(), "vlf-sort-"));
  try {
    const sorter = new Sorter(() => Promise.resolve(folder), 1);
    for (let at = 0; at < LINES.length; at += 10) await sorter.add(LINES.slice(at, at + 10));
    assert.equal(readdirSync(folder).length, 300);
    const sorted: string[] = [];
    for await (const batch of sorter.sorted()) sorted.push(...batch);
    assert.deepEqual(sorted, LINES.toSorted());
    assert.ok(readdirSync(folder).length <= 128);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test("nothing in, nothing out", async () => {
  for await (const batch of new Sorter(() => Promise.reject(new Error("no folder"))).sorted()) {
    assert.deepEqual(batch, []);
  }
});
