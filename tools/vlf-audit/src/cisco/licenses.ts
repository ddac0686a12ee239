/**
 * What a user and a device of nobody need, scheme by scheme: facts in, licenses by type out, with the reason.
 * docs/cisco.md has the rules in words, and whose word each of them is.
 */
import type { CiscoScheme, UserBasis } from "@vlf/common/cisco";
import type { CiscoRules } from "@vlf/common/cisco-settings";
import type { DeviceClass } from "@vlf/common/cisco-devices";
import type { CiscoTier } from "@vlf/common/records";

/** What counts of a user. */
export interface UserFacts {
  /** Classes of the devices it owns. */
  readonly classes: readonly DeviceClass[];
  readonly snr: boolean;
  readonly mobility: boolean;
  readonly voicemail: boolean;
}

export interface Needed {
  readonly licenses: Readonly<Partial<Record<CiscoTier, number>>>;
  readonly reasons: readonly string[];
}

type PhoneClass = "essential" | "basic" | "enhanced";

/** Low to high. */
const PHONE_CLASSES: readonly PhoneClass[] = ["essential", "basic", "enhanced"];

const UCM_WORDS: Readonly<Record<PhoneClass, string>> = {
  essential: "Essential",
  basic: "Basic",
  enhanced: "Enhanced",
};

/** From this number on Unified CM wants one more license for each device. */
const CUWL_DEVICES = 10;

/** The devices of a user: those of rooms, and the rest, of the highest class first. */
function devicesOf({ classes }: UserFacts): { rooms: number; phones: PhoneClass[] } {
  const phones = PHONE_CLASSES.toReversed().flatMap((one) =>
    classes.flatMap((other) => (other === one ? [one] : [])),
  );
  return { rooms: classes.filter((one) => one === "telepresence_room").length, phones };
}

/** What a user has, in a word. */
export function basisOf(facts: UserFacts): UserBasis {
  const { rooms, phones } = devicesOf(facts);
  if (phones.length > CUWL_DEVICES) return "more-than-ten-devices";
  if (phones.length > 2) return "three-to-ten-devices";
  if (phones.length === 2) return "two-devices";
  if (phones.length === 1) return "one-device";
  if (rooms > 0) return "telepresence-only";
  if (facts.snr) return "snr-only";
  if (facts.mobility) return "extension-mobility-only";
  return facts.voicemail ? "voicemail-only" : "nothing";
}

/** What a user needs by the rules of a scheme. */
export function userNeeds(scheme: CiscoScheme, facts: UserFacts, rules: CiscoRules): Needed {
  switch (scheme) {
    case "cisco-ucm":
      return ucmUser(facts, rules);
    case "cisco-flex-3-nu":
      return namedUser(facts, rules);
    case "cisco-flex-2":
    case "cisco-flex-3-ea":
      return knowledgeWorker(scheme, facts, rules);
  }
  return scheme satisfies never;
}

/** What a device needs that nobody owns. `commonArea`: it was ordered for the customer (Named User). */
export function deviceNeeds(
  scheme: CiscoScheme,
  deviceClass: DeviceClass,
  rules: CiscoRules,
  commonArea: boolean,
): Needed {
  if (deviceClass === "none") return { licenses: {}, reasons: ["its model needs no license"] };
  const reasons = ["OwnerUserID is blank"];
  if (deviceClass === "telepresence_room") {
    reasons.push("a TelePresence device");
    return { licenses: { [scheme === "cisco-ucm" ? "telepresence_room" : "telepresence"]: 1 }, reasons };
  }
  const ofClass = `device class ${UCM_WORDS[deviceClass]}`;
  switch (scheme) {
    case "cisco-ucm":
      return { licenses: { [deviceClass]: 1 }, reasons: [...reasons, ofClass] };
    case "cisco-flex-2":
      return { licenses: { common_area: 1 }, reasons: [...reasons, "a Common Area device"] };
    case "cisco-flex-3-ea": {
      const isAccess = deviceClass === "essential" && /devices/.test(rules.eaAccess);
      return isAccess
        ? { licenses: { access: 1 }, reasons: [...reasons, ofClass] }
        : { licenses: { common_area: 1 }, reasons: [...reasons, "a Common Area device"] };
    }
    case "cisco-flex-3-nu":
      return commonArea
        ? { licenses: { common_area: 1 }, reasons: [...reasons, "Common Area was ordered"] }
        : {
            licenses: { [namedClass(deviceClass, rules)]: 1 },
            reasons: [...reasons, ofClass, "no Common Area was ordered: it counts by its class"],
          };
  }
  return scheme satisfies never;
}

