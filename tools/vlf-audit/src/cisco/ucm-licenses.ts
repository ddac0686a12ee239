/** What Unified CM wants of a user: the licensing chapter of 12.5, and a setting for what it leaves open. */
import type { CiscoRules } from "@vlf/common/cisco-settings";
import type { CiscoTier } from "@vlf/common/records";
import { CUWL_DEVICES, devicesOf, type Needed, plural, UCM_WORDS, type UserFacts } from "./user-facts.ts";

export function ucmUser(facts: UserFacts, { extraDevice }: CiscoRules): Needed {
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
