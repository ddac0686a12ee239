import assert from "node:assert/strict";
import { test } from "node:test";
import { optionsIn, runInMemory } from "@vlf/common/_testing";
import { COMMON_OPTIONS } from "@vlf/common/args";
import type { Io } from "@vlf/common/main";
import { OPTIONS, readOptions, tool } from "./cli.ts";
import { HELP } from "./help.ts";
import { SUBSCRIBER_TYPES } from "./types.ts";

const IO = { env: {}, now: () => new Date(0), stderr: { isTerminal: false } } as unknown as Io;
const read = (command: string): ReturnType<typeof readOptions> => readOptions(command.split(" "), IO);

test("the help text names the options that there are", () => {
  assert.deepEqual(
    optionsIn(HELP),
    Object.keys({ ...OPTIONS, ...COMMON_OPTIONS })
      .map((name) => `--${name}`)
      .toSorted(),
  );
  assert.ok(HELP.split("\n").every((line) => line.length <= 80));
});

for (const [command, types, group] of [
  ["export type line", ["line"], undefined],
  ["export type line type site", ["line", "site"], undefined],
  ["export type site type line type site", ["site", "line"], undefined],
  ["export type license_initial_audit --force", ["license_initial_audit"], undefined],
  ["--force export group license", ["license_initial_audit"], "license"],
  ["export group subscriber", SUBSCRIBER_TYPES, "subscriber"],
  ["subscriber_data_export", SUBSCRIBER_TYPES, "subscriber"],
  ["license-audit-counting --force", ["license count"], undefined],
] as const) {
  test(`the command is read: voss ${command}`, () => {
    const options = read(command);
    assert.deepEqual(options.types, types);
    assert.equal(options.group, group);
  });
}

for (const [command, message] of [
  ["export type linee", 'read the command: unknown type "linee"'],
  ["export type __proto__", 'read the command: unknown type "__proto__"'],
  ["export type nbi-subscriber", 'read the command: unknown type "nbi-subscriber"'],
  ["export type line site", 'read the command: "site" after "line"'],
  ["export type", 'read the command: no type after "type"'],
  ["export", 'read the command: nothing after "export"'],
  ["export line", 'read the command: "line" after "export"'],
  ["export group", "read the command: 0 groups, wanted one"],
  ["export group subscriber license", "read the command: 2 groups, wanted one"],
  ["export group toString", 'read the command: unknown group "toString", wanted license or subscriber'],
  ["subscriber_data_export line", 'read the command: unknown "subscriber_data_export line"'],
  ["backup create", 'read the command: unknown "backup create"'],
] as const) {
  test(`refused with what is wrong: voss ${command}`, () => {
    assert.throws(() => read(command), { name: "UsageError", message });
  });
}

test("voss export help shows the help text, as VOSS has it", async () => {
  for (const argv of [["export", "help"], ["help"], ["--help"]]) {
    assert.deepEqual((await runInMemory(tool, argv)).stdout, HELP);
  }
});

test("without a source nothing is exported: made-up data must not pass for real", async () => {
  const { status, stderr, stdout } = await runInMemory(tool, ["export", "type", "line"]);
  assert.equal(status, 2);
  assert.equal(stdout, "");
  assert.match(
    stderr,
    /^voss: error: read vlf\.toml: neither \[voss\] nor \[export\] source: nothing to read from\n/,
  );
});
