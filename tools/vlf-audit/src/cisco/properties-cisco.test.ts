/** What holds of the schemes of Cisco for any system. */
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { CISCO_COLUMNS, CISCO_SCHEMES, CISCO_TYPES, profileProblemCisco } from "@vlf/common/cisco";
import { MODELS } from "@vlf/common/models";
import { strictRecordProblem, type AnyRecord, type Instance } from "@vlf/common/records";
import { schemeOf } from "@vlf/common/schemes";
import { Audit } from "../audit.ts";
import { randomSystem } from "../_random.ts";
import { CUSTOMER, instance, nodes, OTHER_SITE, SITE } from "../_system.ts";
import { ciscoOracle } from "./_oracle-cisco.ts";
import { auditCisco } from "./_system-cisco.ts";

const NAMES = ["ann", "Ann ", "bob", "cy", "dee", ""] as const;
const PRODUCTS = [
  "Cisco 6901",
  "Cisco 6911",
  "Cisco 7965",
  "Cisco 7965",
  "Cisco 8841",
  "Cisco TelePresence SX20",
  "CTI Port",
] as const;

const name = fc.constantFrom(...NAMES);
const cluster = fc.constantFrom("c1", "c1", "c2", "c3");
const place = fc.constantFrom(SITE, OTHER_SITE, CUSTOMER);

/** Systems of one customer with up to three clusters; phones are most of it, so that some own more than ten. */
const system: fc.Arbitrary<Instance[]> = fc
  .array(
    fc.oneof(
      {
        weight: 5,
        arbitrary: fc.tuple(
          fc.constant("device/cucm/Phone"),
          fc.record({
            name: fc.constantFrom("SEP1", "SEP2", "SEP3"),
            product: fc.constantFrom(...PRODUCTS),
            ownerUserName: fc.oneof(
              { weight: 3, arbitrary: fc.constant("ann") },
              { weight: 2, arbitrary: name },
            ),
          }),
        ),
      },
      {
        weight: 2,
        arbitrary: fc.tuple(
          fc.constant("device/cucm/User"),
          fc.record({
            userid: name,
            associatedDevices: fc.subarray(["SEP1", "SEP2"]).map((device) => ({ device })),
            phoneProfiles: fc.subarray(["EM1", "em2"]).map((profileName) => ({ profileName })),
          }),
        ),
      },
      fc.tuple(fc.constant("device/cucm/DeviceProfile"), fc.record({ name: fc.constantFrom("EM1", "EM2") })),
      fc.tuple(fc.constant("device/cucm/RemoteDestinationProfile"), fc.record({ userId: name })),
      fc.tuple(fc.constant("device/cuc/User"), fc.record({ Alias: name })),
    ),
    { maxLength: 60, size: "max" },
  )
  .chain((all) =>
    fc.array(fc.tuple(place, cluster), { minLength: all.length, maxLength: all.length }).map((wheres) =>
      all.map(([model, data], index) => {
        const [at = SITE, device = "c1"] = wheres[index] ?? [];
        return instance(model, at, { ...data, _device: device });
      }),
    ),
  );

for (const scheme of CISCO_SCHEMES) {
  test(`${scheme} counts as a second counting of the same rules does, cluster by cluster`, () => {
    fc.assert(
      fc.property(system, (instances) => {
        const { rows } = auditCisco([scheme], [...nodes(), ...instances]);
        const counted: Record<string, number> = {};
        for (const { cluster: where, licenses } of rows[0]?.clusters ?? [])
          for (const [type, number] of Object.entries(licenses))
            if (number > 0) counted[`${where}/${type}`] = number;
        assert.deepEqual(counted, ciscoOracle(scheme, instances));
      }),
      { numRuns: 400 },
    );
  });
}

test("the licenses of the clusters sum to those of the customer, and the evidence to both", () => {
  fc.assert(
    fc.property(system, (instances) => {
      const { rows, evidence } = auditCisco(CISCO_SCHEMES, [...nodes(), ...instances]);
      assert.equal(rows.length, CISCO_SCHEMES.length);
      for (const row of rows) {
        assert.equal(strictRecordProblem(row as unknown as AnyRecord), undefined);
        for (const [type, number] of Object.entries(row.licenses)) {
          const clusters = (row.clusters ?? []).map(({ licenses }) => licenses[type] ?? 0);
          assert.equal(
            clusters.reduce((sum, one) => sum + one, 0),
            number,
          );
          const own = evidence.filter((one) => one.scheme === row.scheme && one.tier === type);
          assert.equal(
            own.reduce((sum, { licenses }) => sum + licenses, 0),
            number,
          );
        }
      }
      for (const one of evidence) assert.equal(strictRecordProblem(one as unknown as AnyRecord), undefined);
    }),
    { numRuns: 200 },
  );
});