/** Unified CM itself (licensing chapter, 12.5). */
function ucmUser(facts: UserFacts, { extraDevice }: CiscoRules): Needed {
  const { rooms, phones: all } = devicesOf(facts);
  const reasons: string[] = [];
  const licenses: Partial<Record<CiscoTier, number>> = {};
  const add = (type: CiscoTier): void => void (licenses[type] = (licenses[type] ?? 0) + 1);
  for (let room = 0; room < rooms; room += 1) add("telepresence_room");
  // One license covers the room and a phone of the same owner; the phone of the highest class is covered first.
  const phones = all.slice(rooms);
  const covered = all.length - phones.length;
  if (rooms > 0) {
    const others = covered > 0 ? `, which cover ${plural(covered, "phone")} of the same owner` : "";
    reasons.push(`owns ${plural(rooms, "TelePresence device")}${others}`);
  }
  const [first] = phones;
  if (first === undefined) {
    if (rooms > 0) return { licenses, reasons };
    if (facts.snr) {
      add("basic");
      return { licenses, reasons: ["owns no device", "SNR (Mobile Connect), which needs Basic"] };
    }
    return { licenses, reasons: ["owns no device", "no SNR: Unified CM wants no license of a user alone"] };
  }
  if (phones.length === 1) {
    const need = facts.snr && first === "essential" ? "basic" : first;
    add(need);
    reasons.push(`owns one device${rooms > 0 ? " more" : ""}, of class ${UCM_WORDS[first]}`);
    if (need !== first) reasons.push("SNR (Mobile Connect) needs Basic, which is more");
    return { licenses, reasons };
  }
  if (phones.length === 2) {
    add("enhanced_plus");
    return { licenses, reasons: [...reasons, "owns two devices: Enhanced Plus, whatever they are"] };
  }
  add("cuwl");
  reasons.push(`owns ${phones.length} devices: three to ten are one CUWL`);
  for (const extra of phones.slice(CUWL_DEVICES)) {
    const type = extraDevice === "class" ? extra : extraDevice;
    add(type);
    reasons.push(
      `one device more than ten: ${type.replace("_", " ")} (${extraDevice === "class" ? "its class" : "as set"}, not published)`,
    );
  }
  return { licenses, reasons };
}

/** Flex 2.0, and the Enterprise Agreement of Flex 3.0. */
function knowledgeWorker(scheme: CiscoScheme, facts: UserFacts, rules: CiscoRules): Needed {
  const { rooms, phones } = devicesOf(facts);
  const licenses: Partial<Record<CiscoTier, number>> = {};
  const reasons: string[] = [];
  if (rooms > 0) {
    licenses.telepresence = rooms;
    reasons.push(`owns ${plural(rooms, "TelePresence device")}`);
  }
  const services = servicesOf(facts).filter(({ way }) => rules.knowledgeWorkerBy.includes(way));
  if (phones.length === 0) {
    reasons.push(rooms > 0 ? "owns no other device" : "owns no device");
    if (services.length > 0) licenses.knowledge_worker = 1;
    return { licenses, reasons: [...reasons, ...serviceReasons(services)] };
  }
  const isAccess =
    scheme === "cisco-flex-3-ea" &&
    /users/.test(rules.eaAccess) &&
    phones.length === 1 &&
    phones[0] === "essential" &&
    services.length === 0;
  if (isAccess) {
    licenses.access = 1;
    return {
      licenses,
      reasons: [...reasons, "its only device is of class Essential, no SNR, extension mobility or voicemail"],
    };
  }
  const number = blocks(phones.length, rules);
  licenses.knowledge_worker = number;
  return { licenses, reasons: [...reasons, ownsReason(phones.length, number, rules)] };
}

