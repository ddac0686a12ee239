import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import {
  COLUMNS,
  type Column,
  type Counts,
  countsOf,
  type ExportId,
  EXPORTS,
  licensesOf,
  type Profile,
  type ProfileFacts,
  profileProblem,
  weight,
} from "./voss4.ts";

/** The header row of the sample in the vendor's page "License Anonymous Customer Aggregate Data Export". */
const HEADER =
  "Customer PKID,One Phone & Spark (No VM & No WebEx),One Phone (No VM & No WebEx & No Spark)," +
  "One Phone & VM (No WebEx),One Phone & WebEx,Multiple Phones,Users With More Than 10 Phones," +
  "UCM User (No Phone & No EM & No VM & No WebEx & No SNR & No Spark)," +
  "SNR (No Phone & No EM & No VM & No WebEx & No Spark),VM (No Phone & No EM & No WebEx)," +
  "WebEx (No Phone & No EM),Spark (No Phone & No EM & No SNR & No VM & No WebEx)," +
  "EM & Spark (No Phone & No VM & No WebEx),EM (No Phone & No SNR & No VM & No WebEx & No Spark)," +
  "EM & SNR (No Phone & No VM & No WebEx & No Spark),EM & VM (No Phone & No WebEx)," +
  "EM & WebEx (No Phone),Standalone Phones (No UCM User),Standalone WebEx (No UCM User)," +
  "Standalone Voicemail (No UCM User),Contact Center Enterprise,Contact Center Express," +
  "Standalone Spark (No UCM User),Public Sector,Inactive Billing," +
  "Standalone Analog Ports (No UCM User),Standard Users with Spark,MS Teams (No Voice)," +
  "MS Teams & Voice,MS Teams & Voice & Exchange,MS O365 User (no Teams)," +
  "Cisco and MS Integrated Service,Multi-vendor Users,PexIP only,Phone Server Phones,Site Count";

test("COLUMNS have the titles and the order of the vendor's header row", () => {
  assert.equal(COLUMNS.map(({ title }) => title).join(), HEADER);
  assert.equal(COLUMNS.length, 36);
});

/** Ids and tiers in file order; "-" is a column for information only (guide 1.7.3). */
const TIERS = `
  customer_pkid - | one_phone_and_spark premium | one_phone essential | one_phone_and_vm premium
  one_phone_and_webex premium | multiple_phones premium | users_with_more_than_10_phones - | ucm_user -
  snr essential | vm premium | webex premium | spark premium
  em_and_spark premium | em essential | em_and_snr essential | em_and_vm premium
  em_and_webex premium | standalone_phones essential | standalone_webex premium | standalone_voicemail premium
  contact_center_enterprise contact_center | contact_center_express contact_center | standalone_spark premium | public_sector -
  inactive_billing - | standalone_analog_ports - | standard_users_with_spark - | ms_teams_no_voice -
  ms_teams_and_voice premium | ms_teams_and_voice_and_exchange premium | ms_o365_no_teams - | cisco_and_ms_integrated hybrid
  multi_vendor_users - | pexip_only premium | phone_server_phones phone_server | site_count -`;

test("COLUMNS have the ids and tiers of the guide", () => {
  const wanted = TIERS.trim()
    .split(/\s*[|\n]\s*/)
    .map((cell) => cell.replace(" -", " none"));
  assert.deepEqual(
    COLUMNS.map(({ id, tier }) => `${id} ${tier}`),
    wanted,
  );
});

test("COLUMNS are counts but for the customer's pkid and two flags", () => {
  const others = COLUMNS.filter(({ kind }) => kind !== "count").map(({ id, kind }) => `${id} ${kind}`);
  assert.deepEqual(others, ["customer_pkid pkid", "public_sector flag", "inactive_billing flag"]);
});

type Subscriber = ProfileFacts["subscriber"];

const PLAIN: Subscriber = {
  agent: false,
  phones: 0,
  em: false,
  webex: false,
  vm: false,
  spark: false,
  snr: false,
};
const SWITCHES = ["agent", "em", "webex", "vm", "spark", "snr"] as const;

