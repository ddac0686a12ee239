import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { UsageError } from "@vlf/common/exit";
import { isWithin, onOneBranch } from "@vlf/common/hierarchy";
import { MODELS, projections, PURPOSES } from "@vlf/common/models";
import { type Instance, type ScopeEnd, strictRecordProblem } from "@vlf/common/records";
import { type DemoOptions, demoPlatform, demoSystem } from "./index.ts";

const OPTIONS: DemoOptions = {
  customers: 5,
  subscribers: 200,
  seed: 7,
  allFields: false,
  collectedAt: "2026-11-01T03:00:00Z",
};

function records(change: Partial<DemoOptions> = {}): (Instance | ScopeEnd)[] {
  return [...demoSystem({ ...OPTIONS, ...change })];
}

function instances(change: Partial<DemoOptions> = {}): Instance[] {
  return records(change).filter((record) => record.type === "instance");
}

function nodesOfType(all: readonly Instance[], type: string): string[] {
  return all
    .filter((one) => one.model === "data/HierarchyNode" && one.data["node_type"] === type)
    .map((one) => one.hierarchy);
}

/** Subscribers at site level by customer, as the audit counts them. */
function subscribersByCustomer(all: readonly Instance[]): number[] {
  const sites = nodesOfType(all, "Site");
  const users = all
    .filter((one) => one.model === "device/cucm/User")
    .filter((one) => sites.some((site) => isWithin(one.hierarchy, site)));
  return nodesOfType(all, "Customer").map(
    (customer) => users.filter((one) => isWithin(one.hierarchy, customer)).length,
  );
}

