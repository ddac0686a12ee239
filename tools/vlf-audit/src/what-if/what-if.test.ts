/** What a what-if writes: differences alone, findings that the changes bring, licenses by tier, and the page. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { streamOf } from "@vlf/common/_testing";
import { strictRecordProblem } from "@vlf/common/records";
import {
  CUSTOMER,
  CUSTOMER_PKID,
  devices,
  instance,
  node,
  nodes,
  phone,
  PROVIDER,
  SITE,
  snr,
  user,
  vossUser,
} from "../_system.ts";
import { BEGIN, BOTH, columnsOf, whatIf, withFiles } from "./_testing.ts";

const SYSTEM = [
  ...nodes(),
  user("ada", devices("SEP1")),
  user("boss", {}, CUSTOMER),
  snr("ada"),
  phone("SEP1"),
  phone("SEP2"),
  phone("SEP3", {}, PROVIDER),
];

const GONE = '[[change]]\nphone = "SEP2"\nremove = true\n';

describe("the stream of a what-if", () => {
  test("keeps the contract, is marked, and has nothing but differences", async () => {
    const passing = [
      { type: "finding", code: "x", severity: "error", message: "of the input", customer_pkid: "" },
      { type: "of-a-later-version" },
      instance("data/Patch", PROVIDER, { name: "a patch" }),
      {
        type: "license-count",
        scheme: "voss-4",
        provider: "",
        reseller: "",
        customer: "",
        provider_pkid: "",
        customer_pkid: "1",
        counts: {},
        licenses: {},
      },
    ];
    const ran = await whatIf([...SYSTEM, ...passing], GONE, ...BOTH);
    assert.equal(ran.stderr, "");
    assert.deepEqual(
      ran.records.map(strictRecordProblem).filter((problem) => problem !== undefined),
      [],
    );
    assert.deepEqual(
      [...new Set(ran.records.map(({ type }) => type))],
      ["begin", "license-change", "tier-change", "end"],
    );
    const { what_if: file, via, ...begin } = ran.records[0] ?? { type: "" };
    assert.equal(file, "w.toml");
    assert.deepEqual(via, [{ tool: "vlf-audit", version: (via as { version: string }[])[0]?.version }]);
    assert.deepEqual(begin, BEGIN);
  });

  test("has the row above customers in voss-5", async () => {
    const ran = await whatIf(SYSTEM, '[[change]]\nphone = "SEP3"\nremove = true\n', ...BOTH);
    assert.deepEqual(columnsOf(ran, "voss-4"), {});
    assert.deepEqual(
      ran.records.filter(({ type }) => type === "tier-change"),
      [
        {
          type: "tier-change",
          scheme: "voss-5",
          customer: "",
          customer_pkid: "",
          provider_pkid: `n-${PROVIDER}`,
          tier: "standalone_device",
          before: 1,
          after: 0,
          change: -1,
        },
      ],
    );
  });

  test("respects the agreed allocation in licenses, and not in columns", async () => {
    const toml = '[[change]]\nphone = "SEP1"\nremove = true\n[[change]]\nphone = "SEP2"\nremove = true\n';
    const config = (number: number): string =>
      `[audit.standalone_allocation]\n${CUSTOMER_PKID} = ${number}\n`;
    const tiers = async (number: number): Promise<unknown[]> => {
      const ran = await withFiles(
        { "w.toml": toml, "vlf.toml": config(number) },
        (path) => ["--what-if", path("w.toml"), "--config", path("vlf.toml")],
        { stdin: [Buffer.from(streamOf(BEGIN, SYSTEM))] },
      );
      assert.deepEqual(
        columnsOf(ran, "voss-4"),
        { one_phone: -1, snr: 1, standalone_phones: -1 },
        ran.stderr,
      );
      return ran.records
        .filter(({ type }) => type === "tier-change")
        .map((one) => [one["tier"], one["change"]]);
    };
    assert.deepEqual(await tiers(0), [["essential", -1]]);
    assert.deepEqual(await tiers(1), []);
  });

  test("has the findings that the changes bring, and no others", async () => {
    const toml = '[[change]]\nphone = "SEP2"\nowner = "boss"\n';
    const ran = await whatIf(SYSTEM, toml);
    const found = ran.records.filter(({ type }) => type === "finding");
    assert.deepEqual(
      found.map((one) => [one["code"], one["customer_pkid"], one["count"]]),
      [["phone-of-user-above-site", CUSTOMER_PKID, 1]],
    );
    assert.match(String(found[0]?.["message"]), /^with the changes: /);
    const both = [...SYSTEM, phone("SEP4", { ownerUserName: "boss" })];
    const more = (await whatIf(both, toml)).records.filter(({ type }) => type === "finding");
    assert.deepEqual(
      more.map((one) => one["count"]),
      [1],
    );
    const none = await whatIf(both, '[[change]]\nphone = "SEP1"\nremove = true\n');
    assert.deepEqual(
      none.records.filter(({ type }) => type === "finding"),
      [],
    );
  });

  test("is the same whether customers end early or all wait", async () => {
    const other = `${PROVIDER}.Resel.Other`;
    const rest = [
      node(other, "Customer", "0ther"),
      node(`${other}.S`, "Site"),
      phone("SEP9", {}, `${other}.S`),
    ];
    const toml = `${GONE}[[change]]\nphone = "SEP9"\nremove = true\n[[change]]\nphone = "SEP3"\nremove = true\n`;
    const end = (hierarchy: string): { type: string; hierarchy: string } => ({
      type: "scope-end",
      hierarchy,
    });
    const late = await whatIf([...SYSTEM, ...rest], toml, ...BOTH);
    const early = await whatIf([...SYSTEM, end(CUSTOMER), ...rest, end(other)], toml, ...BOTH);
    assert.equal(late.status, 0, late.stderr);
    assert.equal(early.stdout, late.stdout);
  });

  test("is one of settings too: a model and a field by other names", async () => {
    const toml = '[[change]]\nmodel = "device/cucm/Telephone"\nname = "SEP7"\nset = { who = "ada" }\n';
    const config = '[models."device/cucm/Phone"]\nmodel = "device/cucm/Telephone"\nowner = ["who"]\n';
    const ran = await withFiles(
      { "w.toml": toml, "vlf.toml": config },
      (path) => ["--what-if", path("w.toml"), "--config", path("vlf.toml")],
      {
        stdin: [
          Buffer.from(
            streamOf(BEGIN, [
              ...nodes(),
              user("ada"),
              instance("device/cucm/Telephone", SITE, { name: "SEP7", product: "Cisco 8841" }),
            ]),
          ),
        ],
      },
    );
    assert.deepEqual(
      columnsOf(ran, "voss-4"),
      { one_phone: 1, ucm_user: -1, standalone_phones: -1 },
      ran.stderr,
    );
  });

  test("fields are set before other changes are made, wherever they stand", async () => {
    const toml =
      '[[change]]\nuser = "eve"\nremove_device = "SEP2"\n' +
      '[[change]]\nmodel = "device/cucm/Phone"\nname = "SEP2"\nset = { ownerUserName = "eve" }\n' +
      '[[change]]\nmodel = "device/cucm/Phone"\nname = "SEP2"\nset = { product = "Analog Phone" }\n';
    const ran = await whatIf([...SYSTEM, user("eve"), vossUser({ username: "eve" })], toml);
    assert.deepEqual(columnsOf(ran, "voss-4"), { standalone_analog_ports: 1 }, ran.stderr);
  });
});

describe("the page of a what-if", () => {
  const CHANGES = `${GONE}[[change]]\nphone = "SEP3"\nremove = true\n`;
  const PAGE = `Changes

  w.toml:1: phone "sep2": removed
    in sys.hcs.Prov.Resel.Cust
  w.toml:4: phone "sep3": removed
    in above the customers of sys.hcs.Prov

Scheme voss-5                                                  before    after   change

Above the customers of provider n-sys.hcs.Prov
   1 Total License Usage                                            1        0       -1
   7 Standalone Devices                                             1        0       -1
  13 Cisco Standalone Phones                                        1        0       -1
  standalone device licenses                                        1        0       -1

Customer Cust
   1 Total License Usage                                            1        0       -1
   7 Standalone Devices                                             1        0       -1
  13 Cisco Standalone Phones                                        1        0       -1
  standalone device licenses                                        1        0       -1

All rows
  user licenses                                                     0        0        0
  contact center licenses                                           0        0        0
  standalone device licenses                                        2        0       -2
  meeting room licenses                                             0        0        0
  phone server licenses                                             0        0        0
  licenses in total                                                 2        0       -2
`;

  test("has changes, rows and totals, with --text and on a terminal", async () => {
    const text = await whatIf(SYSTEM, CHANGES, "--scheme", "voss-5", "--text");
    assert.equal(text.stdout, PAGE, text.stderr);
    let page = "";
    const ran = await withFiles(
      { "w.toml": CHANGES },
      (path) => ["--what-if", path("w.toml"), "--scheme", "voss-5"],
      {
        stdin: [Buffer.from(streamOf(BEGIN, SYSTEM))],
        stdout: { isTerminal: true, write: (chunk) => ((page += String(chunk)), Promise.resolve()) },
      },
    );
    assert.equal(ran.status, 0);
    assert.equal(page.replaceAll(/\S*\/w\.toml/g, "w.toml"), PAGE);
  });

  test("says on standard error what it finds", async () => {
    const { stdout, stderr } = await whatIf(SYSTEM, '[[change]]\nphone = "SEP2"\nowner = ""\n', "--text");
    assert.match(
      stderr,
      /^vlf-audit: warning: w\.toml:1: phone "sep2": no owner: it is so already, nothing was changed\n$/,
    );
    assert.match(stdout, /^ {2}licenses in total +\d+ +\d+ +0$/m);
  });
});
