import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { COMMON_OPTIONS, type OptionSpecs, parseArgs, wholeNumber, words } from "./args.ts";

const SPECS: OptionSpecs = {
  output: { type: "text", alias: "o" },
  limit: { type: "text" },
  format: { type: "list" },
  "dry-run": { type: "flag" },
};

interface Parsed {
  positionals?: string[];
  output?: string;
  limit?: string;
  config?: string;
  format?: string[];
  flags?: string[];
}

function parsed(argv: readonly string[]): Parsed {
  const args = parseArgs(argv, SPECS);
  const result: Parsed = {};
  if (args.positionals.length > 0) result.positionals = [...args.positionals];
  for (const name of ["output", "limit", "config"] as const) {
    const text = args.text(name);
    if (text !== undefined) result[name] = text;
  }
  if (args.list("format").length > 0) result.format = [...args.list("format")];
  const flags = ["dry-run", "quiet", "help", "version"].filter((name) => args.flag(name));
  if (flags.length > 0) result.flags = flags;
  return result;
}

const GOOD: [argv: string[], wanted: Parsed][] = [
  [[], {}],
  [["a", "b"], { positionals: ["a", "b"] }],
  [["--output", "x", "a"], { output: "x", positionals: ["a"] }],
  [["a", "--output=x"], { output: "x", positionals: ["a"] }],
  [["--output=a=b"], { output: "a=b" }],
  [["-o", "x"], { output: "x" }],
  [["--output", "-"], { output: "-" }],
  [["-"], { positionals: ["-"] }],
  [["--output=-x"], { output: "-x" }],
  [["--output=--dry-run"], { output: "--dry-run" }],
  [["--output", "a\nb c"], { output: "a\nb c" }],
  [["--limit", "1e3"], { limit: "1e3" }],
  [["--limit", "010"], { limit: "010" }],
  [["--limit", "0x10"], { limit: "0x10" }],
  [["--limit", "9007199254740993"], { limit: "9007199254740993" }],
  [["--limit", "-5"], { limit: "-5" }],
  [["--limit=-5"], { limit: "-5" }],
  [["--limit", "true"], { limit: "true" }],
  [["1e3", "010", "true", "-"], { positionals: ["1e3", "010", "true", "-"] }],
  [["--format", "a", "--format=b"], { format: ["a", "b"] }],
  [["--format", "a", "b"], { format: ["a"], positionals: ["b"] }],
  [["--format", "1e3", "--format", "010"], { format: ["1e3", "010"] }],
  [["--format", "a,b"], { format: ["a,b"] }],
  [["--format", "true", "--format=false"], { format: ["true", "false"] }],
  [["--dry-run"], { flags: ["dry-run"] }],
  [["--dry-run", "--dry-run"], { flags: ["dry-run"] }],
  [["-q", "-h"], { flags: ["quiet", "help"] }],
  [["--quiet", "--version", "-q"], { flags: ["quiet", "version"] }],
  [["--dry-run", "a"], { flags: ["dry-run"], positionals: ["a"] }],
  [["--", "--dry-run", "-x", "--nope"], { positionals: ["--dry-run", "-x", "--nope"] }],
  [["a", "--dry-run", "--", "true"], { flags: ["dry-run"], positionals: ["a", "true"] }],
  [["--config", "vlf.toml"], { config: "vlf.toml" }],
];
for (const [argv, wanted] of GOOD) {
  test(`parseArgs() reads ${JSON.stringify(argv)}`, () => {
    assert.deepEqual(parsed(argv), wanted);
  });
}

const BAD: [argv: string[], message: string][] = [
  [["--nope"], 'unknown option "--nope"'],
  [["--nope=x"], 'unknown option "--nope"'],
  [["-z"], 'unknown option "-z"'],
  [["--nope", "-z", "--nope"], 'unknown option "--nope", "-z"'],
  [["--no-dry-run"], 'unknown option "--no-dry-run"'],
  [["--dryRun"], 'unknown option "--dryRun"'],
  [["--Output", "x"], 'unknown option "--Output"'],
  [["--out", "x"], 'unknown option "--out"'],
  [["--output.x", "y"], 'unknown option "--output.x"'],
  [["--constructor"], 'unknown option "--constructor"'],
  [["-5"], 'unknown option "-5"'],
  [["-qh"], 'unknown option "-qh"'],
  [["-o5"], 'unknown option "-o5"'],
  [["-now", "2026-11-01T03:00:00Z"], 'unknown option "-now"'],
  [["-log-format=json"], 'unknown option "-log-format"'],
  [["--q"], 'unknown option "--q"'],
  [["--o=x"], 'unknown option "--o"'],
  [["--output"], "--output has no value"],
  [["--output="], "--output has no value"],
  [["--output", ""], "--output has no value"],
  [["--output", "--dry-run"], "--output has no value"],
  [["--output", "--", "x"], "--output has no value"],
  [["--output", "-x"], "--output has no value"],
  [["--format"], "--format has no value"],
  [["--format", "a", "--format="], "--format has no value"],
  [["--output", "a", "--output", "b"], "--output is given more than once"],
  [["--output", "a", "-o", "a"], "--output is given more than once"],
  [["--now", "a", "--now=a"], "--now is given more than once"],
  [["--dry-run=yes"], "--dry-run takes no value"],
  [["--dry-run=true"], "--dry-run takes no value"],
  [["--dry-run="], "--dry-run takes no value"],
  [["--dry-run", "false"], "--dry-run takes no value"],
  [["--dry-run", "true"], "--dry-run takes no value"],
  [["-q=1"], "-q takes no value"],
];
for (const [argv, message] of BAD) {
  test(`parseArgs() refuses ${JSON.stringify(argv)}`, () => {
    assert.throws(() => parseArgs(argv, SPECS), { name: "UsageError", message: `read options: ${message}` });
  });
}

