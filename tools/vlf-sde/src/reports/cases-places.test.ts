/** The rules of the reports on customers and sites, and of spellings, case by case. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { nodes, one, type One, rowsOf } from "./_system.ts";
import type { ReportOptions } from "./report.ts";

const C = "sys.hcs.P.R.C";
const S = `${C}.D.S`;
const HIERARCHY = nodes(S, "--PRCIS");

function site(...instances: One[]): Record<string, unknown> {
  const rows = rowsOf("site", [...HIERARCHY, ...instances]);
  assert.equal(rows.length, 1);
  return rows[0] ?? {};
}

describe("customer", () => {
  const customer = (...instances: One[]): Record<string, unknown>[] =>
    rowsOf("customer", [...HIERARCHY, ...instances]);
  const hcmf = (node: string): One =>
    one("hcmfCustomer", node, { accountID: `A ${node}`, externalCustomerID: 7 });

  test("has what HCM-F knows of it", () => {
    assert.deepEqual(customer(hcmf(C)), [
      {
        provider_name: "P",
        reseller_name: "R",
        customer_name: "C",
        hierarchy: C,
        account_id: `A ${C}`,
        external_id: "7",
      },
    ]);
  });

  test("is blank without HCM-F, and takes nothing from another node", () => {
    const [row] = customer(hcmf("sys.hcs.P"), hcmf(S));
    assert.equal(row?.["account_id"], "");
    assert.equal(row?.["external_id"], "");
  });

  test("every customer is a row, providers and sites are none", () => {
    const rows = customer(...nodes("sys.hcs.P.C2", "--PC"), ...nodes("sys.hcs.P.R.N.C3", "--PR-C"));
    assert.deepEqual(
      rows.map((row) => [row["reseller_name"], row["customer_name"]]),
      [
        ["", "C2"],
        ["R", "C"],
        ["R", "C3"],
      ],
    );
  });
});

describe("site", () => {
  test("a site of which nothing is known has all keys, blank", () => {
    const { provider_name, reseller_name, customer_name, division_name, location_name, hierarchy, ...rest } =
      site();
    assert.deepEqual(
      [provider_name, reseller_name, customer_name, division_name, location_name, hierarchy],
      ["P", "R", "C", "D", "S", S],
    );
    assert.deepEqual(new Set(Object.values(rest)), new Set([""]));
    assert.equal(Object.keys(rest).length, 17);
  });

  test("addresses of the customer come from the customer, its prefix as well", () => {
    const row = site(
      one("hcmfCustomer", C, { contactAddress1: "a", contactAddress2: "b", contactAddress3: "c" }),
      one("dialPlanCustomer", C, { isp: "8" }),
    );
    assert.deepEqual(
      [
        row["customer_address1"],
        row["customer_address2"],
        row["customer_address3"],
        row["inter_site_prefix"],
      ],
      ["a", "b", "c", "8"],
    );
  });

  test("what is the site's own is taken from the site only", () => {
    const at = (node: string): One[] => [
      one("siteData", node, { Address1: "a" }),
      one("dialPlanSite", node, { slc: 8123, ext: "9", emerNumber: "112", pubNumber: "\\+44" }),
      one("location", node, {
        betweenLocations: { betweenLocation: { audioBandwidth: 64, videoBandwidth: "-1" } },
      }),
    ];
    const keys = ["location_address1", "site_code", "external_access_prefix", "emergency_number"];
    const more = ["published_number", "voice_bandwith", "video_bandwith"];
    const values = (row: Record<string, unknown>): unknown[] => [...keys, ...more].map((key) => row[key]);
    assert.deepEqual(values(site(...at(S))), ["a", "8123", "9", "112", "\\+44", "64", "-1"]);
    assert.deepEqual(values(site(...at(C))), ["", "", "", "", "", "", ""]);
  });

  const external = (modelId: string, id: string, name: string): One =>
    one(modelId, S, { externalID: id, extendedName: name });
  for (const [title, instances, expected] of [
    ["of HCM-F", [external("hcmfLocation", "h", "H")], ["h", "H"]],
    ["of the linked site without HCM-F", [external("linkedSite", "l", "L")], ["l", "L"]],
    [
      "of HCM-F before the linked site's",
      [external("linkedSite", "l", "L"), external("hcmfLocation", "h", "H")],
      ["h", "H"],
    ],
    [
      "of the linked site where HCM-F has none",
      [external("linkedSite", "l", "L"), external("hcmfLocation", "", "H")],
      ["l", "H"],
    ],
  ] as const) {
    test(`external_id and extended_name ${title}`, () => {
      const row = site(...instances);
      assert.deepEqual([row["external_id"], row["extended_name"]], expected);
    });
  }

  const ndl = (node: string, name: string): One => one("networkDeviceList", node, { ndl: { name } }, name);
  for (const [title, instances, expected] of [
    ["of the site before the customer's", [ndl(C, "c"), ndl(S, "s")], "s"],
    ["of the customer", [ndl(C, "c")], "c"],
    ["none where a node has several", [ndl(C, "c"), ndl(C, "d")], ""],
    ["that the site names", [ndl(C, "c"), ndl(C, "d"), one("siteData", S, { ndl: "d" })], "d"],
    ["none of another customer", [ndl("sys.hcs.P.R.C2", "x")], ""],
  ] as const) {
    test(`ndl: the list ${title}`, () => assert.equal(site(...instances)["ndl"], expected));
  }

  const country = (node: string, code: unknown): One =>
    one("country", node, { international_dial_code: code, country_name: "Germany", iso_country_code: "DEU" });
  for (const [title, named, countries, expected] of [
    ["by its name", "germany", [country("sys", "49")], "49"],
    ["by its ISO code", "DEU", [country("sys.hcs", 49)], "49"],
    ["the nearest of two", "Germany", [country("sys", "1"), country("sys.hcs.P", "49")], "49"],
    ["none for a country that is not known", "Utopia", [country("sys", "49")], ""],
    ["none without a country", null, [country("sys", "49")], ""],
  ] as const) {
    test(`country_code: ${title}`, () => {
      assert.equal(site(one("siteData", S, { Country: named }), ...countries)["country_code"], expected);
    });
  }

  test("linked sites and nodes beneath a site are no rows", () => {
    const rows = rowsOf("site", [
      ...HIERARCHY,
      ...nodes(`${C}.L`, "--PRCL"),
      ...nodes(`${S}.F`, "--PRCIS-").slice(-1),
    ]);
    assert.deepEqual(
      rows.map((row) => row["location_name"]),
      ["S"],
    );
  });
});

describe("spellings", () => {
  const S1 = "sys.hcs.P.R.C.S";
  const system = [
    ...nodes(S1, "--PRCS"),
    one("callPickupGroup", S1, { name: "G", routePartitionName: "PT" }),
    one("line", S1, { pattern: "1", routePartitionName: "LP", callPickupGroupName: "G" }),
    one("teamsUser", S1, { FeatureTypes: ["Teams"], TeamsUpgradeEffectiveMode: "TeamsOnly" }),
    one("location", S1, {
      betweenLocations: { betweenLocation: [{ audioBandwidth: "64", videoBandwidth: "384" }] },
    }),
  ];
  /** Keys of a type with two spellings, and where in the row they are. */
  const KEYS = {
    call_pickup_group: /^pickup_group_part/,
    site: /_bandwi/,
    ms_teams: /^(feature|teams_upgrade)/,
  } as const;
  const CASES: Readonly<Record<ReportOptions["spelling"], readonly string[]>> = {
    resolved: [
      "pickup_group_partition",
      "member.partition",
      "voice_bandwith",
      "video_bandwith",
      "feature_type",
      "teams_upgrade_mode",
    ],
    table: [
      "pickup_group_partition",
      "member.parition",
      "voice_bandwidth",
      "video_bandwidth",
      "feature_types",
      "teams_upgrade_mod",
    ],
    example: [
      "pickup_group_partitiion",
      "member.partition",
      "voice_bandwith",
      "video_bandwith",
      "feature_type",
      "teams_upgrade_mode",
    ],
    both: [
      "pickup_group_partition",
      "pickup_group_partitiion",
      "member.partition",
      "member.parition",
      "voice_bandwith",
      "voice_bandwidth",
      "video_bandwith",
      "video_bandwidth",
      "feature_type",
      "feature_types",
      "teams_upgrade_mode",
      "teams_upgrade_mod",
    ],
  };

  for (const [spelling, expected] of Object.entries(CASES)) {
    test(spelling, () => {
      const found: string[] = [];
      const values = new Map<string, Set<string>>();
      for (const [type, pattern] of Object.entries(KEYS)) {
        // The text of an option comes from the list above.
        const [row = {}] = rowsOf(type, system, { spelling: spelling as ReportOptions["spelling"] });
        const [member = {}] = (row["member"] ?? []) as Record<string, unknown>[];
        const entries = [
          ...Object.entries(row).filter(([key]) => pattern.test(key)),
          ...Object.entries(member)
            .filter(([key]) => key !== "cucm_dn")
            .map(([key, value]) => [`member.${key}`, value] as const),
        ];
        for (const [key, value] of entries) {
          found.push(key);
          const stem = key.slice(0, 10);
          values.set(stem, (values.get(stem) ?? new Set()).add(JSON.stringify(value)));
        }
      }
      assert.deepEqual(found, expected);
      assert.deepEqual(
        [...values.values()].map((texts) => [...texts].join()),
        ['"PT"', '"LP"', '"64"', '"384"', '["Teams"]', '"TeamsOnly"'],
      );
    });
  }
});
