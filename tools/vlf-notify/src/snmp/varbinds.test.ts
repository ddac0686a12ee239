import assert from "node:assert/strict";
import { test } from "node:test";
import { licenseText } from "../alert.ts";
import { variablesOf } from "./varbinds.ts";

const alert = {
  id: "a",
  code: "b",
  category: "c",
  severity: "error",
  details: ["secret detail"],
  ...licenseText("2018-05"),
} as const;
const shown = (isComplete: boolean): unknown[] =>
  variablesOf(alert, { sysName: "VOSS", isComplete }).map(({ oid, type, value }) => [
    oid,
    type,
    String(value),
  ]);

const TRIGGER = ["1.3.6.1.2.1.88.2.1.1.0", 4, "ERROR: License file generation failed"];
const CONTEXT = [
  "1.3.6.1.2.1.88.2.1.3.0",
  4,
  "The license audit report scheduled for May 2018 was not successful.\nPlease contact your VOSS account manager. ",
];
const VALUE = ["1.3.6.1.2.1.88.2.1.5.0", 2, "1"];
const NAME = ["1.3.6.1.2.1.1.5.0", 4, "VOSS"];

test("variablesOf() gives VOSS's four, which sysUpTime and snmpTrapOID make six", () => {
  assert.deepEqual(shown(false), [TRIGGER, CONTEXT, VALUE, NAME]);
});

test("a complete mteTriggerFired has its five objects in the order of the MIB, then sysName", () => {
  assert.deepEqual(shown(true), [
    TRIGGER,
    ["1.3.6.1.2.1.88.2.1.2.0", 4, "VOSS"],
    CONTEXT,
    ["1.3.6.1.2.1.88.2.1.4.0", 6, "0.0"],
    VALUE,
    NAME,
  ]);
});

test("mteHotValue is 1 for every severity", () => {
  for (const severity of ["info", "warning", "error"] as const) {
    const values = variablesOf({ ...alert, severity }, { sysName: "VOSS", isComplete: false });
    assert.equal(values[2]?.value, 1);
  }
});
