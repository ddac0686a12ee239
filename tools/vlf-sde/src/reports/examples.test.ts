/**
 * Every example of the guide's sections 2.3.1 to 2.3.23: instances in, its rows out. Where the rows differ
 * from what is printed, a correction says why; each is needed. 2.3.8 has no example, those of 2.3.6 and
 * 2.3.11 are lost in the copy that was read.
 */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, test } from "node:test";
import { nodes, one, type One, rowsOf } from "./_system.ts";
import type { ReportOptions } from "./report.ts";
import { REPORTS } from "./index.ts";

type ExampleRow = Record<string, unknown>;
type Correction = readonly [why: string, correct: (rows: ExampleRow[]) => void];

interface Example {
  readonly type: string;
  readonly of?: string;
  readonly options?: Partial<ReportOptions>;
  readonly instances: readonly One[];
  readonly corrections?: readonly Correction[];
}

const PRINTED = JSON.parse(
  readFileSync(new URL("./fixtures/guide-examples.json", import.meta.url), "utf8"),
) as Record<string, ExampleRow[]>;

/** The two places that most examples share, below a root of their own. */
function twoSites(root: string): { site1: string; site2: string; hierarchy: One[] } {
  const site1 = `sys.${root}.Prov1.Resel1.Cust1.Intermed1.Intermed1_1.Site1`;
  const site2 = `sys.${root}.Prov2.Resel2.Cust2.Intermed2.Site2`;
  return { site1, site2, hierarchy: [...nodes(site1, "--PRCIIS"), ...nodes(site2, "--PRCIS")] };
}

function customerNode(path: string): One[] {
  return nodes(path, "--PRC");
}

function user(node: string, userid: string, devices: string[], data = {}): One {
  return one("cucmUser", node, { userid, associatedDevices: { device: devices }, ...data });
}

function e164(node: string, dn: string, number: string): One {
  return one("e164Block", node, { dnNumber: dn, e164Number: number, range: "1" });
}

function rename(from: string, to: string): (rows: ExampleRow[]) => void {
  return (rows) => {
    for (const row of rows) {
      if (!Object.hasOwn(row, from)) continue;
      row[to] = row[from];
      delete row[from];
    }
  };
}

function set(values: ExampleRow, nth?: number): (rows: ExampleRow[]) => void {
  return (rows) => rows.forEach((row, at) => (nth === undefined || at === nth) && Object.assign(row, values));
}

function stars(key: string, marks: string): Correction {
  return [`${marks} marks what a version added`, rename(`${marks} ${key}`, key)];
}

const mgcp = twoSites("171FDD8C03A6");
const sccp = twoSites("48D13080D77F");
const em = twoSites("822AF46F8FD3");
const hunt = twoSites("57C1130EED66");
const phones = twoSites("AB707E3E6FC2");

function port(node: string, gateway: string, portNumber: number, name: string, dn?: string): One {
  const lines = dn === undefined ? null : { line: [{ dirn: { pattern: dn } }] };
  const endpoint = { name, product: "Cisco MGCP FXS Port", description: "", port: { portNumber, lines } };
  return one("mgcpPort", node, { domainName: gateway, endpoint });
}

const REGION = "sys.hcs.Provider_01.Reseller_01.Customer_01.Intermediate_Node_01.Site_02";
const OFFICE = "sys.A242BC6E4F94.Prov1.Resel1.Cust1";
const TEAMS = "sys.02676185F05F.Prov1.Resel1.Cust1";
const EXCHANGE = "sys.003954111679.Prov1.Resel1.Cust1";
const PRS = "sys.F28DA5B756D7.Prov1.Resel1.Cust1";
const HYBRID = "sys.x.Provider1Hierarchy.Reseller1Hierarchy.Customer1Hierarchy";
const WEBEX = "sys.hcs.Provider_01.Reseller_01.Customer_01.Site_01";

