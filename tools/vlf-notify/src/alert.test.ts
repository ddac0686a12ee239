import assert from "node:assert/strict";
import { test } from "node:test";
import { type Alert, headline, isAtLeast, licenseText, monthName, monthOf, oneText } from "./alert.ts";
import { cutOffAlert, failedAlert, missingAlert, notStartedAlert, outcomeText } from "./job-alert.ts";
import type { Outcome } from "./state.ts";

const OUTCOME: Outcome = {
  started_at: "2018-05-01T03:00:00Z",
  ended_at: "2018-05-01T03:00:09Z",
  result: "failure",
  status: 2,
};

test("licenseText() is the guide's to the letter, with the blank at its end", () => {
  assert.deepEqual(licenseText("2018-05"), {
    title: "License file generation failed",
    text: "The license audit report scheduled for May 2018 was not successful.\nPlease contact your VOSS account manager. ",
  });
});

test("monthName() names all months in English, whatever the machine speaks", () => {
  const names = Array.from({ length: 12 }, (_, index) =>
    monthName(`2026-${String(index + 1).padStart(2, "0")}`),
  );
  assert.equal(
    names.join(" ").replaceAll(" 2026", ""),
    "January February March April May June July August September October November December",
  );
});

test("monthOf() is the month in UTC", () => {
  assert.equal(monthOf(new Date("2026-11-01T00:30:00+02:00")), "2026-10");
});

test("headline() begins with the word for the severity", () => {
  assert.equal(headline({ severity: "info", title: "x" }), "INFO: x");
  assert.equal(headline({ severity: "warning", title: "x" }), "WARNING: x");
  assert.equal(headline({ severity: "error", title: "x" }), "ERROR: x");
  assert.equal(headline({ severity: "error", title: "a\r\nBcc: b\u001b[2J" }), "ERROR: a Bcc: b [2J");
});

test("isAtLeast() counts a level and those above it", () => {
  const all = ["info", "warning", "error"] as const;
  assert.deepEqual(
    all.map((severity) => isAtLeast(severity, "info")),
    [true, true, true],
  );
  assert.deepEqual(
    all.map((severity) => isAtLeast(severity, "warn")),
    [false, true, true],
  );
  assert.deepEqual(
    all.map((severity) => isAtLeast(severity, "error")),
    [false, false, true],
  );
});

test("oneText() is one line", () => {
  const alert: Alert = { ...failedAlert("license-audit", OUTCOME, "x") };
  assert.equal(
    oneText(alert),
    "ERROR: License file generation failed: The license audit report scheduled for May 2018 was not successful. " +
      "Please contact your VOSS account manager.",
  );
});

test("oneText() holds no control characters of what was found", () => {
  const alert: Alert = { ...failedAlert("a", OUTCOME, "x"), text: "a\u001b[2J\tb\r\nc " };
  assert.equal(oneText(alert), "ERROR: Job a failed: a [2J b c");
});

test("only the license audit is told of in VOSS's words", () => {
  const now = new Date("2018-05-01T05:00:00Z");
  for (const make of [
    (job: string) => failedAlert(job, OUTCOME, "ended with status 2"),
    (job: string) => missingAlert(job, "2018-05", ["why"]),
    (job: string) => cutOffAlert(job, now, "read stdin: cut off"),
  ]) {
    const license = make("license-audit");
    assert.deepEqual([license.title, license.text], Object.values(licenseText("2018-05")));
    assert.deepEqual(
      [license.id, license.category, license.severity],
      ["license-audit", "Licensing", "error"],
    );
    const other = make("data-export");
    assert.match(other.title, /^Job data-export /);
    assert.doesNotMatch(other.text, /license|VOSS/i);
    assert.deepEqual([other.id, other.category], ["data-export", "Jobs"]);
  }
  assert.equal(
    missingAlert("data-export", "2018-05", []).text,
    "The job data-export has not succeeded since May 2018 began.",
  );
});

test("a run that did not start is a warning that says why", () => {
  const alert = notStartedAlert(
    "license-audit",
    new Date("2018-05-01T03:00:00Z"),
    "the run before is still under way",
  );
  assert.equal(alert.severity, "warning");
  assert.equal(
    alert.text,
    "The job license-audit was to start at 2018-05-01T03:00:00Z. The run before is still under way.",
  );
});

test("outcomeText() tells status, signal, limit and start apart", () => {
  assert.equal(outcomeText(OUTCOME, 60, undefined), "ended with status 2");
  assert.equal(outcomeText({ ...OUTCOME, signal: "SIGKILL" }, 60, undefined), "died of SIGKILL");
  assert.equal(
    outcomeText({ ...OUTCOME, signal: "SIGTERM", timed_out: true }, 60, undefined),
    "was stopped at its time limit of 60 s and died of SIGTERM",
  );
  assert.equal(outcomeText(OUTCOME, 60, "no such command"), "could not be started: no such command");
});
