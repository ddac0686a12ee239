import assert from "node:assert/strict";
import { test } from "node:test";
import { UsageError } from "@vlf/common/exit";
import { readOptions } from "./cli.ts";
import { optionsIn } from "@vlf/common/_testing";
import { HELP } from "./help.ts";

const IO = {
  stdin: [],
  stdout: { isTerminal: false, write: () => Promise.resolve() },
  stderr: { isTerminal: false, write: () => {} },
  env: {},
  now: () => new Date("2022-12-01T00:00:00Z"),
};

test("readOptions() reads destinations, names and files", () => {
  const argv = ["--to", "a", "x.zip", "--to=b", "--delivery", "c", "y.csv"];
  const { wanted, paths, dryRun } = readOptions(argv, IO);
  assert.deepEqual(wanted, { targets: ["a", "b"], names: ["c"] });
  assert.deepEqual(paths, ["x.zip", "y.csv"]);
  assert.equal(dryRun, false);
});

test("readOptions() refuses an unknown option and an option without a value", () => {
  assert.throws(() => readOptions(["--too", "a"], IO), UsageError);
  assert.throws(() => readOptions(["--to"], IO), UsageError);
});

test("HELP names every option, and no other, in 80 columns", () => {
  const known = "to delivery dry-run config now quiet log-format help version".split(" ");
  assert.deepEqual(optionsIn(HELP), known.map((name) => `--${name}`).toSorted());
  for (const line of HELP.split("\n")) assert.ok(line.length <= 80, line);
});
