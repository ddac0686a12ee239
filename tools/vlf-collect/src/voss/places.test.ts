import assert from "node:assert/strict";
import { test } from "node:test";
import { ABOVE, customerIn, PKID_AT, Places } from "./places.ts";

const NODES = ["sys", "sys.P", "sys.P.B", "sys.P.B.Site", "sys.P.A", "sys.P.A-1", "sys.P.A.Sub"];
const places = new Places(NODES, ["sys.P.B", "sys.P.A-1", "sys.P.A", "sys.P.A.Sub"]);

test("customers come by path, and one below another belongs to that", () => {
  assert.deepEqual(places.customers, ["sys.P.A", "sys.P.A-1", "sys.P.B"]);
  assert.equal(places.at("sys.P.A.Sub.Site").customer, 1);
});

test("what stands above the customers has the number before them", () => {
  assert.equal(places.at("sys.P").customer, ABOVE);
  assert.equal(places.at("sys.Other").customer, ABOVE);
});

test("a customer's name at the front of another's is no place below it", () => {
  assert.equal(places.at("sys.P.A-1.Site").customer, 2);
});

test("keys are in the order of customers, models and pkids", () => {
  const keys = [
    places.key("sys.P", 40, "z"),
    places.key("sys.P.A", 0, "b"),
    places.key("sys.P.A", 1, "a"),
    places.key("sys.P.A", 36, "a"),
    places.key("sys.P.A", 36, "ab"),
    places.key("sys.P.B.Site", 0, "a"),
  ];
  // As they are compared: with what follows a key.
  const lines = keys.map((key) => `${key}\t{}`);
  assert.deepEqual(lines.toSorted(), lines);
  assert.deepEqual(keys.map(customerIn), [0, 1, 1, 1, 1, 3]);
  assert.deepEqual(
    keys.map((key) => key.slice(PKID_AT)),
    ["z", "b", "a", "a", "ab", "a"],
  );
});

test("a control character in a pkid does not end its key", () => {
  assert.equal(places.key("sys.P", 0, "a\tb").slice(PKID_AT), "a%09b");
});

test("at() knows the nodes", () => {
  assert.ok(places.at("sys.P.B.Site").isNode);
  assert.ok(!places.at("sys.P.B.Other").isNode);
});