/** Every combination of phones and services. */
function* combinations(): Generator<Subscriber> {
  for (const phones of [0, 1, 2, 10, 11, 25]) {
    for (let bits = 0; bits < 2 ** SWITCHES.length; bits += 1) {
      const on = SWITCHES.map((name, bit) => [name, (bits >> bit) % 2 === 1]);
      yield { ...PLAIN, phones, ...(Object.fromEntries(on) as Partial<Subscriber>) };
    }
  }
}

const subscriber = (facts: Partial<Subscriber>, count = 1): Profile => ({
  export: "subscriber",
  profile: { ...PLAIN, ...facts },
  count,
});

/** Ids of the columns that a profile adds to. */
const columnsOf = (profile: Profile): string[] =>
  COLUMNS.filter((column) => weight(column, profile) > 0).map(({ id }) => id);

/** The table of the rules, read from the top: the first row that fits names the column. */
const FIRST_FIT: [column: string, fits: (s: Subscriber) => boolean][] = [
  ["multiple_phones", (s) => s.phones > 1],
  ["one_phone_and_webex", (s) => s.phones === 1 && s.webex],
  ["one_phone_and_vm", (s) => s.phones === 1 && s.vm],
  ["one_phone_and_spark", (s) => s.phones === 1 && s.spark],
  ["one_phone", (s) => s.phones === 1],
  ["em_and_webex", (s) => s.em && s.webex],
  ["em_and_vm", (s) => s.em && s.vm],
  ["em_and_spark", (s) => s.em && s.spark],
  ["em_and_snr", (s) => s.em && s.snr],
  ["em", (s) => s.em],
  ["webex", (s) => s.webex],
  ["vm", (s) => s.vm],
  ["spark", (s) => s.spark], // D6: with SNR too
  ["snr", (s) => s.snr],
  ["ucm_user", () => true],
];

test("a subscriber is in exactly one of columns 2 to 17, an agent in none", () => {
  const seen = new Set<string>();
  let combined = 0;
  for (const facts of combinations()) {
    combined += 1;
    const columns = columnsOf(subscriber(facts));
    const wanted = FIRST_FIT.find(([, fits]) => fits(facts))?.[0] ?? "";
    const more = facts.phones > 10 ? ["users_with_more_than_10_phones"] : [];
    assert.deepEqual(columns, facts.agent ? [] : [wanted, ...more], JSON.stringify(facts));
    if (!facts.agent) seen.add(wanted);
  }
  assert.equal(combined, 6 * 64);
  assert.deepEqual(seen, new Set(FIRST_FIT.map(([column]) => column)));
});

test("the place of a column in columns 2 to 17 is the one the guide gives it", () => {
  const places = COLUMNS.slice(1, 17).map(({ id }) => id);
  const wanted = [...FIRST_FIT.map(([column]) => column), "users_with_more_than_10_phones"];
  assert.deepEqual(new Set(places), new Set(wanted));
});

const PHONES: [phones: number, licenses: number, above10: number][] = [
  [0, 0, 0],
  [1, 0, 0],
  [2, 1, 0],
  [5, 1, 0],
  [10, 1, 0],
  [11, 2, 1],
  [15, 2, 1],
  [20, 2, 1],
  [21, 3, 1],
  [30, 3, 1],
  [31, 4, 1],
];
for (const [phones, licenses, above10] of PHONES) {
  test(`a user with ${phones} phones needs ${licenses} licenses of Multiple Phones`, () => {
    const counts = countsOf([subscriber({ phones })]);
    assert.equal(counts["multiple_phones"], licenses);
    assert.equal(counts["users_with_more_than_10_phones"], above10);
    const two = countsOf([subscriber({ phones }, 2)]);
    assert.equal(two["multiple_phones"], 2 * licenses);
    assert.equal(two["users_with_more_than_10_phones"], 2 * above10);
  });
}