test("every instance that the schemes look at is counted or told with a reason, in each scheme", () => {
  fc.assert(
    fc.property(system, (instances) => {
      const { evidence } = auditCisco(CISCO_SCHEMES, [...nodes(), ...instances]);
      for (const scheme of CISCO_SCHEMES) {
        const seen = new Set(
          evidence
            .filter((one) => one.scheme === scheme)
            .flatMap(({ sources }) => sources.map(({ pkid }) => pkid)),
        );
        for (const { pkid } of instances) assert.ok(seen.has(pkid), `${scheme}: ${pkid} is told nowhere`);
        for (const one of evidence)
          assert.ok(one.reasons.length > 0 && one.reasons.every((text) => text !== ""));
      }
    }),
    { numRuns: 100 },
  );
});

test("the order of the input does not matter, nor whether somebody asks why", () => {
  fc.assert(
    fc.property(
      system.chain((instances) =>
        fc.tuple(fc.constant(instances), fc.shuffledSubarray(instances, { minLength: instances.length })),
      ),
      ([instances, shuffled]) => {
        const one = auditCisco(CISCO_SCHEMES, [...nodes(), ...instances]);
        const other = auditCisco(CISCO_SCHEMES, [...shuffled, ...nodes()]);
        assert.deepEqual(other, one);
        const quiet = auditCisco(CISCO_SCHEMES, [...nodes(), ...instances], {}, false);
        assert.deepEqual(quiet.rows, one.rows);
        assert.deepEqual(quiet.findings, one.findings);
      },
    ),
    { numRuns: 200 },
  );
});

test("the profiles behind a row give its counts, and name nobody", () => {
  fc.assert(
    fc.property(randomSystem(40), ({ nodes: own, instances }) => {
      const audit = new Audit({ models: MODELS, standaloneAllocation: () => 0, schemes: CISCO_SCHEMES });
      for (const one of [...own, ...instances]) audit.add(one, "test", 1);
      for (const { count, profiles } of audit.finish().customers) {
        const scheme = schemeOf(count.scheme as (typeof CISCO_SCHEMES)[number]);
        const again = profiles;
        assert.deepEqual(scheme.countsOf(again as never), count.counts);
        for (const one of again) {
          assert.equal(profileProblemCisco(count.scheme as (typeof CISCO_SCHEMES)[number], one), undefined);
          assert.deepEqual(
            Object.keys(one.profile)
              .filter((key) => typeof one.profile[key] === "string")
              .toSorted(),
            one.export === "ucm-user" ? ["cluster", "has", "region"] : ["cluster", "region"],
          );
        }
      }
    }),
    { numRuns: 100 },
  );
});

test("several schemes in one pass count as each does alone, beside those of VOSS", () => {
  fc.assert(
    fc.property(randomSystem(60), ({ nodes: own, instances }) => {
      const count = (schemes: readonly Parameters<typeof schemeOf>[0][]): unknown[] => {
        const audit = new Audit({ models: MODELS, standaloneAllocation: () => 0, schemes });
        for (const one of [...own, ...instances]) audit.add(one, "test", 1);
        return audit.finish().customers.map(({ count: row }) => row);
      };
      const all = count(["voss-4", "voss-5", ...CISCO_SCHEMES]);
      const each = [...CISCO_SCHEMES, "voss-4" as const, "voss-5" as const]
        .toSorted()
        .flatMap((one) => count([one]));
      assert.deepEqual(all, each);
    }),
    { numRuns: 60 },
  );
});

test("columns have one id and one title each, and every type two of them", () => {
  for (const scheme of CISCO_SCHEMES) {
    const columns = CISCO_COLUMNS[scheme];
    assert.equal(new Set(columns.map(({ id }) => id)).size, columns.length);
    assert.equal(new Set(columns.map(({ title }) => title)).size, columns.length);
    for (const type of Object.keys(CISCO_TYPES[scheme]))
      assert.equal(columns.filter(({ tier }) => tier === type).length, 2);
  }
});
