/** What the Flex models count of a user: Cisco's definitions, read on what is configured in Unified CM. */
import type { CiscoScheme } from "@vlf/common/cisco";
import type { CiscoRules } from "@vlf/common/cisco-settings";
import type { CiscoTier } from "@vlf/common/records";
import { devicesOf, type Needed, type PhoneClass, plural, UCM_WORDS, type UserFacts } from "./user-facts.ts";

/** Flex 2.0, and the Enterprise Agreement of Flex 3.0. */
export function knowledgeWorker(scheme: CiscoScheme, facts: UserFacts, rules: CiscoRules): Needed {
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
export function namedUser(facts: UserFacts, rules: CiscoRules): Needed {
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

/** Where a device class goes under Named User. */
export function namedClass(
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
