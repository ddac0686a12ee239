import assert from "node:assert/strict";
import { test } from "node:test";
import { readName } from "./facts.ts";
import { auditsFor, gapFindings, monthsBetween } from "./history.ts";

const AT = new Date("2026-11-01T03:00:30Z");

/** The audits that a report at `AT` looks at, of files with these names. */
function audits(...names: string[]): { monthly: string[]; daily: string[]; tried: string[] } {
  const files = names.map((name) => ({ name, parts: readName(name)! }));
  const { monthly, daily } = auditsFor(files, "vlf_P_H", AT);
  return {
    monthly: monthly.map(({ stamp }) => stamp),
    daily: daily.map(({ stamp }) => stamp),
    tried: monthly.flatMap(({ files: of }) => of.map(({ name }) => name)),
  };
}

const zip = (stamp: string): string => `vlf_P_H_license_${stamp}.zip`;

test("auditsFor() takes of each month the latest audit, and none of this month for the trend", () => {
  const { monthly } = audits(
    zip("2026-09-01_0300"),
    zip("2026-09-30_2359"),
    zip("2026-10-01_0000"),
    zip("2026-11-01_0200"),
  );
  assert.deepEqual(monthly, ["2026-09-30_2359", "2026-10-01_0000"]);
});

test("auditsFor() goes back 23 months and no further", () => {
  assert.deepEqual(audits(zip("2024-11-30_0300"), zip("2024-12-01_0300")).monthly, ["2024-12-01_0300"]);
});

test("auditsFor() leaves out its own audit, younger ones, hashes, reports and those of another platform", () => {
  const { monthly, daily } = audits(
    zip("2026-11-01_0300"),
    zip("2026-12-01_0300"),
    "vlf_P_H_detailed_2026-10-01_0300.csv.hash",
    "vlf_P_H_report_2026-10-01_0300.xlsx",
    "vlf_P_H2_license_2026-10-01_0300.zip",
  );
  assert.deepEqual([monthly, daily], [[], []]);
});

test("auditsFor() takes of each of the last 31 days the latest audit before today", () => {
  const { daily } = audits(
    zip("2026-10-01_0300"),
    zip("2026-10-01_0301"),
    zip("2026-10-31_0100"),
    zip("2026-10-31_0300"),
    zip("2026-11-01_0100"),
  );
  assert.deepEqual(daily, ["2026-10-01_0301", "2026-10-31_0300"]);
});

test("auditsFor() tries the archive first, since it proves its members", () => {
  const { tried } = audits(
    "vlf_P_H_detailed_2026-10-01_0300.csv",
    "vlf_P_H_anonymous_2026-10-01_0300.csv",
    zip("2026-10-01_0300"),
  );
  assert.deepEqual(tried, [
    zip("2026-10-01_0300"),
    "vlf_P_H_anonymous_2026-10-01_0300.csv",
    "vlf_P_H_detailed_2026-10-01_0300.csv",
  ]);
});

test("monthsBetween() crosses the year", () => {
  assert.deepEqual(monthsBetween("2025-11", "2026-02"), ["2025-11", "2025-12", "2026-01", "2026-02"]);
});

test("gapFindings() names each month that is missing since the first that is kept", () => {
  const months = gapFindings(["2026-10", "2026-07"], "2026-11").map(({ message }) => message.slice(12, 19));
  assert.deepEqual(months, ["2026-08", "2026-09"]);
  assert.deepEqual(gapFindings([], "2026-11"), []);
});
