import assert from "node:assert/strict";
import { test } from "node:test";
import { optionsIn } from "@vlf/common/_testing";
import { COMMON_OPTIONS } from "@vlf/common/args";
import type { Io } from "@vlf/common/main";
import { OPTIONS, readOptions, type ScheduleOptions } from "./cli.ts";
import { HELP } from "./help.ts";
import { jobsOf, whenText } from "./jobs.ts";

const IO = { env: {}, now: () => new Date(0), stderr: { isTerminal: false } } as unknown as Io;

function jobs(...argv: string[]): (readonly [string, string])[] {
  const { times } = readOptions(argv, IO) as ScheduleOptions;
  return jobsOf({ times, hasSpool: false, limited: [] }).map(
    ({ name, when }) => [name, whenText(when)] as const,
  );
}

test("the help text names the options that there are", () => {
  assert.deepEqual(
    optionsIn(HELP),
    Object.keys({ ...OPTIONS, ...COMMON_OPTIONS })
      .map((name) => `--${name}`)
      .toSorted(),
  );
  assert.ok(HELP.split("\n").every((line) => line.length <= 80));
});

test("the schedule without options: the audit as VOSS has it, the others staggered around it", () => {
  assert.deepEqual(jobs(), [
    ["license-audit", "03:00 UTC on day 1 of the month"],
    ["daily-count", "01:00 UTC each day"],
    ["data-export", "06:00 UTC each Sun"],
    ["report-check", "05:30 UTC each day"],
  ]);
});

test("times are chosen in the guide's words, jobs left out with no", () => {
  assert.deepEqual(jobs("--audit", "22:15", "--count", "no", "--export", "weekly 6 23:05"), [
    ["license-audit", "22:15 UTC on day 1 of the month"],
    ["data-export", "23:05 UTC each Sat"],
    ["report-check", "00:45 UTC each day"],
  ]);
  assert.deepEqual(jobs("--export", "daily 00:00", "--check", "no", "--count", "23:59").slice(1), [
    ["daily-count", "23:59 UTC each day"],
    ["data-export", "00:00 UTC each day"],
  ]);
  assert.deepEqual(
    jobs("--export", "no").map(([name]) => name),
    ["license-audit", "daily-count", "report-check"],
  );
});

test("jobs wait for each other as long as the longest may run, and have the limits of vlf.toml", () => {
  const { times } = readOptions([], IO) as ScheduleOptions;
  const all = jobsOf({ times, hasSpool: true, limited: ["license-audit"] });
  assert.deepEqual(
    all.map(({ name, watch }) => [name, watch?.join(" ")]),
    [
      ["license-audit", "--wait 12h"],
      ["daily-count", "--timeout 2h --wait 12h"],
      ["data-export", "--timeout 12h --wait 12h"],
      ["report-check", undefined],
      ["ship-retry", undefined],
    ],
  );
});

for (const [argv, message] of [
  [["--audit", "3:00"], 'read options: --audit is "3:00", wanted a time in UTC, as 03:00'],
  [["--audit", "24:00"], 'read options: --audit is "24:00", wanted a time in UTC, as 03:00'],
  [["--audit", "no"], 'read options: --audit is "no", wanted a time in UTC, as 03:00'],
  [
    ["--export", "weekly 7 06:00"],
    'read options: --export is "weekly 7 06:00", wanted "weekly 0 06:00", "daily 06:00" or no',
  ],
  [["--install", "--remove"], "read options: --install and --remove do not go together"],
  [["--as", "voss"], "read options: --as goes with --systemd"],
  [["--systemd", "--zone", "UTC"], "read options: --zone is for cron, units say that their times are UTC"],
  [["--config", "x"], "read options: the jobs read vlf.toml in --home, and no --config"],
  [["maintenance", "of"], 'read options: what is "maintenance of"?'],
  [["maintenance", "on", "--install"], 'read options: --install does not go with "maintenance"'],
  [["install"], 'read options: what is "install"?'],
] as const) {
  test(`refused with what is wrong: vlf-schedule ${argv.join(" ")}`, () => {
    assert.throws(() => readOptions(argv, IO), { name: "UsageError", message });
  });
}
