import assert from "node:assert/strict";
import { existsSync, mkdtempSync, readdirSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { packed } from "./run-voss-rows.ts";
import { Sorter } from "./run-voss-sort.ts";

/** Lines of texts of all widths, in no order, with their keys. */
const LINES = Array.from({ length: 3000 }, (_, i): readonly [key: string, line: string] => {
  const key = ((i * 7919) % 3001).toString(36).padStart(4, "0");
  return [key, `{"name":"${["ada", "Zoë", "名前", "🙂"][i % 4]}","n":${i}}`];
});
const SORTED = LINES.toSorted(([a], [b]) => (a < b ? -1 : 1));

function add(sorter: Sorter, lines: readonly (readonly [string, string])[]): void {
  const texts = lines.map(([, line]) => line);
  const { keys, ends, bytes } = packed(
    [],
    lines.map(([key]) => key),
    texts,
  );
  sorter.add([...keys], "0.0.1", { bytes, starts: [0, ...ends.slice(0, -1)], ends });
}

async function linesOf(sorter: Sorter): Promise<[key: string, line: string][]> {
  const sorted: [string, string][] = [];
  for await (const { count, keys, keyEnds, ends, bytes } of sorter.sorted()) {
    assert.equal(ends[count - 1], bytes.length);
    for (let i = 0; i < count; i += 1) {
      const [key = "", tag] = keys.toString("utf8", i === 0 ? 0 : keyEnds[i - 1], keyEnds[i]).split("\t");
      assert.equal(tag, "0.0.1\n");
      const line = bytes.toString("utf8", i === 0 ? 0 : ends[i - 1], ends[i]);
      assert.ok(line.endsWith("\n"));
      sorted.push([key, line.slice(0, -1)]);
    }
  }
  return sorted;
}

async function sortAll(runBytes: number, folder: string): Promise<[key: string, line: string][]> {
  const sorter = new Sorter(() => folder, runBytes);
  for (let at = 0; at < LINES.length; at += 200) add(sorter, LINES.slice(at, at + 200));
  return linesOf(sorter);
}

test("lines come out in order, from memory and from runs, and runs are the user's alone", async () => {
  const root = mkdtempSync(join(tmpdir(), "vlf-sort-"));
  try {
    const folder = join(root, "runs");
    assert.deepEqual(await sortAll(10_000_000, folder), SORTED);
    assert.ok(!existsSync(folder), "what memory holds goes to no disk");
    assert.deepEqual(await sortAll(10_000, folder), SORTED);
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
    const sorter = new Sorter(() => folder, 1);
    for (let at = 0; at < LINES.length; at += 10) add(sorter, LINES.slice(at, at + 10));
    assert.deepEqual(await linesOf(sorter), SORTED);
    const runs = readdirSync(folder);
    assert.ok(runs.includes("run-00301"), "300 runs and one that joins some of them");
    assert.ok(runs.length <= 128);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test("a line longer than all the memory that there is for lines is kept", async () => {
  const folder = mkdtempSync(join(tmpdir(), "vlf-sort-"));
  try {
    const sorter = new Sorter(() => folder, 1000);
    const long: [string, string][] = ["c", "a", "b"].map((key) => [key, key.repeat(200_000)]);
    for (const line of long) add(sorter, [line]);
    assert.deepEqual(await linesOf(sorter), [long[1], long[2], long[0]]);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test("a folder that cannot be written is told", async () => {
  const sorter = new Sorter(() => "/dev/null/runs", 1);
  add(sorter, LINES.slice(0, 1));
  for (const line of LINES.slice(1, 3)) assert.throws(() => add(sorter, [line]), /^ToolError: write /);
  // What was being written is gone from memory: nothing is better than a part.
  await assert.rejects(linesOf(sorter), /^ToolError: write "\/dev\/null\/runs\/run-00001": /);
});

test("nothing in, nothing out", async () => {
  const sorter = new Sorter(() => {
    throw new Error("no folder");
  });
  assert.deepEqual(await linesOf(sorter), []);
});
