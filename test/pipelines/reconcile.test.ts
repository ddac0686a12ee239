/** The report of a partner with 50 customers through the real tools: counted, kept, and held against orders. */
import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test, type TestContext } from "node:test";
import { bash, emptyFolder, filesBelow } from "./_run.ts";

type Row = Readonly<Record<string, unknown>>;

function recordsOf(text: string, type: string): Row[] {
  return text
    .split("\n")
    .filter((line) => line.startsWith(`{"type":"${type}"`))
    .map((line) => JSON.parse(line) as Row);
}

const TYPES = ["knowledge_worker", "common_area", "telepresence"] as const;

/** A demo partner, its clusters by node in the settings, and an order for each customer. */
async function partner(t: TestContext): Promise<{ folder: string; customers: Row[] }> {
  const folder = emptyFolder(t);
  const made = await bash(
    "vlf-collect demo --customers 50 --subscribers 2000 --now 2026-11-23T03:00:00Z --quiet > system",
    folder,
  );
  assert.equal(made.status, 0, made.stderr);
  const nodes = recordsOf(readFileSync(join(folder, "system"), "utf8"), "instance").filter(
    (one) => one["model"] === "data/HierarchyNode",
  );
  const ofType = (type: string): Row[] => nodes.filter(({ data }) => (data as Row)["node_type"] === type);
  const customers = ofType("Customer");
  const clusters = customers.flatMap(({ hierarchy }, at) => {
    const region = at % 2 === 0 ? "eu-central" : "us-east";
    const first = ofType("Site").find((site) =>
      String(site["hierarchy"]).startsWith(`${String(hierarchy)}.`),
    );
    const own = `[cisco.clusters."ucm-${at}"]\nregion = "${region}"\nhierarchy = [${JSON.stringify(hierarchy)}]\n`;
    const second = `[cisco.clusters."ucm-${at}b"]\nregion = "us-east"\nhierarchy = [${JSON.stringify(first?.["hierarchy"])}]\n`;
    return at < 5 && first !== undefined ? [own, second] : [own];
  });
  writeFileSync(join(folder, "vlf.toml"), clusters.join("\n"));
  const lines = customers.flatMap(({ data }, at) => {
    const facts = `S-${at},${String((data as Row)["name"])},Flex 2.0`;
    const rest = `2026-01-01T00:00:00Z,2029-01-01T00:00:00Z,provisioned,UCM Cloud;Unity Connection`;
    return [
      `${facts},Knowledge Worker,${20 + at},${rest}`,
      `${facts},Common Area,${at},${rest}`,
      `${facts},TelePresence,5,${rest}`,
    ];
  });
  const head =
    "subscription id,customer,license model,license type,quantity,start date,end date,provisioning_status,services";
  writeFileSync(join(folder, "orders.csv"), [head, ...lines].join("\n"));
  return { folder, customers };
}

