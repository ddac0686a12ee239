import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import { count, reconcile, rows, stream } from "./_reconcile.ts";
import { draw, type Loan, loansOf } from "./substitution.ts";

const CHAIN = ["essential", "basic", "enhanced", "enhanced_plus", "cuwl"];

describe("loansOf()", () => {
  test("100 CUWL with 10 CUWL and 50 Enhanced Plus needed: 50 are lent", () => {
    assert.deepEqual(loansOf([CHAIN], { cuwl: 100 }, { cuwl: 10, enhanced_plus: 50 }), [
      { from: "cuwl", to: "enhanced_plus", quantity: 50 },
    ]);
  });

  test("takes the nearest higher type first, so that the highest stay free", () => {
    assert.deepEqual(loansOf([CHAIN], { enhanced: 3, cuwl: 5 }, { essential: 4 }), [
      { from: "enhanced", to: "essential", quantity: 3 },
      { from: "cuwl", to: "essential", quantity: 1 },
    ]);
  });

  test("serves the higher need first where not all can be served", () => {
    assert.deepEqual(loansOf([CHAIN], { cuwl: 1 }, { essential: 1, enhanced: 1 }), [
      { from: "cuwl", to: "enhanced", quantity: 1 },
    ]);
  });

  test("lends nothing upwards, and nothing to or from a type that is apart", () => {
    assert.deepEqual(loansOf([CHAIN], { essential: 9, telepresence_room: 9 }, { cuwl: 1, basic: 1 }), []);
    assert.deepEqual(loansOf([CHAIN], { cuwl: 9 }, { telepresence_room: 1 }), []);
    assert.deepEqual(loansOf([], { cuwl: 9 }, { basic: 1 }), []);
  });
});

/** What is left open of a chain of needs when each license is given out in every possible way: the best of all. */
function bestOf(owned: readonly number[], needed: readonly number[]): readonly number[] {
  let best: number[] | undefined;
  const give = (from: number, left: readonly number[], open: readonly number[]): void => {
    if (from === owned.length) {
      if (best === undefined || isBetter(open, best)) best = [...open];
      return;
    }
    const here = left[from] ?? 0;
    if (here === 0) return give(from + 1, left, open);
    give(from, left.with(from, here - 1), open); // one license stays unused
    for (let to = 0; to <= from; to += 1) {
      if ((open[to] ?? 0) > 0) give(from, left.with(from, here - 1), open.with(to, (open[to] ?? 0) - 1));
    }
    return undefined;
  };
  give(0, owned, needed);
  return best ?? needed;
}

/** Fewer open needs first; of as many, fewer of the highest type. */
function isBetter(a: readonly number[], b: readonly number[]): boolean {
  const [sumA, sumB] = [a, b].map((list) => list.reduce((sum, one) => sum + one, 0)) as [number, number];
  if (sumA !== sumB) return sumA < sumB;
  for (let at = a.length - 1; at >= 0; at -= 1) if (a[at] !== b[at]) return (a[at] ?? 0) < (b[at] ?? 0);
  return false;
}

const small = fc.array(fc.nat(2), { minLength: 4, maxLength: 4 });

test("no other way of lending leaves fewer needs open, nor lower ones", () => {
  const chain = ["a", "b", "c", "d"];
  const named = (list: readonly number[]): Record<string, number> =>
    Object.fromEntries(chain.map((type, at) => [type, list[at] ?? 0]));
  fc.assert(
    fc.property(small, small, (owned, needed) => {
      const loans = loansOf([chain], named(owned), named(needed));
      const sum = (side: keyof Loan, type: string): number =>
        loans.reduce((all, loan) => all + (loan[side] === type ? loan.quantity : 0), 0);
      const open = chain.map((type, at) => {
        const [own = 0, need = 0] = [owned[at], needed[at]];
        assert.ok(sum("from", type) <= Math.max(0, own - need), "lends what it needs itself");
        return Math.max(0, need - own - sum("to", type));
      });
      assert.deepEqual(open, bestOf(owned, needed));
    }),
    { numRuns: 200 },
  );
});

