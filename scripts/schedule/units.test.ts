import assert from "node:assert/strict";
import { test } from "node:test";
import { parseConfig } from "@vlf/common/config";
import type { Job, When } from "./jobs.ts";
import type { Place } from "./place.ts";
import { credentialNames, dueTime, hasSpool, limitedJobs } from "./settings.ts";
import { calendarOf, unitsOf } from "./units.ts";

const PLACE: Place = {
  scripts: "/opt/vlf",
  home: "/srv/voss data",
  credentials: "/etc/vlf/100%",
  credentialNames: ["ping", "voss-password"],
  nodeFolder: "/usr/local/bin",
  isDeno: false,
};

const WHEN: When = { every: "month", day: 1, hour: 3, minute: 0 };
const JOB: Job = { name: "license-audit", title: "audit", when: WHEN, command: ["voss", "$x"], watch: [] };

function text(name: string): string {
  return unitsOf([JOB], PLACE, "voss").find((unit) => unit.name === name)?.text ?? "";
}

test("a service runs the job as its user, with credentials that systemd hands over", () => {
  const service = text("vlf-license-audit.service");
  for (const line of [
    "OnFailure=vlf-alert@%N.service",
    "User=voss",
    "WorkingDirectory=/srv/voss data",
    'ExecStart=/opt/vlf/vlf-job --home "/srv/voss data" --path /usr/local/bin license-audit -- voss "$$x"',
    "LoadCredential=ping:/etc/vlf/100%%/ping",
    "LoadCredential=voss-password:/etc/vlf/100%%/voss-password",
  ]) {
    assert.ok(service.includes(`${line}\n`), `${line}\n--- in\n${service}`);
  }
});

test("a timer makes up for what was missed while the machine was off", () => {
  const timer = text("vlf-license-audit.timer");
  assert.ok(timer.includes("OnCalendar=*-*-01 03:00:00 UTC\nPersistent=true\n"), timer);
  assert.ok(timer.includes("WantedBy=timers.target\n"));
});

test("the alert names the unit that failed, and does not start itself when it fails", () => {
  const alert = text("vlf-alert@.service");
  assert.match(alert, /^ExecStart=.* unit-failed --unwatched -- vlf-schedule unit-failed %i$/m);
  assert.doesNotMatch(alert, /OnFailure/);
});

test("times are those of systemd, in UTC", () => {
  assert.equal(calendarOf({ every: "week", weekday: 0, hour: 6, minute: 5 }), "Sun *-*-* 06:05:00 UTC");
  assert.equal(calendarOf({ every: "day", hour: 1, minute: 0 }), "*-*-* 01:00:00 UTC");
  assert.equal(calendarOf({ every: "hour", minute: 20 }), "*-*-* *:20:00 UTC");
});

test("what vlf.toml says of the schedule is found", () => {
  const config = parseConfig(
    "vlf.toml",
    `[voss]
password_credential = "voss-password"
[ship]
spool = "spool"
[destinations.a]
password_credential = "voss-password"
[notify]
due_time = "04:00"
[notify.jobs.license-audit]
ping_url_credential = "ping"
timeout = "5h"
[notify.jobs.other]
`,
  );
  assert.deepEqual(credentialNames(config), ["ping", "voss-password"]);
  assert.deepEqual(
    [hasSpool(config), dueTime(config), limitedJobs(config)],
    [true, "04:00", ["license-audit"]],
  );
  const empty = parseConfig("vlf.toml", "");
  assert.deepEqual([credentialNames(empty), hasSpool(empty), dueTime(empty)], [[], false, "03:00"]);
});