const ms = (facts: Partial<ProfileFacts["microsoft"]>): Profile => ({
  export: "microsoft",
  profile: {
    cisco: false,
    teams: true,
    enabled: true,
    features: true,
    phone_system: false,
    enterprise_voice: false,
    mailbox: false,
    o365_licensed: false,
    ...facts,
  },
  count: 1,
});
const voice = { phone_system: true, enterprise_voice: true };
const vendors = (facts: Partial<ProfileFacts["multi-vendor"]>): Profile => ({
  export: "multi-vendor",
  profile: { cisco: false, microsoft: false, pexip: false, hybrid: false, ...facts },
  count: 1,
});
const sparkAccount = (place: ProfileFacts["spark-hybrid"]["place"]): Profile => ({
  export: "spark-hybrid",
  profile: { kind: "spark-account", place },
  count: 1,
});

const CASES: [what: string, profile: Profile, columns: string[]][] = [
  [
    "a standalone phone",
    { export: "standalone-phone", profile: { analog: false }, count: 1 },
    ["standalone_phones"],
  ],
  [
    "a standalone analog port",
    { export: "standalone-phone", profile: { analog: true }, count: 1 },
    ["standalone_phones", "standalone_analog_ports"],
  ],
  ["a standalone WebEx account", { export: "standalone-webex", profile: {}, count: 1 }, ["standalone_webex"]],
  [
    "a standalone mailbox",
    { export: "standalone-voicemail", profile: {}, count: 1 },
    ["standalone_voicemail"],
  ],
  [
    "an agent of both contact centers (D4)",
    { export: "contact-center", profile: { enterprise: true, express: true }, count: 1 },
    ["contact_center_enterprise", "contact_center_express"],
  ],
  [
    "an agent of the express one",
    { export: "contact-center", profile: { enterprise: false, express: true }, count: 1 },
    ["contact_center_express"],
  ],
  ["a Spark account in a subscriber's column", sparkAccount("column"), []],
  ["a Spark account of a user above site (D9)", sparkAccount("above-site"), ["spark"]],
  ["a standalone Spark account", sparkAccount("standalone"), ["standalone_spark"]],
  ["a Spark account of a standard user (D10)", sparkAccount("standard"), ["standard_users_with_spark"]],
  [
    "a user of the hybrid service",
    { export: "spark-hybrid", profile: { kind: "hybrid-user", place: "" }, count: 1 },
    ["cisco_and_ms_integrated"],
  ],
  ["a Teams account without voice", ms({}), ["ms_teams_no_voice"]],
  ["a Teams account without voice, with a mailbox", ms({ mailbox: true }), ["ms_teams_no_voice"]],
  ["a Teams account with voice", ms(voice), ["ms_teams_and_voice"]],
  [
    "a Teams account with voice and a mailbox",
    ms({ ...voice, mailbox: true }),
    ["ms_teams_and_voice_and_exchange"],
  ],
  ["a Teams account with PhoneSystem only (D12)", ms({ phone_system: true }), []],
  ["a Teams account with Enterprise Voice only (D12)", ms({ enterprise_voice: true }), []],
  ["a Teams account that is not enabled", ms({ ...voice, enabled: false }), []],
  ["a Teams account without features", ms({ features: false }), []],
  ["a Teams account of a Cisco user", ms({ ...voice, cisco: true, o365_licensed: true }), []],
  ["a licensed O365 account with Teams", ms({ o365_licensed: true }), ["ms_teams_no_voice"]],
  [
    "a licensed O365 account without Teams",
    ms({ teams: false, enabled: false, o365_licensed: true }),
    ["ms_o365_no_teams"],
  ],
  [
    "a licensed O365 account of a Cisco user",
    ms({ teams: false, enabled: false, o365_licensed: true, cisco: true }),
    [],
  ],
  ["a mailbox without Teams and license", ms({ teams: false, enabled: false, mailbox: true }), []],
  ["a person of two vendors", vendors({ cisco: true, microsoft: true }), ["multi_vendor_users"]],
  ["a person of Cisco and PexIP", vendors({ cisco: true, pexip: true }), ["multi_vendor_users"]],
  [
    "a person of three vendors",
    vendors({ cisco: true, microsoft: true, pexip: true }),
    ["multi_vendor_users"],
  ],
  [
    "a person of two vendors in the hybrid service (D15)",
    vendors({ cisco: true, microsoft: true, hybrid: true }),
    [],
  ],
  ["a person of Microsoft alone", vendors({ microsoft: true }), []],
  ["an owner of PexIP conferences alone (D16)", vendors({ pexip: true }), ["pexip_only"]],
  ["a phone of the phone server", { export: "phone-server", profile: {}, count: 1 }, ["phone_server_phones"]],
  [
    "a customer",
    { export: "customer", profile: { public_sector: true, inactive_billing: true, sites: 3 }, count: 1 },
    ["public_sector", "inactive_billing", "site_count"],
  ],
];
for (const [what, profile, columns] of CASES) {
  test(`${what} counts in ${columns.join(" and ") || "no column"}`, () => {
    assert.deepEqual(columnsOf(profile), columns);
    assert.equal(profileProblem(profile), undefined);
    const counts = countsOf([{ ...profile, count: 4 }]);
    for (const column of COLUMNS) {
      if (column.kind === "pkid") continue;
      const once = weight(column, profile);
      assert.equal(counts[column.id], column.kind === "flag" ? once > 0 : 4 * once);
    }
  });
}

