/** How the benchmarks write what they found: a goal that is missed is never shown as reached. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { job, median, ratio } from "../../scripts/bench/_measure.ts";
import { checkPage, goalTable, replaceBlock, tableOf } from "../../scripts/bench/_page.ts";

const cells = (goal: Parameters<typeof goalTable>[0][number]): readonly string[] =>
  goalTable([goal]).rows[0]?.slice(1) ?? [];

test("a goal says what was wanted, what was measured, and whether that reaches it", () => {
  assert.deepEqual(cells({ text: "x", limit: 0.4, measured: 0.39 }), ["at most 0.4", "0.39", "yes"]);
  assert.deepEqual(cells({ text: "x", limit: 10, kind: "least", measured: 9.5 }), [
    "at least 10",
    "9.50",
    "**no**",
  ]);
  assert.deepEqual(cells({ text: "x", limit: 400, kind: "under", unit: " MB", measured: 400 }), [
    "less than 400 MB",
    "400.0000 MB",
    "**no**",
  ]);
});

test("a goal missed by less than two digits show is missed, and shows more digits", () => {
  assert.deepEqual(cells({ text: "x", limit: 0.4, measured: 0.4004 }), ["at most 0.4", "0.4004", "**no**"]);
});

test("what was not measured is not reached", () => {
  assert.deepEqual(cells({ text: "x", limit: 1, measured: Number.NaN }).slice(1), ["not measured", "**no**"]);
});

test("a block is replaced between its markers, and all around it stays", () => {
  const page = "before\n<!-- bench:a -->\nold\n<!-- /bench:a -->\nbehind\n";
  assert.equal(
    replaceBlock(page, "a", tableOf({ head: ["x", "s"], rows: [["one", "1"]] })),
    "before\n<!-- bench:a -->\n\n| x | s |\n| --- | --: |\n| one | 1 |\n\n<!-- /bench:a -->\nbehind\n",
  );
  assert.throws(() => replaceBlock(page, "b", "new"), /no "<!-- bench:b -->"/);
});

test("the page has a place for each benchmark and for the goals", () => {
  checkPage(join(import.meta.dirname, "../../docs/benchmarks.md"));
});

test("a ratio is the median of those of the rounds, so that what strikes a round strikes both", () => {
  const of = (...seconds: number[]): ReturnType<typeof job> =>
    job("x", "", { samples: seconds.map((one) => ({ seconds: one, cpuSeconds: 0, peakMb: 0 })) });
  assert.equal(ratio(of(1, 10, 3), of(2, 20, 3)), 0.5);
  assert.equal(ratio(of(6), of(1, 2, 3)), 3); // one run beside several: of the medians
  assert.equal(median([4, 1, 3, 2]), 2.5);
});
