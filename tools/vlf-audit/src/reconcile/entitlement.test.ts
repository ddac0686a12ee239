/** Files of orders: their forms, and what is wrong with them by file and line. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { isActive } from "./entitlement.ts";
import { count, HEAD, reconcile, rows, stream } from "./_reconcile.ts";

const GOOD = "S-1,Innovia,cisco-flex-2,Knowledge Worker,10,2026-01-01T00:00:00Z,2027-06-01T00:00:00+02:00";
const INPUT = stream([
  count("cisco-flex-2", "Innovia", { knowledge_worker: 4, common_area: 0, telepresence: 0 }),
]);

describe("forms", () => {
  const wanted = ["knowledge_worker: 10 4 6 0 ok", "total: 10 4 6 0 ok"];
  const line = GOOD.split(",");
  const forms: Readonly<Record<string, readonly [name: string, text: string]>> = {
    "as written here": ["a.csv", `${HEAD}\n${GOOD}\n`],
    "with a byte order mark, CRLF and blank lines": ["a.csv", `\uFEFF${HEAD}\r\n\r\n${GOOD}\r\n,,,,,,\r\n`],
    "with semicolons, as some spreadsheets save": ["a.csv", `${HEAD}\n${GOOD}`.replaceAll(",", ";")],
    "with tabs": ["a.csv", `${HEAD}\n${GOOD}`.replaceAll(",", "\t")],
    "with quotes": ["a.csv", `${HEAD}\n${line.map((cell) => `"${cell}"`).join(",")}\n`],
    "with the words of the Subscription Mapper": [
      "a.csv",
      `Subscription ID,Customer,License Model,License Type,Quantity,Start Date,End Date\n${GOOD}\n`,
    ],
    "with a title of the model and a short form of the type": [
      "a.csv",
      `${HEAD}\n${GOOD.replace("cisco-flex-2", "flex 2.0").replace("Knowledge Worker", "kw")}\n`,
    ],
    "with the pkid of the customer": [
      "a.csv",
      `${HEAD.replace("customer", "customer_pkid")}\n${GOOD.replace("Innovia", "pkid-Innovia")}\n`,
    ],
    "as TOML": [
      "a.toml",
      `[[entitlement]]\nsubscription = "S-1"\ncustomer = "innovia"\nmodel = "cisco-flex-2"\ntype = "knowledge_worker"\nquantity = 10\nstart = 2026-01-01T00:00:00Z\nend = "2027-06-01T00:00:00+02:00"\n`,
    ],
  };
  for (const [what, [name, text]] of Object.entries(forms)) {
    test(`orders ${what}`, async () => {
      const answer = await reconcile({ orders: { [name]: text }, input: INPUT });
      assert.equal(answer.stderr, "");
      assert.deepEqual(rows(answer.positions, "subscription"), wanted);
      const row = answer.positions.find(({ level }) => level === "subscription");
      assert.deepEqual(
        [row?.subscription, row?.customer, row?.start, row?.end],
        ["S-1", "Innovia", "2026-01-01T00:00:00Z", "2027-05-31T22:00:00Z"],
      );
    });
  }

  test("several files are one list", async () => {
    const two = GOOD.replace("S-1", "S-2");
    const answer = await reconcile({
      orders: { "a.csv": `${HEAD}\n${GOOD}`, "b.csv": `${HEAD}\n${two}` },
      input: INPUT,
    });
    assert.deepEqual(rows(answer.positions, "customer").at(-1), "total: 20 4 16 0 ok");
  });

  test("columns of another system are named in the settings, and the rest is left out there", async () => {
    const text = "Deal ID;Account;Qty;Model;Type;Sales rep\nS-1;ACME Corp.;10;cisco-flex-2;KW;Jo\n";
    const toml = `[reconcile]\nignore_columns = ["Sales rep"]
[reconcile.columns]\nsubscription = "Deal ID"\ncustomer = "Account"\nquantity = "Qty"
[reconcile.customers]\n"acme corp." = "Innovia"\n`;
    const answer = await reconcile({ orders: { "a.csv": text }, input: INPUT, toml });
    assert.equal(answer.stderr, "");
    assert.deepEqual(
      rows(
        answer.positions,
        "subscription",
        (row) => `${row.customer} ${row.subscription} ${row.license_type}`,
      )[0],
      "Innovia S-1 knowledge_worker: 10 4 6 0 ok",
    );
  });

  test("facts of the order go along: provisioning and services", async () => {
    const text = `${HEAD},provisioning_status,services\n${GOOD},Provisioned,UCM Cloud; Unity Connection\n`;
    const { positions } = await reconcile({ orders: { "a.csv": text }, input: INPUT });
    const row = positions.find(({ level }) => level === "subscription");
    assert.deepEqual(
      [row?.provisioning_status, row?.services, row?.subscription_status],
      ["Provisioned", ["UCM Cloud", "Unity Connection"], "active"],
    );
  });
});

describe("the code of a license reservation", () => {
  const piid = "00000000-0000-4000-8000-000000000001";
  const one = (tag: string, count: number | string): string =>
    `<entitlement><tag>${tag},12.0_0</tag><count>${count}</count><startDate></startDate><endDate></endDate>` +
    "<licenseType>PERPETUAL</licenseType><displayName>UC Manager License (12.X)</displayName>" +
    "<tagDescription>UC Manager License</tagDescription><subscriptionID></subscriptionID></entitlement>";
  const codeOf = (...entitlements: string[]): string =>
    `<specificPLR><authorizationCode><flag>A</flag><version>C</version><piid>${piid}</piid><entitlements>\n` +
    `${entitlements.join("\n")}\n</entitlements></authorizationCode><signature>x</signature><udi>P:UCM,S:1,U:2</udi></specificPLR>`;
  const all = codeOf(
    one("regid.2017-02.com.cisco.UCM_CUWL", 5),
    one("regid.2016-07.com.cisco.UCM_EnhancedPlus", 4),
    one("regid.2016-07.com.cisco.UCM_Enhanced", 3),
    one("regid.2016-07.com.cisco.UCM_Basic", 2),
    one("regid.2016-07.com.cisco.UCM_Essential", 1),
  );
  const input = stream([count("cisco-ucm", "Innovia", { cuwl: 1 })]);
  const wanted = [
    "telepresence_room: 0 0 0 0 ok",
    "cuwl: 5 1 4 0 ok",
    "enhanced_plus: 4 0 4 0 ok",
    "enhanced: 3 0 3 0 ok",
    "basic: 2 0 2 0 ok",
    "essential: 1 0 1 0 ok",
    "total: 15 1 14 0 ok",
  ];

  test("is the partner's, by itself or within the command that installs it", async () => {
    for (const text of [all, `license smart reservation install "${all}"\n`]) {
      const answer = await reconcile({ orders: { "code.xml": text }, input });
      assert.equal(answer.stderr, "");
      assert.deepEqual(rows(answer.positions, "partner"), wanted);
    }
  });

  test("is a customer's where the settings know its product instance", async () => {
    const toml = `[reconcile.customers]\n"${piid}" = "Innovia"\n`;
    const answer = await reconcile({ orders: { "code.xml": all }, input, toml });
    assert.deepEqual(rows(answer.positions, "customer"), wanted);
  });

  for (const [what, text, error] of [
    ["cut off", all.slice(0, 400), "code.xml: no whole authorization code"],
    [
      "of another product",
      codeOf(one("regid.2016-07.com.cisco.CUC_Basic", 1)),
      'code.xml:2: tag "regid.2016-07.com.cisco.CUC_Basic,12.0_0" is no license of Unified CM',
    ],
    [
      "without a number",
      codeOf(one("regid.2017-02.com.cisco.UCM_CUWL", 5), one("regid.2016-07.com.cisco.UCM_Basic", "")),
      "code.xml:3: no quantity",
    ],
  ] as const) {
    test(`is refused when it is ${what}`, async () => {
      const answer = await reconcile({ orders: { "code.xml": text }, input });
      assert.ok(answer.stderr.startsWith(`vlf-audit: error: read ${error}`), answer.stderr);
    });
  }
});

describe("what is wrong is told with file and line", () => {
  const csv = (...lines: string[]): Record<string, string> => ({ "a.csv": [HEAD, ...lines].join("\n") });
  const cell = (from: string, to: string): Record<string, string> =>
    csv(GOOD.replace("S-1", "S-0"), GOOD.replace(from, to));
  const toml = (text: string): Record<string, string> => ({
    "a.toml": `[[entitlement]]\nmodel = "avaya"\ntype = "x"\nquantity = 1\n\n  [[ entitlement ]]\n${text}\n`,
  });
  const cases: readonly (readonly [what: string, orders: Record<string, string>, error: string])[] = [
    [
      "an unknown type",
      cell("Knowledge Worker", "Knowlege Worker"),
      'a.csv:3: unknown type "Knowlege Worker" of cisco-flex-2',
    ],
    [
      "a type of another model",
      cell("Knowledge Worker", "professional"),
      'a.csv:3: unknown type "professional" of cisco-flex-2',
    ],
    ["the word for sums", csv("S,I,avaya,total,1,,"), 'a.csv:2: unknown type "total" of avaya'],
    ["an unknown model", cell("cisco-flex-2", "flex"), 'a.csv:3: unknown model "flex"'],
    [
      "a negative quantity",
      cell(",10,", ",-10,"),
      'a.csv:3: quantity is "-10", wanted a whole number from 0',
    ],
    ["a fraction", cell(",10,", ",1.5,"), 'a.csv:3: quantity is "1.5", wanted a whole number from 0'],
    ["no quantity", cell(",10,", ",,"), "a.csv:3: no quantity"],
    [
      "an end before the start",
      cell("2027-06", "2025-06"),
      'a.csv:3: the end "2025-06-01T00:00:00+02:00" is not after the start "2026-01-01T00:00:00Z"',
    ],
    [
      "a date without a zone",
      cell("2026-01-01T00:00:00Z", "2026-01-01"),
      'a.csv:3: start is "2026-01-01", wanted a time with a zone (RFC 3339)',
    ],
    [
      "a day that is none",
      cell("2026-01-01", "2026-02-30"),
      'a.csv:3: start is "2026-02-30T00:00:00Z", wanted a time with a zone (RFC 3339)',
    ],
    ["the same line twice", csv(GOOD, "", GOOD), "a.csv:4: the same line as a.csv:2"],
    [
      "the same line with the type in other words",
      csv(GOOD, GOOD.replace("Knowledge Worker", "KW")),
      "a.csv:3: the same line as a.csv:2",
    ],
    [
      "a subscription that overlaps itself",
      csv(GOOD, GOOD.replace(",10,2026", ",20,2027")),
      'a.csv:3: subscription "S-1" has "knowledge_worker" at the same time by a.csv:2',
    ],
    [
      "one subscription of two customers",
      csv(GOOD, GOOD.replace("Innovia", "Other").replace("Knowledge Worker", "CA")),
      'a.csv:3: subscription "S-1" is of another customer in a.csv:2',
    ],
    [
      "a line with too few cells",
      csv(GOOD, "S-2,Innovia"),
      "a.csv:3: 2 cells, wanted 7 as in the first line",
    ],
    ["an unknown column", { "a.csv": `${HEAD},colour\n${GOOD},red\n` }, 'a.csv:1: unknown column "colour"'],
    [
      "a column that is there twice",
      { "a.csv": `${HEAD},type\n${GOOD},KW\n` },
      'a.csv:1: column "type" is there twice',
    ],
    [
      "a column that is missing",
      { "a.csv": "customer,model,type\nInnovia,avaya,x\n" },
      'a.csv:1: no column "quantity"',
    ],
    ["quotes that do not end", csv(GOOD, 'S-2,"Inno'), "a.csv:3: not CSV: "],
    ["an empty file", { "a.csv": "" }, "a.csv: empty, wanted a line of column names"],
    ["a file without lines", { "a.csv": HEAD }, "a.csv: no line of an order"],
    [
      "a negative quantity in TOML",
      toml('model = "avaya"\ntype = "x"\nquantity = -1'),
      'a.toml:6: quantity is "-1", wanted a whole number from 0',
    ],
    [
      "a time without a zone in TOML",
      toml('model = "avaya"\ntype = "x"\nquantity = 1\nstart = 2026-01-01'),
      'a.toml:6: start is "2026-01-01", wanted a time with a zone (RFC 3339)',
    ],
    ["an unknown key in TOML", toml("colour = 1"), 'a.toml:6: unknown column "colour"'],
    [
      "another table in TOML",
      { "a.toml": "[order]\n" },
      'a.toml: unknown key "order", wanted [[entitlement]]',
    ],
    ["what is no TOML", { "a.toml": "[[entitlement]]\nmodel = \n" }, "a.toml:2: not TOML: "],
  ];
  for (const [what, orders, error] of cases) {
    test(what, async () => {
      const answer = await reconcile({ orders, input: INPUT });
      assert.equal(answer.status, 2);
      assert.ok(answer.stderr.startsWith(`vlf-audit: error: read ${error}`), answer.stderr);
      assert.equal(answer.stdout, "");
    });
  }

  test("a file that is not there", async () => {
    const answer = await reconcile({ orders: [GOOD], argv: ["--entitlements", "/nowhere/b.csv"] });
    assert.equal(answer.stderr, "vlf-audit: error: read /nowhere/b.csv: no such file or folder (ENOENT)\n");
  });

  test("the name of two customers", async () => {
    const input = stream([
      count("cisco-flex-2", "Innovia", {}, undefined, "P-1"),
      { ...count("cisco-flex-2", "innovia", {}, undefined, "P-2"), customer_pkid: "other" },
    ]);
    const answer = await reconcile({ orders: [GOOD], input });
    assert.ok(answer.stderr.startsWith("vlf-audit: error: read "), answer.stderr);
    assert.match(
      answer.stderr,
      /orders\.csv:2: "Innovia" is the name of 2 customers\n.*give customer_pkid, or the partner/,
    );
    const named = { "a.csv": `${HEAD},partner\n${GOOD},p-2\n` };
    assert.equal(
      (await reconcile({ orders: named, input })).positions.find(({ level }) => level === "subscription")
        ?.customer_pkid,
      "other",
    );
  });
});

describe("what is right though it looks alike", () => {
  test("a renewal begins where the term before it ends", async () => {
    const renewal = GOOD.replace(",10,2026-01-01T00:00:00Z,2027-06", ",20,2027-05-31T22:00:00Z,2029-06");
    const answer = await reconcile({ orders: [GOOD, renewal], input: INPUT });
    assert.equal(answer.stderr, "");
    assert.deepEqual(rows(answer.positions, "customer")[0], "knowledge_worker: 10 4 6 0 ok");
  });

  test("licenses without a subscription id may be bought again and again", async () => {
    const line = (quantity: number): string => `,Innovia,cisco-ucm,cuwl,${quantity},,`;
    const answer = await reconcile({
      orders: [line(5), line(6)],
      input: stream([count("cisco-ucm", "Innovia", { cuwl: 11 })]),
    });
    assert.deepEqual(rows(answer.positions, "customer")[1], "cuwl: 11 11 0 0 ok");
  });
});

test("a term begins with its start, and its end is not in it any more", () => {
  const [start, end] = [new Date("2026-01-01T00:00:00Z"), new Date("2027-01-01T00:00:00Z")];
  const before = (time: Date): Date => new Date(time.getTime() - 1);
  const active = [before(start), start, before(end), end].map((at) => isActive({ start, end }, at));
  assert.deepEqual(active, [false, true, true, false]);
  assert.ok(isActive({ start: undefined, end: undefined }, start));
});
