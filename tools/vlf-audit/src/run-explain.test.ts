/** `vlf-audit explain` as a tool: what is asked for, as records and as a page. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { type Ran, runInMemory, streamOf } from "@vlf/common/_testing";
import { strictRecordProblem } from "@vlf/common/records";
import { tool } from "./cli.ts";
import {
  CUSTOMER,
  CUSTOMER_PKID,
  devices,
  node,
  nodes,
  phone,
  PROVIDER,
  teams,
  user,
  VOICE,
  voicemail,
  vossUser,
} from "./_system.ts";

const BEGIN = {
  type: "begin",
  schema: 1,
  tool: "vlf-collect",
  version: "9",
  run_id: "r",
  started_at: "2026-11-01T03:00:00Z",
  collected_at: "2026-11-01T02:00:00Z",
  platform: {},
};

const OTHER = `${PROVIDER}.Resel.Other`;
const SYSTEM = [
  ...nodes(),
  user("Anna", { mailid: "a.nna@x.example", ...devices("SEP1", "CTI1") }),
  phone("SEP1"),
  phone("CTI1", { product: "CTI Port" }),
  phone("SEP-lone"),
  voicemail("bert"),
  vossUser({ username: "anna", username_ms_teams: "nn@ms.example" }),
  teams("nn@ms.example", VOICE),
  { type: "scope-end", hierarchy: CUSTOMER },
  node(OTHER, "Customer", "0ther"),
  node(`${OTHER}.S`, "Site"),
  phone("SEP-other", {}, `${OTHER}.S`),
];

const explain = (...argv: readonly string[]): Promise<Ran> =>
  runInMemory(tool, ["explain", ...argv], { stdin: [Buffer.from(streamOf(BEGIN, SYSTEM))] });

/** What each piece of evidence is about. */
function about({ records }: Ran): string[] {
  return records
    .filter(({ type }) => type === "evidence")
    .map((one) => `${String(one["column"])} ${String(one["kind"])} ${String(one["name"])}`);
}

describe("vlf-audit explain", () => {
  test("writes records that keep the contract, each customer's as soon as its scope has ended", async () => {
    const ran = await explain();
    assert.equal(ran.status, 0);
    assert.deepEqual(
      ran.records.map(strictRecordProblem).filter((problem) => problem !== undefined),
      [],
    );
    const customers = ran.records.filter(({ type }) => type === "evidence").map((one) => one["customer"]);
    assert.deepEqual([...new Set(customers)], ["Cust", "Other"]);
    assert.equal(ran.records.at(-1)?.type, "end");
  });

  test("--user finds a person by any name or address, with accounts that a VOSS user ties and devices", async () => {
    const expected = [
      "one_phone subscriber anna",
      "multi_vendor_users person nn@ms.example",
      "standalone_voicemail voicemail account bert",
    ];
    for (const name of ["anna", "ANNA ", "a.nna@x.example", "nn@ms.example"]) {
      const found = about(await explain("--user", name));
      assert.deepEqual(found, [...expected.slice(0, 2), " instance anna", " instance cti1"], name);
    }
    assert.deepEqual(about(await explain("--user", "bert")), expected.slice(2));
  });

  test("--customer takes name, path and pkid", async () => {
    for (const customer of ["Other", OTHER, "0ther"]) {
      assert.deepEqual(about(await explain("--customer", customer)), [
        "standalone_phones phone sep-other",
        "site_count customer ",
      ]);
    }
    assert.equal(about(await explain("--customer", CUSTOMER_PKID)).length, 7);
  });

  test("--column takes number, title and id", async () => {
    for (const column of ["18", "standalone phones (no ucm user)", "standalone_phones"]) {
      assert.deepEqual(about(await explain("--column", column)), [
        "standalone_phones phone sep-lone",
        "standalone_phones phone sep-other",
      ]);
    }
    const { status, stderr } = await explain("--column", "1");
    assert.equal(status, 2);
    assert.match(
      stderr,
      /^vlf-audit: error: read options: --column is "1", which is no column of the scheme\n/,
    );
  });

  test("says so when nothing fits", async () => {
    const { status, stderr } = await explain("--user", "nobody");
    assert.equal(status, 0);
    assert.equal(stderr, "vlf-audit: warning: nothing in the input fits what was asked for\n");
  });

  test("--text is a page to read; --user is one on a terminal", async () => {
    const { stdout } = await explain("--text", "--user", "anna");
    assert.equal(
      stdout.replace(/\bp\d+/g, "PKID"),
      `Customer Cust

  COUNTED  subscriber anna at sys.hcs.Prov.Resel.Cust.SiteA
    column 3, One Phone (No VM & No WebEx & No Spark): 1; 1 essential license
    - 1 phone, associated or owned: sep1
    - no extension mobility
    - no WebEx Meetings
    - no voicemail
    - no Spark
    - no SNR
    rule: guide 1.7.3, Audit Details Table; D2, D5, D6
    from device/cucm/User PKID (anna)
    from device/cucm/Phone PKID (sep1)

  COUNTED  person nn@ms.example at sys.hcs.Prov.Resel.Cust
    column 33, Multi-vendor Users: 1; no license
    - a Cisco account, by name, address or a VOSS user that ties them (D11)
    - a Microsoft account
    - no PexIP conference
    rule: guide 1.7.3, Multi-vendor column notes; D15, D16
    from device/msteamsonline/CsOnlineUser PKID (nn@ms.example)

  NOT COUNTED  data/User anna at sys.hcs.Prov.Resel.Cust.SiteA
    - a VOSS user counts only where its hybrid status is set
    from data/User PKID (anna)

  NOT COUNTED  device/cucm/Phone cti1 at sys.hcs.Prov.Resel.Cust.SiteA
    - a CTI Port never counts (guide 1.7.2)
    from device/cucm/Phone PKID (cti1)

`,
    );
    let page = "";
    const onTerminal = await runInMemory(tool, ["explain", "--user", "anna"], {
      stdin: [Buffer.from(streamOf(BEGIN, SYSTEM))],
      stdout: { isTerminal: true, write: (chunk) => ((page += String(chunk)), Promise.resolve()) },
    });
    assert.equal(onTerminal.status, 0);
    assert.equal(page.replace(/\bp\d+/g, "PKID"), stdout.replace(/\bp\d+/g, "PKID"));
  });

  test("refuses input that was cut off, and options of counting", async () => {
    const cut = streamOf(BEGIN, SYSTEM).split("\n").slice(0, -2).join("\n");
    const { status, stderr } = await runInMemory(tool, ["explain"], { stdin: [Buffer.from(`${cut}\n`)] });
    assert.equal(status, 2);
    assert.match(stderr, /without an end record/);
    for (const argv of [["--jobs", "2"], ["--allow-partial"], ["--exit-status"]]) {
      const ran = await explain(...argv);
      assert.equal(ran.status, 2);
      assert.match(ran.stderr, /does not go with explain/);
    }
    const counting = await runInMemory(tool, ["--user", "anna"]);
    assert.match(counting.stderr, /--user does not go with counting/);
  });
});
