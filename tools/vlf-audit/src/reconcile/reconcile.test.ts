/** Positions and findings of whole runs. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import { runInMemory } from "@vlf/common/_testing";
import type { Position } from "@vlf/common/records";
import { tool } from "../cli.ts";
import { type Amounts, count, reconcile, rows, stream, usage } from "./_reconcile.ts";

const TERM = "2026-01-01T00:00:00Z,2029-01-01T00:00:00Z";
const flex = (customer: string, kw: number, ca = 0, tp = 0): ReturnType<typeof count> =>
  count("cisco-flex-2", customer, { knowledge_worker: kw, common_area: ca, telepresence: tp });

describe("several subscriptions of one kind are one sum", () => {
  const agents = (used: number): ReturnType<typeof usage> =>
    usage({
      application: "Webex",
      customer: "Innovia",
      license_type: "agents",
      quantity: used,
      source: "webex",
    });
  const given = {
    orders: [
      "NEW,Innovia,webex-contact-center,agents,15,2026-06-01T00:00:00Z,",
      "OLD,Innovia,webex-contact-center,agents,10,2025-06-01T00:00:00Z,",
    ],
    toml: '[[reconcile.usage]]\nvendor = "cisco"\napplication = "Webex"\nmodel = "webex-contact-center"\n',
  };
  for (const [used, customer, old, young] of [
    [5, "25 5 20 0 ok", "10 5 5 0 ok", "15 0 15 0 ok"],
    [25, "25 25 0 0 ok", "10 10 0 0 ok", "15 15 0 0 ok"],
    [26, "25 26 -1 1 over", "10 11 -1 1 over", "15 15 0 0 ok"],
    [40, "25 40 -15 15 over", "10 25 -15 15 over", "15 15 0 0 ok"],
  ] as const) {
    test(`10 and 15 agents with ${used} used: what is over is the oldest one's`, async () => {
      const { positions, told } = await reconcile({ ...given, input: stream([agents(used)]) });
      assert.deepEqual(rows(positions, "customer"), [`agents: ${customer}`]);
      assert.deepEqual(
        rows(positions, "subscription", (row) => row.subscription),
        [`OLD: ${old}`, `NEW: ${young}`],
      );
      const over = used - 25;
      assert.deepEqual(
        told,
        used > 25
          ? [
              `license-overage: ${used} agents of Webex Contact Center used by "Innovia", ${over} more than there are`,
            ]
          : [],
      );
    });
  }

  test("usage that names its subscription goes there, though an older one has room", async () => {
    const { positions } = await reconcile({
      ...given,
      input: stream([{ ...agents(8), subscription: "NEW" }]),
    });
    assert.deepEqual(
      rows(positions, "subscription", (row) => row.subscription),
      ["OLD: 10 0 10 0 ok", "NEW: 15 8 7 0 ok"],
    );
  });

  test("usage that names its subscription goes there first, as far as there is room", async () => {
    const input = stream([
      { ...agents(14), subscription: "NEW" },
      { ...agents(12), subscription: "OLD" },
    ]);
    const { positions } = await reconcile({ ...given, input });
    assert.deepEqual(rows(positions, "customer"), ["agents: 25 26 -1 1 over"]);
    assert.deepEqual(
      rows(positions, "subscription", (row) => row.subscription),
      ["OLD: 10 11 -1 1 over", "NEW: 15 15 0 0 ok"],
    );
  });
});

describe("findings", () => {
  const kw = (customer: string, quantity: number, term = TERM, id = `S-${customer}`): string =>
    `${id},${customer},cisco-flex-2,KW,${quantity},${term}`;

  test("orders without usage and usage without orders", async () => {
    const answer = await reconcile({
      orders: [kw("Alpha", 10), kw("Gone", 7), `S-Alpha,Alpha,cisco-flex-2,TP,2,${TERM}`],
      input: stream([flex("Alpha", 3), flex("Beta", 4, 2)]),
      argv: ["--exit-status"],
    });
    assert.equal(answer.status, 1);
    assert.deepEqual(answer.told, [
      'order-without-usage: order without usage: nothing of Flex 2.0 was measured of "Gone"',
      'usage-without-order: usage without an order: "Beta" uses 4 Knowledge Worker, 2 Common Area of Flex 2.0',
    ]);
    assert.deepEqual(
      answer.findings.filter(({ code }) => code === "order-unused").map(({ message }) => message),
      ['order without usage: "Alpha" uses no TelePresence of Flex 2.0'],
    );
    const status = (name: string): string[] => [
      ...new Set(
        answer.positions
          .filter(({ level, customer }) => level === "customer" && customer === name)
          .map((row) => row.status),
      ),
    ];
    assert.deepEqual(
      [status("Gone"), status("Beta"), status("Alpha")],
      [["no-usage"], ["no-order", "ok"], ["ok"]],
    );
  });

  test("a subscription that ended and is still used", async () => {
    const answer = await reconcile({
      orders: [kw("Alpha", 10, "2025-01-01T00:00:00Z,2026-11-23T00:00:00Z")],
      input: stream([flex("Alpha", 3)]),
    });
    assert.deepEqual(answer.told, [
      'subscription-expired: subscription "S-Alpha" of "Alpha" ended on 2026-11-23, and 3 Knowledge Worker are used',
    ]);
    assert.deepEqual(rows(answer.positions, "subscription"), [
      "knowledge_worker: 0 0 0 0 inactive",
      "total: 0 0 0 0 inactive",
    ]);
    assert.equal(
      answer.positions.find(({ level }) => level === "subscription")?.subscription_status,
      "inactive",
    );
  });

  test("a subscription that ends within 90 days, or the days of the settings", async () => {
    const given = {
      orders: [kw("Alpha", 10, "2025-01-01T00:00:00Z,2027-02-21T00:00:00Z")],
      input: stream([flex("Alpha", 3)]),
    };
    assert.deepEqual((await reconcile(given)).told, [
      'subscription-expiring: subscription "S-Alpha" of "Alpha" ends on 2027-02-21, in 90 days',
    ]);
    assert.deepEqual((await reconcile({ ...given, toml: "[reconcile]\nexpiry_days = 89\n" })).told, []);
  });

  test("a term that begins later is not there yet", async () => {
    const answer = await reconcile({
      orders: [kw("Alpha", 10, "2026-12-01T00:00:00Z,")],
      input: stream([flex("Alpha", 3)]),
    });
    assert.deepEqual(rows(answer.positions, "customer")[0], "knowledge_worker: 0 3 -3 3 no-order");
    assert.deepEqual(answer.told, [
      'usage-without-order: usage without an order: "Alpha" uses 3 Knowledge Worker of Flex 2.0',
    ]);
  });

  test("other models of the same users are not usage without an order", async () => {
    const answer = await reconcile({
      orders: [kw("Alpha", 10), `S-B,Beta,cisco-flex-3-nu,Professional,10,${TERM}`],
      input: stream(
        ["Alpha", "Beta"].flatMap((name) => [
          flex(name, 3),
          count("cisco-flex-3-nu", name, { professional: 2 }),
          count("voss-4", name, { premium: 9 }),
        ]),
      ),
    });
    assert.deepEqual(answer.told, []);
    assert.deepEqual(
      [
        ...new Set(
          answer.positions
            .filter(({ level }) => level === "customer")
            .map((row) => `${row.customer} ${row.model}`),
        ),
      ],
      ["Alpha cisco-flex-2", "Beta cisco-flex-3-nu"],
    );
    assert.deepEqual(
      answer.findings.filter(({ code }) => code === "model-without-order").map(({ message }) => message),
      ["usage is there of models that no order names: voss-4"],
    );
  });

  test("who went from one model to another does not use the one that ended", async () => {
    const answer = await reconcile({
      orders: [
        kw("Alpha", 10, "2025-01-01T00:00:00Z,2026-01-01T00:00:00Z"),
        `S-N,Alpha,cisco-flex-3-nu,Professional,10,${TERM}`,
      ],
      input: stream([flex("Alpha", 3), count("cisco-flex-3-nu", "Alpha", { professional: 2 })]),
    });
    assert.deepEqual(answer.told, []);
    assert.deepEqual(
      rows(answer.positions, "subscription", (row) => `${row.subscription} ${row.license_type}`),
      [
        "S-Alpha knowledge_worker: 0 0 0 0 inactive",
        "S-Alpha total: 0 0 0 0 inactive",
        "S-N professional: 10 2 8 0 ok",
        "S-N total: 10 2 8 0 ok",
      ],
    );
  });

  test("who has ordered nothing uses by the model that the partner holds licenses of", async () => {
    const hcs = usage({ customer: "Beta", license_type: "foundation", quantity: 2, source: "hcmf" });
    const answer = await reconcile({
      orders: [",,cisco-hcs,foundation,5,,", "S,Alpha,cisco-ucm,cuwl,5,,"],
      input: stream([count("cisco-ucm", "Alpha", { cuwl: 1 }), count("cisco-ucm", "Beta", { cuwl: 9 }), hcs]),
    });
    assert.deepEqual(answer.told, []);
    const beta = answer.positions.filter((row) => row.customer === "Beta" && row.level === "customer");
    assert.deepEqual(
      rows(beta, "customer", (row) => `${row.model} ${row.license_type}`),
      [
        "cisco-hcs telepresence_room: 0 0 0 0 ok",
        "cisco-hcs standard: 0 0 0 0 ok",
        "cisco-hcs foundation: 0 2 0 0 ok",
        "cisco-hcs total: 0 2 0 0 ok",
      ],
    );
  });

  test("two models of the same users at one customer", async () => {
    const answer = await reconcile({
      orders: [kw("Alpha", 10), `S-N,Alpha,cisco-flex-3-nu,Professional,10,${TERM}`],
      input: stream([
        flex("Alpha", 3),
        count("cisco-flex-3-nu", "Alpha", { professional: 2, enhanced: 0, access: 0, telepresence: 0 }),
      ]),
    });
    assert.deepEqual(answer.told, [
      'two-models: "Alpha" has ordered Flex 2.0 and Flex 3.0 Named User: each is held against all users, since nothing tells which are of which',
    ]);
  });

  test("several sources: the counts of the audit go first, or what the settings say; differences are told", async () => {
    const given = {
      orders: [`S-1,Alpha,cisco-ucm,cuwl,10,${TERM}`],
      input: stream([count("cisco-ucm", "Alpha", { cuwl: 4 }), usage({ customer: "alpha", quantity: 5 })]),
    };
    const first = await reconcile(given);
    assert.equal(rows(first.positions, "customer")[1], "cuwl: 10 4 6 0 ok");
    assert.deepEqual(first.told, [
      'sources-differ: license-count, which counts, and axl-totals differ for "Alpha": CUWL 4 and 5',
    ]);
    const other = await reconcile({ ...given, toml: '[reconcile]\nsources = ["axl-totals"]\n' });
    assert.equal(rows(other.positions, "customer")[1], "cuwl: 10 5 5 0 ok");
  });

  test("usage by cluster belongs where the settings say, and to no customer otherwise", async () => {
    const given = {
      orders: [`S-1,Alpha,cisco-ucm,cuwl,10,${TERM}`],
      input: stream([
        usage({ cluster: "10.0.0.1", quantity: 5 }),
        usage({ cluster: "10.0.0.2", quantity: 2 }),
      ]),
    };
    const lost = await reconcile(given);
    assert.ok(
      lost.told.includes(
        "usage-without-order: usage without an order: no customer uses 7 CUWL of Unified CM",
      ),
      lost.told.join(),
    );
    const toml = `[reconcile.clusters."10.0.0.1"]\ncustomer = "Alpha"\nregion = "eu"\n[reconcile.clusters."10.0.0.2"]\ncustomer = "alpha"\nregion = "us"\n`;
    const found = await reconcile({ ...given, toml });
    assert.deepEqual(found.told, []);
    assert.equal(rows(found.positions, "customer")[1], "cuwl: 10 7 3 0 ok");
    const of = (level: Position["level"]): string[] =>
      rows(
        found.positions.filter((row) => row.license_type === "cuwl"),
        level,
        (row) => `${row.region} ${row.cluster}`,
      );
    assert.deepEqual(of("cluster"), ["eu 10.0.0.1: - 5 - - usage", "us 10.0.0.2: - 2 - - usage"]);
    assert.deepEqual(of("region"), ["eu : - 5 - - usage", "us : - 2 - - usage"]);
  });

  test("what a source says is bought is compared with the orders, site by site", async () => {
    const site = (cluster: string, entitled: number, at = "2026-11-23T03:00:00Z"): ReturnType<typeof usage> =>
      usage({
        application: "Webex",
        customer: "Alpha",
        cluster,
        license_type: "Pro",
        quantity: 1,
        entitled,
        at,
        source: "webex",
      });
    const given = { orders: ["S,Alpha,webex,Pro,25,,"] };
    const input = [
      site("a.example", 10),
      site("b.example", 15),
      site("a.example", 99, "2026-11-22T03:00:00Z"),
    ];
    assert.deepEqual((await reconcile({ ...given, input: stream(input) })).told, []);
    assert.deepEqual((await reconcile({ ...given, input: stream([...input, site("c.example", 5)]) })).told, [
      'order-differs: webex says that 30 Pro of Webex are bought by "Alpha", orders say 25',
    ]);
  });

  test("totals of license managers are compared, not added", async () => {
    const pool = usage({ pool: "VA@SA", source: "cssm", quantity: 9, entitled: 20 });
    const given = { orders: [`S-1,Alpha,cisco-ucm,cuwl,10,${TERM}`] };
    const both = await reconcile({
      ...given,
      input: stream([count("cisco-ucm", "Alpha", { cuwl: 4 }), pool]),
    });
    assert.equal(rows(both.positions, "partner")[1], "cuwl: 10 4 6 0 ok");
    assert.deepEqual(
      both.findings.filter(({ code }) => code === "pool-differs").map(({ message }) => message),
      [
        "license managers say that 20 CUWL of Unified CM are bought, orders say 10",
        "license managers say that 9 CUWL of Unified CM are used, the sum of the customers is 4",
      ],
    );
    const alone = await reconcile({ orders: [`,,cisco-ucm,cuwl,20,${TERM}`], input: stream([pool]) });
    assert.equal(rows(alone.positions, "partner")[1], "cuwl: 20 9 11 0 ok");
    assert.deepEqual(alone.told, []);
  });

  test("usage of customers that only orders know is covered by what their partner holds", async () => {
    const head = "customer,partner,model,type,quantity";
    const orders = [",CS-P,cisco-ucm,cuwl,10", "Alpha,CS-P,cisco-ucm,cuwl,1", "Beta,Other,cisco-ucm,cuwl,1"];
    const answer = await reconcile({
      orders: { "a.csv": [head, ...orders].join("\n") },
      input: stream(["Alpha", "Beta"].map((customer) => usage({ customer, quantity: 3 }))),
    });
    const cuwl = answer.positions.filter((row) => row.license_type === "cuwl");
    assert.deepEqual(
      rows(cuwl, "customer", (row) => `${row.partner}/${row.customer}`),
      ["CS-P/Alpha: 1 3 0 0 ok", "CS-P/: 10 0 8 0 ok", "Other/Beta: 1 3 -2 2 over"],
    );
  });

  test("types that are of two models go to the one that is ordered", async () => {
    const records = ["foundation", "telepresence_room"].map((type) =>
      usage({ customer: "Alpha", cluster: "10.0.0.1", license_type: type, quantity: 2, source: "hcmf" }),
    );
    const answer = await reconcile({
      orders: ["foundation", "telepresence_room"].map((type) => `,Alpha,cisco-hcs,${type},5,,`),
      input: stream(records),
    });
    assert.deepEqual(rows(answer.positions, "customer"), [
      "telepresence_room: 5 2 3 0 ok",
      "standard: 0 0 0 0 ok",
      "foundation: 5 2 3 0 ok",
      "total: 10 4 6 0 ok",
    ]);
    assert.deepEqual(answer.told, []);
  });

  test("metrics of two applications that have one name are two types", async () => {
    const record = (application: string, quantity: number): ReturnType<typeof usage> =>
      usage({
        vendor: "avaya",
        application,
        customer: "Alpha",
        license_type: "users",
        quantity,
        source: "avaya",
      });
    const answer = await reconcile({
      orders: ["S,Alpha,avaya,CM users,10,,", "S,Alpha,avaya,Messaging users,10,,"],
      input: stream([record("CM", 11), record("Messaging", 3)]),
    });
    assert.deepEqual(rows(answer.positions, "customer"), [
      "CM users: 10 11 -1 1 over",
      "Messaging users: 10 3 7 0 ok",
    ]);
  });

  test("usage that is of no model is told", async () => {
    const record = usage({ application: "UCM", license_type: "Gold", customer: "Alpha", quantity: 5 });
    const answer = await reconcile({ orders: [kw("Alpha", 1)], input: stream([flex("Alpha", 1), record]) });
    assert.deepEqual(answer.told, [
      "usage-not-mapped: usage that is of no model is not counted: axl-totals cisco UCM Gold",
    ]);
  });
});

describe("output", () => {
  const given = {
    orders: [
      "S-A,Alpha,cisco-flex-2,KW,10,,",
      "S-B,Beta,cisco-flex-2,KW,10,,",
      "S-B,Beta,cisco-flex-2,CA,10,,",
    ],
    input: stream([flex("Alpha", 12, 1), flex("Beta", 3, 2, 1)]),
  };

  test("--over has only what is over", async () => {
    const { positions } = await reconcile({ ...given, argv: ["--over"] });
    assert.deepEqual(
      positions.map((row) => `${row.level} ${row.customer} ${row.license_type} ${row.overage}`),
      [
        "partner  knowledge_worker 2",
        "partner  common_area 1",
        "partner  telepresence 1",
        "partner  total 4",
        "customer Alpha knowledge_worker 2",
        "customer Alpha common_area 1",
        "customer Alpha total 3",
        "customer Beta telepresence 1",
        "customer Beta total 1",
        "subscription Alpha knowledge_worker 2",
        "subscription Alpha common_area 1",
        "subscription Alpha total 3",
        "subscription Beta telepresence 1",
        "subscription Beta total 1",
      ],
    );
  });

  test("--customer has only that one", async () => {
    const { positions } = await reconcile({ ...given, argv: ["--customer", "beta"] });
    assert.deepEqual(
      [...new Set(positions.map((row) => `${row.level} ${row.customer}`))],
      ["customer Beta", "subscription Beta"],
    );
  });

  test("what one customer is over is not made good by what another has left", async () => {
    const { positions } = await reconcile(given);
    assert.equal(rows(positions, "partner")[0], "knowledge_worker: 20 15 5 2 over");
  });

  test("utilization is rounded up, so that 100 is never said of what is over", async () => {
    const answer = await reconcile({
      orders: ["S,Alpha,cisco-flex-2,KW,1000,,"],
      input: stream([flex("Alpha", 1001)]),
    });
    const row = answer.positions.find(({ level }) => level === "customer");
    assert.equal(row?.utilization, 101);
    assert.equal(answer.positions.find((one) => one.license_type === "common_area")?.utilization, undefined);
  });

  test("a page to read", async () => {
    const { stdout } = await reconcile({ ...given, argv: ["--text", "--customer", "Alpha"] });
    assert.equal(
      stdout,
      `Period 2026-11-23 (UTC), 1 day measured; used is the last value

Flex 2.0

Customers
  Customer  Type              Entitled  Used  Available  Overage  Used %  Status
  Alpha     Knowledge Worker        10    12         -2        2     120  over
  Alpha     Common Area              0     1         -1        1          no-order
  Alpha     TelePresence             0     0          0        0          ok
  Alpha     Total                   10    13         -3        3     130  over

Subscriptions
  Customer  Subscription  Type              Entitled  Used  Available  Overage  Used %  Status    Ends
  Alpha     S-A           Knowledge Worker        10    12         -2        2     120  over      never
  Alpha     S-A           Common Area              0     1         -1        1          no-order  never
  Alpha     S-A           Total                   10    13         -3        3     130  over      never

Findings

  error: 12 Knowledge Worker of Flex 2.0 used by "Alpha", 2 more than there are
  warning: usage without an order: "Alpha" uses 1 Common Area of Flex 2.0
`,
    );
  });

  test("names from outside do not steer the terminal", async () => {
    const name = "\u001B[2JEvil\nCorp";
    const { stdout } = await reconcile({
      orders: { "a.csv": `customer_pkid,model,type,quantity\n"pkid-${name}",cisco-flex-2,KW,1\n` },
      input: stream([flex(name, 2)]),
      argv: ["--text"],
    });
    assert.ok(stdout.includes("?[2JEvil?Corp"));
    assert.ok(!stdout.includes("\u001B"));
  });

  test("records of the input pass through, and the order of input does not show", async () => {
    const one = await reconcile({
      orders: given.orders,
      input: stream([flex("Alpha", 12), flex("Beta", 3)]),
    });
    const other = await reconcile({
      orders: given.orders,
      input: stream([flex("Beta", 3), flex("Alpha", 12)]),
    });
    assert.deepEqual(one.positions, other.positions);
    assert.deepEqual(one.findings, other.findings);
    assert.equal(
      one.stdout.split("\n").filter((line) => line.startsWith('{"type":"license-count"')).length,
      2,
    );
  });

  test("a stream that was cut off gives nothing", async () => {
    const answer = await reconcile({ ...given, input: given.input.split("\n").slice(0, -2).join("\n") });
    assert.equal(answer.status, 2);
    assert.match(answer.stderr, /without an end record/);
  });
});

for (const [argv, error] of [
  [[], "reconcile wants --entitlements FILE"],
  [["--entitlements", "a", "--record"], "--record wants --history FOLDER"],
  [["--entitlements", "a", "--period", "30"], "--period wants --history FOLDER: the input is of one time"],
  [["--entitlements", "a", "--history", "h", "--period", "6"], '--period is "6", wanted days from 7 to 90'],
  [["--entitlements", "a", "--history", "h", "--period", "91"], '--period is "91", wanted days from 7 to 90'],
  [["--entitlements", "a", "--from", "2026-11-01T00:00:00Z"], "--from and --to go together, --to is missing"],
  [
    ["--entitlements", "a", "--from", "2026-11-01", "--to", "2026-11-02T00:00:00Z"],
    '--from is "2026-11-01", wanted a time with a zone (RFC 3339)',
  ],
  [
    ["--entitlements", "a", "--from", "2026-11-02T00:00:00Z", "--to", "2026-11-02T00:00:00Z"],
    "--to is not after --from",
  ],
  [["--entitlements", "a", "--statistic", "median"], '--statistic is "median", wanted last, average, peak'],
] as const) {
  test(`options: ${error}`, async () => {
    const { status, stderr } = await runInMemory(tool, ["reconcile", ...argv]);
    assert.equal(status, 2);
    assert.ok(stderr.startsWith(`vlf-audit: error: read options: ${error}\n`), stderr);
  });
}

describe("settings", () => {
  for (const [toml, error] of [
    ["[reconcile]\ncolour = 1", "[reconcile] colour: unknown key"],
    ["[reconcile.columns]\ncolour = 'x'", "[reconcile.columns] colour: wanted one of subscription,"],
    [
      "[reconcile.models.cisco-ucm]\nsubstitution = [['basic', 'gold']]",
      '[reconcile.models.cisco-ucm] substitution: wanted types of the model, "gold" is none',
    ],
    [
      "[reconcile.models.cisco-ucm]\nsubstitution = [['basic', 'cuwl'], ['cuwl']]",
      '[reconcile.models.cisco-ucm] substitution: wanted each type once, "cuwl" is there twice',
    ],
    [
      "[reconcile.models.cisco-ucm]\ngrowth = 'fast'",
      '[reconcile.models.cisco-ucm] growth: wanted "none" or',
    ],
  ] as const) {
    test(error, async () => {
      const { status, stderr } = await reconcile({ orders: ["S,A,avaya,x,1,,"], toml });
      assert.equal(status, 2);
      assert.ok(stderr.startsWith(`vlf-audit: error: read vlf.toml: ${error}`), stderr);
    });
  }

  test("a model of one's own", async () => {
    const answer = await reconcile({
      orders: ["S,Alpha,kurmi,gold,1,,"],
      toml: `[reconcile.models.kurmi]\ntypes = ["silver", "gold"]\nsubstitution = [["silver", "gold"]]\n`,
      input: stream([count("kurmi", "Alpha", { silver: 1, gold: 0 })]),
    });
    assert.deepEqual(rows(answer.positions, "customer"), [
      "silver: 0 1 0 0 ok",
      "gold: 1 0 0 0 ok",
      "total: 1 1 0 0 ok",
    ]);
  });

  test("the printed defaults are settings, and change nothing", async () => {
    const { stdout: toml, status } = await runInMemory(tool, ["reconcile", "--print-defaults"]);
    assert.equal(status, 0);
    const given = {
      orders: ["S,Alpha,cisco-ucm,cuwl,1,,"],
      input: stream([count("cisco-ucm", "Alpha", { cuwl: 3, basic: 1 })]),
    };
    const [plain, printed] = [await reconcile(given), await reconcile({ ...given, toml })];
    assert.equal(printed.stderr, "");
    assert.equal(printed.stdout, plain.stdout);
  });
});

/** Customers with clusters in regions, and orders for some of them. */
const TYPES = ["essential", "basic", "enhanced", "enhanced_plus", "cuwl", "telepresence_room"];
const amounts: fc.Arbitrary<Amounts> = fc.record(
  Object.fromEntries(TYPES.map((type) => [type, fc.nat(6)])) as Record<string, fc.Arbitrary<number>>,
);
const customer = fc.record({
  clusters: fc.uniqueArray(fc.tuple(fc.constantFrom("eu", "us", ""), fc.constantFrom("a", "b", "c", "")), {
    minLength: 1,
    maxLength: 3,
    selector: String,
  }),
  used: fc.array(amounts, { minLength: 3, maxLength: 3 }),
  owned: fc.array(fc.tuple(fc.constantFrom("one", "two", ""), fc.constantFrom(...TYPES), fc.nat(9)), {
    maxLength: 6,
  }),
});