test("a Flex report of 50 customers has all that the vendor's pages have, by subscription, customer, cluster and partner", async (t) => {
  const { folder, customers } = await partner(t);
  const ran = await bash(
    `vlf-audit --scheme cisco-flex-2 --quiet < system > counts &&
      vlf-audit reconcile --entitlements orders.csv --history kept --record --exit-status < counts`,
    folder,
  );
  assert.equal(ran.status, 1, ran.stderr); // some are over
  const rows = recordsOf(ran.stdout, "position");
  const of = (level: string): Row[] => rows.filter((row) => row["level"] === level);
  const sum = (list: readonly Row[], key: string, type: string): number =>
    list.filter((row) => row["license_type"] === type).reduce((all, row) => all + Number(row[key]), 0);

  // Subscriptions: license model, id, total entitlements, total usage; usage and order by type; status.
  const subscriptions = of("subscription");
  assert.equal(new Set(subscriptions.map((row) => row["subscription"])).size, 50);
  for (const [at] of customers.entries()) {
    const own = subscriptions.filter((row) => row["subscription"] === `S-${at}`);
    assert.deepEqual(
      own.map((row) => row["license_type"]),
      [...TYPES, "total"],
    );
    const [first, , , total] = own;
    assert.deepEqual(
      [first?.["model"], first?.["title"], first?.["entitled"], total?.["entitled"]],
      ["cisco-flex-2", "Knowledge Worker", 20 + at, 25 + 2 * at],
    );
    const used = TYPES.reduce((all, type) => all + sum(own, "used", type), 0);
    assert.equal(total?.["used"], used);
    // The customer's overview: name, services, provisioning status, subscription status.
    assert.deepEqual(
      [
        first?.["customer"] !== "",
        first?.["services"],
        first?.["provisioning_status"],
        first?.["subscription_status"],
      ],
      [true, ["UCM Cloud", "Unity Connection"], "provisioned", "active"],
    );
  }
  // Customers: every one, with the overage and the state of each type, and the period and its statistic.
  const byCustomer = of("customer");
  assert.equal(byCustomer.length, 50 * 4);
  for (const row of byCustomer) {
    const { entitled, used, available, overage } = row as Record<string, number>;
    const own = byCustomer.filter((one) => one["customer_pkid"] === row["customer_pkid"]);
    const missing = TYPES.reduce((all, type) => all + sum(own, "overage", type), 0);
    assert.equal(available, (entitled ?? 0) - (used ?? 0));
    assert.equal(overage, row["license_type"] === "total" ? missing : Math.max(0, -(available ?? 0)));
    assert.equal(row["status"] === "over" || row["status"] === "no-order", overage !== 0);
    assert.deepEqual(
      [row["statistic"], row["period_start"], row["period_end"], row["used_on"]],
      ["last", "2026-11-23T00:00:00Z", "2026-11-24T00:00:00Z", "2026-11-23"],
    );
  }
  assert.ok(byCustomer.some((row) => row["status"] === "over"));
  assert.ok(byCustomer.some((row) => row["status"] === "ok" && Number(row["used"]) > 0));
  // Clusters: region, name, usage by type; five customers have two.
  const clusters = of("cluster");
  const names = clusters.map((row) => `${String(row["region"])} ${String(row["cluster"])}`);
  assert.ok(
    names.includes("eu-central ucm-0") &&
      names.includes("us-east ucm-0b") &&
      names.includes("us-east ucm-49"),
    names.join(),
  );
  for (const row of byCustomer.filter(({ license_type: type }) => type !== "total")) {
    const own = clusters.filter((one) => one["customer_pkid"] === row["customer_pkid"]);
    assert.equal(sum(own, "used", String(row["license_type"])), row["used"]);
  }
  // The partner and its regions: sums of all.
  for (const type of TYPES) {
    const whole = sum(of("partner"), "used", type);
    assert.ok(whole > 0 || type === "telepresence");
    assert.deepEqual(
      [sum(byCustomer, "used", type), sum(of("region"), "used", type), sum(subscriptions, "used", type)],
      [whole, whole, whole],
    );
    for (const key of ["entitled", "available", "overage"]) {
      assert.equal(sum(byCustomer, key, type), sum(of("partner"), key, type));
    }
  }
  // What was counted by the audit is what is reported as used.
  const counts = recordsOf(readFileSync(join(folder, "counts"), "utf8"), "license-count");
  const counted = counts.reduce((all, row) => all + Number((row["licenses"] as Row)["knowledge_worker"]), 0);
  assert.equal(sum(of("partner"), "used", "knowledge_worker"), counted);
  assert.deepEqual(
    filesBelow(join(folder, "kept")).filter((name) => !name.startsWith(".")),
    ["2026-11-23.ndjson"],
  );

  // Only those over their entitlement; a period of days from what was kept; and the page to read.
  const over = await bash(
    `vlf-audit reconcile --entitlements orders.csv --history kept --period 30 --statistic peak --over < kept/2026-11-23.ndjson > over &&
      vlf-audit reconcile --entitlements orders.csv --text < counts | head -5`,
    folder,
  );
  assert.equal(over.status, 0, over.stderr);
  const overage = recordsOf(readFileSync(join(folder, "over"), "utf8"), "position");
  assert.ok(
    overage.length > 0 && overage.every((row) => Number(row["overage"]) > 0 && row["statistic"] === "peak"),
  );
  assert.equal(
    overage.filter((row) => row["level"] === "customer").length,
    byCustomer.filter((row) => Number(row["overage"]) > 0).length,
  );
  assert.match(
    over.stdout,
    /^Period 2026-11-23 \(UTC\), 1 day measured; used is the last value\n\nFlex 2\.0\n/,
  );
});

test("usage of other systems goes from their files into positions", async (t) => {
  const folder = emptyFolder(t);
  writeFileSync(join(folder, "orders.csv"), "customer,model,type,quantity\nC1,cisco-hcs,foundation,2\n");
  writeFileSync(
    join(folder, "summary.txt"),
    `|LICENSESUMMARYSTART|
|SUMMARY|PLMINFO|plm1|HUCM|10|HUCM_Foundation|2|3|-1|VALID|
|SUMMARY|CUSTLICENSEINFO|plm1|~|~|C1|HUCM|200.2.1.11|HUCM_Foundation|1|
|SUMMARY|CUSTLICENSEINFO|plm1|~|~|C1|HUCM|200.2.1.12|HUCM_Foundation|2|
|LICENSESUMMARYEND|
`,
  );
  const ran = await bash(
    `vlf-collect usage --format hcmf --now 2026-11-23T03:00:00Z summary.txt | vlf-audit reconcile --entitlements orders.csv`,
    folder,
  );
  assert.equal(ran.status, 0, ran.stderr);
  const rows = recordsOf(ran.stdout, "position")
    .filter((row) => row["license_type"] === "foundation")
    .map((row) => [
      row["level"],
      row["cluster"],
      row["entitled"],
      row["used"],
      row["available"],
      row["status"],
    ]);
  assert.deepEqual(rows, [
    ["partner", "", 2, 3, -1, "over"],
    ["customer", "", 2, 3, -1, "over"],
    ["subscription", "", 2, 3, -1, "over"],
    ["cluster", "200.2.1.11", undefined, 1, undefined, "usage"],
    ["cluster", "200.2.1.12", undefined, 2, undefined, "usage"],
  ]);
});
