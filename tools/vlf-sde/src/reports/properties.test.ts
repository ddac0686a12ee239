/** What holds for every system, on random ones. The seed of a failure is printed by fast-check. */
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { leaves } from "@vlf/common/axl";
import { fieldOf, modelOf, MODELS, textReader } from "@vlf/common/models";
import { type Key, spellings } from "./_column.ts";
import { DATA } from "./_arbitrary.ts";
import type { DescribedReport } from "./_report.ts";
import { nodes, one, type One, OPTIONS, rowsOf } from "./_system.ts";
import { REPORTS } from "./index.ts";
import type { ReportOptions } from "./report.ts";

const HIERARCHY = [
  ...nodes("sys.hcs.P.R.C.D.S1", "--PRCIS"),
  ...nodes("sys.hcs.P.R.C.S2.F", "--PRCS-"),
  ...nodes("sys.hcs.P.C2.S3", "--PCS"),
];
const PATHS = [...new Set([...HIERARCHY.map(({ hierarchy }) => hierarchy), "sys.hcs.P.R.C.Unknown"])];

function instancesFor({ models }: DescribedReport): fc.Arbitrary<One[]> {
  const ids = models.filter((id) => id !== "node");
  if (ids.length === 0) return fc.constant([]);
  const instance = fc
    .constantFrom(...ids)
    .chain((id) =>
      fc
        .record({ data: DATA[id] ?? fc.constant({}), path: fc.constantFrom(...PATHS), pkid: fc.nat() })
        .map(({ data, path, pkid }) => one(id, path, data, `${id} ${pkid}`)),
    );
  return fc.uniqueArray(instance, { selector: ({ pkid }) => pkid, maxLength: 14 });
}

const options: fc.Arbitrary<ReportOptions> = fc.record({
  spelling: fc.constantFrom("resolved", "table", "example", "both"),
  webexLayout: fc.constantFrom("current", "legacy"),
  table: fc.constant(MODELS),
});

/** Throws where a value is not what its key says: its kind, its keys, nothing null. */
function check(value: unknown, key: Key, spelling: ReportOptions["spelling"]): void {
  const where = `${key.key}: ${JSON.stringify(value)}`;
  switch (key.kind) {
    case "string":
      return assert.equal(typeof value, "string", where);
    case "boolean":
      return assert.equal(typeof value, "boolean", where);
    case "integer":
      // What no number can hold stays a text.
      return assert.ok(Number.isSafeInteger(value) || /[^0-9]/.test(String(value)), where);
    case "array of string":
      assert.ok(Array.isArray(value) && value.every((item) => typeof item === "string"), where);
      return;
    case "object":
      if (key.members !== undefined) checkKeys(value, key.members, spelling);
      else assert.ok(typeof value === "object" && value !== null, where);
      return;
    case "array of object":
      assert.ok(Array.isArray(value), where);
      for (const item of value) checkKeys(item, key.members ?? [], spelling);
  }
}

function checkKeys(value: unknown, keys: readonly Key[], spelling: ReportOptions["spelling"]): void {
  assert.ok(typeof value === "object" && value !== null);
  const row = value as Record<string, unknown>;
  const wanted = keys.flatMap((key) => spellings(key, spelling).map((name) => ({ name, key })));
  const here = wanted.filter(({ name, key }) => key.canBeMissing !== true || Object.hasOwn(row, name));
  assert.deepEqual(
    Object.keys(row),
    here.map(({ name }) => name),
  );
  for (const { name, key } of here) {
    check(row[name], key, spelling);
    if (key.canBeMissing === true) assert.notDeepEqual(row[name], []);
  }
}

/** How many rows an instance gives: one, but for the types that show some of them. */
function counts(report: DescribedReport, instance: One, all: readonly One[]): boolean {
  const read = (modelId: string, fieldId: string, { data }: One): string =>
    textReader(fieldOf(modelOf(MODELS, modelId), fieldId))(data);
  switch (report.type) {
    case "customer":
      return instance.modelId === "node" && instance.data["node_type"] === "Customer";
    case "site":
      return instance.modelId === "node" && instance.data["node_type"] === "Site";
    case "fmc":
      return (
        read("fmcUser", "mobile", instance) !== "" ||
        leaves(instance.data, ["fmc", "enabled"]).some((flag) => /^(true|1)$/i.test(String(flag).trim()))
      );
    case "hybrid": {
      if (instance.modelId === "user") return read("user", "hybrid_status", instance) !== "";
      if (instance.modelId !== "multiVendorService") return false;
      const name = read("multiVendorService", "username", instance).toLowerCase();
      return !all.some(
        (user) =>
          user.modelId === "user" &&
          name !== "" &&
          read("user", "username", user).toLowerCase() === name &&
          read("user", "hybrid_status", user) !== "" &&
          areRelated(user.hierarchy, instance.hierarchy),
      );
    }
    default:
      return report.sources.includes(instance.modelId);
  }
}

function areRelated(a: string, b: string): boolean {
  const customer = (path: string): string => /^sys\.hcs\.P\.(R\.C|C2)(?=\.|$)/.exec(path)?.[0] ?? path;
  return customer(a) === customer(b) || `${a}.`.startsWith(`${b}.`) || `${b}.`.startsWith(`${a}.`);
}

for (const report of REPORTS) {
  test(`${report.type}: one row for each instance of its source, with exactly the keys of its table`, () => {
    fc.assert(
      fc.property(instancesFor(report), options, (instances, chosen) => {
        const all = [...HIERARCHY, ...instances];
        const rows = rowsOf(report.type, all, chosen);
        assert.equal(rows.length, all.filter((instance) => counts(report, instance, all)).length);
        for (const row of rows) checkKeys(row, report.keys(chosen), chosen.spelling);
      }),
      { numRuns: 100 },
    );
  });

  test(`${report.type}: the order of instances does not show`, () => {
    fc.assert(
      fc.property(
        instancesFor(report).chain((all) =>
          fc.tuple(fc.constant(all), fc.shuffledSubarray(all, { minLength: all.length })),
        ),
        ([instances, shuffled]) => {
          const text = (list: readonly One[]): string =>
            JSON.stringify(rowsOf(report.type, [...HIERARCHY, ...list], OPTIONS));
          assert.equal(text(shuffled), text(instances));
        },
      ),
      { numRuns: 100 },
    );
  });
}
