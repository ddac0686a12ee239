import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { fieldOf, modelOf, MODELS } from "@vlf/common/models";
import { textReader } from "../readers.ts";
import { joinsOf, nodes, one, type One } from "../reports/_system.ts";

const C = "sys.hcs.P.R.C";
const HIERARCHY = [
  ...nodes(`${C}.S1`, "--PRCS"),
  ...nodes(`${C}.S2`, "--PRCS"),
  ...nodes("sys.hcs.P.R.C2", "--PRC"),
];

function user(node: string, userid: unknown, devices: unknown, profiles?: unknown): One {
  return one("cucmUser", node, {
    userid,
    associatedDevices: { device: devices },
    phoneProfiles: { profileName: profiles },
  });
}

const nameOf = textReader(fieldOf(modelOf(MODELS, "phone"), "name"));
const phone = (name: string, path = `${C}.S1`): One => one("phone", path, { name });

describe("usersOfDevice()", () => {
  const of = (users: readonly One[], name = "SEP1", path = `${C}.S1`): readonly string[] =>
    joinsOf([...HIERARCHY, ...users])
      .usersOfDevice(phone(name, path), nameOf)
      .map(String);

  test("has all who share a phone, sorted, whichever comes first", () => {
    const users = [user(`${C}.S1`, "zoe", ["SEP1", "SEP2"]), user(`${C}.S2`, "anna", "SEP1")];
    assert.deepEqual(of(users), ["anna", "zoe"]);
    assert.deepEqual(of(users.toReversed()), ["anna", "zoe"]);
    assert.deepEqual(of(users, "SEP2"), ["zoe"]);
  });

  test("has a userid once", () => {
    assert.deepEqual(of([user(`${C}.S1`, "anna", "SEP1"), user(C, "anna", ["SEP1"])]), ["anna"]);
  });

  test("compares names without case", () => assert.deepEqual(of([user(C, "Anna", " sep1 ")]), ["Anna"]));

  test("has no users of another customer", () => {
    assert.deepEqual(of([user("sys.hcs.P.R.C2", "anna", ["SEP1"])]), []);
  });

  test("has nobody for a device without a name, and no user without a userid", () => {
    assert.deepEqual(of([user(C, "anna", [""])], ""), []);
    assert.deepEqual(of([user(C, "", ["SEP1"])]), []);
  });
});

test("usersOfProfile() goes by the profiles of a user, not by the devices", () => {
  const joins = joinsOf([
    ...HIERARCHY,
    user(C, "zoe", ["EM1"], []),
    user(C, "anna", [], { _value_1: "EM1" }),
  ]);
  assert.deepEqual(joins.usersOfProfile(phone("EM1"), nameOf), ["anna"]);
  assert.deepEqual(joins.usersOfDevice(phone("EM1"), nameOf), ["zoe"]);
});
