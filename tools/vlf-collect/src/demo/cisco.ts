/** Instances of Cisco's models: phones, lines, profiles and the accounts of people. */
import type { SubscriberPlan } from "./cases.ts";
import { macAddress, type Person } from "./names.ts";
import { collection, shapeFor } from "./shapes.ts";
import type { Line, Work } from "./work.ts";

const DESK_PHONES = ["Cisco 8845", "Cisco 7841", "Cisco 8861", "Cisco 7821", "Cisco 8811"] as const;
const SOFT_PHONES = [
  ["CSF", "Cisco Unified Client Services Framework"],
  ["TCT", "Cisco Dual Mode for iPhone"],
  ["BOT", "Cisco Dual Mode for Android"],
] as const;
const MODULES = ["Cisco 8800-LCD Expansion Module", "CKEM 36-Button Line Expansion Module"] as const;
const DEPARTMENTS = ["Finance", "Operations", "Research", "Logistics", "Engineering", ""] as const;

/** `{a8c4...}`: how AXL shows the key of what a value names. */
export function axlUuid(work: Work): string {
  return `{${macAddress(work.customer.index, 0)}-0000-4000-8000-${macAddress(work.customer.index, 1)}}`;
}

export function addLine(work: Work, node: string, line: Line, description: string, pickupGroup = ""): void {
  work.instances.add("device/cucm/Line", node, {
    pattern: line.number,
    routePartitionName: line.partition,
    description,
    shareLineAppearanceCssName: work.named("National-CSS"),
    callPickupGroupName: pickupGroup === "" ? null : pickupGroup,
  });
}

export interface Phone {
  name: string;
  product: string;
}

/** A phone as a person's n-th: the first on the desk, the next in software, then more of both. */
export function ownPhone(work: Work, person: Person, nth: number): Phone {
  const soft = SOFT_PHONES[nth - 1];
  if (soft !== undefined) return { name: `${soft[0]}${person.userid.toUpperCase()}`, product: soft[1] };
  return deskPhone(work);
}

export function deskPhone(work: Work): Phone {
  return { name: `SEP${newMac(work)}`, product: work.random.pick(DESK_PHONES) };
}

export function newMac(work: Work): string {
  return macAddress(work.customer.index, work.count("device"));
}

/** The name of an analogue port as a phone: `AN`, ten digits of the gateway's address and the port. */
export function analogName(work: Work): string {
  return `AN${newMac(work).slice(2)}080`;
}

/** A phone's instance; `owner` as the field comes: a name, `{_value_1}`, null, or `undefined` for no field. */
export function addPhone(
  work: Work,
  node: string,
  phone: Phone,
  owner: unknown,
  lines: readonly Line[],
  description: string,
): void {
  const { random } = work;
  const data: Record<string, unknown> = { name: phone.name, product: phone.product };
  if (owner !== undefined) data["ownerUserName"] = owner;
  data["description"] = description;
  data["callingSearchSpaceName"] = work.named("Device-CSS");
  const items = lines.map((line, i) => ({
    index: i + 1,
    dirn: { pattern: line.number, routePartitionName: line.partition },
  }));
  const shape = shapeFor(random.chance(200) ? "single" : "array", items.length, random.below(100));
  const collected = collection("line", items, shape, "");
  if (collected !== undefined) data["lines"] = collected;
  if (phone.product === "Cisco 8861" && random.chance(3000)) {
    data["addOnModules"] = {
      addOnModule: [{ loadInformation: "sip88xxbe", model: random.pick(MODULES), index: 1 }],
    };
  } else if (random.chance(5000)) {
    data["addOnModules"] = null;
  }
  work.instances.add("device/cucm/Phone", node, data);
}

export interface UserLinks {
  devices: readonly string[];
  profiles: readonly string[];
  /** The main number, `""` for none. */
  number: string;
}

export function addCucmUser(
  work: Work,
  node: string,
  person: Person,
  links: UserLinks,
  wish: SubscriberPlan["shape"],
): void {
  const { random } = work;
  const uuid = axlUuid(work);
  const data: Record<string, unknown> = { userid: person.userid, mailid: person.mail };
  const devices = shapeFor(wish, links.devices.length, random.below(100));
  const associated = collection("device", links.devices, devices, uuid);
  if (associated !== undefined) data["associatedDevices"] = associated;
  const shape = shapeFor(wish, links.profiles.length, random.below(100));
  const profiles = collection("profileName", links.profiles, shape, uuid);
  if (profiles !== undefined) data["phoneProfiles"] = profiles;
  data["firstName"] = person.first;
  data["middleName"] = person.middle;
  data["lastName"] = person.last;
  data["department"] = random.pick(DEPARTMENTS);
  data["telephoneNumber"] = links.number;
  data["pagerNumber"] = null;
  data["imAndPresenceEnable"] = random.chance(6000) ? "true" : "false";
  work.instances.add("device/cucm/User", node, data);
}

/** An extension mobility profile; returns its name. */
export function addDeviceProfile(work: Work, node: string, person: Person, nth: number, line: Line): string {
  const name = `${person.userid}-EM${nth + 1}`;
  work.instances.add("device/cucm/DeviceProfile", node, {
    name,
    product: work.random.pick(DESK_PHONES),
    lines: { line: [{ index: 1, dirn: { pattern: line.number } }] },
  });
  return name;
}

export function addRemoteDestinationProfile(work: Work, node: string, userid: string): void {
  work.instances.add("device/cucm/RemoteDestinationProfile", node, { userId: userid });
}

export function addVoicemail(work: Work, node: string, alias: string, mail: string): void {
  work.instances.add("device/cuc/User", node, { Alias: alias, EmailAddress: mail });
}

export function addExpressAgent(
  work: Work,
  node: string,
  person: Person,
  userid: string,
  extension: string,
): void {
  work.instances.add("device/uccx/Agent", node, {
    userID: userid,
    firstName: person.first,
    lastName: person.last,
    extension,
    teamName: work.named("Service-Team"),
    type: work.random.chance(1500) ? "Supervisor" : "Agent",
    autoAvailable: work.random.chance(7000),
  });
}

/** An enterprise agent: `device/ccdm/Agent`, or the person as `device/ccdm/User` only. */
export function addEnterpriseAgent(work: Work, node: string, userid: string, number: string): void {
  work.instances.add("device/ccdm/Agent", node, {
    Name: userid,
    PeripheralNumber: number,
    Supervisor: work.random.chance(1500) ? "Y" : "N",
  });
}

export function addEnterpriseUser(work: Work, node: string, userid: string): void {
  work.instances.add("device/ccdm/User", node, { Name: userid });
}
