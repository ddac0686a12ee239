import assert from "node:assert/strict";
import { test } from "node:test";
import { MODELS, modelOf } from "@vlf/common/models";
import { absentFields, fieldName, neededFields } from "./fields.ts";

const user = modelOf(MODELS, "cucmUser");

test("neededFields() are those of the purposes", () => {
  const audit = neededFields(user, ["audit"]).map(({ id }) => id);
  assert.deepEqual(audit, ["userid", "mailid", "devices", "profiles"]);
  assert.ok(neededFields(user, ["audit", "sde"]).length > 4);
});

test("absentFields() are those that no instance has, whatever its value", () => {
  const data = [{ userid: "ada", mailid: null }, { associatedDevices: "" }];
  assert.deepEqual(absentFields(neededFields(user, ["audit"]), data).map(fieldName), [
    "phoneProfiles.profileName",
  ]);
});

test("of several paths one is enough", () => {
  const flags = neededFields(modelOf(MODELS, "customerData"), ["audit"]);
  const absent = absentFields(flags, [{ publicSector: false }]);
  assert.deepEqual(
    absent.map(({ id }) => id),
    ["inactive_billing"],
  );
});

test("an empty page says nothing about fields", () => {
  assert.deepEqual(absentFields(neededFields(user, ["audit"]), []), []);
});
