/** Why two schemes differ: a case for every cause, and that nothing that differs stays untold. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import { runInMemory, streamOf, type Ran } from "@vlf/common/_testing";
import { MODELS } from "@vlf/common/models";
import {
  type AnyRecord,
  type Evidence,
  type Instance,
  type SchemeDifference,
  strictRecordProblem,
} from "@vlf/common/records";
import { type SchemeId, SCHEMES } from "@vlf/common/schemes";
import { Audit } from "../audit.ts";
import { tool } from "../cli.ts";
import { randomSystem } from "../_random.ts";
import {
  ccdmAgent,
  CUSTOMER,
  deviceProfile,
  devices,
  nodes,
  phone,
  profiles,
  snr,
  user,
  voicemail,
  vossUser,
  webex,
} from "../_system.ts";
import { differencesOf, type Pair } from "./differences.ts";
import { evidenceOf } from "./evidence.ts";

/** The evidence of one customer by two schemes, and what differs. */
function compare(
  pair: Pair,
  instances: readonly Instance[],
): { evidence: Evidence[]; differences: SchemeDifference[] } {
  const settings = { models: MODELS, standaloneAllocation: () => 0 };
  const evidence: Evidence[] = [];
  const differences: SchemeDifference[] = [];
  let own: Evidence[] = [];
  const audit = new Audit({
    ...settings,
    schemes: pair,
    explain: (explained) => {
      if ((explained.customer?.pkid ?? "") === "") return;
      const made = evidenceOf(explained, settings);
      evidence.push(...made);
      own = explained.scheme === pair[0] ? made : [...own, ...made];
      if (explained.scheme === pair[1]) differences.push(...differencesOf(pair, own, explained, MODELS));
    },
  });
  for (const one of instances) audit.add(one, "test", 1);
  audit.finish();
  return { evidence, differences };
}

/** `name: causes` of what differs. */
function told(pair: Pair, ...instances: readonly Instance[]): string[] {
  return compare(pair, [...nodes(), ...instances]).differences.map(
    ({ name, causes }) => `${name}: ${causes.map(({ cause }) => cause).join(" ")}`,
  );
}

const UCM: Pair = ["voss-4", "cisco-ucm"];
const FLEX: Pair = ["cisco-ucm", "cisco-flex-2"];

