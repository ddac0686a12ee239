/** What holds for every system in scheme `voss-5`, on random ones. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import { MODELS } from "@vlf/common/models";
import type { Evidence, Instance, LicenseCount, Licenses5 } from "@vlf/common/records";
import { COLUMNS5, countsOf5, type Profile5 } from "@vlf/common/voss5";
import { Audit } from "./audit.ts";
import { evidenceOf } from "./explain/evidence.ts";
import { factReaders } from "./facts.ts";
import { oracle5 } from "./_oracle5.ts";
import { randomSystem } from "./_random.ts";
import { audit5 } from "./_system5.ts";

const RUNS = 200;

const pathOf = ({ customer, reseller }: LicenseCount<Licenses5>): string =>
  ["sys.hcs.Prov", reseller, customer].filter((name) => name !== "").join(".");

function explain5(instances: readonly Instance[]): { evidence: Evidence[]; rows: LicenseCount<Licenses5>[] } {
  const evidence: Evidence[] = [];
  const settings = { models: MODELS, standaloneAllocation: () => 0 };
  const audit = new Audit({
    ...settings,
    schemes: ["voss-5"],
    explain: (explained) => evidence.push(...evidenceOf(explained, settings)),
  });
  for (const [index, one] of instances.entries()) audit.add(one, "test", index + 1);
  return { rows: audit.finish().customers.map(({ count }) => count as LicenseCount<Licenses5>), evidence };
}

describe("voss-5 on random systems", () => {
  test("the counts equal those of the rules written a second time, of customers and above them", () => {
    fc.assert(
      fc.property(randomSystem(), ({ nodes, instances }) => {
        const all = [...nodes, ...instances];
        for (const row of audit5(all).rows) {
          const expected = oracle5(all, pathOf(row));
          assert.deepEqual(row.counts, Object.fromEntries(COLUMNS5.map(({ id }) => [id, expected[id] ?? 0])));
        }
      }),
      { numRuns: RUNS * 2 },
    );
  });

  test("reach every column", () => {
    const reached = new Set(["users_with_more_than_10_devices"]); // more phones than these systems have
    for (const { nodes, instances } of fc.sample(randomSystem(), { numRuns: 500, seed: 1 })) {
      for (const { counts } of audit5([...nodes, ...instances]).rows) {
        for (const [id, value] of Object.entries(counts)) if (Number(value) > 0) reached.add(id);
      }
    }
    assert.deepEqual(
      COLUMNS5.filter(({ id }) => !reached.has(id)).map(({ id }) => id),
      [],
    );
  });

  test("the order of the input changes nothing, and the profiles make the counts and the total", () => {
    fc.assert(
      fc.property(
        randomSystem().chain(({ nodes, instances }) => {
          const all = [...nodes, ...instances];
          return fc.tuple(fc.constant(all), fc.shuffledSubarray(all, { minLength: all.length }));
        }),
        ([all, shuffled]) => {
          const result = audit5(all);
          assert.deepEqual(audit5(shuffled), result);
          for (const row of result.rows) {
            const own = result.profiles.filter(
              (one) =>
                one.customer_pkid === row.customer_pkid &&
                (one.customer_pkid !== "" || one.provider_pkid === row.provider_pkid),
            );
            assert.deepEqual(countsOf5(own as unknown as Profile5[]), row.counts);
            const sum = Object.values<number>({ ...row.licenses }).reduce(
              (total, number) => total + number,
              0,
            );
            assert.equal(sum, row.counts["total_license_usage"]);
            assert.ok(
              Number(row.counts["cisco_and_ms_integrated_services"]) <= Number(row.counts["user_licenses"]),
            );
          }
        },
      ),
      { numRuns: RUNS },
    );
  });

  test("evidence sums to counts, and names every instance as counted or as not counted, never both", () => {
    const readers = factReaders(MODELS, ["voss-5"]);
    fc.assert(
      fc.property(randomSystem(), ({ nodes, instances }) => {
        const { evidence, rows } = explain5([...nodes, ...instances]);
        for (const row of rows) {
          const own = evidence.filter(
            (one) =>
              one.counted &&
              one.customer_pkid === row.customer_pkid &&
              (row.customer_pkid !== "" || one.provider_pkid === row.provider_pkid),
          );
          for (const { id, kind } of COLUMNS5) {
            const mine = own.filter((one) => (kind === "total" ? one.tier !== "none" : one.column === id));
            assert.equal(
              mine.reduce((sum, { number }) => sum + number, 0),
              row.counts[id],
              id,
            );
          }
        }
        const named = (counted: boolean): string[] =>
          evidence
            .filter((one) => one.counted === counted)
            .flatMap(({ sources }) => sources.map(({ model, pkid }) => `${model} ${pkid}`));
        const yes = new Set(named(true));
        const no = named(false);
        assert.equal(new Set(no).size, no.length);
        const wanted = instances
          .filter(({ model }) => readers.has(model))
          .map(({ model, pkid }) => `${model} ${pkid}`);
        assert.deepEqual([...yes, ...no].toSorted(), wanted.toSorted());
      }),
      { numRuns: RUNS },
    );
  });

  test("every data/User below a provider has a status, Licensed exactly when it adds to User Licenses", () => {
    fc.assert(
      fc.property(randomSystem(), ({ nodes, instances }) => {
        const { evidence } = explain5([...nodes, ...instances]);
        for (const { pkid } of instances.filter(({ model }) => model === "data/User")) {
          const mine = evidence.filter(({ sources }) => sources.some((one) => one.pkid === pkid));
          const isLicensed = mine.some(({ column }) => column === "user_licenses");
          assert.ok(mine.length > 0);
          for (const { status } of mine) assert.equal(status, isLicensed ? "Licensed" : "Unlicensed");
        }
      }),
      { numRuns: RUNS },
    );
  });
});

test("a user outside every provider has the status Unknown", () => {
  const admin: Instance = {
    type: "instance",
    model: "data/User",
    pkid: "a",
    hierarchy: "sys.hcs",
    data: { username: "admin" },
  };
  const node: Instance = { ...admin, model: "data/HierarchyNode", pkid: "n", data: { node_type: "Hcs" } };
  const { evidence } = explain5([node, admin]);
  assert.deepEqual(
    evidence.map(({ status, reasons }) => [status, reasons]),
    [["Unknown", ["at sys.hcs, below no provider: in no row of scheme voss-5"]]],
  );
});
