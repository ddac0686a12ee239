import assert from "node:assert/strict";
import { test } from "node:test";
import { optionsIn } from "@vlf/common/_testing";
import { COMMON_OPTIONS } from "@vlf/common/args";
import { UsageError } from "@vlf/common/exit";
import { OPTIONS, readOptions } from "./cli.ts";
import { HELP } from "./help.ts";
import { REPORTS } from "./reports/index.ts";

const IO = {
  stdin: [],
  stdout: { isTerminal: false, write: () => Promise.resolve() },
  stderr: { isTerminal: false, write: () => {} },
  env: {},
  now: () => new Date("2026-11-23T00:00:00Z"),
};

function typesOf(argv: readonly string[]): string[] {
  return readOptions(argv, IO).reports.map(({ type }) => type);
}

test("all types of the group when none is named, in alphabetical order", () => {
  const all = REPORTS.map(({ type }) => type);
  assert.equal(all.length, 23);
  assert.deepEqual(all, all.toSorted());
  assert.deepEqual(typesOf([]), all);
  assert.deepEqual(typesOf(["--group", "subscriber"]), all);
  assert.equal(readOptions([], IO).group, "subscriber");
});

test("types in the order given, each once, and then no group", () => {
  assert.deepEqual(typesOf(["--type", "site", "--type=line,phones", "--type", "site"]), [
    "site",
    "line",
    "phones",
  ]);
  assert.equal(readOptions(["--type", "site"], IO).group, undefined);
});

test("sizes of what may wait in memory", () => {
  for (const [text, bytes] of [
    ["1K", 1024],
    ["256M", 256 * 1024 * 1024],
    ["2G", 2 ** 31],
  ] as const) {
    assert.equal(readOptions(["--buffer-size", text], IO).bufferBytes, bytes);
  }
});

/** What is wrong, and how the message tells it. */
const WRONG: readonly (readonly [argv: string[], message: RegExp])[] = [
  [["--type", "phone"], /--type is "phone", wanted analogue_line_mgcp, .*, phones, .*, webex_workspaces$/],
  [["--group", "license"], /--group is "license", wanted subscriber/],
  [["--group", "all"], /--group is "all", wanted subscriber/],
  [["--group", "subscriber", "--type", "line"], /--group and --type do not go together/],
  [["phones"], /unknown argument "phones", input is read from stdin/],
  [["--spelling", "old"], /--spelling is "old", wanted resolved, table, example, both/],
  [["--webex-layout", "new"], /--webex-layout is "new", wanted current, legacy/],
  [["--buffer-size", "256"], /--buffer-size is "256", wanted a size, as 64K, 256M or 2G/],
  [["--buffer-size", "0M"], /--buffer-size is "0M"/],
  [["--stdout", "--output", "x"], /--output does not go with --stdout/],
  [["--stdout", "--dry-run"], /--dry-run does not go with --stdout/],
  [["--stdout", "--no-prune"], /--no-prune does not go with --stdout/],
  [["--force"], /unknown option "--force"/],
];

for (const [argv, message] of WRONG) {
  test(`refused: ${argv.join(" ")}`, () => {
    assert.throws(
      () => readOptions(argv, IO),
      (error) => error instanceof UsageError && message.test(error.message),
    );
  });
}

test("hints say what to type instead", () => {
  assert.throws(() => readOptions(["phones"], IO), { hint: "write it as --type phones" });
  assert.throws(() => readOptions(["--group", "license"], IO), {
    hint: "the license files are written by vlf-audit | vlf-pack",
  });
});

test("the help text names every option and no other", () => {
  const all = Object.keys({ ...COMMON_OPTIONS, ...OPTIONS }).map((name) => `--${name}`);
  assert.deepEqual(optionsIn(HELP), all.toSorted());
});
