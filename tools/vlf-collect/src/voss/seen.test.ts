import assert from "node:assert/strict";
import { test } from "node:test";
import { Seen } from "./seen.ts";

const EXPECTED: readonly (readonly [what: string, totals: readonly number[]])[] = [
  ["of which nothing is known", [0]],
  ["of which it is known how many", [20_000]],
  ["of more than expected", [700]],
  ["of much less than expected", [5_000_000]],
  ["of which something else is expected all the time", [3, 60_000, 0, 19_000]],
];
for (const [what, totals] of EXPECTED) {
  test(`add() tells new pkids from those that came before, through many growths, ${what}`, () => {
    const seen = new Seen();
    const pkid = (i: number): string => (i * 2_654_435_761).toString(16).padStart(24, "5135fc0f31790a3000a8");
    for (let i = 0; i < 20_000; i++) {
      if (i % 200 === 0) seen.expect(totals[(i / 200) % totals.length] ?? 0);
      assert.ok(seen.add(pkid(i)), String(i));
    }
    for (let i = 0; i < 20_000; i++) assert.ok(!seen.add(pkid(i)), String(i));
    assert.equal(seen.size, 20_000);
  });
}

const ALIKE: readonly (readonly [what: string, a: string, b: string])[] = [
  ["the first digits", "0135fc0f31790a3000a83b2b", "5135fc0f31790a3000a83b2b"],
  ["the digits in the middle", "5135fc0f01790a3000a83b2b", "5135fc0f31790a3000a83b2b"],
  ["the last digit", "5135fc0f31790a3000a83b2b", "5135fc0f31790a3000a83b2c"],
  ["capitals", "5135fc0f31790a3000a83b2b", "5135FC0F31790A3000A83B2B"],
  ["length", "5135fc0f31790a3000a83b2", "5135fc0f31790a3000a83b2b"],
  ["nothing but zeros", "0".repeat(24), `${"0".repeat(23)}1`],
];
for (const [what, a, b] of ALIKE) {
  test(`pkids that differ in ${what} are two`, () => {
    const seen = new Seen();
    assert.deepEqual([seen.add(a), seen.add(b), seen.add(a), seen.add(b)], [true, true, false, false]);
    assert.equal(seen.size, 2);
  });
}
