/**
 * For tests: a hand-made system of two customers that comes to the two rows of the guide's sample file
 * (guide 1.7.1), as answers of the REST list API saved page by page.
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

type Data = Record<string, unknown>;

interface Resource {
  meta: Data;
  data: Data;
}

const HEX = (number: number): string => number.toString(16).padStart(24, "0");

/** Nodes by path: type and pkid. The pkids of the customers are those of the sample. */
const NODES: readonly (readonly [path: string, type: string, pkid: string])[] = [
  ["sys", "", HEX(1)],
  ["sys.hcs", "Hcs", HEX(2)],
  ["sys.hcs.Provider_01", "Provider", HEX(3)],
  ["sys.hcs.Provider_01.Reseller_01", "Reseller", HEX(4)],
  ["sys.hcs.Provider_01.Reseller_01.Customer_01", "Customer", "6197a2522f7ab2c5dbb8f2aa"],
  ["sys.hcs.Provider_01.Reseller_01.Customer_01.Site_01", "Site", HEX(5)],
  ["sys.hcs.Provider_01.Reseller_01.Customer_01.Site_02", "Site", HEX(6)],
  ["sys.hcs.Provider_01.Reseller_01.Customer_02", "Customer", "6197a2572f7ab2c5dbb8f2fc"],
  ["sys.hcs.Provider_01.Reseller_01.Customer_02.Site_01", "Site", HEX(7)],
];
const CUSTOMERS = ["Customer_01", "Customer_02"].map((name) => `sys.hcs.Provider_01.Reseller_01.${name}`);

/** How many of each kind of subscriber and account the two customers have. */
const SYSTEM: readonly (readonly [kind: string, first: number, second: number])[] = [
  ["1 phone, spark", 3, 0],
  ["1 phone", 6, 4],
  ["1 phone, vm", 2, 6],
  ["1 phone, webex", 6, 7],
  ["2 phones", 7, 0],
  ["11 phones", 3, 0],
  ["", 6, 0],
  ["snr", 4, 0],
  ["vm", 4, 0],
  ["webex", 2, 1],
  ["spark", 5, 4],
  ["em, spark", 3, 1],
  ["em", 4, 1],
  ["em, snr", 6, 2],
  ["em, vm", 7, 1],
  ["em, webex", 6, 3],
];
const STANDALONE: readonly (readonly [
  model: string,
  data: (name: string) => Data,
  first: number,
  second: number,
])[] = [
  ["device/cucm/Phone", (name) => ({ name, product: "Analog Phone" }), 4, 2],
  ["device/cucm/Phone", (name) => ({ name, product: "Cisco 7841", ownerUserName: "" }), 1, 0],
  ["device/cucm/Phone", (name) => ({ name, product: "CTI Port" }), 3, 3],
  ["device/webex/User", (name) => ({ webExId: name }), 2, 1],
  ["device/cuc/User", (name) => ({ Alias: name }), 3, 1],
  ["device/ccdm/Agent", (name) => ({ Name: name }), 2, 1],
  ["device/uccx/Agent", (name) => ({ userID: name }), 2, 1],
  ["device/spark/User", (name) => ({ email: `${name}@x.example` }), 12, 8],
];

/** All resources by model. */
function resources(): Map<string, Resource[]> {
  const byModel = new Map<string, Resource[]>();
  const pkids = new Map(NODES.map(([path, , pkid]) => [path, pkid]));
  let next = 100;
  const add = (model: string, path: string, data: Data, pkid: string = HEX((next += 1))): void => {
    const list = byModel.get(model) ?? [];
    byModel.set(model, list);
    // Both forms of `meta.path` occur: a dotted path, and the pkids of the nodes from the root.
    const nodes = path
      .split(".")
      .map((_, index, names) => pkids.get(names.slice(0, index + 1).join(".")) ?? "");
    const self = [{ pkid, href: `/api/${model}/${pkid}` }];
    const parent = nodes.at(model === "data/HierarchyNode" ? -2 : -1);
    const parents =
      parent === undefined || (model === "data/HierarchyNode" && nodes.length < 2)
        ? []
        : [{ pkid: parent, href: `/api/data/HierarchyNode/${parent}` }];
    list.push({
      meta: {
        model_type: model,
        path: list.length % 2 === 0 ? path : nodes,
        references: { self, parent: parents },
      },
      data,
    });
  };

  for (const [path, type, pkid] of NODES)
    add(
      "data/HierarchyNode",
      path,
      { name: path.split(".").at(-1), node_type: type, description: null },
      pkid,
    );
  for (const [index, customer] of CUSTOMERS.entries()) {
    const site = `${customer}.Site_01`;
    for (const [kind, ...numbers] of SYSTEM) {
      for (let number = 0; number < (numbers[index] ?? 0); number += 1)
        addSubscriber(add, site, kind, `user${(next += 1)}`);
    }
    for (const [model, data, ...numbers] of STANDALONE) {
      for (let number = 0; number < (numbers[index] ?? 0); number += 1)
        add(model, site, data(`alone${(next += 1)}`));
    }
    add("data/BaseCustomerDAT", customer, {
      CustomerName: customer,
      public_sector: true,
      inactive_billing: index === 0,
    });
  }
  return byModel;
}

function addSubscriber(
  add: (model: string, path: string, data: Data) => void,
  site: string,
  kind: string,
  userid: string,
): void {
  const services = kind.split(", ");
  const phones = Array.from(
    { length: Number.parseInt(kind, 10) || 0 },
    (_, index) => `SEP-${userid}-${index}`,
  );
  const email = `${userid}@x.example`;
  add("device/cucm/User", site, {
    userid,
    mailid: email,
    associatedDevices: phones.length === 0 ? "" : { device: phones },
    phoneProfiles: services.includes("em") ? { profileName: [{ _value_1: `EM-${userid}` }] } : null,
  });
  for (const name of phones)
    add("device/cucm/Phone", site, { name, product: "Cisco 8841", ownerUserName: { _value_1: userid } });
  if (services.includes("em")) add("device/cucm/DeviceProfile", site, { name: `EM-${userid}` });
  if (services.includes("vm")) add("device/cuc/User", site, { Alias: userid });
  if (services.includes("webex")) add("device/webex/User", site, { webExId: userid, email });
  if (services.includes("snr")) add("device/cucm/RemoteDestinationProfile", site, { userId: userid });
  if (services.includes("spark")) add("device/spark/User", site, { email });
}

/** The settings of the sample's platform. */
const CONFIG = `[platform]
org_id = "0010O00001kPTUpQAO"
platform_id = "5e54067d116fa10046313224"
hostname = "VOSS-UN-1"
provider_name = "CS-P"
software_version = "21.4"
platform_version = "21.4.0-1630252949"
deployment_mode = "Provider with HCMF"
`;

/** Writes `vlf.toml` and `answers/<model>-<page>.json`, pages of at most `limit` resources. */
export function writeSample(folder: string, limit = 50): void {
  writeFileSync(join(folder, "vlf.toml"), CONFIG);
  mkdirSync(join(folder, "answers"));
  for (const [model, list] of resources()) {
    for (let skip = 0; skip < list.length; skip += limit) {
      const page = {
        pagination: { skip, limit, total: list.length },
        meta: {},
        resources: list.slice(skip, skip + limit),
      };
      writeFileSync(
        join(folder, "answers", `${model.replaceAll("/", "_")}-${skip}.json`),
        JSON.stringify(page, null, 1),
      );
    }
  }
}
