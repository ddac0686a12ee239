import assert from "node:assert/strict";
import { test } from "node:test";
import { fileStamp, formatTime, makeClock, parseTime, timeOf, uuidOf } from "./clock.ts";
import { UsageError } from "./exit.ts";

const GOOD = [
  ["2026-11-01T03:00:00Z", "2026-11-01T03:00:00.000Z"],
  ["2026-11-01T03:00Z", "2026-11-01T03:00:00.000Z"],
  ["2026-11-01T03:00:00+01:00", "2026-11-01T02:00:00.000Z"],
  ["2026-11-01T00:00:00+05:30", "2026-10-31T18:30:00.000Z"],
  ["2026-11-01T23:59:59.999-08:00", "2026-11-02T07:59:59.999Z"],
  ["2026-11-01T03:00:00.123456789Z", "2026-11-01T03:00:00.123Z"],
  ["2028-02-29T00:00:00Z", "2028-02-29T00:00:00.000Z"],
  ["2026-12-31T23:59:59Z", "2026-12-31T23:59:59.000Z"],
] as const;
for (const [text, iso] of GOOD) {
  test(`parseTime() reads ${text}`, () => {
    assert.equal(parseTime(text, "--now").toISOString(), iso);
  });
}

const BAD = {
  "no zone": "2026-11-01T03:00:00",
  "a day alone": "2026-11-01",
  "30 February": "2026-02-30T00:00:00Z",
  "29 February of a common year": "2027-02-29T00:00:00Z",
  "31 April": "2026-04-31T00:00:00Z",
  "day 0": "2026-11-00T00:00:00Z",
  "month 13": "2026-13-01T00:00:00Z",
  "hour 24": "2026-11-01T24:00:00Z",
  "minute 60": "2026-11-01T03:60:00Z",
  "a zone of 24 hours": "2026-11-01T03:00:00+24:00",
  "a blank for the T": "2026-11-01 03:00:00Z",
  "small letters": "2026-11-01t03:00:00z",
  "a zone without colon": "2026-11-01T03:00:00+0100",
  words: "November 1, 2026 03:00 UTC",
  "a number": "1793502000",
  "blanks around it": " 2026-11-01T03:00:00Z",
  "a line end": "2026-11-01T03:00:00Z\n",
  nothing: "",
};
for (const [what, text] of Object.entries(BAD)) {
  test(`parseTime() refuses ${what}`, () => {
    assert.equal(timeOf(text), undefined);
    assert.throws(
      () => parseTime(text, "--now"),
      (error: UsageError) =>
        error instanceof UsageError &&
        error.message === `read --now: "${text}" is not a time, wanted RFC 3339 with a zone` &&
        error.hint === "write it as 2026-11-01T03:00:00Z",
    );
  });
}

test("formatTime() and fileStamp() write UTC in whatever zone the machine is", () => {
  const zone = process.env["TZ"];
  try {
    for (const name of ["UTC", "Asia/Kolkata", "America/Los_Angeles", "Pacific/Kiritimati"]) {
      process.env["TZ"] = name;
      const date = parseTime("2026-11-01T03:05:09.700Z", "test");
      assert.equal(formatTime(date), "2026-11-01T03:05:09Z", name);
      assert.equal(fileStamp(date), "2026-11-01_0305", name);
    }
  } finally {
    if (zone === undefined) delete process.env["TZ"];
    else process.env["TZ"] = zone;
  }
});

test("uuidOf() gives a UUID of version 8 and variant 10, the first bytes of the SHA-256 for the rest", () => {
  // sha256("") = e3b0c442 98fc 1c14 9afb f4c8996fb924...
  assert.equal(uuidOf(""), "e3b0c442-98fc-8c14-9afb-f4c8996fb924");
  const seen = new Set<string>();
  for (let seed = 0; seed < 64; seed += 1) {
    const uuid = uuidOf(`seed ${seed}`);
    assert.match(uuid, /^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    assert.equal(uuid, uuidOf(`seed ${seed}`));
    seen.add(uuid);
  }
  assert.equal(seen.size, 64);
});

test("makeClock() with --now gives that time and the same run id for the same seed", () => {
  const clock = makeClock("2026-11-01T03:00:00Z", new Date(0));
  const again = makeClock("2026-11-01T04:00:00+01:00", new Date(1));
  assert.equal(clock.fixed, true);
  assert.equal(formatTime(clock.now), "2026-11-01T03:00:00Z");
  assert.equal(clock.runId("a"), again.runId("a"));
  assert.notEqual(clock.runId("a"), clock.runId("b"));
  assert.notEqual(clock.runId("a"), makeClock("2026-11-01T03:00:01Z", new Date(0)).runId("a"));
});

test("makeClock() without --now gives the system's time and a new id for every run", () => {
  const system = new Date(1_793_502_000_000);
  const clock = makeClock(undefined, system);
  assert.equal(clock.fixed, false);
  assert.equal(clock.now, system);
  assert.notEqual(clock.runId("a"), clock.runId("a"));
});

test("makeClock() refuses a wrong --now", () => {
  assert.throws(() => makeClock("yesterday", new Date(0)), UsageError);
});
