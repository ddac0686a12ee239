/** Examples of sections 2.3.1 to 2.3.14: phones, ports, groups, subscribers. */
import assert from "node:assert/strict";
import {
  customerNode,
  e164,
  type Example,
  type ExampleRow,
  rename,
  set,
  stars,
  twoSites,
  user,
} from "./_example.ts";
import { nodes, one, type One } from "./_system.ts";

const mgcp = twoSites("171FDD8C03A6");
const sccp = twoSites("48D13080D77F");
const em = twoSites("822AF46F8FD3");
const hunt = twoSites("57C1130EED66");
const phones = twoSites("AB707E3E6FC2");
const HYBRID = "sys.x.Provider1Hierarchy.Reseller1Hierarchy.Customer1Hierarchy";
const WEBEX = "sys.hcs.Provider_01.Reseller_01.Customer_01.Site_01";

function port(node: string, gateway: string, portNumber: number, name: string, dn?: string): One {
  const lines = dn === undefined ? null : { line: [{ dirn: { pattern: dn } }] };
  const endpoint = { name, product: "Cisco MGCP FXS Port", description: "", port: { portNumber, lines } };
  return one("mgcpPort", node, { domainName: gateway, endpoint });
}

export const CISCO_EXAMPLES: readonly Example[] = [
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
];

function byPilot(a: ExampleRow, b: ExampleRow): number {
  const key = ({ hierarchy, pilot_number }: ExampleRow): string =>
    `${String(hierarchy)} ${String(pilot_number)}`;
  return key(a) < key(b) ? -1 : 1;
}
