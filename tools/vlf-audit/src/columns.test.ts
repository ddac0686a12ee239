/** A named case for every column of the audit, and for every row of the table of columns 2 to 17. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { Instance } from "@vlf/common/records";
import { COLUMNS } from "@vlf/common/voss4";
import {
  audit,
  ccdmAgent,
  ccdmUser,
  conference,
  counted,
  CUSTOMER,
  CUSTOMER_PKID,
  deviceProfile,
  devices,
  instance,
  mailbox,
  node,
  nodes,
  o365,
  owned,
  phone,
  profiles,
  PROVIDER,
  serverPhone,
  SITE,
  snr,
  spark,
  teams,
  uccx,
  user,
  VOICE,
  voicemail,
  vossUser,
  webex,
} from "./_system.ts";

interface Case {
  readonly name: string;
  readonly instances: readonly Instance[];
  readonly counts: Readonly<Record<string, number | boolean>>;
}

const ANNA = "anna@x.example";

/** The services of a subscriber, each with what makes it exist. */
const SERVICES = {
  em: [deviceProfile("EM1")],
  webex: [webex({ webExId: "anna" })],
  vm: [voicemail("anna")],
  spark: [spark(ANNA)],
  snr: [snr("anna")],
} as const;

type Service = keyof typeof SERVICES;
const NAMES = Object.keys(SERVICES) as Service[];

/** The table: phones, then EM, WebEx, VM, Spark, SNR as yes, no or any; the column. */
// prettier-ignore
const TABLE: readonly (readonly [phones: number, em: string, webex: string, vm: string, spark: string, snr: string, column: string])[] = [
  [1, "any", "yes", "any", "any", "any", "one_phone_and_webex"],
  [1, "any", "no", "yes", "any", "any", "one_phone_and_vm"],
  [1, "any", "no", "no", "yes", "any", "one_phone_and_spark"],
  [1, "any", "no", "no", "no", "any", "one_phone"],
  [2, "any", "any", "any", "any", "any", "multiple_phones"],
  [0, "yes", "yes", "any", "any", "any", "em_and_webex"],
  [0, "yes", "no", "yes", "any", "any", "em_and_vm"],
  [0, "yes", "no", "no", "yes", "any", "em_and_spark"],
  [0, "yes", "no", "no", "no", "yes", "em_and_snr"],
  [0, "yes", "no", "no", "no", "no", "em"],
  [0, "no", "yes", "any", "any", "any", "webex"],
  [0, "no", "no", "yes", "any", "any", "vm"],
  [0, "no", "no", "no", "yes", "any", "spark"],
  [0, "no", "no", "no", "no", "yes", "snr"],
  [0, "no", "no", "no", "no", "no", "ucm_user"],
];
const SPARK_COLUMNS = ["one_phone_and_spark", "spark", "em_and_spark"];

/** Every combination of services that a row of the table stands for. */
function combinations(wanted: readonly string[]): Service[][] {
  return wanted.reduce<Service[][]>(
    (lists, want, index) => {
      const service = NAMES[index] as Service;
      const without = want === "yes" ? [] : lists;
      const having = want === "no" ? [] : lists.map((list) => [...list, service]);
      return [...without, ...having];
    },
    [[]],
  );
}

describe("columns 2 to 17, row by row of the table", () => {
  for (const [phones, em, webEx, vm, sparkApp, reach, column] of TABLE) {
    for (const services of combinations([em, webEx, vm, sparkApp, reach])) {
      test(`${column}: ${phones} phones, ${services.join(", ") || "nothing else"}`, () => {
        const own = Array.from({ length: phones }, (_, index) =>
          phone(`SEP${index}`, { ownerUserName: "anna" }),
        );
        // The name of a profile is in the list in any case; only the profile itself makes the service.
        const anna = user("anna", { mailid: ANNA, ...profiles("EM1") });
        const counts = counted(anna, ...own, ...services.flatMap((service) => SERVICES[service]));
        const standard = services.includes("spark") && !SPARK_COLUMNS.includes(column);
        assert.deepEqual(counts, { [column]: 1, ...(standard ? { standard_users_with_spark: 1 } : {}) });
      });
    }
  }

  test("the rows of the table are all there is: 3 times 32 combinations, each once", () => {
    const all = TABLE.flatMap(([phones, em, webEx, vm, sparkApp, reach]) =>
      combinations([em, webEx, vm, sparkApp, reach]).map((services) => `${phones} ${services.join()}`),
    );
    assert.deepEqual([all.length, new Set(all).size], [96, 96]);
  });
});

