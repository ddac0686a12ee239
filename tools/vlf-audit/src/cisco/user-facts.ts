/** What counts of a user, and what it comes to: shared by the rules of all schemes of Cisco. */
import type { UserBasis } from "@vlf/common/cisco";
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

export type PhoneClass = "essential" | "basic" | "enhanced";

/** Low to high. */
const PHONE_CLASSES: readonly PhoneClass[] = ["essential", "basic", "enhanced"];

export const UCM_WORDS: Readonly<Record<PhoneClass, string>> = {
  essential: "Essential",
  basic: "Basic",
  enhanced: "Enhanced",
};

/** From this number on Unified CM wants one more license for each device. */
export const CUWL_DEVICES = 10;

/** The devices of a user: those of rooms, and the rest, of the highest class first. */
export function devicesOf({ classes }: UserFacts): { rooms: number; phones: PhoneClass[] } {
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

export function plural(number: number, what: string): string {
  return `${number === 1 ? "one" : number} ${what}${number === 1 ? "" : "s"}`;
}
