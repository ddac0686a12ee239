import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { DataError } from "@vlf/common/exit";
import { refers } from "./_samples.ts";
import { readResource, type Resource } from "./resource.ts";

const P = "5135fb8331790a2ffee7d7ab";
const Q = "5135fb8331790a2ffee7d7ac";
const ROOT = "5135fb8331790a2ffee7d7a0";

function read(meta: object, data: unknown = { pkid: "1" }, more: object = {}): Resource {
  return readResource(
    { meta: { model_type: "data/User", ...meta }, data, ...more },
    () => "u.json: resource 3",
  );
}

describe("readResource() finds the pkid in", () => {
  const self = { references: { self: refers(P, "data/User") } };
  const cases: readonly (readonly [string, Resource, string])[] = [
    [
      "the reference to itself, before all others",
      read({ pkid: "m", ...self }, { pkid: "d" }, { pkid: "r" }),
      P,
    ],
    ["data.pkid", read({ pkid: "m" }, { pkid: "d" }, { pkid: "r" }), "d"],
    ["the resource's pkid", read({ pkid: "m" }, {}, { pkid: "r" }), "r"],
    ["meta.pkid", read({ pkid: "m" }, {}), "m"],
    [
      "the href of that reference",
      read({ references: { self: [{ pkid: "", href: `/api/data/User/${P}/` }] } }, {}),
      P,
    ],
    ["meta.uri", read({ uri: `/api/data/User/${P}/?format=json` }, {}), P],
  ];
  for (const [name, { pkid }, wanted] of cases) test(name, () => assert.equal(pkid, wanted));
});

describe("readResource() finds the place in", () => {
  const cases: readonly (readonly [string, Resource, string | undefined, readonly string[]])[] = [
    ["a dotted path", read({ path: "sys.hcs.CS-P" }), "sys.hcs.CS-P", []],
    ["a dotted path without sys", read({ path: "CS-P.Innovia" }), "sys.CS-P.Innovia", []],
    ["a path that is one name", read({ path: "hcs" }), "sys.hcs", []],
    ["a path that is a pkid", read({ path: P }), undefined, [P]],
    ["a path that is an href", read({ path: `/api/data/HierarchyNode/${P}/` }), undefined, [P]],
    ["the last of a list of pkids", read({ path: [ROOT, P] }), undefined, [P]],
    ["the last of a list of hrefs", read({ path: [`/api/x/${ROOT}`, `/api/x/${P}`] }), undefined, [P]],
    ["the last of a list of references", read({ path: [...refers(ROOT), ...refers(P)] }), undefined, [P]],
    ["the last of a list that does not name itself", read({ path: [P, Q] }, { pkid: Q }), undefined, [P]],
    [
      "the parent, before the list",
      read({ path: [Q], references: { parent: refers(P) } }),
      undefined,
      [P, Q],
    ],
    ["the hierarchy reference", read({ references: { parent: [], hierarchy: refers(P) } }), undefined, [P]],
    ["the parent as one object", read({ references: { parent: refers(P)[0] } }), undefined, [P]],
    ["nothing", read({ path: "", references: { parent: [{ pkid: "", href: "" }] } }), undefined, []],
  ];
  for (const [name, { path, nodes }, wantedPath, wantedNodes] of cases) {
    test(name, () => assert.deepEqual([path, nodes], [wantedPath, wantedNodes]));
  }
});

test("readResource() takes an empty parent list for the root, and a missing one not", () => {
  assert.equal(read({ references: { parent: [] } }).isRoot, true);
  assert.equal(read({ references: {} }).isRoot, false);
  assert.equal(read({ references: { parent: [], hierarchy: refers(P) } }).isRoot, false);
});

describe("readResource() refuses", () => {
  const cases: readonly (readonly [string, () => unknown, RegExp])[] = [
    ["no model", () => read({ model_type: "" }), /^read u\.json: resource 3: no "meta\.model_type", wanted/],
    ["data that is a list", () => read({}, []), /^read u\.json: resource 3: "data\/User" has wrong "data"/],
    ["data that is null", () => read({}, null), /wrong "data", wanted an object$/],
    ["no pkid", () => read({}, {}), /^read u\.json: resource 3: "data\/User" has no pkid/],
    ["no meta", () => readResource({ data: {} }, () => "u.json"), /^read u\.json: no "meta"/],
  ];
  for (const [name, action, message] of cases) {
    test(name, () =>
      assert.throws(action, (error) => error instanceof DataError && message.test(error.message)),
    );
  }
});

test("readResource() keeps the device of an instance of Unified CM, and of no other", () => {
  const meta = { model_type: "device/cucm/Phone", references: { device: refers(Q, "data/CallManager") } };
  assert.deepEqual(read(meta, { pkid: "1", name: "SEP1" }).data, { pkid: "1", name: "SEP1", _device: Q });
  assert.deepEqual(read({ ...meta, model_type: "device/cuc/User" }, { pkid: "1" }).data, { pkid: "1" });
  const none = { ...meta, references: { device: [{ pkid: "", href: "" }] } };
  assert.deepEqual(read(none, { pkid: "1" }).data, { pkid: "1" });
});