/** Named User of Flex 3.0, from what Unified CM wants. */
function namedUser(facts: UserFacts, rules: CiscoRules): Needed {
  const { rooms, phones } = devicesOf(facts);
  const licenses: Partial<Record<CiscoTier, number>> = {};
  const reasons: string[] = [];
  if (rooms > 0) {
    licenses.telepresence = rooms;
    reasons.push(`owns ${plural(rooms, "TelePresence device")}`);
  }
  const [first] = phones;
  if (first === undefined) {
    reasons.push(rooms > 0 ? "owns no other device" : "owns no device");
    if (facts.snr) {
      licenses[rules.nuBasic] = 1;
      reasons.push("SNR (Mobile Connect), which is Basic in Unified CM");
    } else {
      reasons.push("no SNR: Unified CM wants no license of a user alone");
    }
    return { licenses, reasons };
  }
  if (phones.length > 1) {
    const number = blocks(phones.length, rules);
    licenses.professional = number;
    return { licenses, reasons: [...reasons, ownsReason(phones.length, number, rules)] };
  }
  reasons.push(`owns one device${rooms > 0 ? " more" : ""}, of class ${UCM_WORDS[first]}`);
  if (facts.voicemail && rules.nuVoicemail === "professional") {
    licenses.professional = 1;
    return { licenses, reasons: [...reasons, "voicemail, which is in Professional alone"] };
  }
  const need = facts.snr && first === "essential" ? "basic" : first;
  if (need !== first) reasons.push("SNR (Mobile Connect) needs Basic in Unified CM, which is more");
  licenses[namedClass(need, rules)] = 1;
  return { licenses, reasons };
}

function namedClass(
  deviceClass: PhoneClass,
  { nuBasic }: CiscoRules,
): "access" | "enhanced" | "professional" {
  if (deviceClass === "essential") return "access";
  return deviceClass === "basic" ? nuBasic : "enhanced";
}

interface Service {
  readonly way: CiscoRules["knowledgeWorkerBy"][number];
  readonly words: string;
}

function servicesOf({ snr, mobility, voicemail }: UserFacts): Service[] {
  const all: readonly [boolean, Service][] = [
    [snr, { way: "snr", words: "SNR" }],
    [mobility, { way: "extension-mobility", words: "extension mobility" }],
    [voicemail, { way: "voicemail", words: "voicemail" }],
  ];
  return all.filter(([has]) => has).map(([, service]) => service);
}

function serviceReasons(services: readonly Service[]): string[] {
  if (services.length === 0) return ["no SNR, extension mobility or voicemail that counts"];
  return services.map(({ words }) => `${words}, which makes a Knowledge Worker`);
}

/** Licenses for so many devices: one for every ten begun, as `devices_per_user` says. */
function blocks(devices: number, { devicesPerUser }: CiscoRules): number {
  return devicesPerUser === 0 ? 1 : Math.ceil(devices / devicesPerUser);
}

function ownsReason(devices: number, number: number, { devicesPerUser }: CiscoRules): string {
  const owns = `owns ${plural(devices, "device")}`;
  return number > 1 ? `${owns}: one license for every ${devicesPerUser} begun, not published` : owns;
}

function plural(number: number, what: string): string {
  return `${number === 1 ? "one" : number} ${what}${number === 1 ? "" : "s"}`;
}