test("every column but the pkid and those of subscribers has a case that counts in it", () => {
  const covered = new Set(CASES.flatMap(([, , columns]) => columns));
  const missing = COLUMNS.slice(17).filter(({ id }) => !covered.has(id));
  assert.deepEqual(missing, []);
});

test("countsOf() without profiles is 0 in every column, in file order, and no for the flags", () => {
  const counts = countsOf([]);
  assert.deepEqual(
    Object.keys(counts),
    COLUMNS.slice(1).map(({ id }) => id),
  );
  for (const { id, kind } of COLUMNS.slice(1)) assert.equal(counts[id], kind === "flag" ? false : 0);
});

const flag = fc.boolean();
const many = fc.nat(1000);
const profiles: { [E in ExportId]: fc.Arbitrary<ProfileFacts[E]> } = {
  subscriber: fc.record({
    agent: flag,
    phones: fc.nat(40),
    em: flag,
    webex: flag,
    vm: flag,
    spark: flag,
    snr: flag,
  }),
  "standalone-phone": fc.record({ analog: flag }),
  "standalone-webex": fc.constant({}),
  "standalone-voicemail": fc.constant({}),
  "contact-center": fc.record({ enterprise: flag, express: flag }),
  "spark-hybrid": fc.record({
    kind: fc.constantFrom("spark-account", "hybrid-user"),
    place: fc.constantFrom("column", "above-site", "standalone", "standard", ""),
  }),
  microsoft: fc.record({
    cisco: flag,
    teams: flag,
    enabled: flag,
    features: flag,
    phone_system: flag,
    enterprise_voice: flag,
    mailbox: flag,
    o365_licensed: flag,
  }),
  "multi-vendor": fc.record({ cisco: flag, microsoft: flag, pexip: flag, hybrid: flag }),
  "phone-server": fc.constant({}),
  customer: fc.record({ public_sector: flag, inactive_billing: flag, sites: many }),
};
const anyProfile: fc.Arbitrary<Profile> = fc.oneof(
  ...Object.entries(profiles).map(([id, facts]) =>
    fc.record({ export: fc.constant(id), profile: facts as fc.Arbitrary<object>, count: many }),
  ),
) as fc.Arbitrary<Profile>;

test("countsOf() of two lists of profiles is the sum of their counts", () => {
  fc.assert(
    fc.property(fc.array(anyProfile), fc.array(anyProfile), (some, others) => {
      const [a, b] = [countsOf(some), countsOf(others)];
      const sum: Counts = {};
      for (const { id, kind } of COLUMNS.slice(1)) {
        const [left = 0, right = 0] = [a[id], b[id]];
        sum[id] = kind === "flag" ? Boolean(left) || Boolean(right) : Number(left) + Number(right);
      }
      assert.deepEqual(countsOf([...some, ...others]), sum);
      assert.deepEqual(countsOf([...others, ...some]), sum);
    }),
  );
});