const EXAMPLES: readonly Example[] = [
  {
    type: "analogue_line_mgcp",
    instances: [
      ...mgcp.hierarchy,
      port(mgcp.site1, "site_1_endpoint_1_gateway_name", 0, "s1e1", "11111"),
      port(mgcp.site1, "site_1_endpoint_2_gateway_name", 1, "s1e2"),
      port(mgcp.site2, "site_2_endpoint_1_gateway_name", 1, "s2e1", "333333"),
      e164(mgcp.site1, "11111", "s1e1_e164_value"),
      user(mgcp.site2, "fred", ["s2e1"]),
      user(mgcp.site2, "bob", ["s2e1"]),
    ],
    corrections: [["usernames are sorted", set({ usernames: ["bob", "fred"] }, 2)]],
  },
  {
    type: "analogue_line_sccp",
    instances: [
      ...sccp.hierarchy,
      one("sccpPort", sccp.site1, {
        domainName: "SKIGW202AAAA202",
        endpoint: {
          index: 0,
          name: "AN202AAAA202000",
          product: "Analog Phone",
          description: "AN202AAAA202000",
          lines: { line: [{ dirn: { pattern: "\\+155545" } }] },
        },
      }),
      user(sccp.site1, "test_userid", ["AN202AAAA202000"]),
      e164("sys.48D13080D77F.Prov1.Resel1.Cust1", "\\+155545", "test_e164"),
    ],
  },
  {
    type: "call_pickup_group",
    instances: [
      ...nodes("sys.hcs.CS-P.CS-NB.CustomerName.AAA-Boston", "--PRCS"),
      one("callPickupGroup", "sys.hcs.CS-P.CS-NB.CustomerName.AAA-Boston", {
        name: "Support",
        pattern: "80000",
        routePartitionName: "Cu1-AllowVm-PT",
      }),
      one("line", "sys.hcs.CS-P.CS-NB.CustomerName.AAA-Boston", {
        pattern: "50409",
        routePartitionName: "Cu1-AllowVm-PT",
        callPickupGroupName: "Support",
      }),
    ],
    corrections: [
      [
        "pickup_group_partitiion is typed by hand",
        rename("pickup_group_partitiion", "pickup_group_partition"),
      ],
    ],
  },
  {
    type: "contact_center_enterprise",
    instances: [
      ...nodes(WEBEX, "--PRCS"),
      one("ccdmAgent", WEBEX, { Name: "standalone_ccdm_user_2", PeripheralNumber: 2, Supervisor: false }),
    ],
  },
  {
    type: "contact_center_express",
    instances: [
      ...nodes(WEBEX, "--PRCS"),
      one("uccxAgent", WEBEX, {
        userID: "user_46",
        firstName: "user_46",
        lastName: "Latame",
        extension: 2,
        teamName: "Default",
        type: "Agent",
        autoAvailable: false,
      }),
    ],
    corrections: [
      ["the extension is a string, which keeps zeros in front", set({ extension: "2" })],
      ["username is in the table", set({ username: "user_46" })],
    ],
  },
  {
    type: "extension_mobility",
    instances: [
      ...em.hierarchy,
      one("deviceProfile", em.site1, {
        name: "ba_user2-UDP",
        product: "Cisco 9971",
        lines: {
          line: [
            { index: 1, dirn: { pattern: "50407" } },
            { index: 2, dirn: { pattern: "50408" } },
          ],
        },
      }),
      one("deviceProfile", em.site2, { name: "ba_user3-UDP", product: "Cisco 9971", lines: "" }),
      user(em.site1, "ba_user2", [], { phoneProfiles: { profileName: "ba_user2-UDP" } }),
      e164(em.site1, "50407", "91107"),
      e164(em.site1, "50408", "91108"),
    ],
  },
  {
    type: "hunt_group",
    instances: [
      ...hunt.hierarchy,
      one("huntPilot", hunt.site1, {
        pattern: "PTCHuntPilot1",
        routePartitionName: "RoutePartition1",
        huntListName: "HuntList1",
      }),
      one("huntPilot", "sys.57C1130EED66.Prov2.Resel2.Cust2", {
        pattern: "2222",
        routePartitionName: null,
        huntListName: "HuntList2",
      }),
      one("huntPilot", hunt.site1, { pattern: "8217500", routePartitionName: "", huntListName: "HuntList3" }),
      one("huntList", hunt.site1, {
        name: "HuntList1",
        members: {
          member: [{ lineGroupName: "HuntList1LineGroup1" }, { lineGroupName: "HuntList1LineGroup2" }],
        },
      }),
      ...[1, 2].map((group) =>
        one("lineGroup", hunt.site1, {
          name: `HuntList1LineGroup${group}`,
          members: {
            member: [1, 2].map((nth) => ({
              directoryNumber: { pattern: `HuntList1LineGroup${group}DirectoryNumber${nth}Pattern` },
            })),
          },
        }),
      ),
      e164(hunt.site1, "PTCHuntPilot1", "E164AssocDAT1"),
      e164("sys.57C1130EED66.Prov2.Resel2.Cust2", "2222", "E164AssocDAT2"),
      one("e164Multiple", hunt.site1, {
        dnNumber: "8217500",
        e164Ranges: [{ e164Number: "\\+495557000", range: 10 }],
      }),
    ],
    corrections: [
      [
        "a page break doubles a member as recom_dn",
        ([first]) => {
          const lines = first?.["lines"] as ExampleRow[];
          assert.equal(lines.splice(2, 1)[0]?.["recom_dn"], lines[1]?.["cucm_dn"]);
        },
      ],
      ["rows of a node are sorted by pilot", (rows) => rows.splice(0, 3, ...rows.toSorted(byPilot))],
    ],
  },
  {
    type: "hybrid",
    instances: [
      ...customerNode(HYBRID),
      one("multiVendorService", HYBRID, {
        username: "user_1",
        serviceType: "Cisco-MS",
        line1Dn: "8445574",
        line1E164: "\\+15550",
        line1CoS: "International",
      }),
    ],
    corrections: [
      [
        "all before service_type is lost",
        set({
          hierarchy: HYBRID,
          username: "user_1",
          lines: [{ extension: "8445574", e164: "\\+15550", cos: "International" }],
        }),
      ],
    ],
  },
  {
    type: "phones",
    instances: [
      ...phones.hierarchy,
      one("phone", phones.site1, {
        name: "s1p1_name",
        description: "s1p1_desc",
        product: "s1p1_product_value",
        callingSearchSpaceName: "s1p1_css",
        lines: { line: { index: 0, dirn: { pattern: "11111" } } },
        addOnModules: {
          addOnModule: {
            loadInformation: "add_on_module_info-01",
            model: "add_on_module_model-01",
            index: 0,
          },
        },
      }),
      one("phone", phones.site1, {
        name: "s1p2_name",
        product: "s1p2_product_value",
        callingSearchSpaceName: "s1p2_css",
      }),
      one("phone", phones.site2, {
        name: "s2p1_name",
        description: "",
        product: "s2p1_product_value",
        callingSearchSpaceName: { _value_1: "s2p1_css", uuid: "{1}" },
        lines: {
          line: [
            { index: "1", dirn: { pattern: "33333" } },
            { index: "2", dirn: { pattern: "44444" } },
          ],
        },
      }),
      user(phones.site1, "s1p1_user1", ["s1p1_name"]),
      user(phones.site2, "s2p1_user2", ["s2p1_name"]),
      user(phones.site2, "s2p1_user1", ["s2p1_name"]),
      e164(phones.site1, "11111", "s1p1l1_e164"),
      e164(phones.site2, "33333", "s2p1l1_e164"),
    ],
    corrections: [["owner_username came after the example", set({ owner_username: "" })]],
  },
  {
    type: "site",
    instances: [
      ...nodes("sys.hcs.CS-P.CS-NB.Varidion.Varidion-Reading", "--PRCS"),
      one("hcmfCustomer", "sys.hcs.CS-P.CS-NB.Varidion", {
        contactAddress1: "Varidion New York (Head Office)",
        contactAddress2: "L23, 33 Central Square",
        contactAddress3: "Dallas,TX, USA",
      }),
      one("siteData", "sys.hcs.CS-P.CS-NB.Varidion.Varidion-Reading", {
        Address1: "Varidion Reading",
        Address2: "Atlantic House, Imperial Way",
        Address3: "Reading, Berkshire",
        Country: "United Kingdom",
      }),
      one("networkDeviceList", "sys.hcs.CS-P.CS-NB.Varidion", { ndl: { name: "GS-R3-VDN-CL1-NDL" } }),
      one("country", "sys.hcs", { international_dial_code: 44, country_name: "United Kingdom" }),
      one("hcmfLocation", "sys.hcs.CS-P.CS-NB.Varidion.Varidion-Reading", {
        externalID: "ABCXYZ",
        extendedName: "UK IT",
      }),
    ],
    corrections: [
      stars("provider_name", "*"),
      stars("reseller_name", "*"),
      stars("external_id", "*"),
      stars("extended_name", "*"),
    ],
  },
  {
    type: "subscriber",
    instances: [
      ...nodes("sys.hcs.CS-P.CS-NB.AAAGlobal.AAA-Boston", "--PRCS"),
      one("cucmUser", "sys.hcs.CS-P.CS-NB.AAAGlobal.AAA-Boston", {
        userid: "ba_user4",
        firstName: "Dean",
        middleName: "John",
        lastName: "Daniels",
        mailid: "email@theinternet.com",
        department: "R&D",
        telephoneNumber: "0215252020",
        pagerNumber: "5551234545",
        imAndPresenceEnable: "false",
      }),
      one("user", "sys.hcs.CS-P.CS-NB.AAAGlobal.AAA-Boston", {
        username: "ba_user4",
        entitlement_profile: "AAAGlobal-Foundation-EP",
        role: "AAA-BostonSelfService",
        title: "Dr.",
        account_information: { credential_policy: "HcsCredentialPolicy" },
      }),
    ],
    corrections: [
      stars("middle_name", "**"),
      stars("title", "*"),
      stars("department", "*"),
      stars("telephone_number", "*"),
      stars("pager_number", "**"),
      stars("imp_enabled", "***"),
      ["Python's False is JSON's false", set({ imp_enabled: false })],
    ],
  },
  {
    type: "webex_teams",
    instances: [
      ...nodes(WEBEX, "--PRCS"),
      one("sparkUser", WEBEX, {
        firstName: "Randall",
        lastName: "Stephens",
        email: "randall.stephens@shawshank.gov",
        type: "person",
        loginEnabled: true,
        phoneNumbers: [{ type: "work", value: "\\+13125557007" }],
        extension: "7007",
        licenses: [
          { license: "Call on Webex" },
          { license: "Free message" },
          { license: "Free screen share" },
        ],
        status: "The user has never logged in; a status cannot be determined.",
      }),
    ],
    corrections: [
      [
        "all before lastName is lost",
        set({
          provider_name: "Provider_01",
          reseller_name: "Reseller_01",
          customer_name: "Customer_01",
          division_name: "",
          location_name: "Site_01",
          hierarchy: WEBEX,
          firstName: "Randall",
        }),
      ],
    ],
  },
  {
    type: "webex_teams",
    of: "webex_teams, legacy",
    options: { webexLayout: "legacy" },
    instances: [
      ...nodes("sys.hcs.Provider_01.Reseller_01.Customer_02.Site_03", "--PRCS"),
      one("sparkUser", "sys.hcs.Provider_01.Reseller_01.Customer_02.Site_03", {
        email: "spark_user_36@emailaccount.com",
        services: {
          hybrid_call_services: { connect: null, aware: "false" },
          message: { messaging: false },
          meeting: {
            webex_enterprise_200: false,
            webex_support_center: "",
            webex_meeting_center: false,
            webex_cmr: false,
            webex_event_center: false,
            webex_training_center: false,
            meeting: false,
          },
          hybrid_calendar_services: { google: false, microsoft_exchange: false },
          hybrid_message_services: { message: false },
        },
      }),
    ],
  },
  {
    type: "webex_devices",
    instances: [
      ...nodes(REGION, "--PRCIS"),
      one("sparkPlace", REGION, { id: "place_1", displayName: "Boardroom" }),
      one("sparkDevice", REGION, {
        id: "ID_spark_device_1",
        displayName: "DN_spark_device_1",
        placeId: "place_1",
        personId: "spark_device_1_PersonID",
        product: "Cisco Webex DX80",
      }),
    ],
  },
  {
    type: "webex_workspaces",
    instances: [
      ...nodes(REGION, "--PRCIS"),
      one("sparkPlace", REGION, {
        id: "ID",
        displayName: "DN_device",
        type: "huddle",
        callingType: "freeCalling",
      }),
    ],
  },
  {
    type: "ms_o365",
    instances: [
      ...customerNode(OFFICE),
      ...[1, 2, 3, 4, 5].flatMap((n) => [
        one("graphUser", OFFICE, {
          UserPrincipalName: `user_${n}@emailaccount.com`,
          FirstName: `FirstName_${n}`,
          LastName: `LastName_${n}`,
          DisplayName: `DisplayName_user_${n}`,
          IsLicensed: false,
          Licenses: [
            {
              AccountSkuId: "DEVELOPERPACK_E5",
              ServicePlans: [
                { ServiceName: "AAD_PREMIUM", Enabled: n !== 1 },
                { ServiceName: "TEAMS1", Enabled: "True" },
              ],
            },
          ],
        }),
        one("user", OFFICE, {
          username: `user_${n}`,
          username_ms_365: `User_${n}@EmailAccount.com`,
          entitlement_profile: "Default-EP",
        }),
      ]),
    ],
    corrections: [
      [
        "a list of pairs is no JSON: disabled plans are objects",
        ([first]) => {
          for (const license of first?.["licenses"] as ExampleRow[]) {
            license["disabled_serviceplans"] = [license["disabled_serviceplans"]];
          }
        },
      ],
    ],
  },
  {
    type: "ms_o365_sku_service_plans",
    instances: [
      ...customerNode(OFFICE),
      one("accountSku", OFFICE, {
        SkuPartNumber: "MS_SERVICE_NAME_01",
        ServicePlans: [{ ServiceName: "AAD_PREMIUM" }],
      }),
    ],
  },
  {
    type: "ms_teams",
    instances: [
      ...customerNode(TEAMS),
      ...[1, 2, 3].flatMap((n) => [
        one("teamsUser", TEAMS, {
          UserPrincipalName: `user_${n}@emailaccount.com`,
          Alias: `user_${n}`,
          Department: "R&D",
          AccountEnabled: true,
          EnterpriseVoiceEnabled: true,
          FeatureTypes: ["Teams"],
          LineURI: "18694400002",
          LineURIType: "OperatorConnect",
          OnlineVoiceRoutingPolicy: "Global",
          TenantDialPlan: null,
          HostedVoicemailPolicy: "BusinessVoice",
          TeamsUpgradeEffectiveMode: "TeamsOnly",
        }),
        one("user", TEAMS, {
          username: `user_${n}`,
          username_ms_teams: `user_${n}@emailaccount.com`,
          entitlement_profile: "MsTeamsUser",
        }),
      ]),
    ],
    corrections: [
      ["Python's True is JSON's true", set({ account_enabled: true })],
      [
        "rows of a node are sorted by name",
        (rows) => {
          const first = rows.pop();
          if (first !== undefined) rows.unshift(first);
        },
      ],
    ],
  },
  {
    type: "ms_exchange",
    instances: [
      ...customerNode(EXCHANGE),
      ...[1, 2].flatMap((n) => [
        one("mailbox", EXCHANGE, {
          UserPrincipalName: `ms_exchange_user_${n}@emailaccount.com`,
          CalendarPermissions: [
            { User: `ms_exchange_user_${n}`, AccessRights: ["Editor", "Publishing Author", "Author"] },
          ],
          Permissions: [{ User: `ms_exchange_user_${n}`, AccessRights: ["FullAccess"] }],
        }),
        one("recipientPermission", EXCHANGE, {
          Identity: `ms_exchange_user_${n}@emailaccount.com`,
          Trustee: `ms_exchange_user_${n}`,
          AccessRights: ["SendAs"],
        }),
      ]),
    ],
    corrections: [
      [
        "the head of the first row is lost",
        ([first]) => {
          if (first === undefined) return;
          first["username"] = "ms_exchange_user_1@emailaccount.com";
          first["hierarchy"] = EXCHANGE;
          Object.assign(first["exchange_mailbox_details"] as ExampleRow, {
            calendar_permissions: [
              { user: "ms_exchange_user_1", access_rights: ["Editor", "Publishing Author", "Author"] },
            ],
          });
        },
      ],
    ],
  },
  {
    type: "pexip_conference",
    instances: [
      ...customerNode("sys.0ECD98831FCF.Provider1Hierarchy.Reseller1Hierarchy.Customer1Hierarchy"),
      one("conference", "sys.0ECD98831FCF.Provider1Hierarchy.Reseller1Hierarchy.Customer1Hierarchy", {
        name: "user_1",
        description: "Description_PexIp_1",
        primary_owner_email_address: "user_1@dummy-emailaccount.com",
        service_type: "conference",
      }),
    ],
  },
  {
    type: "voss_phone_servers",
    instances: [
      ...customerNode(PRS),
      one("phoneServerPhone", PRS, {
        mac: "2C:54:91:88:C9:02",
        phoneVendor: "Cisco",
        phoneModel: "Cisco 6921",
        line1Name: "8445574",
        line1Cos: "International-24Hrs-Enhanced",
        line2Name: "8445576",
        line2Cos: "International-24Hrs-Enhanced",
      }),
      one("phoneServerPhone", PRS, { mac: "2C:54:91:88:C9:03", phoneModel: "Cisco 6921", line1Name: "" }),
    ],
    corrections: [
      ["the reseller of the path is Resel1", set({ reseller_name: "Resel1" }, 0)],
      [
        "all after the hierarchy of the second row is lost",
        set(
          {
            provider_name: "Prov1",
            reseller_name: "Resel1",
            customer_name: "Cust1",
            mac: "2C:54:91:88:C9:03",
            phone_vendor: "",
            lines: [],
          },
          1,
        ),
      ],
    ],
  },
];

