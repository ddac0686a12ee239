import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { optionsIn, runInMemory } from "@vlf/common/_testing";
import type { Io } from "@vlf/common/main";
import { readOptions, tool } from "./cli.ts";
import { secondsOf } from "./duration.ts";
import { HELP } from "./help.ts";

const io = (env: Record<string, string> = {}): Io =>
  ({ env, now: () => new Date(0), stderr: { write: () => {}, isTerminal: false } }) as unknown as Io;
const read = (...argv: string[]): Record<string, unknown> => ({ ...readOptions(argv, io()) });

test("run takes all after -- for its command, options too", () => {
  const { verb, command, job, timeoutSeconds, waitSeconds, groups } = read(
    "run",
    "--name",
    "x",
    "--timeout",
    "2h",
    "--wait",
    "0",
    "--group",
    "b",
    "--group",
    "a",
    "--",
    "sh",
    "-c",
    "--",
    "--now",
  );
  assert.deepEqual(
    { verb, command, job, timeoutSeconds, waitSeconds, groups },
    {
      verb: "run",
      command: ["sh", "-c", "--", "--now"],
      job: "x",
      timeoutSeconds: 7200,
      waitSeconds: 0,
      groups: ["a", "b"],
    },
  );
  assert.equal(read("run", "--", "x")["job"], "license-audit");
});

test("only the filter takes its job from the run around it", () => {
  const env = { VLF_NOTIFY_JOB: "outer" };
  assert.equal(readOptions([], io(env)).job, "outer");
  assert.equal(readOptions(["--name", "x"], io(env)).job, "x");
  assert.equal(readOptions(["run", "--", "x"], io(env)).job, "license-audit");
  assert.equal(readOptions(["check"], io(env)).job, "license-audit");
});

for (const [argv, message] of [
  [["run"], "read options: no command to run"],
  [["run", "--"], "read options: no command to run"],
  [["run", "echo"], 'read options: what is "echo"?'],
  [["rnu"], 'read options: unknown command "rnu"'],
  [["filter"], 'read options: unknown command "filter"'],
  [["--config", "x", "run"], 'read options: what is "run"?'],
  [["check", "now"], 'read options: what is "now"?'],
  [["check", "--", "x"], 'read options: "--" goes with the command of run'],
  [["check", "--timeout", "1s"], 'read options: unknown option "--timeout"'],
  [["run", "--timeout", "0", "--", "x"], "read options: --timeout is 0, wanted at least 1 s"],
  [
    ["run", "--timeout", "soon", "--", "x"],
    'read --timeout: "soon" is no length of time up to 24d, wanted 90s, 15m or 2h',
  ],
  [["run", "--group", "../x", "--", "x"], 'read options: --group is "../x", wanted letters and digits'],
  [["--level", "warning"], 'read options: --level is "warning", wanted info, warn, error'],
  [["clear"], "read options: clear what?"],
  [["clear", "--all", "x"], "read options: clear what?"],
] as const) {
  test(`readOptions() refuses ${argv.join(" ") || "nothing"}`, () => {
    assert.throws(() => readOptions(argv, io()), { name: "UsageError", message });
  });
}

test("secondsOf() reads seconds, minutes, hours and days", () => {
  assert.deepEqual(
    ["90", "90s", "15m", "2h", "24d", "0"].map((text) => secondsOf("x", text)),
    [90, 90, 900, 7200, 2_073_600, 0],
  );
  for (const text of ["", "1.5h", "-1", "2w", "25d", "1h30m", " 1"]) {
    assert.throws(() => secondsOf("x", text), { name: "UsageError" }, text);
  }
});

test("the help names every option", () => {
  const known = [
    "again",
    "all",
    "config",
    "dry-run",
    "exit-status",
    "group",
    "help",
    "kill-after",
    "level",
    "log-format",
  ];
  const more = ["name", "now", "plugin", "quiet", "timeout", "version", "wait"];
  assert.deepEqual(optionsIn(HELP), [...known, ...more].map((name) => `--${name}`).toSorted());
  for (const line of HELP.split("\n")) assert.ok(line.length <= 80, line);
});

for (const [what, text, message] of [
  ["an unknown key", "[notify]\nstat = 'x'", "read vlf.toml: [notify] stat: unknown key"],
  [
    "a wrong time",
    "[notify]\ndue_time = '25:00'",
    'read vlf.toml: [notify] due_time: wanted a time in UTC, as "03:00"',
  ],
  [
    "a wrong grace",
    "[notify]\ngrace = 'long'",
    'read [notify] grace: "long" is no length of time up to 24d, wanted 90s, 15m or 2h',
  ],
  ["jobs that are no tables", "[notify]\njobs = 1", "read vlf.toml: [notify.jobs]: wanted a table"],
  [
    "a wrong key of a job",
    "[notify.jobs.license-audit]\ntimout = '1h'",
    "read vlf.toml: [notify.jobs.license-audit] timout: unknown key",
  ],
  [
    "a wrong group",
    "[notify.jobs.license-audit]\ngroups = ['a/b']",
    'read vlf.toml: [notify.jobs.license-audit] groups: wanted letters, digits, "-", "_" and "."',
  ],
] as const) {
  test(`run does not start its command with ${what} in the settings`, async () => {
    const folder = await mkdtemp(join(tmpdir(), "vlf-cli-"));
    const config = join(folder, "vlf.toml");
    await writeFile(config, text);
    const env = { STATE_DIRECTORY: join(folder, "state") };
    const ran = await runInMemory(tool, ["run", "--config", config, "--", "touch", join(folder, "ran")], {
      env,
    });
    assert.equal(ran.status, 2);
    assert.equal(ran.stderr.split("\n")[0]?.replace(config, "vlf.toml"), `vlf-notify: error: ${message}`);
    await rm(folder, { recursive: true });
  });
}

test("without a place for the state nothing is done", async () => {
  const { status, stderr } = await runInMemory(tool, ["list"], { env: {} });
  assert.equal(status, 2);
  assert.match(stderr, /error: find the folder of the state: neither STATE_DIRECTORY nor HOME is set\n/);
});