describe("two schemes", () => {
  test("do not differ where a user has a phone of its own, or a phone is nobody's", () => {
    assert.deepEqual(told(UCM, user("anna"), phone("SEP1", { ownerUserName: "anna" }), phone("SEP2")), []);
  });
  test("differ by a phone that is associated and not owned", () => {
    const { differences } = compare(UCM, [...nodes(), user("anna", devices("SEP1")), phone("SEP1")]);
    assert.deepEqual(
      differences.map(({ name, licenses, causes }) => ({ name, licenses, causes })),
      [
        {
          name: "anna",
          licenses: { "voss-4": { essential: 1 }, "cisco-ucm": { enhanced: 1 } },
          causes: [
            {
              cause: "associated-not-owned",
              message:
                "sep1 is in the list of devices of anna and its OwnerUserID is blank: voss-4 takes it for a phone of anna, cisco-ucm does not",
            },
          ],
        },
      ],
    );
  });
  test("differ by a phone that is associated with one user and owned by another", () =>
    assert.deepEqual(
      told(UCM, user("anna", devices("SEP1")), user("bert"), phone("SEP1", { ownerUserName: "bert" })),
      ["bert: associated-not-owned"],
    ));
  test("differ by a user with extension mobility alone", () => {
    const mobile = [user("anna", profiles("EM1")), deviceProfile("EM1")];
    assert.deepEqual(told(UCM, ...mobile), ["anna: extension-mobility-only"]);
    assert.deepEqual(told(FLEX, ...mobile), ["anna: extension-mobility-only"]);
    assert.deepEqual(told(["voss-4", "cisco-flex-2"], ...mobile), []);
  });
  test("do not differ by users who share a device profile", () =>
    assert.deepEqual(
      told(UCM, user("anna", profiles("EM1")), user("bert", profiles("EM1")), deviceProfile("EM1")),
      ["anna: extension-mobility-only", "bert: extension-mobility-only"],
    ));
  test("differ by a user with voicemail alone, or SNR alone where one asks nothing for it", () => {
    assert.deepEqual(told(UCM, user("anna"), voicemail("anna")), ["anna: voicemail-only"]);
    assert.deepEqual(told(FLEX, user("anna"), voicemail("anna")), ["anna: voicemail-only"]);
    assert.deepEqual(told(UCM, user("anna"), snr("anna")), []);
  });
  test("differ by the eleventh phone", () => {
    const eleven = Array.from({ length: 11 }, (_, index) =>
      phone(`SEP${index}`, { product: "Cisco 6901", ownerUserName: "anna" }),
    );
    assert.deepEqual(told(FLEX, user("anna"), ...eleven.slice(1)), []);
    assert.deepEqual(told(UCM, user("anna"), ...eleven), []); // two licenses each
    const twelve = [...eleven, phone("SEP11", { ownerUserName: "anna" })];
    assert.deepEqual(told(UCM, user("anna"), ...twelve), ["anna: more-than-ten-devices"]);
    assert.deepEqual(told(FLEX, user("anna"), ...twelve), ["anna: more-than-ten-devices"]);
  });
  test("differ by an owner who is no user", () =>
    assert.deepEqual(told(UCM, phone("SEP1", { ownerUserName: "gone" })), ["gone: owner-unknown"]));
  test("differ by a TelePresence device", () => {
    const room = { product: "Cisco TelePresence SX20", ownerUserName: "anna" };
    const own = [user("anna"), phone("R1", room), phone("SEP1", { ownerUserName: "anna" })];
    assert.deepEqual(told(FLEX, ...own), ["anna: telepresence"]);
  });
  test("differ by clusters", () => {
    const inBoth = ["c1", "c2"].flatMap((_device) => [
      user("anna", { _device }),
      phone(`SEP-${_device}`, { ownerUserName: "anna", _device }),
    ]);
    assert.deepEqual(told(UCM, ...inBoth), ["anna: several-clusters"]);
  });
  test("differ by what is above a site", () => {
    const above = told(UCM, user("anna", {}, CUSTOMER), phone("SEP1", { ownerUserName: "anna" }, CUSTOMER));
    assert.deepEqual(above, ["anna: above-site"]);
  });
  test("differ by a contact center agent", () =>
    assert.deepEqual(told(UCM, user("anna"), phone("SEP1", { ownerUserName: "anna" }), ccdmAgent("anna")), [
      "anna: not-looked-at",
      "anna: contact-center-agent",
    ]));
  test("differ by a Spark Remote Device, and a voicemail account of nobody", () => {
    const remote = { product: "Cisco Spark Remote Device" };
    assert.deepEqual(told(UCM, phone("CTIRD1", remote)), ["ctird1: spark-remote-device"]);
    assert.deepEqual(told(UCM, voicemail("bert")), ["bert: voicemail-without-user"]);
  });
  test("differ by models that one of them does not look at", () =>
    assert.deepEqual(told(UCM, webex({ webExId: "cleo" })), ["cleo: not-looked-at"]));
  test("differ by a data/User of voss-5 only where its services differ", () => {
    const anna = [vossUser({ username: "anna" }), user("anna"), phone("SEP1", { ownerUserName: "anna" })];
    assert.deepEqual(told(["voss-5", "cisco-ucm"], ...anna), []);
  });
});