function byPilot(a: ExampleRow, b: ExampleRow): number {
  const key = ({ hierarchy, pilot_number }: ExampleRow): string =>
    `${String(hierarchy)} ${String(pilot_number)}`;
  return key(a) < key(b) ? -1 : 1;
}

function corrected(printed: readonly ExampleRow[], corrections: readonly Correction[]): ExampleRow[] {
  const rows = structuredClone(printed) as ExampleRow[];
  for (const [, correct] of corrections) correct(rows);
  return rows;
}

for (const { type, of = type, options, instances, corrections = [] } of EXAMPLES) {
  describe(`the example of ${of}`, () => {
    const printed = PRINTED[of] ?? [];

    test("is what its instances give", () => {
      assert.ok(printed.length > 0);
      assert.deepEqual(rowsOf(type, instances, options), corrected(printed, corrections));
    });

    for (const [nth, [why]] of corrections.entries()) {
      test(`differs from what is printed: ${why}`, () => {
        const others = corrections.filter((_one, at) => at !== nth);
        assert.notDeepEqual(corrected(printed, others), corrected(printed, corrections));
      });
    }
  });
}

test("there is a case for every example, and an example for every type that has one", () => {
  assert.deepEqual(Object.keys(PRINTED).toSorted(), EXAMPLES.map(({ type, of = type }) => of).toSorted());
  const without = REPORTS.filter(({ type }) => !Object.hasOwn(PRINTED, type)).map(({ type }) => type);
  assert.deepEqual(without, ["customer", "fmc", "line"]);
});
