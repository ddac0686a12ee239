import assert from "node:assert/strict";
import { test } from "node:test";
import { isTrue, joinKey, leaves, leafText } from "./axl.ts";

/** Every way in which `associatedDevices.device` was seen, with what it holds. */
const COLLECTIONS: Record<string, [data: unknown, found: unknown[]]> = {
  missing: [{}, []],
  "missing with all data": [undefined, []],
  null: [{ associatedDevices: null }, []],
  blank: [{ associatedDevices: "" }, []],
  "an empty object": [{ associatedDevices: {} }, []],
  "an empty list": [{ associatedDevices: [] }, []],
  "an inner level that is null": [{ associatedDevices: { device: null } }, []],
  "an inner level that is blank": [{ associatedDevices: { device: "" } }, []],
  "an empty inner list": [{ associatedDevices: { device: [] } }, []],
  "an inner list of null and blank": [{ associatedDevices: { device: [null, "", "A"] } }, ["A"]],
  "one value": [{ associatedDevices: { device: "A" } }, ["A"]],
  _value_1: [{ associatedDevices: { device: { _value_1: "A" } } }, ["A"]],
  "_value_1 with a uuid": [{ associatedDevices: { device: { _value_1: "A", uuid: "{1}" } } }, ["A"]],
  "_value_1 that is null": [{ associatedDevices: { device: { _value_1: null, uuid: "{1}" } } }, []],
  "_value_1 that is a list": [{ associatedDevices: { device: { _value_1: ["A", "B"] } } }, ["A", "B"]],
  "_value_1 at the outer level": [{ associatedDevices: { _value_1: { device: "A" } } }, ["A"]],
  "_value_1 around it all": [{ _value_1: { associatedDevices: { device: "A" } } }, ["A"]],
  "a list": [{ associatedDevices: { device: ["A", "B"] } }, ["A", "B"]],
  "a list of _value_1": [
    { associatedDevices: { device: [{ _value_1: "A", uuid: "{1}" }, { _value_1: "B" }] } },
    ["A", "B"],
  ],
  "a list of both": [{ associatedDevices: { device: ["A", { _value_1: "B" }] } }, ["A", "B"]],
  "a list of lists": [{ associatedDevices: { device: [["A"], [["B"]]] } }, ["A", "B"]],
  "an outer list": [{ associatedDevices: [{ device: "A" }, { device: ["B", "C"] }] }, ["A", "B", "C"]],
  "a bare name": [{ associatedDevices: "A" }, ["A"]],
  "a bare list": [{ associatedDevices: ["A", "B"] }, ["A", "B"]],
  "a bare _value_1": [{ associatedDevices: { _value_1: "A" } }, ["A"]],
  "a bare list of _value_1": [{ associatedDevices: [{ _value_1: "A" }, "B"] }, ["A", "B"]],
  "another inner name": [{ associatedDevices: { phone: "A" } }, []],
  "numbers and booleans": [{ associatedDevices: { device: [0, 7, false] } }, [0, 7, false]],
};
for (const [shape, [data, found]] of Object.entries(COLLECTIONS)) {
  test(`leaves() reads a collection that is ${shape}`, () => {
    assert.deepEqual(leaves(data, ["associatedDevices", "device"]), found);
  });
}

test("leaves() walks lists at every level, in order", () => {
  const phone = {
    lines: {
      line: [
        { index: "1", dirn: { pattern: "100" } },
        { index: "2", dirn: [{ pattern: { _value_1: "200" } }, { pattern: "201" }] },
        { index: "3", dirn: null },
        { index: "4" },
        { index: "5", dirn: { pattern: "500" } },
      ],
    },
  };
  assert.deepEqual(leaves(phone, ["lines", "line", "dirn", "pattern"]), ["100", "200", "201", "500"]);
  assert.deepEqual(leaves(phone, ["lines", "line", "index"]), ["1", "2", "3", "4", "5"]);
});

test("leaves() gives an object that stands at the end of the path as it is", () => {
  assert.deepEqual(leaves({ line: { a: 1 } }, ["line"]), [{ a: 1 }]);
  assert.deepEqual(leaves({ line: [{ a: 1 }, { b: 2 }] }, ["line"]), [{ a: 1 }, { b: 2 }]);
});

test("leaves() prefers the named level to _value_1 and sees no inherited names", () => {
  assert.deepEqual(leaves({ name: "A", _value_1: { name: "B" } }, ["name"]), ["A"]);
  assert.deepEqual(leaves({}, ["constructor"]), []);
  assert.deepEqual(leaves({}, ["toString", "length"]), []);
});

test("leafText() gives texts trimmed, numbers and booleans as text, and nothing for the rest", () => {
  const table: [unknown, string][] = [
    [" a b ", "a b"],
    ["\t\n", ""],
    [7, "7"],
    [0, "0"],
    [true, "true"],
    [false, "false"],
    [null, ""],
    [undefined, ""],
    [{ a: 1 }, ""],
    [["a"], ""],
  ];
  for (const [value, text] of table) assert.equal(leafText(value), text);
});

const TRUE = [true, "true", "TRUE", "True", " true ", "Y", "y", "yes", "Yes", "YES", "1", 1];
const FALSE = [false, "false", "N", "no", "0", 0, 2, -1, "", " ", "t", "truey", "yes please", "on", "10"];
const NOT_EVEN_TEXT = [null, undefined, {}, [], [true], ["true"], { _value_1: "true" }];
test("isTrue() takes the forms of yes, and nothing else", () => {
  for (const value of TRUE) assert.equal(isTrue(value), true, JSON.stringify(value));
  for (const value of [...FALSE, ...NOT_EVEN_TEXT])
    assert.equal(isTrue(value), false, JSON.stringify(value) ?? "undefined");
});

test("joinKey() forgets case and surrounding blanks, and no other blank", () => {
  assert.equal(joinKey("  JSmith@Example.COM\t"), "jsmith@example.com");
  assert.equal(joinKey("Ann  Lee"), "ann  lee");
  assert.equal(joinKey("ÄRGER"), "ärger");
});
