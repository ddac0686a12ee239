/** For tests: random systems, small and full of collisions, so that every rule meets every other. */
import fc from "fast-check";
import type { Instance } from "@vlf/common/records";
import { instance, node, PROVIDER } from "./_system.ts";

/** Few names, in several spellings: people, accounts and devices of a system collide all the time. */
const NAMES = ["ann", "Ann ", "bob", "cy@x.example", "CY@x.example", "dee@x.example", "eve", ""] as const;
const DEVICES = ["SEP1", "sep2 ", "SEP3", "SEP4", "AN5", ""] as const;
const PROFILES = ["EM1", "em2"] as const;
const PRODUCTS = ["Cisco 8841", "CTI Port", "Cisco Spark Remote Device", "Analog Phone"] as const;
const FLAGS = [true, false, "true", "N", "1", "", null, undefined] as const;

const name = fc.constantFrom(...NAMES);
/** Microsoft and PexIP people are the others now and then, else nobody of them would be without Cisco. */
const upn = fc.constantFrom(...NAMES, "max@x.example", "Mia@x.example", "mo@x.example", "mo@x.example");
const device = fc.constantFrom(...DEVICES);
const flag = fc.constantFrom(...FLAGS);

function collection(key: string, items: readonly string[]): fc.Arbitrary<unknown> {
  const list = fc.subarray([...items], { minLength: 0 });
  return fc.oneof(
    { weight: 6, arbitrary: list.map((names) => ({ [key]: names })) },
    { weight: 2, arbitrary: fc.constantFrom(...items).map((one) => ({ [key]: one })) },
    { weight: 2, arbitrary: list.map((names) => ({ [key]: names.map((one) => ({ _value_1: one })) })) },
    { weight: 1, arbitrary: fc.constantFrom(null, "", {}, undefined, { [key]: null }) },
  );
}

type DataOf = Readonly<Record<string, fc.Arbitrary<Record<string, unknown>>>>;

/** What instances of each counted model look like. */
const DATA: DataOf = {
  "device/cucm/User": fc.record({
    userid: name,
    mailid: name,
    associatedDevices: collection("device", DEVICES),
    phoneProfiles: collection("profileName", PROFILES),
  }),
  "device/cucm/Phone": fc.record({
    name: device,
    product: fc.constantFrom(...PRODUCTS),
    ownerUserName: name,
  }),
  "device/cucm/DeviceProfile": fc.record({ name: fc.constantFrom(...PROFILES) }),
  "device/cucm/RemoteDestinationProfile": fc.record({ userId: name }),
  "device/cuc/User": fc.record({ Alias: name }),
  "device/webex/User": fc.record({ webExId: name, email: name }),
  "device/spark/User": fc.record({ email: name }),
  "device/uccx/Agent": fc.record({ userID: name }),
  "device/ccdm/Agent": fc.record({ Name: name }),
  "device/ccdm/User": fc.record({ Name: name }),
  "data/User": fc.record({
    username: name,
    email: name,
    username_ms_365: upn,
    username_ms_teams: upn,
    mvs_hybrid_status: fc.constantFrom("", " ", "Cisco-MS", null),
    username_cucm: fc.option(name, { freq: 2 }),
    username_cuc: fc.option(name, { freq: 2 }),
  }),
  "device/msexchangeonline/RoomMailbox": fc.record({ UserPrincipalName: upn }),
  "device/webexcc/User": fc.record({ email: upn }),
  "device/msteamsonline/CsOnlineUser": fc.record({
    UserPrincipalName: upn,
    AccountEnabled: flag,
    EnterpriseVoiceEnabled: flag,
    FeatureTypes: fc.constantFrom(["Teams"], ["Teams", "PhoneSystem"], "PhoneSystem, Teams", "", null, []),
  }),
  "device/msgraph/MsolUser": fc.record({ UserPrincipalName: upn, IsLicensed: flag }),
  "device/azureadonline/MsolUser": fc.record({ UserPrincipalName: upn }),
  "device/msexchangeonline/UserMailbox": fc.record({ UserPrincipalName: upn }),
  "device/pexip/Conference": fc.record({ primary_owner_email_address: upn, owner_email: upn }),
  "data/PRS_MultiVendorPhone_DAT": fc.constant({}),
  "data/BaseCustomerDAT": fc.record({ public_sector: flag, inactiveBilling: flag }),
  "relation/HcsCustomerREL": fc.record({ PublicSector: flag, inactive_billing: flag }),
};

/** Models that come more often than others. */
const OFTEN = [
  "data/User",
  "data/User",
  "device/msteamsonline/CsOnlineUser",
  "device/cucm/User",
  "device/cucm/User",
  "device/cucm/Phone",
  "device/cucm/Phone",
  "device/cucm/DeviceProfile",
];

/** The nodes of a random system: what is above, and customers with intermediate nodes, sites and a node below one. */
function nodesOf(customers: number): { nodes: Instance[]; places: string[] } {
  const nodes = [
    node("sys", ""),
    node("sys.hcs", "Hcs"),
    node(PROVIDER, "Provider"),
    node(`${PROVIDER}.R`, "Reseller"),
  ];
  const places = [PROVIDER];
  for (let index = 0; index < customers; index += 1) {
    const customer = `${index % 2 === 0 ? `${PROVIDER}.R` : PROVIDER}.C${index}`;
    const below = [
      node(customer, "Customer"),
      node(`${customer}.Mid`, ""),
      node(`${customer}.Mid.S1`, "Site"),
      node(`${customer}.S2`, "Site"),
      node(`${customer}.S2.Under`, "IntermediateNode"),
    ];
    nodes.push(...below);
    // Most of what counts is at sites: the last three are there twice.
    places.push(...[...below, ...below.slice(2)].map(({ hierarchy }) => hierarchy));
  }
  return { nodes, places };
}

export interface RandomSystem {
  readonly nodes: readonly Instance[];
  readonly instances: readonly Instance[];
}

/** A system of one to three customers with up to `size` instances. */
export function randomSystem(size = 90): fc.Arbitrary<RandomSystem> {
  return fc.integer({ min: 1, max: 3 }).chain((customers) => {
    const { nodes, places } = nodesOf(customers);
    const one = fc
      .constantFrom(...Object.keys(DATA), ...OFTEN)
      .chain((model) =>
        fc
          .tuple(fc.constantFrom(...places), DATA[model] ?? fc.constant({}))
          .map(([at, data]) => ({ model, at, data })),
      );
    return fc
      .array(one, { maxLength: size, size: "max" })
      .map((list) => ({ nodes, instances: list.map(({ model, at, data }) => instance(model, at, data)) }));
  });
}