test("parseArgs() knows the common options in every tool", () => {
  assert.deepEqual(Object.keys(COMMON_OPTIONS), ["config", "now", "quiet", "log-format", "help", "version"]);
  const args = parseArgs(
    ["--config", "c", "--now", "n", "--log-format", "json", "-q", "-h", "--version"],
    {},
  );
  assert.deepEqual(
    ["config", "now", "log-format"].map((name) => args.text(name)),
    ["c", "n", "json"],
  );
  assert.deepEqual(
    ["quiet", "help", "version"].map((name) => args.flag(name)),
    [true, true, true],
  );
});

test("parseArgs() leaves the argument list as it was", () => {
  const argv = Object.freeze(["--output", "x", "--format", "a", "b"]);
  parseArgs(argv, SPECS);
  assert.deepEqual(argv, ["--output", "x", "--format", "a", "b"]);
});

test("parseArgs() says the same under another locale, environment and package.json", async () => {
  const folder = await mkdtemp(join(tmpdir(), "vlf-args-"));
  try {
    const settings = {
      yargs: { "parse-numbers": true, "boolean-negation": true, "unknown-options-as-args": true },
    };
    await writeFile(join(folder, "package.json"), JSON.stringify({ type: "module", ...settings }));
    const script = `
      import { parseArgs } from ${JSON.stringify(import.meta.resolve("./args.ts"))};
      const specs = { output: { type: "text" }, "dry-run": { type: "flag" } };
      for (const argv of [["--nope"], ["--output"], ["--no-dry-run"], ["--output", "010"]]) {
        try { process.stdout.write(JSON.stringify(parseArgs(argv, specs).text("output") ?? "") + "\\n"); }
        catch (error) { process.stdout.write(error.message + "\\n"); }
      }`;
    await writeFile(join(folder, "parse.mts"), script);
    const loader = new URL("../../../node_modules/tsx/dist/loader.mjs", import.meta.url).href;
    const env = {
      LANG: "de_DE.UTF-8",
      LC_ALL: "de_DE.UTF-8",
      LANGUAGE: "de",
      OUTPUT: "env",
      YARGS_OUTPUT: "env",
      VLF_OUTPUT: "env",
    };
    const { stdout, stderr } = spawnSync(process.execPath, ["--import", loader, "parse.mts"], {
      cwd: folder,
      env: { ...env, PATH: process.env["PATH"] ?? "" },
      encoding: "utf8",
    });
    assert.equal(
      stdout,
      'read options: unknown option "--nope"\nread options: --output has no value\n' +
        'read options: unknown option "--no-dry-run"\n"010"\n',
      stderr,
    );
  } finally {
    await rm(folder, { recursive: true });
  }
});

const NUMBERS: [value: string | undefined, wanted: number][] = [
  [undefined, 7],
  ["1", 1],
  ["007", 7],
  ["100", 100],
];
const NO_NUMBERS = [
  "0",
  "101",
  "-1",
  "+1",
  "1.0",
  "1e2",
  "0x10",
  "",
  " 1",
  "1 ",
  "ten",
  "١",
  "99999999999999999",
];
test("wholeNumber() takes digits from min to max and nothing else", () => {
  for (const [value, wanted] of NUMBERS) assert.equal(wholeNumber("limit", value, 7, 1, 100), wanted);
  for (const value of NO_NUMBERS) {
    assert.throws(() => wholeNumber("limit", value, 7, 1, 100), {
      name: "UsageError",
      message: `read options: --limit is "${value}", wanted a whole number from 1 to 100`,
    });
  }
});

const LISTS: [values: string[], wanted: string[]][] = [
  [[], []],
  [["audit"], ["audit"]],
  [["audit,sde"], ["audit", "sde"]],
  [
    ["sde", "audit"],
    ["sde", "audit"],
  ],
  [[" audit , sde "], ["audit", "sde"]],
  [["sde,sde", "sde"], ["sde"]],
];
test("words() takes known words, together or in turn, each once", () => {
  for (const [values, wanted] of LISTS) assert.deepEqual(words("for", values, ["audit", "sde"]), wanted);
});

test("words() refuses any other word", () => {
  for (const [value, word] of [
    ["Audit", "Audit"],
    ["audit,", ""],
    ["", ""],
    ["audit;sde", "audit;sde"],
  ] as const) {
    assert.throws(() => words("for", [value], ["audit", "sde"]), {
      name: "UsageError",
      message: `read options: --for is "${word}", wanted audit, sde`,
    });
  }
});
