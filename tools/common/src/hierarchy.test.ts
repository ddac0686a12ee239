import assert from "node:assert/strict";
import { test } from "node:test";
import {
  byCodeUnit,
  fromRoot,
  isWithin,
  nodeName,
  onOneBranch,
  parentPath,
  selfAndAbove,
} from "./hierarchy.ts";

test("parentPath() and nodeName() split a path at its last dot", () => {
  assert.equal(parentPath("sys.hcs.CS-P"), "sys.hcs");
  assert.equal(nodeName("sys.hcs.CS-P"), "CS-P");
  assert.equal(parentPath("sys"), undefined);
  assert.equal(nodeName("sys"), "sys");
});

const WITHIN: [path: string, scope: string, within: boolean][] = [
  ["sys.hcs", "sys.hcs", true],
  ["sys.hcs.CS-P", "sys.hcs", true],
  ["sys.hcs.CS-P.Innovia", "sys.hcs", true],
  ["sys.hcs", "sys.hcs.CS-P", false],
  ["sys.hcs.Innovia-2", "sys.hcs.Innovia", false],
  ["sys.hcs.Innovia 2.Site", "sys.hcs.Innovia", false],
  ["sys.HCS.CS-P", "sys.hcs", false],
];
test("isWithin() is true at the node and below it, and not for a name that only begins the same", () => {
  for (const [path, scope, within] of WITHIN)
    assert.equal(isWithin(path, scope), within, `${path} in ${scope}`);
});

test("onOneBranch() is true above, at and below, and not beside", () => {
  assert.equal(onOneBranch("sys.hcs.C", "sys.hcs.C"), true);
  assert.equal(onOneBranch("sys.hcs.C.S", "sys.hcs.C"), true);
  assert.equal(onOneBranch("sys.hcs.C", "sys.hcs.C.S"), true);
  assert.equal(onOneBranch("sys.hcs.C.S", "sys.hcs.C.T"), false);
  assert.equal(onOneBranch("sys.hcs.C1", "sys.hcs.C"), false);
});

test("selfAndAbove() goes from the node to the root", () => {
  assert.deepEqual([...selfAndAbove("sys.hcs.C.S")], ["sys.hcs.C.S", "sys.hcs.C", "sys.hcs", "sys"]);
  assert.deepEqual([...selfAndAbove("sys")], ["sys"]);
});

test("fromRoot() begins a path with sys, once", () => {
  assert.equal(fromRoot("hcs.C"), "sys.hcs.C");
  assert.equal(fromRoot("sys.hcs.C"), "sys.hcs.C");
  assert.equal(fromRoot("sys"), "sys");
  assert.equal(fromRoot("system.C"), "sys.system.C");
});

test("byCodeUnit() sorts capitals, small letters and others by code, whatever the locale", () => {
  const sorted = ["ä", "b", "Z", "a", "_", "10", "9", "", "é", "a"].toSorted(byCodeUnit);
  assert.deepEqual(sorted, ["", "10", "9", "Z", "_", "a", "a", "b", "ä", "é"]);
});
