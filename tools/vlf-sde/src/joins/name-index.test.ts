import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { joinsOf, nodes, one, type One } from "../reports/_system.ts";

const C = "sys.hcs.P.R.C";
const HIERARCHY = [
  ...nodes(`${C}.D.S1`, "--PRCIS"),
  ...nodes(`${C}.D.S2`, "--PRCIS"),
  ...nodes(`${C}.A3`, "--PRCS"),
  ...nodes("sys.hcs.P.R.C2.S4", "--PRCS"),
  ...nodes("sys.hcs.P2.R2", "--PR"),
];

function list(node: string, name: unknown = "List", pkid = node): One {
  return one("huntList", node, { name }, pkid);
}

function nearest(lists: readonly One[], path: string, name = "List"): string | undefined {
  return joinsOf([...HIERARCHY, ...lists])
    .named("huntList", "name")
    .nearest(name, path)?.pkid;
}

describe("nearest()", () => {
  const CASES: readonly (readonly [
    title: string,
    at: string[],
    from: string,
    expected: string | undefined,
  ])[] = [
    ["the only one", [`${C}.A3`], `${C}.D.S1`, `${C}.A3`],
    ["the one at the node itself", [C, `${C}.D.S1`, `${C}.D.S2`], `${C}.D.S1`, `${C}.D.S1`],
    ["one above before one beside", [C, `${C}.D.S2`], `${C}.D.S1`, C],
    ["the nearer of two above", [C, `${C}.D`], `${C}.D.S1`, `${C}.D`],
    ["one in the same division before one in none", [`${C}.D.S2`, `${C}.A3`], `${C}.D.S1`, `${C}.D.S2`],
    ["one below before one beside", [`${C}.D.S1`, `${C}.A3`], `${C}.D`, `${C}.D.S1`],
    ["the first by path where nothing tells them apart", [`${C}.D.S2`, `${C}.D.S1`], `${C}.A3`, `${C}.D.S1`],
    ["none of another customer", ["sys.hcs.P.R.C2.S4"], `${C}.D.S1`, undefined],
    ["one of the provider above", ["sys.hcs.P"], `${C}.D.S1`, "sys.hcs.P"],
    ["none of another provider", ["sys.hcs.P2.R2"], "sys.hcs.P.R", undefined],
  ];
  for (const [title, at, from, expected] of CASES) {
    test(title, () => {
      const lists = at.map((node) => list(node));
      assert.equal(nearest(lists, from), expected);
      assert.equal(nearest(lists.toReversed(), from), expected);
    });
  }

  test("of two at one node, the first by pkid", () => {
    const both = [list(C, "List", "b"), list(C, "List", "a")];
    assert.equal(nearest(both, C), "a");
    assert.equal(nearest(both.toReversed(), C), "a");
  });

  test("case and surrounding blanks do not count", () => {
    assert.equal(nearest([list(C, { _value_1: " LIST " })], C, "list"), C);
  });

  for (const blank of ["", " ", null, undefined]) {
    test(`a name ${JSON.stringify(blank)} means nothing`, () => {
      assert.equal(nearest([list(C, blank)], C, ""), undefined);
    });
  }
});

test("all() has every one that may be meant, within one customer and no further", () => {
  const lists = [list(`${C}.D.S1`), list(C), list("sys.hcs.P.R.C2.S4")];
  const index = joinsOf([...HIERARCHY, ...lists]).named("huntList", "name");
  const pkids = (path: string): string[] => index.all("List", path).map(({ pkid }) => pkid);
  assert.deepEqual(pkids(`${C}.A3`).toSorted(), [C, `${C}.D.S1`]);
  assert.deepEqual(pkids("sys.hcs.P.R.C2"), ["sys.hcs.P.R.C2.S4"]);
  assert.deepEqual(pkids("sys.hcs.P2.R2"), []);
});

test("in the scope of a customer all belong together, types or not", () => {
  const joins = joinsOf([list(`${C}.A3`)], C);
  assert.equal(joins.named("huntList", "name").nearest("List", `${C}.D.S1`)?.pkid, `${C}.A3`);
});