test("whatever differs is told, with a cause, and whatever is told differs", () => {
  const pairs = SCHEMES.flatMap((one, index) => SCHEMES.slice(index + 1).map((other): Pair => [one, other]));
  fc.assert(
    fc.property(randomSystem(50), fc.constantFrom(...pairs), ({ nodes: own, instances }, pair) => {
      const { evidence, differences } = compare(pair, [...own, ...instances]);
      for (const one of differences) {
        assert.equal(strictRecordProblem(one as unknown as AnyRecord), undefined);
        assert.ok(one.causes.length > 0);
      }
      const names = new Map<string, number>();
      for (const { customer_pkid, name, scheme, licenses } of evidence) {
        const key = `${customer_pkid} ${name}`;
        names.set(key, (names.get(key) ?? 0) + (scheme === pair[0] ? licenses : -licenses));
      }
      const inTold = new Set(
        differences.flatMap(({ customer_pkid, subjects }) =>
          subjects.map(({ name }) => `${customer_pkid} ${name}`),
        ),
      );
      for (const [key, sum] of names) assert.ok(sum === 0 || inTold.has(key), `${key} is not told`);
      const total = (scheme: SchemeId, list: readonly { scheme: string; licenses: number }[]): number =>
        list.reduce((sum, one) => sum + (one.scheme === scheme ? one.licenses : 0), 0);
      const subjects = differences.flatMap((one) => one.subjects);
      assert.equal(
        total(pair[0], evidence) - total(pair[1], evidence),
        total(pair[0], subjects) - total(pair[1], subjects),
      );
    }),
    { numRuns: 300 },
  );
});

describe("vlf-audit explain with two schemes", () => {
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
  const system = [
    ...nodes(),
    user("anna", devices("SEP1")),
    phone("SEP1"),
    user("bert"),
    phone("SEP2", { ownerUserName: "bert" }),
    { type: "scope-end", hierarchy: CUSTOMER },
  ];
  const explain = (...argv: readonly string[]): Promise<Ran> =>
    runInMemory(tool, ["explain", ...argv], { stdin: [Buffer.from(streamOf(BEGIN, system))] });

  test("writes the evidence of both and what differs, in any order of their names", async () => {
    const ran = await explain("--schemes", "cisco-ucm,voss-4");
    assert.equal(ran.status, 0, ran.stderr);
    assert.deepEqual(ran, await explain("--scheme", "voss-4,cisco-ucm"));
    for (const record of ran.records) assert.equal(strictRecordProblem(record), undefined);
    const schemes = ran.records.filter(({ type }) => type === "evidence").map(({ scheme }) => scheme);
    assert.deepEqual([...new Set(schemes)], ["voss-4", "cisco-ucm"]);
    const differences = ran.records.filter(({ type }) => type === "scheme-difference");
    assert.deepEqual(
      differences.map(({ name }) => name),
      ["anna"],
    );
  });
  test("tells of one user alone, and as a page", async () => {
    const { records } = await explain("--schemes", "voss-4,cisco-ucm", "--user", "bert");
    assert.equal(records.filter(({ type }) => type === "scheme-difference").length, 0);
    const { stdout } = await explain("--schemes", "voss-4,cisco-ucm", "--user", "anna", "--text");
    assert.match(stdout, /^Customer Cust, scheme voss-4\n/);
    assert.ok(
      stdout.endsWith(`Customer Cust, where voss-4 and cisco-ucm differ

  DIFFERS  anna at sys.hcs.Prov.Resel.Cust.SiteA
    voss-4: 1 essential (subscriber anna)
    cisco-ucm: 1 enhanced (device sep1)
    - sep1 is in the list of devices of anna and its OwnerUserID is blank: voss-4 takes it for a phone of anna, cisco-ucm does not

`),
      stdout,
    );
  });
  test("takes no third one", async () => {
    const { status, stderr } = await explain("--schemes", "voss-4,voss-5,cisco-ucm");
    assert.equal(status, 2);
    assert.match(stderr, /--scheme wants one scheme here, or two to compare/);
  });
});
