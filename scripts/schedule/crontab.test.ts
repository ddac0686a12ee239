import assert from "node:assert/strict";
import { test } from "node:test";
import { checkSettings, cronBlock, hasBlock, withBlock } from "./crontab.ts";
import type { Job, When } from "./jobs.ts";
import type { Place } from "./place.ts";
import { isUtc, localMinutes } from "./zone.ts";

const NOW = new Date("2026-11-23T00:00:00Z");
const PLACE: Place = {
  scripts: "/opt/vlf",
  home: "/srv/voss",
  credentials: undefined,
  credentialNames: [],
  nodeFolder: undefined,
  isDeno: false,
};
const MONTHLY: When = { every: "month", day: 1, hour: 3, minute: 0 };
const WEEKLY: When = { every: "week", weekday: 0, hour: 6, minute: 30 };

function job(when: When): Job {
  return { name: "j", title: "a job", when, command: ["voss", "x"], watch: ["--wait", "1h"] };
}

/** The one line of a job, without the command of `vlf-job`. */
function line(when: When, zone: string): string {
  const lines = cronBlock([job(when)], PLACE, { zone, now: NOW }).split("\n");
  return (lines.find((text) => !text.startsWith("#")) ?? "").replace(/\/opt\/vlf\/vlf-job .*/, "JOB");
}

test("on a machine that shows UTC the fields are the times", () => {
  assert.equal(line(MONTHLY, "Etc/UTC"), "0 3 1 * * JOB");
  assert.equal(line(WEEKLY, "Etc/UTC"), "30 6 * * 0 JOB");
  assert.equal(line({ every: "day", hour: 1, minute: 5 }, "UTC"), "5 1 * * * JOB");
  assert.equal(line({ every: "hour", minute: 20 }, "UTC"), "20 * * * * JOB");
});

test("elsewhere the line asks for the hour in UTC, in summer and winter", () => {
  assert.equal(line(MONTHLY, "Europe/London"), '0 * * * * [ "$(date -u +\\%d\\%H)" = 0103 ] && JOB');
  assert.equal(line(WEEKLY, "America/St_Johns"), '0 * * * * [ "$(date -u +\\%w\\%H)" = 006 ] && JOB');
  assert.equal(line(MONTHLY, "Asia/Kathmandu"), '45 * * * * [ "$(date -u +\\%d\\%H)" = 0103 ] && JOB');
  assert.equal(line({ every: "hour", minute: 20 }, "Asia/Kolkata"), "50 * * * * JOB");
});

test("where the clocks move by half an hour, two minutes are tried and one is right", () => {
  assert.equal(
    line(MONTHLY, "Australia/Lord_Howe"),
    '0,30 * * * * [ "$(date -u +\\%d\\%H\\%M)" = 010300 ] && JOB',
  );
});

test("Europe/London is not UTC, although it shows it in winter", () => {
  assert.equal(isUtc("Europe/London", NOW), false);
  assert.equal(isUtc("Etc/GMT", NOW), true);
  assert.deepEqual(localMinutes("America/St_Johns", 0, NOW), [30]);
});

test("words are quoted for the shell, percent signs for cron", () => {
  const block = cronBlock([job(MONTHLY)], { ...PLACE, home: "/srv/o'brien 100%" }, { zone: "UTC", now: NOW });
  assert.match(
    block,
    /--home '\/srv\/o'\\''brien 100\\%' --log '\/srv\/o'\\''brien 100\\%\/log\/j\.log' j --wait 1h -- voss x\n/,
  );
});

test("a line that cron would refuse is refused before", () => {
  const place = { ...PLACE, home: `/${"x".repeat(600)}` };
  assert.throws(() => cronBlock([job(MONTHLY)], place, { zone: "UTC", now: NOW }), {
    message: /^write the line of "j": \d+ characters, cron takes 998$/,
  });
});

const OURS = cronBlock([job(MONTHLY)], PLACE, { zone: "UTC", now: NOW });
const OTHERS = "MAILTO=ops@example.com\n# a comment\n\n*/5 * * * * backup\n";

test("lines of others stay as they are: added, replaced in place, taken out", () => {
  const added = withBlock(OTHERS, OURS);
  assert.equal(added, OTHERS + OURS);
  const moved = `${added}7 7 * * * later\n`;
  const newer = OURS.replace("0 3 1", "0 4 1");
  assert.equal(withBlock(moved, newer), `${OTHERS}${newer}7 7 * * * later\n`);
  assert.equal(withBlock(moved, ""), `${OTHERS}7 7 * * * later\n`);
  assert.equal(withBlock(added, ""), OTHERS);
  assert.equal(withBlock(withBlock("", OURS), ""), "");
  assert.equal(withBlock("1 1 * * * x", OURS), `1 1 * * * x\n${OURS}`, "a last line without its end");
  assert.deepEqual([hasBlock(OTHERS), hasBlock(added)], [false, true]);
});

test("marks that are no pair are left to a person", () => {
  const end = "# END vlf-tools\n";
  for (const crontab of [OURS.replace(end, ""), end, OURS + OURS, `${end}${OURS.replace(end, "")}`]) {
    assert.throws(() => withBlock(crontab, OURS), { message: /the marks of our lines are not one pair/ });
  }
});

test("a setting that moves our lines is refused, behind them it is none of our business", () => {
  for (const setting of ["CRON_TZ=America/New_York", ' CRON_TZ = "Asia/Tokyo"', "SHELL=/usr/bin/fish"]) {
    assert.throws(() => checkSettings(`${setting}\n${OURS}`), {
      message: /^read the crontab: it sets (CRON_TZ|SHELL)=/,
    });
    checkSettings(`${OURS}${setting}\n`);
  }
  for (const setting of ["CRON_TZ=UTC", "SHELL=/bin/bash", "MAILTO=a@b.c", "# CRON_TZ=x"])
    checkSettings(`${setting}\n`);
});
