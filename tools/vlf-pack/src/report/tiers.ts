/** The license tiers of each scheme in the order of the reports, with their names. */
import { CISCO_TYPES, isCisco } from "@vlf/common/cisco";

/** A tier of a scheme. */
export interface Tier {
  /** As in `licenses` of a `license-count`. */
  readonly id: string;
  readonly title: string;
}

const VOSS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  "voss-4": {
    essential: "Essential",
    premium: "Premium",
    contact_center: "Contact Center",
    hybrid: "Hybrid",
    phone_server: "Phone Server",
  },
  "voss-5": {
    user: "User",
    contact_center: "Contact Center",
    standalone_device: "Standalone Device",
    meeting_room: "Meeting Room",
    phone_server: "Phone Server",
  },
};

const TITLES: Readonly<Record<string, string>> = {
  "voss-4": "License audit 4.x",
  "voss-5": "License audit 5.x",
  "cisco-ucm": "Cisco Unified CM",
  "cisco-flex-2": "Cisco Flex 2.0",
  "cisco-flex-3-nu": "Cisco Flex 3.0, Named User",
  "cisco-flex-3-ea": "Cisco Flex 3.0, Enterprise Agreement",
};

/** Schemes in the order of the reports; those that are not known come last. */
export const SCHEME_ORDER: readonly string[] = Object.keys(TITLES);

export function schemeTitle(scheme: string): string {
  return TITLES[scheme] ?? scheme;
}

/** The tiers of a scheme; of one that is not known those that its rows have. */
export function tiersOf(scheme: string, found: Iterable<string> = []): Tier[] {
  const titles = isCisco(scheme) ? CISCO_TYPES[scheme] : VOSS[scheme];
  const known = Object.entries<string>({ ...titles });
  const others = [...new Set(found)].filter((id) => titles === undefined || !Object.hasOwn(titles, id));
  return [
    ...known.map(([id, title]) => ({ id, title })),
    ...others.map((id) => ({ id, title: id.replaceAll("_", " ") })),
  ];
}