test("clusters sum to the customer, customers and regions to the partner, and every row adds up", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(customer, { minLength: 1, maxLength: 4 }),
      fc.nat(9),
      async (customers, held) => {
        const records = customers.map(({ clusters, used }, at) => {
          const parts = Object.fromEntries(
            clusters.map(([region, name], index) => [`${region}/${name}`, used[index] ?? {}]),
          );
          const sum = Object.fromEntries(
            TYPES.map((type) => [
              type,
              Object.values(parts).reduce((all, part) => all + (part[type] ?? 0), 0),
            ]),
          );
          return count("cisco-ucm", `C${at}`, sum, parts);
        });
        const lines = customers.flatMap(({ owned }, at) => [
          ...new Map(
            owned.map(([id, type, quantity]) => [
              `${id} ${type}`,
              `${id === "" ? "" : `${id}-${at}`},C${at},cisco-ucm,${type},${quantity},,`,
            ]),
          ).values(),
        ]);
        const { positions, stderr } = await reconcile({
          orders: [`,,cisco-ucm,cuwl,${held},,`, ...lines],
          input: stream(records),
        });
        assert.equal(stderr, "");
        const sum = (
          key: "used" | "entitled" | "available" | "overage",
          level: string,
          wanted: Partial<Position>,
        ): number =>
          positions
            .filter(
              (row) =>
                row.level === level &&
                Object.entries(wanted).every(([name, value]) => row[name as "model"] === value),
            )
            .reduce((all, row) => all + (row[key] ?? 0), 0);
        for (const row of positions) {
          const borrowed = Object.values(row.borrowed ?? {}).reduce((all, one) => all + one, 0);
          const lent = Object.values(row.lent ?? {}).reduce((all, one) => all + one, 0);
          const { entitled = 0, used, available = 0, overage = 0, license_type: type, level } = row;
          if (level === "cluster" || level === "region") continue;
          if (row.borrowed !== undefined && type !== "total") {
            assert.equal(available, entitled - used + borrowed - lent);
            assert.equal(overage, Math.max(0, -available));
          }
        }
        for (const type of TYPES) {
          for (const key of ["used", "entitled", "available", "overage"] as const) {
            const whole = sum(key, "partner", { license_type: type });
            assert.equal(sum(key, "customer", { license_type: type }), whole, `${key} ${type}`);
          }
          const regions = positions.some(({ level }) => level === "region");
          if (regions)
            assert.equal(
              sum("used", "region", { license_type: type }),
              sum("used", "partner", { license_type: type }),
            );
          for (const [at] of customers.entries()) {
            const of = { customer: `C${at}`, license_type: type };
            const used = sum("used", "customer", of);
            const named = positions.some((row) => row.level === "cluster" && row.customer === of.customer);
            if (named) assert.equal(sum("used", "cluster", of), used);
            if (positions.some((row) => row.level === "subscription" && row.customer === of.customer)) {
              for (const key of ["used", "entitled", "available", "overage"] as const) {
                assert.equal(
                  sum(key, "subscription", of),
                  sum(key, "customer", of),
                  `${key} ${JSON.stringify(of)}`,
                );
              }
            }
          }
        }
      },
    ),
    { numRuns: 60 },
  );
});
