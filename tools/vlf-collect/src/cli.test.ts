import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { optionsIn } from "@vlf/common/_testing";
import { COMMON_OPTIONS } from "@vlf/common/args";
import { UsageError } from "@vlf/common/exit";
import { OPTIONS, readOptions } from "./cli.ts";
import { HELP } from "./help.ts";

describe("readOptions()", () => {
  test("has the defaults", () => {
    const shared = { purposes: ["audit", "sde"], fields: "needed", collectedAt: undefined };
    assert.deepEqual(readOptions(["files"]), {
      ...shared,
      command: { command: "files", paths: [], allowPartial: false },
    });
    assert.deepEqual(readOptions(["demo"]), {
      ...shared,
      command: { command: "demo", customers: 10, subscribers: 1000, seed: 1 },
    });
  });

  test("reads the options of files, before and behind the command", () => {
    const argv = ["--for", "sde", "files", "-", "a.json", "--fields", "all", "--allow-partial", "b c"];
    const options = readOptions([...argv, "--collected-at", "2026-10-31T23:00:00-01:00"]);
    assert.deepEqual(options, {
      purposes: ["sde"],
      fields: "all",
      collectedAt: new Date("2026-11-01T00:00:00Z"),
      command: { command: "files", paths: ["-", "a.json", "b c"], allowPartial: true },
    });
  });

  test("reads paths that begin with a dash behind --", () => {
    const { command } = readOptions(["files", "--", "--for", "12"]);
    assert.deepEqual(command, { command: "files", paths: ["--for", "12"], allowPartial: false });
  });

  test("reads the options of demo", () => {
    const { command } = readOptions([
      "demo",
      "--customers",
      "3",
      "--subscribers",
      "0",
      "--seed",
      "4294967295",
    ]);
    assert.deepEqual(command, { command: "demo", customers: 3, subscribers: 0, seed: 4_294_967_295 });
  });

  const refused: readonly (readonly [readonly string[], string])[] = [
    [[], "read options: no command, wanted files, voss, usage, demo"],
    [["voss2"], 'read options: unknown command "voss2", wanted files, voss, usage, demo'],
    [["toString"], 'read options: unknown command "toString", wanted files, voss, usage, demo'],
    [["demo", "x"], 'read options: demo takes no "x"'],
    [["files", "--seed", "1"], 'read options: --seed is no option of "vlf-collect files"'],
    [["demo", "--allow-partial"], 'read options: --allow-partial is no option of "vlf-collect demo"'],
    [["files", "--for", "billing"], 'read options: --for is "billing", wanted audit, sde'],
    [["files", "--fields", "some"], 'read options: --fields is "some", wanted needed or all'],
    [
      ["demo", "--customers", "0"],
      'read options: --customers is "0", wanted a whole number from 1 to 100000',
    ],
    [["demo", "--seed", "-1"], 'read options: --seed is "-1", wanted a whole number from 0 to 4294967295'],
    [["files", "--bogus"], 'read options: unknown option "--bogus"'],
    [
      ["files", "--collected-at", "today"],
      'read --collected-at: "today" is not a time, wanted RFC 3339 with a zone',
    ],
  ];
  for (const [argv, message] of refused) {
    test(`refuses "${argv.join(" ")}"`, () => {
      assert.throws(
        () => readOptions(argv),
        (error) => error instanceof UsageError && error.message === message,
      );
    });
  }
});

describe("help text", () => {
  test("names exactly the options that there are", () => {
    const known = Object.keys({ ...OPTIONS, ...COMMON_OPTIONS }).map((name) => `--${name}`);
    assert.deepEqual(optionsIn(HELP), known.toSorted());
  });

  test("fits 80 columns", () => {
    assert.deepEqual(
      HELP.split("\n").filter((line) => line.length > 80),
      [],
    );
  });
});
