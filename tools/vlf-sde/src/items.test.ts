/** Every way a collection of objects can look; the values of one item stay together. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { FieldSpec } from "@vlf/common/models";
import { itemsOf } from "./items.ts";

function field(...paths: string[]): FieldSpec {
  return { id: "x", paths: paths.map((path) => path.split(".")), purposes: ["sde"], mark: "documented" };
}

const LINES = itemsOf(field("lines.line.dirn.pattern"), field("lines.line.index"));

function lines(value: unknown): string[] {
  const [pattern, index] = LINES.texts;
  return LINES.of({ lines: value }).map((item) => `${index(item)}:${pattern(item)}`);
}

const L1 = { index: 1, dirn: { pattern: "1001" } };
const L2 = { index: "2", dirn: { pattern: { _value_1: "1002" } } };

const SHAPES: readonly (readonly [title: string, value: unknown, expected: string[]])[] = [
  ["missing", undefined, []],
  ["null", null, []],
  ["blank text", "", []],
  ["blanks", "  ", []],
  ["an empty object", {}, []],
  ["an empty list", [], []],
  ["inner level null", { line: null }, []],
  ["inner level blank", { line: "" }, []],
  ["inner level empty", { line: [] }, []],
  ["an item that is empty", { line: [{}] }, []],
  ["a list of nothing", { line: [null, "", {}] }, []],
  ["another inner level", { other: [{ index: 1 }] }, []],
  ["a single item", { line: L1 }, ["1:1001"]],
  ["a list of one", { line: [L1] }, ["1:1001"]],
  ["_value_1 around the item", { line: { _value_1: L1, uuid: "{1}" } }, ["1:1001"]],
  ["two items", { line: [L1, L2] }, ["1:1001", "2:1002"]],
  ["a list with gaps", { line: [null, L1, {}, L2] }, ["1:1001", "2:1002"]],
  ["a list of levels", [{ line: L1 }, { line: [L2] }], ["1:1001", "2:1002"]],
  ["no inner level, one item", L1, ["1:1001"]],
  ["no inner level, a list", [L1, L2], ["1:1001", "2:1002"]],
  ["bare values, which belong to the first field", { line: ["1001", 1002] }, [":1001", ":1002"]],
  // Read as two lists, these would give the second line the pattern of the third.
  [
    "an item without a pattern",
    { line: [L1, { index: 2 }, { index: 3, dirn: { pattern: "1003" } }] },
    ["1:1001", "2:", "3:1003"],
  ],
  ["an item without an index", { line: [{ dirn: { pattern: "1001" } }, L2] }, [":1001", "2:1002"]],
  ["an item whose values are null", { line: [{ index: null, dirn: null }] }, [":"]],
];

describe("itemsOf(): lines.line", () => {
  for (const [title, value, expected] of SHAPES) {
    test(`${title}: ${JSON.stringify(value)}`, () => assert.deepEqual(lines(value), expected));
  }
});

test("itemsOf() reads collections inside items", () => {
  const licenses = itemsOf(field("L.Sku"), field("L.Plans.Name"), field("L.Plans.On"));
  const [, name, on] = licenses.within;
  const plans = itemsOf(name, on);
  const data = { L: [{ Sku: "A", Plans: [{ Name: "p", On: false }, { Name: "q" }] }, { Sku: "B" }] };
  const read = licenses
    .of(data)
    .map((item) => [
      licenses.texts[0](item),
      plans.of(item).map((plan) => `${plans.texts[0](plan)}=${plans.texts[1](plan)}`),
    ]);
  assert.deepEqual(read, [
    ["A", ["p=false", "q="]],
    ["B", []],
  ]);
});

test("itemsOf() reads a field by its other path where the first has nothing", () => {
  const items = itemsOf(field("a.x", "a.y"), field("a.z"));
  const [x, z] = items.texts;
  assert.deepEqual(
    items.of({ a: [{ y: "1", z: "2" }, { x: "3" }] }).map((item) => [x(item), z(item)]),
    [
      ["1", "2"],
      ["3", ""],
    ],
  );
});

test("itemsOf() fields that share no collection are those of one item", () => {
  const items = itemsOf(field("name"), field("other.number"));
  const [name, number] = items.texts;
  assert.deepEqual(
    items.of({ name: "a", other: { number: 7 } }).map((item) => [name(item), number(item)]),
    [["a", "7"]],
  );
});

test("itemsOf() gives all texts of a field of an item", () => {
  const items = itemsOf(field("P.User"), field("P.Rights"));
  const [, rights] = items.lists;
  assert.deepEqual(
    items.of({ P: [{ User: "a", Rights: ["r", "s"] }, "b"] }).map((item) => rights(item)),
    [["r", "s"], []],
  );
});