/** A user with a number of phones. */
function withPhones(number: number): Instance[] {
  const list = Array.from({ length: number }, (_, index) => `SEP${index}`);
  return [user("anna", devices(...list)), ...list.map((name) => phone(name))];
}

const OTHER_COLUMNS: readonly Case[] = [
  {
    name: "multiple_phones: 5 phones are 1 license",
    instances: withPhones(5),
    counts: { multiple_phones: 1 },
  },
  {
    name: "multiple_phones: 10 phones are 1 license, and not more than 10",
    instances: withPhones(10),
    counts: { multiple_phones: 1 },
  },
  {
    name: "users_with_more_than_10_phones: 11 phones, 2 licenses, 1 user",
    instances: withPhones(11),
    counts: { multiple_phones: 2, users_with_more_than_10_phones: 1 },
  },
  {
    name: "multiple_phones: 15 phones are 2 licenses",
    instances: withPhones(15),
    counts: { multiple_phones: 2, users_with_more_than_10_phones: 1 },
  },
  {
    name: "multiple_phones: 30 phones are 3 licenses",
    instances: withPhones(30),
    counts: { multiple_phones: 3, users_with_more_than_10_phones: 1 },
  },
  {
    name: "standalone_phones: no owner, no association",
    instances: [phone("SEP1")],
    counts: { standalone_phones: 1 },
  },
  {
    name: "standalone_phones: an owner who is no user is ignored",
    instances: [phone("SEP1", { ownerUserName: "ghost" })],
    counts: { standalone_phones: 1 },
  },
  {
    name: "standalone_analog_ports: a part of the standalone phones",
    instances: [phone("AN1", { product: "Analog Phone" }), phone("SEP1")],
    counts: { standalone_phones: 2, standalone_analog_ports: 1 },
  },
  {
    name: "standalone_analog_ports: an analog phone of a user is none",
    instances: [user("anna"), phone("AN1", { product: "Analog Phone", ownerUserName: "anna" })],
    counts: { one_phone: 1 },
  },
  {
    name: "standalone_webex: no user",
    instances: [webex({ webExId: "w", email: "w@x.example" })],
    counts: { standalone_webex: 1 },
  },
  {
    name: "standalone_webex: a user of that id, mail or userid as mail is a match",
    instances: [
      user("a", { mailid: "a@x.example" }),
      webex({ webExId: "A" }),
      webex({ email: "a@x.example" }),
      webex({ email: "a" }),
    ],
    counts: { webex: 1 },
  },
  {
    name: "standalone_webex: a WebEx id that equals a mail address is no match",
    instances: [user("a", { mailid: "a@x.example" }), webex({ webExId: "a@x.example" })],
    counts: { ucm_user: 1, standalone_webex: 1 },
  },
  { name: "standalone_voicemail: no user", instances: [voicemail("v")], counts: { standalone_voicemail: 1 } },
  {
    name: "standalone_voicemail: an alias that equals a mail address is no match",
    instances: [user("a", { mailid: "v" }), voicemail("v")],
    counts: { ucm_user: 1, standalone_voicemail: 1 },
  },
  {
    name: "standalone accounts without any name are standalone",
    instances: [user("", {}), webex({}), voicemail("")],
    counts: { ucm_user: 1, standalone_webex: 1, standalone_voicemail: 1 },
  },
  {
    name: "contact_center_enterprise: agents and users of ccdm by name, each once",
    instances: [ccdmAgent("a"), ccdmUser("A "), ccdmUser("b"), ccdmAgent("a")],
    counts: { contact_center_enterprise: 2 },
  },
  {
    name: "contact_center_enterprise: the agent is in no subscriber column",
    instances: [user("anna"), phone("SEP1", { ownerUserName: "anna" }), ccdmAgent("anna")],
    counts: { contact_center_enterprise: 1 },
  },
  {
    name: "contact_center_enterprise: nor is a user of ccdm",
    instances: [user("anna"), phone("SEP1", { ownerUserName: "anna" }), ccdmUser("anna")],
    counts: { contact_center_enterprise: 1 },
  },
  {
    name: "contact_center_express: the agent is in no subscriber column",
    instances: [user("anna"), phone("SEP1", { ownerUserName: "anna" }), uccx("Anna")],
    counts: { contact_center_express: 1 },
  },
  {
    name: "contact_center_express: each name once",
    instances: [uccx("a"), uccx("A")],
    counts: { contact_center_express: 1 },
  },
  {
    name: "standard_users_with_spark: with voicemail, so in no column of Spark",
    instances: [user("a@x.example"), voicemail("a@x.example"), spark("a@x.example")],
    counts: { vm: 1, standard_users_with_spark: 1 },
  },
  { name: "standalone_spark: no user", instances: [spark("s@x.example")], counts: { standalone_spark: 1 } },
  {
    name: "ms_teams_no_voice: enabled, with features",
    instances: [teams("m@x.example")],
    counts: { ms_teams_no_voice: 1 },
  },
  {
    name: "ms_teams_no_voice: not when disabled",
    instances: [teams("m@x.example", { AccountEnabled: false })],
    counts: {},
  },
  {
    name: "ms_teams_no_voice: not without features",
    instances: [
      teams("m@x.example", { FeatureTypes: [] }),
      teams("n@x.example", { FeatureTypes: null }),
      teams("o@x.example", { FeatureTypes: " , " }),
    ],
    counts: {},
  },
  {
    name: "ms_teams_and_voice: PhoneSystem and Enterprise Voice, no mailbox",
    instances: [teams("m@x.example", VOICE), mailbox("other@x.example")],
    counts: { ms_teams_and_voice: 1 },
  },
  {
    name: "ms_teams_and_voice: features as comma-separated text",
    instances: [teams("m@x.example", { FeatureTypes: "Teams, PhoneSystem", EnterpriseVoiceEnabled: "true" })],
    counts: { ms_teams_and_voice: 1 },
  },
  {
    name: "ms_teams_and_voice_and_exchange: with a mailbox of that UPN",
    instances: [teams("m@x.example", VOICE), mailbox("M@X.example")],
    counts: { ms_teams_and_voice_and_exchange: 1 },
  },
  {
    name: "ms_o365_no_teams: licensed, no Teams account",
    instances: [o365("m@x.example")],
    counts: { ms_o365_no_teams: 1 },
  },
  {
    name: "ms_o365_no_teams: not when unlicensed",
    instances: [o365("m@x.example", false), o365("n@x.example", "N")],
    counts: {},
  },
  {
    name: "ms_o365_no_teams: not with a Teams account, even a disabled one",
    instances: [o365("m@x.example"), teams("m@x.example", { AccountEnabled: false })],
    counts: {},
  },
  {
    name: "cisco_and_ms_integrated: VOSS users with a hybrid status",
    instances: [
      vossUser({ username: "a", mvs_hybrid_status: "Cisco-MS" }),
      vossUser({ username: "b", mvs_hybrid_status: "  " }),
      vossUser({ username: "c" }),
    ],
    counts: { cisco_and_ms_integrated: 1 },
  },
  {
    name: "multi_vendor_users: Cisco and Microsoft",
    instances: [user("anna", { mailid: "m@x.example" }), teams("m@x.example")],
    counts: { ucm_user: 1, multi_vendor_users: 1 },
  },
  {
    name: "pexip_only: an owner without other accounts, once for two rooms",
    instances: [conference(owned("p@x.example")), conference(owned("P@x.example"))],
    counts: { pexip_only: 1 },
  },
  {
    name: "phone_server_phones: at any level of the customer",
    instances: [serverPhone(), serverPhone(SITE)],
    counts: { phone_server_phones: 2 },
  },
];

