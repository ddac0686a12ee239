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
  const argv = ["--to", "a", "x.zip", "--to=b", "--delivery", "c", "y.csv", "--spool", "s"];
  const options = readOptions(argv, IO);
  assert.equal(options.command, "ship");
  assert.deepEqual(options.wanted, { targets: ["a", "b"], names: ["c"] });
  assert.deepEqual(options.paths, ["x.zip", "y.csv"]);
  assert.equal(options.spool, "s");
  assert.equal(options.dryRun, false);
});

test("readOptions() reads a command, and takes ./list for a file", () => {
  const retry = readOptions(["retry", "--spool", "s", "--failed", "--delivery", "a"], IO);
  assert.ok(retry.command === "retry");
  assert.deepEqual([retry.spool, retry.failed, retry.names], ["s", true, ["a"]]);
  const forget = readOptions(["forget", "--delivery", "a", "x.csv", "y.csv"], IO);
  assert.ok(forget.command === "forget");
  assert.deepEqual(forget.files, ["x.csv", "y.csv"]);
  const ship = readOptions(["./list"], IO);
  assert.ok(ship.command === "ship");
  assert.deepEqual(ship.paths, ["./list"]);
});

/** Arguments that do not go together. */
const WRONG: readonly (readonly [argv: string[], message: RegExp])[] = [
  [["test", "x.csv"], /"x.csv" is one argument too many for test/],
  [["retry", "x.csv"], /"x.csv" is one argument too many for retry/],
  [["list", "--failed"], /--failed does not go with list/],
  [["test", "--spool", "s"], /--spool does not go with test/],
  [["x.csv", "--failed"], /--failed does not go with delivering files/],
  [["x.csv", "--output", "a.zip"], /--output does not go with delivering files/],
  [["forget", "x.csv"], /forget wants --delivery NAME and the names of files/],
  [["forget", "--delivery", "a"], /forget wants --delivery NAME and the names of files/],
  [["export", "x.csv"], /export wants --output FILE.zip/],
];

for (const [argv, message] of WRONG) {
  test(`readOptions() refuses "${argv.join(" ")}"`, () => {
    assert.throws(() => readOptions(argv, IO), { name: "UsageError", message });
  });
}

test("readOptions() refuses an unknown option and an option without a value", () => {
  assert.throws(() => readOptions(["--too", "a"], IO), UsageError);
  assert.throws(() => readOptions(["--to"], IO), UsageError);
});

test("HELP names every option, and no other, in 80 columns", () => {
  const known = "to delivery dry-run spool failed all output config now quiet log-format help version".split(
    " ",
  );
  assert.deepEqual(optionsIn(HELP), known.map((name) => `--${name}`).toSorted());
  for (const line of HELP.split("\n")) assert.ok(line.length <= 80, line);
});
