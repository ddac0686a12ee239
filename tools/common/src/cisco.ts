/**
 * The schemes of Cisco as data: what Unified CM itself reports as required, and what the Flex models count.
 * Columns are sums over profiles, as in `voss-4`; each profile tells its cluster, so that the same columns
 * are counted cluster by cluster. docs/cisco.md says which rule is Cisco's word and which a reading of ours.
 */
import { byCodeUnit } from "./hierarchy.ts";
import type { CiscoLicenses, CiscoTier, ClusterLicenses, LicenseProfile } from "./records.ts";

export type CiscoScheme = "cisco-ucm" | "cisco-flex-2" | "cisco-flex-3-nu" | "cisco-flex-3-ea";

/** The license types of each scheme, highest first, with the words of Cisco. */
export const CISCO_TYPES: Readonly<Record<CiscoScheme, Readonly<Partial<Record<CiscoTier, string>>>>> = {
  "cisco-ucm": {
    telepresence_room: "TelePresence Room",
    cuwl: "CUWL",
    enhanced_plus: "Enhanced Plus",
    enhanced: "Enhanced",
    basic: "Basic",
    essential: "Essential",
  },
  "cisco-flex-2": {
    knowledge_worker: "Knowledge Worker",
    common_area: "Common Area",
    telepresence: "TelePresence",
  },
  "cisco-flex-3-nu": {
    professional: "Professional",
    enhanced: "Enhanced",
    access: "Access",
    telepresence: "TelePresence",
    common_area: "Common Area",
  },
  "cisco-flex-3-ea": {
    knowledge_worker: "Knowledge Worker",
    common_area: "Common Area",
    access: "Access",
    telepresence: "TelePresence",
  },
};

export const CISCO_SCHEMES: readonly CiscoScheme[] = Object.keys(CISCO_TYPES) as CiscoScheme[];

export function isCisco(scheme: string): scheme is CiscoScheme {
  return Object.hasOwn(CISCO_TYPES, scheme);
}

/** What the profiles are about: an end user of Unified CM with what it owns, a device that nobody owns. */
export const CISCO_EXPORTS = { "ucm-user": "User", "ucm-device": "Device without an owner" } as const;

export type CiscoExportId = keyof typeof CISCO_EXPORTS;

/** What a user has, in a word; of users with devices how many. */
export const USER_BASES = [
  "nothing",
  "extension-mobility-only",
  "voicemail-only",
  "snr-only",
  "telepresence-only",
  "one-device",
  "two-devices",
  "three-to-ten-devices",
  "more-than-ten-devices",
] as const;

export type UserBasis = (typeof USER_BASES)[number];

/** Where it is, what it has, and what it adds to each type of its scheme; a type that is missing gets nothing. */
interface Common extends Readonly<Partial<Record<CiscoTier, number>>> {
  readonly cluster: string;
  readonly region: string;
}

export interface CiscoProfileFacts {
  "ucm-user": Common & { readonly has: UserBasis; readonly unknown: number };
  /** `unknown` is 1 for a model that the table of device classes does not have. */
  "ucm-device": Common & { readonly unknown: number };
}

export type CiscoProfile = {
  [E in CiscoExportId]: { export: E; profile: CiscoProfileFacts[E]; count: number };
}[CiscoExportId];

export interface CiscoColumn {
  readonly id: string;
  readonly title: string;
  readonly tier: CiscoTier | "none";
  readonly kind: "count";
  readonly parts: {
    readonly [E in CiscoExportId]?: (facts: CiscoProfileFacts[E]) => number | boolean;
  };
}

/** As Unified CM does, each type is told apart by whether users or devices of nobody need it. */
function typeColumns(tier: CiscoTier, title: string): CiscoColumn[] {
  return [
    {
      id: `${tier}_by_users`,
      title: `${title}, Users`,
      tier,
      kind: "count",
      parts: { "ucm-user": (facts) => facts[tier] ?? 0 },
    },
    {
      id: `${tier}_by_devices`,
      title: `${title}, Devices without an Owner`,
      tier,
      kind: "count",
      parts: { "ucm-device": (facts) => facts[tier] ?? 0 },
    },
  ];
}