describe("the other columns", () => {
  for (const { name, instances, counts } of OTHER_COLUMNS) {
    test(name, () => assert.deepEqual(counted(...instances), counts));
  }

  for (const [model, where] of [
    ["data/BaseCustomerDAT", CUSTOMER],
    ["relation/HcsCustomerREL", CUSTOMER],
  ] as const) {
    for (const [field, value] of [
      ["public_sector", true],
      ["publicSector", "Y"],
      ["PublicSector", "yes"],
      ["public_sector", "1"],
      ["public_sector", "TRUE"],
      ["public_sector", 1],
    ] as const) {
      test(`public_sector: ${model} ${field} ${JSON.stringify(value)}`, () =>
        assert.deepEqual(counted(instance(model, where, { [field]: value })), { public_sector: true }));
    }
    for (const field of ["inactive_billing", "inactiveBilling", "InactiveBilling"]) {
      test(`inactive_billing: ${model} ${field}`, () =>
        assert.deepEqual(counted(instance(model, where, { [field]: "true" })), { inactive_billing: true }));
    }
    for (const value of [false, "false", "N", "no", "0", "", null, 0]) {
      test(`flags: ${model} ${JSON.stringify(value)} is not set`, () =>
        assert.deepEqual(
          counted(instance(model, where, { public_sector: value, inactive_billing: value })),
          {},
        ));
    }
    test(`flags: ${model} at a site says nothing of the customer`, () =>
      assert.deepEqual(counted(instance(model, SITE, { public_sector: true, inactive_billing: true })), {}));
  }

  test("customer_pkid and names: of the customer, its reseller and its provider", () => {
    const { rows } = audit(nodes());
    const { provider, reseller, customer, provider_pkid, customer_pkid } = rows[0] ?? {};
    assert.deepEqual([provider, reseller, customer], ["Prov", "Resel", "Cust"]);
    assert.deepEqual([provider_pkid, customer_pkid], [`n-${PROVIDER}`, CUSTOMER_PKID]);
  });

  test("names: a customer directly under the provider has an empty reseller", () => {
    const { rows } = audit([...nodes(), node(`${PROVIDER}.Direct`, "Customer")]);
    assert.deepEqual(
      rows.map(({ customer, reseller }) => [customer, reseller]),
      [
        ["Cust", "Resel"],
        ["Direct", ""],
      ],
    );
  });

  test("site_count: nodes of type Site below the customer, at any depth, and no other type", () => {
    const extra = [
      node(`${CUSTOMER}.Mid`, ""),
      node(`${CUSTOMER}.Mid.SiteC`, "Site"),
      node(`${CUSTOMER}.L`, "LinkedSite"),
      node(`${SITE}.Under`, "IntermediateNode"),
    ];
    assert.equal(audit([...nodes(), ...extra]).rows[0]?.counts["site_count"], 3);
  });

  test("every customer has a row with every column, also when all counts are 0", () => {
    const { rows } = audit([...nodes(), node(`${PROVIDER}.Empty`, "Customer", "empty")]);
    const ids = COLUMNS.filter(({ kind }) => kind !== "pkid").map(({ id }) => id);
    for (const row of rows) assert.deepEqual(Object.keys(row.counts), ids);
    assert.deepEqual(
      new Set(Object.values(rows.find(({ customer_pkid }) => customer_pkid === "empty")?.counts ?? {})),
      new Set([0, false]),
    );
  });
});

describe("every column has a case", () => {
  test("the cases above name each counted column", () => {
    const named = new Set([
      ...TABLE.map((row) => row[6]),
      ...OTHER_COLUMNS.flatMap(({ counts }) => Object.keys(counts)),
    ]);
    const missing = COLUMNS.filter(
      ({ kind, id }) => kind === "count" && id !== "site_count" && !named.has(id),
    );
    assert.deepEqual(
      missing.map(({ id }) => id),
      [],
    );
  });
});