describe("demoSystem()", () => {
  test("writes records that the strict validator accepts", () => {
    for (const record of records({ allFields: true })) {
      assert.equal(strictRecordProblem({ ...record }), undefined);
    }
  });

  test("has every model of the table and no other, but for those of audit 5.x: it is a system of 21.4", () => {
    const found = new Set(instances().map((one) => one.model));
    const later = ["roomMailbox", "webexContactCenterUser", "licenseCounts"];
    const wanted = Object.values(MODELS)
      .filter(({ id }) => !later.includes(id))
      .map((spec) => spec.model);
    assert.deepEqual([...found].sort(), wanted.sort());
  });

  test("keeps the same bytes in lean mode as a projection keeps of all fields", () => {
    const project = projections(MODELS, PURPOSES);
    const lean = records();
    const projected = records({ allFields: true }).map((record) =>
      record.type === "instance" ? { ...record, data: project.get(record.model)?.(record.data) } : record,
    );
    assert.equal(lean.length, projected.length);
    lean.forEach((record, i) => assert.equal(JSON.stringify(projected[i]), JSON.stringify(record)));
  });

  test("gives the same records for the same options, and others for another seed", () => {
    assert.equal(JSON.stringify(records()), JSON.stringify(records()));
    assert.notEqual(JSON.stringify(records()), JSON.stringify(records({ seed: 8 })));
  });

  test("uses all bits of a seed", () => {
    const small = records({ customers: 1, subscribers: 3, seed: 1 });
    assert.notEqual(
      JSON.stringify(small),
      JSON.stringify(records({ customers: 1, subscribers: 3, seed: 1 + 2 ** 32 })),
    );
  });

  for (const [customers, subscribers] of [
    [5, 200],
    [1, 1],
    [1, 77],
    [7, 3],
    [60, 500],
    [3, 0],
  ] as const) {
    test(`has exactly ${subscribers} subscribers at the sites of ${customers} customers`, () => {
      const counts = subscribersByCustomer(instances({ customers, subscribers }));
      assert.equal(counts.length, customers);
      assert.equal(
        counts.reduce((sum, count) => sum + count, 0),
        subscribers,
      );
    });
  }

  test("has customers of a similar size, however many there are", () => {
    for (const customers of [2, 40]) {
      const sizes = subscribersByCustomer(instances({ customers, subscribers: customers * 50 }));
      const filled = sizes.filter((size) => size > 0);
      const mean = (customers * 50) / filled.length;
      assert.ok(filled.length >= customers - 1);
      assert.ok(new Set(filled).size > 1, "sizes are skewed");
      for (const size of filled) assert.ok(Math.abs(size - mean) <= mean / 2, `${size} against ${mean}`);
    }
  });

  test("has no customer and no scope-end for 0 customers", () => {
    const none = { customers: 0, subscribers: 0 };
    assert.equal(records(none).length, instances(none).length);
    assert.deepEqual(nodesOfType(instances(none), "Customer"), []);
    assert.equal(nodesOfType(instances(none), "Provider").length, 1);
  });

  test("refuses subscribers without a customer", () => {
    assert.throws(() => records({ customers: 0 }), UsageError);
  });

  test("does not change a customer when more follow", () => {
    const few = records({ customers: 3, subscribers: 0 });
    const many = records({ customers: 9, subscribers: 0 });
    assert.deepEqual(many.slice(0, few.length), few);
  });

  test("names every node before its instances, by its own path and after the node above it", () => {
    const seen = new Set<string>();
    for (const one of instances({ customers: 20 })) {
      if (one.model === "data/HierarchyNode") {
        const dot = one.hierarchy.lastIndexOf(".");
        assert.ok(dot < 0 || seen.has(one.hierarchy.slice(0, dot)), one.hierarchy);
        assert.ok(!seen.has(one.hierarchy), one.hierarchy);
        assert.equal(one.data["name"], one.hierarchy.slice(dot + 1));
        assert.deepEqual(Object.keys(one.data), ["name", "node_type", "description"]);
        seen.add(one.hierarchy);
      } else {
        assert.ok(seen.has(one.hierarchy), one.hierarchy);
      }
    }
  });

  test("closes each customer once, and nothing of it follows", () => {
    const closed: string[] = [];
    for (const record of records()) {
      assert.ok(!closed.some((path) => isWithin(record.hierarchy, path)), record.hierarchy);
      if (record.type === "scope-end") closed.push(record.hierarchy);
    }
    assert.deepEqual(closed, nodesOfType(instances(), "Customer"));
  });

  test("has one customer's instances at a time", () => {
    const customers = nodesOfType(instances(), "Customer");
    let last = -1;
    for (const { hierarchy } of records()) {
      const at = customers.findIndex((customer) => isWithin(hierarchy, customer));
      if (at >= 0) last = Math.max(last, at);
      assert.ok(at === last || (at < 0 && last < 0), hierarchy);
    }
    assert.ok(!customers.some((a) => customers.some((b) => a !== b && onOneBranch(a, b))));
  });

  test("has customers below both resellers and directly below the provider", () => {
    const above = new Set(
      nodesOfType(instances({ customers: 12 }), "Customer").map((path) =>
        path.slice(0, path.lastIndexOf(".")),
      ),
    );
    for (const node of ["sys.hcs.CS-P", "sys.hcs.CS-P.CS-NB", "sys.hcs.CS-P.CS-SB"]) {
      assert.ok(above.has(node), node);
    }
  });

  test("has pkids of 24 hexadecimal digits that are all different, and no number within one", () => {
    const pkids = [...instances({ customers: 40, subscribers: 400 }), ...instances({ seed: 8 })].map(
      (one) => one.pkid,
    );
    for (const pkid of pkids) {
      assert.match(pkid, /^[0-9a-f]{24}$/);
      assert.doesNotMatch(pkid, /\d{6}/);
    }
    assert.equal(new Set(pkids).size, pkids.length);
  });

  test("has phones as wide as real ones in all-fields mode", () => {
    const all = instances({ allFields: true });
    const widths = (model: string): { fields: number; bytes: number } => {
      const data = all.filter((one) => one.model === model).map((one) => one.data);
      const bytes = data.reduce((sum, one) => sum + JSON.stringify(one).length, 0);
      return { fields: Object.keys(data[0] ?? {}).length, bytes: bytes / data.length };
    };
    const phone = widths("device/cucm/Phone");
    assert.ok(phone.fields >= 60, String(phone.fields));
    assert.ok(phone.bytes >= 2500 && phone.bytes <= 3500, String(phone.bytes));
    assert.ok(widths("device/cucm/User").fields >= 40);
  });
});

test("demoPlatform() has the facts of a provider without a license token", () => {
  const platform = demoPlatform(OPTIONS);
  assert.match(platform.platform_id ?? "", /^[0-9a-f]{24}$/);
  assert.match(platform.org_id ?? "", /^ORG-\w{5}$/);
  assert.deepEqual(Object.keys(platform), [
    "org_id",
    "platform_id",
    "hostname",
    "provider_name",
    "software_version",
    "platform_version",
    "deployment_mode",
  ]);
  assert.deepEqual(
    [platform.provider_name, platform.hostname, platform.software_version],
    ["CS-P", "VOSS-DEMO-1", "21.4"],
  );
});
