/** What belongs to a customer or a site as such: addresses, dial plan, groups, gateways. */
import { isCustomerCase } from "./cases.ts";
import { addMgcpPort, addSccpPort } from "./gateways.ts";
import { addAccountSkus } from "./microsoft.ts";
import { directoryNumber, e164Number, SERIES } from "./names.ts";
import { FLAG_STYLES, flag } from "./shapes.ts";
import type { Site } from "./topology.ts";
import type { Line, Work } from "./work.ts";

const COUNTRIES = ["United Kingdom", "United Kingdom", "Netherlands", "Germany"] as const;
const PICKUP_GROUP_SIZE = 20;

/** Spellings of the customer's two flags, in turn. */
const FLAG_NAMES = [
  ["public_sector", "inactive_billing"],
  ["publicSector", "inactiveBilling"],
  ["PublicSector", "InactiveBilling"],
] as const;

/** What stands at the customer's own node. */
export function addCustomerData(work: Work): void {
  const { customer, instances } = work;
  const { index, path } = customer;
  const style = FLAG_STYLES[(index + Math.floor(index / 10)) % FLAG_STYLES.length] ?? "boolean";
  const [publicSector, inactiveBilling] = FLAG_NAMES[index % FLAG_NAMES.length] ?? FLAG_NAMES[0];
  const flags = {
    [publicSector]: flag(isCustomerCase(index, "public-sector"), style),
    [inactiveBilling]: flag(isCustomerCase(index, "inactive-billing"), style),
  };
  // Some have the flags at the data model, some at the relation, most at both.
  const at = index % 5;
  instances.add("data/BaseCustomerDAT", path, at === 3 ? {} : flags);
  instances.add("relation/HcsCustomerREL", path, at === 2 ? {} : flags);
  if (customer.sites.length === 0) return;
  instances.add("data/DpCustomer", path, { isp: "8" });
  instances.add("device/hcmf/Customer", path, {
    accountID: `ACC-${customer.name}`,
    externalCustomerID: `EXT-${customer.name}`,
    contactAddress1: `${customer.name} House`,
    contactAddress2: `${work.random.below(90) + 10} ${customer.name} Parade`,
    contactAddress3: "",
  });
  addAccountSkus(work);
  // A block of 1000 for analogue lines, which no site owns.
  instances.add("relation/HcsDNE164AssociateREL", path, {
    e164Number: e164Number("02", index, 900_000),
    dnNumber: directoryNumber(SERIES.analogue, work.firstNumber),
    range: "1000",
  });
  if (customer.linkedSite !== undefined)
    addExternalSite(work, customer.linkedSite, "data/GS_LinkedSiteData_DAT");
}

function addExternalSite(work: Work, path: string, model: string): void {
  const name = path.slice(path.lastIndexOf(".") + 1);
  work.instances.add(model, path, {
    externalID: `EXT-${name}`,
    extendedName: `${name} (${work.customer.name})`,
  });
}

/** What stands at a site whether or not it has users. */
export function addSiteData(work: Work, site: Site): void {
  const { instances, customer, random } = work;
  const { path } = site;
  const name = path.slice(path.lastIndexOf(".") + 1);
  instances.add("data/BaseSiteDAT", path, {
    Address1: `${name} Court`,
    Address2: `${random.below(90) + 10} ${name} Street`,
    Address3: random.chance(3000) ? `${name} Business Park` : "",
    Country: random.pick(COUNTRIES),
  });
  instances.add("data/DpSite", path, {
    emerNumber: "112",
    ext: "9",
    slc: site.siteCode,
    pubNumber: e164Number("02", customer.index, site.firstLine),
  });
  instances.add("data/Ndl", path, { ndl: { name: `${name}-NDL` } });
  const bandwidth = { audioBandwidth: String(1_000_000 + 80 * random.below(1000)), videoBandwidth: "-1" };
  instances.add("device/cucm/Location", path, {
    name: `${name}-LOC`,
    betweenLocations: { betweenLocation: site.index % 2 === 0 ? [bandwidth] : bandwidth },
  });
  const isLinked = site.index % 4 === 1;
  addExternalSite(work, path, isLinked ? "data/GS_LinkedSiteData_DAT" : "device/hcmf/CustomerLocation");
}

