import assert from "node:assert/strict";
import { test } from "node:test";
import { run } from "./_stream.ts";
import { type PackOptions, readOptions } from "./cli.ts";
import { optionsIn } from "@vlf/common/_testing";
import { HELP } from "./help.ts";

const IO = {
  stdin: [],
  stdout: { isTerminal: false, write: () => Promise.resolve() },
  stderr: { isTerminal: false, write: () => {} },
  env: {},
  now: () => new Date("2022-12-01T00:00:00Z"),
};

test("readOptions() takes formats in any order and once each", () => {
  const formats = (...argv: string[]): unknown => (readOptions(argv, IO) as PackOptions).formats;
  assert.equal(formats(), undefined);
  assert.deepEqual(formats("--format", "anonymous-zip,anonymous-csv", "--format", "anonymous-zip"), [
    "anonymous-csv",
    "anonymous-zip",
  ]);
});

const REFUSED: readonly (readonly [argv: string[], message: RegExp])[] = [
  [
    ["--format", "pdf"],
    /--format is "pdf", wanted detailed-csv, anonymous-csv, anonymous-zip, detailed-zip, html, anonymous-html, xlsx$/m,
  ],
  [["--keep"], /unknown option "--keep"$/m],
  [["pack"], /unknown command "pack", wanted list, prune or verify$/m],
  [["list", "x"], /"x" is one argument too many for list$/m],
  [["list", "--dry-run"], /--dry-run does not go with list$/m],
  [["prune", "--format", "anonymous-csv"], /--format does not go with prune$/m],
  [["list", "--with", "a"], /--with does not go with list$/m],
  [["--with", "a"], /--with goes with --format html, anonymous-html or xlsx$/m],
  [
    ["--format", "detailed-csv", "--locale", "de"],
    /--locale goes with --format html, anonymous-html or xlsx$/m,
  ],
  [["verify", "--output", "x", "y"], /--output does not go with verify$/m],
  [["verify"], /verify wants at least one file$/m],
  [["--now", "yesterday"], /"yesterday" is not a time/],
];

for (const [argv, message] of REFUSED) {
  test(`vlf-pack refuses ${argv.join(" ")}`, async () => {
    const { status, stderr, stdout } = await run(argv, "");
    assert.equal(status, 2);
    assert.match(stderr, message);
    assert.equal(stdout, "");
  });
}

test("HELP names every option, and no other, in 80 columns", () => {
  const known = "output format with locale dry-run config now quiet log-format help version".split(" ");
  assert.deepEqual(optionsIn(HELP), known.map((name) => `--${name}`).toSorted());
  for (const line of HELP.split("\n")) assert.ok(line.length <= 80, line);
});

test("vlf-pack --version prints name and version", async () => {
  let stdout = "";
  const write = (chunk: string | Uint8Array): Promise<void> => {
    stdout += String(chunk);
    return Promise.resolve();
  };
  await run(["--version"], "", { stdout: { isTerminal: false, write } });
  assert.equal(stdout, "vlf-pack 0.1.0\n");
});
