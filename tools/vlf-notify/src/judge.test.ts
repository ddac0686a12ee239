import assert from "node:assert/strict";
import { test } from "node:test";
import { dueMonth, type Evidence, judge, restsOnStatus } from "./judge.ts";
import type { Outcome } from "./state.ts";

const HOUR = 3600;
const at = (time: string): Date => new Date(time);

test("dueMonth() turns on day 1 when time and grace are over, in UTC and over the year", () => {
  for (const [now, due, grace, month] of [
    ["2026-11-01T04:59:59Z", 180, 2 * HOUR, "2026-10"],
    ["2026-11-01T05:00:00Z", 180, 2 * HOUR, "2026-11"],
    ["2026-11-30T23:59:59Z", 180, 2 * HOUR, "2026-11"],
    ["2027-01-01T00:00:00Z", 180, 2 * HOUR, "2026-12"],
    ["2026-03-01T00:00:00Z", 0, 0, "2026-03"],
    ["2026-03-02T02:00:00Z", 180, 24 * HOUR, "2026-02"],
    ["2026-11-01T06:30:00+02:00", 180, 2 * HOUR, "2026-10"],
  ] as const) {
    assert.equal(dueMonth(at(now), due, grace), month, now);
  }
});

const run = (started: string, result: "success" | "failure" = "success"): Outcome => ({
  started_at: started,
  ended_at: started.replace(":00Z", ":30Z"),
  result,
  status: result === "success" ? 0 : 2,
});
const NOTHING: Evidence = { job: {}, receipts: [], archives: [] };
const good = (evidence: Partial<Evidence>): boolean => {
  const { isProduced, isDelivered } = judge("2026-11", { ...NOTHING, ...evidence });
  return isProduced && isDelivered;
};
const why = (evidence: Partial<Evidence>): readonly string[] =>
  judge("2026-11", { ...NOTHING, ...evidence }).reasons;

test("judge() wants a success of the month or after it", () => {
  assert.ok(good({ job: { last_success: run("2026-11-01T00:00:00Z") } }));
  assert.ok(good({ job: { last_success: run("2026-12-01T03:00:00Z") } }));
  assert.ok(!good({ job: { last_success: run("2026-10-31T23:59:59Z") } }));
  assert.deepEqual(why({}), ["no run has started since November 2026 began"]);
});

test("judge() keeps a success although a later run of the month failed", () => {
  assert.ok(
    good({
      job: { last_success: run("2026-11-01T03:00:00Z"), last: run("2026-11-02T03:00:00Z", "failure") },
    }),
  );
});

test("judge() says what is known of a run that did not succeed", () => {
  const last = run("2026-11-01T03:00:00Z", "failure");
  assert.deepEqual(why({ job: { last } }), [
    "the run that ended at 2026-11-01T03:00:30Z failed with status 2",
  ]);
  const running = { started_at: "2026-11-01T04:00:00Z", pid: 1 };
  assert.deepEqual(why({ job: { last, running } }), [
    "the run that started at 2026-11-01T04:00:00Z has not ended",
  ]);
  assert.deepEqual(why({ job: { last: run("2026-10-01T03:00:00Z", "failure") } }), [
    "no run has started since November 2026 began",
  ]);
});

const SUCCESS = { last_success: run("2026-11-01T03:00:00Z") };
const receipt = (status: string, time = "2026-11-01T03:00:20Z"): Evidence["receipts"][number] => ({
  destination: "store",
  file: "a.zip",
  status,
  at: time,
});

test("judge() wants every file of the month to have arrived, where receipts are known", () => {
  assert.ok(good({ job: SUCCESS, receipts: [receipt("delivered"), receipt("already-delivered")] }));
  for (const status of ["failed", "queued", "something-new"]) {
    assert.ok(!good({ job: SUCCESS, receipts: [receipt("delivered"), receipt(status)] }), status);
  }
  assert.ok(
    good({ job: SUCCESS, receipts: [receipt("failed", "2026-10-01T03:00:00Z")] }),
    "that of another month",
  );
  assert.deepEqual(why({ job: SUCCESS, receipts: [receipt("queued")] }), [
    '"a.zip" is queued at "store" since 2026-11-01T03:00:20Z',
  ]);
});

const archive = (folder: string, ...names: string[]): Evidence["archives"][number] => ({
  folder,
  names,
  problem: undefined,
});

test("judge() wants a report of the month in each archive, and takes one for a run it knows nothing of", () => {
  const there = archive("a", "vlf_CS-P_VOSS-UN-1_license_2026-11-01_0300.zip");
  assert.ok(good({ archives: [there] }));
  assert.ok(good({ archives: [archive("a", "vlf_p_h_license_2026-12-01_0300.zip")] }));
  for (const name of [
    "vlf_p_h_license_2026-10-01_0300.zip",
    "vlf_p_h_detailed_2026-11-01_0300.csv",
    "vlf_p_h_license_2026-11-01_0300.zip.part",
    "vlf_p_h_license_2026-11-01.zip",
  ]) {
    assert.ok(!good({ job: SUCCESS, archives: [archive("a", name)] }), name);
  }
  assert.deepEqual(why({ job: SUCCESS, archives: [there, archive("b")] }), [
    'no report of November 2026 is in "b"',
  ]);
  const unread = { folder: "c", names: [], problem: 'cannot read "c": permission denied (EACCES)' };
  assert.deepEqual(why({ job: SUCCESS, archives: [unread] }), [
    'cannot read "c": permission denied (EACCES)',
  ]);
});

test("restsOnStatus() is true without receipts and archives", () => {
  assert.ok(restsOnStatus(NOTHING));
  assert.ok(!restsOnStatus({ ...NOTHING, archives: [archive("a")] }));
  assert.ok(!restsOnStatus({ ...NOTHING, receipts: [receipt("delivered")] }));
});
