import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { nodes, treeOf } from "../reports/_system.ts";
import { type Place, Places } from "./places.ts";

/** Path, types of its nodes, and the names it gives: provider, reseller, customer, division, location. */
type Case = readonly [title: string, path: string, types: string, names: string];

const CASES: readonly Case[] = [
  // The four of the guide's examples.
  ["a site below two divisions", "sys.171F.P.R.C.I1.I2.S", "--PRCIIS", "P R C I1 S"],
  ["a site below one division", "sys.AB70.P.R.C.I1.S", "--PRCIS", "P R C I1 S"],
  ["a site below the customer", "sys.hcs.P.R.C.S", "--PRCS", "P R C _ S"],
  ["the customer", "sys.57C1.P.R.C", "--PRC", "P R C _ _"],
  ["a division", "sys.hcs.P.R.C.I1", "--PRCI", "P R C I1 _"],
  ["a division below a division", "sys.hcs.P.R.C.I1.I2", "--PRCII", "P R C I1 _"],
  ["a division that has no type", "sys.hcs.P.R.C.I1.S", "--PRC-S", "P R C I1 S"],
  ["a reseller", "sys.hcs.P.R", "--PR", "P R _ _ _"],
  ["a provider", "sys.hcs.P", "--P", "P _ _ _ _"],
  ["the platform", "sys.hcs", "--", "_ _ _ _ _"],
  ["the root", "sys", "-", "_ _ _ _ _"],
  ["a customer below a provider", "sys.hcs.P.C.S", "--PCS", "P _ C _ S"],
  ["a division below such a customer", "sys.hcs.P.C.I1.S", "--PCIS", "P _ C I1 S"],
  ["a node between reseller and customer, which is no division", "sys.hcs.P.R.N.C.S", "--PR-CS", "P R C _ S"],
  ["an intermediate node above a reseller", "sys.hcs.P.N.R.C", "--PIRC", "P R C _ _"],
  ["a node beneath a site, which is no division", "sys.hcs.P.R.C.S.F", "--PRCS-", "P R C _ S"],
  ["a typed node beneath a site", "sys.hcs.P.R.C.S.F", "--PRCSL", "P R C _ S"],
  ["a site beneath a site keeps the name of the upper", "sys.hcs.P.R.C.S.F", "--PRCSS", "P R C _ S"],
  ["a linked site, which is neither site nor division", "sys.hcs.P.R.C.L", "--PRCL", "P R C _ _"],
  ["a division below a linked site", "sys.hcs.P.R.C.L.I", "--PRCLI", "P R C I _"],
  ["a customer below another one", "sys.hcs.P.C.I1.S.C2.I2.S2", "--PCISCIS", "P _ C2 I2 S2"],
  // What the input does not hold goes by its position.
  ["a site that is not in the input", "sys.hcs.P.R.C.S", "--PRC?", "P R C _ S"],
  ["a site and a division that are not", "sys.hcs.P.R.C.I1.S", "--PRC??", "P R C I1 S"],
  ["a provider and reseller that are not", "sys.hcs.P.R.C.S", "????CS", "P R C _ S"],
  ["no node in the input", "sys.hcs.P.R.C.S", "??????", "P R C _ S"],
  ["no node in the input, with divisions", "sys.hcs.P.R.C.I1.I2.S", "????????", "P R C I1 S"],
  ["no node in the input, above customers", "sys.hcs.P.R", "????", "P R _ _ _"],
  ["nodes without types", "sys.hcs.P.R.C.I1.S", "-------", "P R C I1 S"],
  ["nodes without types above customers fill no key", "sys.hcs.P.R", "----", "_ _ _ _ _"],
];

const text = ({ provider, reseller, customer, division, location }: Place): string =>
  [provider, reseller, customer, division, location].map((name) => name || "_").join(" ");

describe("places.of()", () => {
  for (const [title, path, types, names] of CASES) {
    test(`${title}: ${path} as ${types}`, () => {
      assert.equal(text(new Places(treeOf(nodes(path, types))).of(path)), names);
    });
  }

  test("knows the path of the customer, and none above it", () => {
    const places = new Places(treeOf(nodes("sys.hcs.P.R.C.I1.S", "--PRCIS")));
    assert.equal(places.of("sys.hcs.P.R.C.I1.S").customerPath, "sys.hcs.P.R.C");
    assert.equal(places.of("sys.hcs.P.R").customerPath, "");
  });
});