test("profileProblem() finds nothing wrong with any profile of ours", () => {
  fc.assert(fc.property(anyProfile, (profile) => profileProblem(profile) === undefined));
});

test("licensesOf() adds every column to its own tier and no other", () => {
  for (const column of COLUMNS.slice(1)) {
    const licenses = licensesOf({ [column.id]: 3 });
    const wanted = { essential: 0, premium: 0, contact_center: 0, hybrid: 0, phone_server: 0 };
    assert.deepEqual(licenses, column.tier === "none" ? wanted : { ...wanted, [column.tier]: 3 }, column.id);
  }
  assert.deepEqual(licensesOf({ one_phone: 2, em: 3, vm: 4, spark: 5, site_count: 9, public_sector: true }), {
    essential: 5,
    premium: 9,
    contact_center: 0,
    hybrid: 0,
    phone_server: 0,
  });
});

test("licensesOf() counts standalone phones above the agreed number only", () => {
  const counts: Counts = { one_phone: 10, standalone_phones: 5 };
  for (const [allocation, essential] of [
    [0, 15],
    [2, 13],
    [5, 10],
    [99, 10],
  ] as const) {
    assert.equal(licensesOf(counts, allocation).essential, essential);
  }
});

test("EXPORTS name ten data exports, six of them as the guide does (1.6.1)", () => {
  assert.equal(Object.keys(EXPORTS).length, 10);
  for (const name of [
    "Subscriber Profile",
    "Standalone Phone",
    "Standalone WebEx",
    "Standalone Voicemail",
    "Contact Center",
    "Spark Hybrid",
  ]) {
    assert.ok((Object.values(EXPORTS) as string[]).includes(`License ${name} Data Export`), name);
  }
});

type Outside = Parameters<typeof profileProblem>[0];
const WRONG: [what: string, profile: Outside, problem: string][] = [
  ["an unknown export", { export: "fax", profile: {}, count: 1 }, 'unknown data export "fax"'],
  [
    "an export named as what every object has",
    { export: "toString", profile: {}, count: 1 },
    'unknown data export "toString"',
  ],
  [
    "a missing fact",
    { export: "standalone-phone", profile: {}, count: 1 },
    'data export "standalone-phone" has a wrong "analog", wanted boolean',
  ],
  [
    "a fact of the wrong kind",
    { export: "standalone-phone", profile: { analog: 1 }, count: 1 },
    'data export "standalone-phone" has a wrong "analog", wanted boolean',
  ],
  [
    "a number as text",
    { export: "subscriber", profile: { ...PLAIN, phones: "1" }, count: 1 },
    'data export "subscriber" has a wrong "phones", wanted number',
  ],
  [
    "a fact too many",
    { export: "phone-server", profile: { name: "x" }, count: 1 },
    'data export "phone-server" has a wrong "name", wanted no such fact',
  ],
  [
    "a fact named as what every object has",
    { export: "phone-server", profile: { valueOf: true }, count: 1 },
    'data export "phone-server" has a wrong "valueOf", wanted no such fact',
  ],
  [
    "a word that is not one of the fact's",
    { export: "spark-hybrid", profile: { kind: "spark-account", place: "somewhere" }, count: 1 },
    'data export "spark-hybrid" has a wrong "place", wanted "column", "above-site", "standalone", "standard", ""',
  ],
  [
    "a flag in place of a word",
    { export: "spark-hybrid", profile: { kind: true, place: "" }, count: 1 },
    'data export "spark-hybrid" has a wrong "kind", wanted "spark-account", "hybrid-user"',
  ],
];
for (const [what, profile, problem] of WRONG) {
  test(`profileProblem() refuses ${what}`, () => {
    assert.equal(profileProblem(profile), problem);
  });
}

test("weight() is 0 for a profile of an export that the column does not read", () => {
  const column = COLUMNS.find(({ id }) => id === "one_phone") as Column;
  assert.equal(weight(column, { export: "phone-server", profile: {}, count: 9 }), 0);
});
