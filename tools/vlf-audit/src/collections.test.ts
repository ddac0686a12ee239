/** Every way an AXL collection can look gives the same counts. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { counted, deviceProfile, phone, user } from "./_system.ts";

const EMPTY: readonly [string, unknown][] = [
  ["missing", undefined],
  ["null", null],
  ["blank text", ""],
  ["blanks", "  "],
  ["empty object", {}],
  ["empty list", []],
  ["inner level missing", { other: "SEP1" }],
  ["inner null", { NAME: null }],
  ["inner blank", { NAME: "" }],
  ["inner empty list", { NAME: [] }],
  ["list of nothing", { NAME: [null, "", {}] }],
  ["_value_1 null", { NAME: { _value_1: null, uuid: "{1}" } }],
];

const ONE: readonly [string, unknown][] = [
  ["a single value", { NAME: "SEP1" }],
  ["a list of one", { NAME: ["SEP1"] }],
  ["an object with _value_1", { NAME: { _value_1: "SEP1" } }],
  ["an object with _value_1 and uuid", { NAME: { _value_1: "SEP1", uuid: "{1}" } }],
  ["a list of objects", { NAME: [{ _value_1: "SEP1", uuid: "{1}" }] }],
  ["a list with gaps", { NAME: [null, "SEP1", ""] }],
  ["a list of levels", [{ NAME: "SEP1" }]],
  ["a bare value", "SEP1"],
  ["a bare list", ["SEP1"]],
  ["a bare object", { _value_1: "SEP1" }],
];

const TWO: readonly [string, unknown][] = [
  ["a list", { NAME: ["SEP1", "SEP2"] }],
  ["a list of objects", { NAME: [{ _value_1: "SEP1" }, { _value_1: "SEP2", uuid: "{2}" }] }],
  ["a mixed list", { NAME: ["SEP1", { _value_1: "SEP2" }] }],
  ["a list of levels", [{ NAME: "SEP1" }, { NAME: ["SEP2"] }]],
];

/** Puts the inner name of a collection where a shape says NAME. */
function shaped(shape: unknown, name: string): unknown {
  return shape === undefined
    ? undefined
    : JSON.parse(JSON.stringify(shape).replaceAll('"NAME"', JSON.stringify(name)));
}

describe("associatedDevices", () => {
  const phones = [phone("SEP1"), phone("SEP2")];
  for (const [shapes, counts] of [
    [EMPTY, { ucm_user: 1, standalone_phones: 2 }],
    [ONE, { one_phone: 1, standalone_phones: 1 }],
    [TWO, { multiple_phones: 1 }],
  ] as const) {
    for (const [name, shape] of shapes) {
      test(`${name}: ${JSON.stringify(shape)}`, () =>
        assert.deepEqual(
          counted(user("anna", { associatedDevices: shaped(shape, "device") }), ...phones),
          counts,
        ));
    }
  }
});

describe("phoneProfiles", () => {
  const profile = deviceProfile("SEP1");
  for (const [shapes, counts] of [
    [EMPTY, { ucm_user: 1 }],
    [ONE, { em: 1 }],
    [TWO, { em: 1 }],
  ] as const) {
    for (const [name, shape] of shapes) {
      test(`${name}: ${JSON.stringify(shape)}`, () =>
        assert.deepEqual(
          counted(user("anna", { phoneProfiles: shaped(shape, "profileName") }), profile),
          counts,
        ));
    }
  }
});

describe("references", () => {
  for (const owner of ["anna", { _value_1: "anna" }, { _value_1: " Anna ", uuid: "{1}" }, ["anna"]]) {
    test(`owner as ${JSON.stringify(owner)}`, () =>
      assert.deepEqual(counted(user("anna"), phone("SEP9", { ownerUserName: owner })), { one_phone: 1 }));
  }
  for (const owner of [null, "", { _value_1: null }, { uuid: "{1}" }, []]) {
    test(`no owner as ${JSON.stringify(owner)}`, () =>
      assert.deepEqual(counted(phone("SEP9", { ownerUserName: owner })), { standalone_phones: 1 }));
  }
});
