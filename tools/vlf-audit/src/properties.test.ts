/** What holds for every system, on random ones. The seed of a failure is printed by fast-check. */
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import type { Name } from "@vlf/common/names";
import type { Instance, LicenseCount } from "@vlf/common/records";
import { COLUMNS, countsOf, type Profile } from "@vlf/common/voss4";
import type { Audit, AuditResult } from "./audit.ts";
import { oracle } from "./_oracle.ts";
import { randomSystem } from "./_random.ts";
import { audit, bothWays } from "./_system.ts";

const RUNS = 300;
const SUBSCRIBER_COLUMNS = COLUMNS.slice(1, 17).map(({ id }) => id);

const pathOf = ({ customer, reseller }: { customer: string; reseller: string }): string =>
  ["sys.hcs.Prov", reseller, customer].filter((name) => name !== "").join(".");

test("the counts equal those of the rules written a second time", () => {
  fc.assert(
    fc.property(randomSystem(), ({ nodes, instances }) => {
      const all = [...nodes, ...instances];
      for (const row of audit(all).rows) {
        const { subscribers: _people, "agents among them": _agents, ...expected } = oracle(all, pathOf(row));
        const filled = Object.fromEntries(COLUMNS.slice(1).map(({ id }) => [id, expected[id] ?? 0]));
        assert.deepEqual(row.counts, filled);
      }
    }),
    { numRuns: RUNS * 3 },
  );
});

test("the random systems reach every column", () => {
  const reached = new Set<string>();
  for (const { nodes, instances } of fc.sample(randomSystem(), { numRuns: 500, seed: 1 })) {
    for (const { counts } of audit([...nodes, ...instances]).rows) {
      for (const [id, value] of Object.entries(counts)) if (Number(value) > 0) reached.add(id);
    }
  }
  // More than ten phones take more instances than these systems have: columns.test.ts has them.
  const missing = COLUMNS.slice(1).filter(
    ({ id }) => !reached.has(id) && id !== "users_with_more_than_10_phones",
  );
  assert.deepEqual(
    missing.map(({ id }) => id),
    [],
  );
});

test("columns 2 to 17 sum to the subscribers less agents, Multiple Phones by people", () => {
  fc.assert(
    fc.property(randomSystem(), ({ nodes, instances }) => {
      const all = [...nodes, ...instances];
      const { rows, profiles } = audit(all);
      for (const row of rows) {
        const own = profiles.filter(({ customer_pkid }) => customer_pkid === row.customer_pkid);
        const people = (holds: (profile: Record<string, unknown>) => boolean, exportId: string): number =>
          own.reduce(
            (sum, { export: id, profile, count }) => (id === exportId && holds(profile) ? sum + count : sum),
            0,
          );
        let sum = SUBSCRIBER_COLUMNS.reduce((total, id) => total + Number(row.counts[id]), 0);
        sum -= Number(row.counts["users_with_more_than_10_phones"]);
        sum -= Number(row.counts["multiple_phones"]);
        sum += people((profile) => profile["agent"] === false && Number(profile["phones"]) > 1, "subscriber");
        sum -= people((profile) => profile["place"] === "above-site", "spark-hybrid"); // accounts, no subscribers (D9)
        const expected = oracle(all, pathOf(row));
        assert.equal(sum, Number(expected["subscribers"]) - Number(expected["agents among them"]));
      }
    }),
    { numRuns: RUNS },
  );
});

test("any order of the input gives the same result", () => {
  fc.assert(
    fc.property(
      randomSystem().chain(({ nodes, instances }) => {
        const all = [...nodes, ...instances];
        return fc.tuple(fc.constant(all), fc.shuffledSubarray(all, { minLength: all.length }));
      }),
      ([all, shuffled]) => assert.deepEqual(audit(shuffled), audit(all)),
    ),
    { numRuns: RUNS },
  );
});

test("customers closed one by one, in any order, give the result of the whole", () => {
  fc.assert(
    fc.property(
      randomSystem().chain((system) => {
        const customers = system.nodes
          .filter(({ data }) => data["node_type"] === "Customer")
          .map(({ hierarchy }) => hierarchy);
        return fc.tuple(
          fc.constant(system),
          fc.shuffledSubarray(customers, { minLength: customers.length }),
          fc.boolean(),
        );
      }),
      ([{ nodes, instances }, customers, sitesToo]) => {
        const all = [...nodes, ...instances];
        const isIn = ({ hierarchy }: Instance, scope: string): boolean =>
          hierarchy === scope || hierarchy.startsWith(`${scope}.`);
        const play = (auditor: Audit<Name>): AuditResult => {
          for (const scope of customers) {
            const own = all.filter((one) => isIn(one, scope));
            if (sitesToo) {
              // A scope inside the customer may end first: it must not be forgotten before the customer.
              const inner = `${scope}.S2`;
              for (const one of own.filter((each) => isIn(each, inner))) auditor.add(one, "test", 1);
              auditor.endScope(inner);
              for (const one of own.filter((each) => !isIn(each, inner))) auditor.add(one, "test", 1);
            } else for (const one of own) auditor.add(one, "test", 1);
            auditor.endScope(scope);
          }
          for (const one of all)
            if (!customers.some((scope) => isIn(one, scope))) auditor.add(one, "test", 1);
          return auditor.finish();
        };
        assert.deepEqual(flat(bothWays(play)), audit(all));
      },
    ),
    { numRuns: RUNS },
  );
});

test("customers audited apart and joined give the result of the whole", () => {
  fc.assert(
    fc.property(randomSystem(), ({ nodes, instances }) => {
      const whole = audit([...nodes, ...instances]);
      const parts = whole.rows.map((row) => {
        const path = pathOf(row);
        const own = [...nodes, ...instances].filter(({ hierarchy }) => {
          const above = path === hierarchy || path.startsWith(`${hierarchy}.`);
          return (
            hierarchy.startsWith(`${path}.`) ||
            hierarchy === path ||
            (above && nodes.some((one) => one.hierarchy === hierarchy))
          );
        });
        return audit(
          own.filter(
            (one) =>
              one.model === "data/HierarchyNode" ||
              one.hierarchy === path ||
              one.hierarchy.startsWith(`${path}.`),
          ),
        );
      });
      assert.deepEqual(
        parts.flatMap(({ rows }) => rows),
        whole.rows,
      );
      assert.deepEqual(
        parts.flatMap(({ profiles }) => profiles),
        whole.profiles,
      );
      assert.deepEqual(
        parts.flatMap(({ findings }) => findings),
        whole.findings.filter(({ customer_pkid }) => customer_pkid !== ""),
      );
    }),
    { numRuns: RUNS },
  );
});

test("the profiles recompute every count, and name nobody", () => {
  fc.assert(
    fc.property(randomSystem(), ({ nodes, instances }) => {
      const { rows, profiles } = audit([...nodes, ...instances]);
      for (const row of rows) {
        const own = profiles.filter(({ customer_pkid }) => customer_pkid === row.customer_pkid);
        assert.deepEqual(countsOf(own as unknown as Profile[]), row.counts);
      }
      for (const { profile } of profiles) {
        for (const [fact, value] of Object.entries(profile)) {
          if (typeof value === "string") assert.ok(["kind", "place"].includes(fact), fact);
        }
      }
    }),
    { numRuns: RUNS },
  );
});

function flat({ customers, findings }: AuditResult): ReturnType<typeof audit> {
  return {
    rows: customers.map(({ count }) => count as LicenseCount),
    profiles: customers.flatMap(({ profiles }) => profiles),
    findings,
  };
}