test("draw() takes the own type first, then higher ones, and no more than there is", () => {
  const left = new Map([
    ["basic", 1],
    ["cuwl", 2],
  ]);
  assert.deepEqual(draw([CHAIN], left, "basic", 5), [
    { from: "basic", to: "basic", quantity: 1 },
    { from: "cuwl", to: "basic", quantity: 2 },
  ]);
  assert.deepEqual(
    [...left],
    [
      ["basic", 0],
      ["cuwl", 0],
    ],
  );
  assert.deepEqual(draw([], new Map([["agents", 3]]), "agents", 2), [
    { from: "agents", to: "agents", quantity: 2 },
  ]);
});

test("a customer with 100 CUWL that needs 10 and 50 Enhanced Plus has 40 left and is not over", async () => {
  const answer = await reconcile({
    orders: ["S-1,Innovia,cisco-ucm,CUWL,100,,"],
    input: stream([count("cisco-ucm", "Innovia", { cuwl: 10, enhanced_plus: 50 })]),
    argv: ["--exit-status"],
  });
  assert.equal(answer.status, 0, answer.told.join());
  const wanted = [
    "telepresence_room: 0 0 0 0 ok",
    "cuwl: 100 10 40 0 ok",
    "enhanced_plus: 0 50 0 0 ok",
    "enhanced: 0 0 0 0 ok",
    "basic: 0 0 0 0 ok",
    "essential: 0 0 0 0 ok",
    "total: 100 60 40 0 ok",
  ];
  assert.deepEqual(rows(answer.positions, "customer"), wanted);
  assert.deepEqual(rows(answer.positions, "partner"), wanted);
  const [cuwl, plus] = ["cuwl", "enhanced_plus"].map((type) =>
    answer.positions.find((row) => row.level === "customer" && row.license_type === type),
  );
  assert.deepEqual(
    [cuwl?.available_before, cuwl?.overage_before, cuwl?.lent],
    [90, 0, { enhanced_plus: 50 }],
  );
  assert.deepEqual([plus?.available_before, plus?.overage_before, plus?.borrowed], [-50, 50, { cuwl: 50 }]);
  assert.deepEqual(rows(answer.positions, "subscription"), [
    "cuwl: 100 10 40 0 ok",
    "enhanced_plus: 0 50 0 0 ok",
    "total: 100 60 40 0 ok",
  ]);
});

test("what the partner holds covers what customers lack, the highest types and then names first", async () => {
  const answer = await reconcile({
    orders: [",,cisco-ucm,cuwl,10,,", "S-1,Alpha,cisco-ucm,cuwl,1,,"],
    input: stream([
      count("cisco-ucm", "Beta", { cuwl: 8 }),
      count("cisco-ucm", "Alpha", { cuwl: 2, basic: 3 }),
    ]),
  });
  assert.deepEqual(
    rows(
      answer.positions,
      "customer",
      ({ customer, license_type: type }) => `${customer || "partner"} ${type}`,
    ).filter((row) => /(cuwl|basic|total):/.test(row)),
    [
      "Alpha cuwl: 1 2 0 0 ok",
      "Alpha basic: 0 3 -2 2 over",
      "Alpha total: 1 5 -2 2 over",
      "Beta cuwl: 0 8 0 0 ok",
      "Beta basic: 0 0 0 0 ok",
      "Beta total: 0 8 0 0 ok",
      "partner cuwl: 10 0 0 0 ok",
      "partner basic: 0 0 0 0 ok",
      "partner total: 10 0 0 0 ok",
    ],
  );
  const held = answer.positions.find(
    (row) => row.level === "customer" && row.customer === "" && row.license_type === "cuwl",
  );
  assert.deepEqual(held?.lent, { "basic@customers": 1, "cuwl@customers": 9 });
  const basic = answer.positions.find((row) => row.customer === "Alpha" && row.license_type === "basic");
  assert.deepEqual(basic?.borrowed, { "cuwl@partner": 1 });
  assert.deepEqual(
    rows(answer.positions, "partner").filter((row) => /^(cuwl|basic|total)/.test(row)),
    ["cuwl: 11 10 0 0 ok", "basic: 0 3 -2 2 over", "total: 11 13 -2 2 over"],
  );
});
