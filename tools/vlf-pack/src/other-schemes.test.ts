import assert from "node:assert/strict";
import { test } from "node:test";
import { OtherSchemes } from "./other-schemes.ts";

const record = (type: string, scheme: string): { type: string; scheme: string } => ({ type, scheme });

test("rows and profiles of Cisco are taken out of the way of the license files, others are not", () => {
  const others = new OtherSchemes();
  assert.equal(others.take(record("license-count", "cisco-ucm")), true);
  assert.equal(others.take(record("license-profile", "cisco-ucm")), true);
  assert.equal(others.take(record("license-count", "cisco-flex-2")), true);
  assert.equal(others.take(record("license-count", "voss-4")), false);
  assert.equal(others.take(record("finding", "cisco-ucm")), false);
  assert.deepEqual(others.news(true), [
    "1 rows of scheme cisco-ucm are in no license file of VOSS: passed on",
    "1 rows of scheme cisco-flex-2 are in no license file of VOSS: passed on",
  ]);
});

test("rows of Cisco alone make no license file", () => {
  const others = new OtherSchemes();
  assert.deepEqual(others.news(false), []);
  others.take(record("license-count", "cisco-ucm"));
  assert.throws(() => others.news(false), /the input has rows of cisco-ucm alone, wanted voss-4 or voss-5/);
});