/** Number and E.164 number of a site's k-th user. */
export function lineOf(work: Work, site: Site, k: number): Line & { e164: string } {
  const number = site.firstLine + k;
  return {
    number: directoryNumber(SERIES.person, number),
    partition: work.named("DirNum-PT"),
    e164: e164Number("02", work.customer.index, number),
  };
}

/** The pickup group of a site's k-th user. */
export function pickupGroupOf(site: Site, k: number): string {
  return `${site.siteCode}-PUG-${Math.floor(k / PICKUP_GROUP_SIZE)}`;
}

const GROUP_LINES = 6;

/** Keeps a line for the hunt group of the site, until there are enough. */
export function offerToGroup(work: Work, line: Line): void {
  if (work.groupLines.length < GROUP_LINES) work.groupLines.push(line);
}

/** The group and the block of numbers that begin with a site's k-th user, if any do. */
export function addNumbersFrom(work: Work, site: Site, k: number): void {
  const blockSize = site.index % 3 === 2 ? 10 : 100;
  if (k % PICKUP_GROUP_SIZE === 0) {
    const group = work.newLine(SERIES.pickup);
    work.instances.add("device/cucm/CallPickupGroup", site.path, {
      name: pickupGroupOf(site, k),
      pattern: group.number,
      routePartitionName: group.partition,
    });
  }
  if (k % blockSize === 0) {
    const first = lineOf(work, site, k);
    work.instances.add("relation/HcsDNE164AssociateREL", site.path, {
      e164Number: first.e164,
      dnNumber: first.number,
      range: String(blockSize),
    });
  }
}

/** Groups and gateways of a site that has users. */
export function addSiteServices(work: Work, site: Site): void {
  addHuntGroup(work, site);
  // Beside the ports of people: a fax, a port without a line, a lift.
  addMgcpPort(work, site, work.newLine(SERIES.analogue));
  addMgcpPort(work, site, undefined);
  addSccpPort(work, site, undefined);
  if (site.index === 0) addCustomerHuntPilot(work);
}

function addHuntGroup(work: Work, site: Site): void {
  const { instances } = work;
  const pilot = work.newLine(SERIES.pilot);
  const list = `${site.siteCode}-HuntList`;
  instances.add("device/cucm/HuntPilot", site.path, {
    pattern: pilot.number,
    routePartitionName: pilot.partition,
    huntListName: list,
  });
  const groups = [0, 1].map((nth) => `${site.siteCode}-LineGroup-${nth + 1}`);
  instances.add("device/cucm/HuntList", site.path, {
    name: list,
    members: { member: groups.map((name) => ({ lineGroupName: name })) },
  });
  groups.forEach((name, nth) => {
    const lines = work.groupLines.filter((_line, i) => i % 2 === nth);
    const member = lines.map((line) => ({ directoryNumber: { pattern: line.number } }));
    instances.add("device/cucm/LineGroup", site.path, {
      name,
      members: member.length === 0 ? null : { member },
    });
  });
  work.groupLines = [];
  // Many numbers to one pilot; every other has a primary one.
  const first = work.count("pilot number") * 20;
  const ranges = [
    { e164Number: e164Number("02", work.customer.index, 920_000 + first), range: "10" },
    { e164Number: e164Number("02", work.customer.index, 920_010 + first), range: "1" },
  ];
  instances.add("relation/HcsDNMultiE164AssociateREL", site.path, {
    dnNumber: pilot.number,
    primaryE164: site.index % 2 === 0 ? ranges[1]?.e164Number : null,
    e164Ranges: ranges,
  });
}

/** A pilot at the customer, in the null partition and with a list that has no groups. */
function addCustomerHuntPilot(work: Work): void {
  const list = work.named("Reception-HuntList");
  work.instances.add("device/cucm/HuntPilot", work.customer.path, {
    pattern: work.newLine(SERIES.pilot).number,
    routePartitionName: null,
    huntListName: list,
  });
  work.instances.add("device/cucm/HuntList", work.customer.path, { name: list, members: null });
}