/** Columns beside the licenses, alike in all schemes. */
const BESIDE: readonly CiscoColumn[] = [
  beside("users_with_more_than_10_devices", "Users with more than 10 Devices", {
    "ucm-user": ({ has }) => has === "more-than-ten-devices",
  }),
  beside("extension_mobility_only_users", "Users with Extension Mobility only", {
    "ucm-user": ({ has }) => has === "extension-mobility-only",
  }),
  beside("devices_of_unknown_model", "Devices of unknown Model", {
    "ucm-user": ({ unknown }) => unknown,
    "ucm-device": ({ unknown }) => unknown,
  }),
];

function beside(id: string, title: string, parts: CiscoColumn["parts"]): CiscoColumn {
  return { id, title, tier: "none", kind: "count", parts };
}

/** The columns of each scheme, in order. */
export const CISCO_COLUMNS: Readonly<Record<CiscoScheme, readonly CiscoColumn[]>> = Object.fromEntries(
  CISCO_SCHEMES.map((scheme) => [
    scheme,
    [
      ...Object.entries(CISCO_TYPES[scheme]).flatMap(([tier, title]) =>
        typeColumns(tier as CiscoTier, title),
      ),
      ...BESIDE,
    ],
  ]),
) as Record<CiscoScheme, CiscoColumn[]>;

/** What a profile adds to a column, for all that it stands for. */
export function weightCisco(column: CiscoColumn, profile: CiscoProfile): number {
  const part = column.parts[profile.export] as
    | ((facts: CiscoProfile["profile"]) => number | boolean)
    | undefined;
  return part === undefined ? 0 : Number(part(profile.profile)) * profile.count;
}

/** The counts of a customer by column id. */
export function countsOfCisco(
  scheme: CiscoScheme,
  profiles: readonly CiscoProfile[],
): Record<string, number> {
  return Object.fromEntries(
    CISCO_COLUMNS[scheme].map((column) => [
      column.id,
      profiles.reduce((sum, profile) => sum + weightCisco(column, profile), 0),
    ]),
  );
}

/** Licenses by type, those of users and of devices together. */
export function licensesOfCisco(
  scheme: CiscoScheme,
  counts: Readonly<Record<string, number | boolean>>,
): CiscoLicenses {
  return Object.fromEntries(
    Object.keys(CISCO_TYPES[scheme]).map((tier) => [
      tier,
      Number(counts[`${tier}_by_users`] ?? 0) + Number(counts[`${tier}_by_devices`] ?? 0),
    ]),
  );
}

/** The licenses cluster by cluster, by region and name. They sum to those of the customer. */
export function clustersOf(scheme: CiscoScheme, profiles: readonly CiscoProfile[]): ClusterLicenses[] {
  const parts = new Map<string, CiscoProfile[]>();
  for (const profile of profiles) {
    const { region, cluster } = profile.profile;
    const key = JSON.stringify([region, cluster]);
    const part = parts.get(key);
    if (part === undefined) parts.set(key, [profile]);
    else part.push(profile);
  }
  return [...parts]
    .toSorted(([a], [b]) => byCodeUnit(a, b))
    .map(([, part]) => {
      const { cluster = "", region = "" } = part[0]?.profile ?? {};
      return { cluster, region, licenses: licensesOfCisco(scheme, countsOfCisco(scheme, part)) };
    });
}

/** What is wrong with a profile that came from outside, or `undefined`. */
export function profileProblemCisco(
  scheme: CiscoScheme,
  { export: kind, profile }: Pick<LicenseProfile, "export" | "profile" | "count">,
): string | undefined {
  if (!Object.hasOwn(CISCO_EXPORTS, kind)) return `unknown kind of profile "${kind}"`;
  const words: readonly string[] = USER_BASES;
  const isRight = (name: string, value: unknown): boolean => {
    if (name === "cluster" || name === "region") return typeof value === "string";
    if (name === "has") return kind === "ucm-user" && words.includes(value as string);
    return (name === "unknown" || Object.hasOwn(CISCO_TYPES[scheme], name)) && typeof value === "number";
  };
  const needed = ["cluster", "region", "unknown", ...(kind === "ucm-user" ? ["has"] : [])];
  for (const name of new Set([...needed, ...Object.keys(profile)])) {
    if (!isRight(name, profile[name])) return `profile "${kind}" has a wrong "${name}"`;
  }
  return undefined;
}
