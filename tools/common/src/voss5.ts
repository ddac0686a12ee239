/**
 * Scheme `voss-5`, the license audit 5.x, as data: columns and what they count, from profiles, as in
 * `voss-4`. The vendor's pages on 5.x are readable only in part, so each column has a mark, and what is
 * marked inferred is a reading of ours that `vlf.toml` can correct. docs/voss-5.md says which is which.
 */
import type { Mark } from "./models.ts";
import type { LicenseProfile, Licenses5 } from "./records.ts";

export const SCHEME5 = "voss-5";

/** What the profiles of the scheme are about, with their names in the breakdown file. All ours. */
export const EXPORTS5 = {
  "voss-user": "User",
  "contact-center-account": "Contact Center",
  "standalone-device": "Standalone Device",
  "meeting-room": "Meeting Room",
  "phone-server-device": "Phone Server",
  "hierarchy-row": "Hierarchy",
} as const;

export type ExportId5 = keyof typeof EXPORTS5;

/** The services of a user that a column of their own counts. */
export type Component = "cisco_voice" | "cisco_voicemail" | "ms_teams_voice" | "ms_online" | "ms_exchange";

/** The facts of one kind of profile. */
export interface ProfileFacts5 {
  /** A `data/User`; one without a license has `licenses` 0. */
  "voss-user": { licenses: number; hybrid: boolean; more_than_10_devices: boolean } & Record<
    Component,
    boolean
  >;
  "contact-center-account": { kind: "express" | "webex" };
  "standalone-device": { kind: "cisco-phone" };
  "meeting-room": { kind: "microsoft" };
  "phone-server-device": Readonly<Record<string, never>>;
  /** The customer, or what lies above the customers of a provider: exactly one. */
  "hierarchy-row": { sites: number };
}

export type Profile5 = {
  [E in ExportId5]: { export: E; profile: ProfileFacts5[E]; count: number };
}[ExportId5];

export type Tier5 = keyof Licenses5 | "none";

type Parts5 = { readonly [E in ExportId5]?: (facts: ProfileFacts5[E]) => number | boolean };

export interface Column5 {
  readonly id: string;
  /** As the CSV files and the field table of the model have it. */
  readonly title: string;
  /** A column with a tier is part of Total License Usage. */
  readonly tier: Tier5;
  /** The total is the sum of the columns that have a tier. */
  readonly kind: "count" | "total";
  /** The field of `data/LicenseAuditCounts`, by its id in the table of models; none is known for some. */
  readonly field: string;
  readonly mark: Mark;
  readonly parts: Parts5;
}

function column(id: string, title: string, tier: Tier5, field: string, parts: Parts5): Column5 {
  return { id, title, tier, kind: "count", field, mark: "documented", parts };
}

const user = (holds: (facts: ProfileFacts5["voss-user"]) => number | boolean): Parts5 => ({
  "voss-user": holds,
});

/** All columns, those of the vendor's model first and in its order as far as that is known. */
// prettier-ignore
export const COLUMNS5: readonly Column5[] = [
  { id: "total_license_usage", title: "Total License Usage", tier: "none", kind: "total",
    field: "total_license_usage", mark: "documented", parts: {} },
  column("user_licenses", "User Licenses", "user", "user_licenses", user((u) => u.licenses)),
  column("users_with_more_than_10_devices", "Users with more than 10 Devices", "none",
    "users_with_more_than_10_devices", user((u) => u.more_than_10_devices)),
  column("contact_center_express", "Contact Center Express", "contact_center", "uccx_user_licenses",
    { "contact-center-account": (account) => account.kind === "express" }),
  // A subset of User Licenses: without a license nobody is in it.
  column("cisco_and_ms_integrated_services", "Cisco and MS Integrated Services", "none",
    "cisco_and_ms_integrated_services", user((u) => u.hybrid && u.licenses > 0)),
  column("contact_center_user_webex", "Contact Center User Webex", "contact_center", "",
    { "contact-center-account": (account) => account.kind === "webex" }),
  column("standalone_devices", "Standalone Devices", "standalone_device", "standalone_devices",
    { "standalone-device": () => true }),
  column("meeting_rooms", "Meeting Rooms", "meeting_room", "meeting_rooms", { "meeting-room": () => true }),
  column("voss_phone_servers", "Voss Phone Servers", "phone_server", "", { "phone-server-device": () => true }),
  column("sites", "Sites", "none", "sites", { "hierarchy-row": (row) => row.sites }),
  column("cisco_voice_users", "Cisco Voice Users", "none", "", user((u) => u.cisco_voice)),
  column("cisco_voicemail_users", "Cisco Voicemail Users", "none", "", user((u) => u.cisco_voicemail)),
  column("cisco_standalone_phones", "Cisco Standalone Phones", "none", "",
    { "standalone-device": (device) => device.kind === "cisco-phone" }),
  column("microsoft_meeting_rooms", "Microsoft Meeting Rooms", "none", "",
    { "meeting-room": (room) => room.kind === "microsoft" }),
  column("ms_teams_voice_users", "MS Teams Voice Users", "none", "ms_teams_voice_users", user((u) => u.ms_teams_voice)),
  column("ms_online_users", "MS Online Users", "none", "msol_users", user((u) => u.ms_online)),
  column("ms_exchange_users", "MS Exchange Users", "none", "", user((u) => u.ms_exchange)),
];

/** What a profile adds to one column, for all that it stands for; nothing to the total, which is a sum. */
export function weight5(one: Column5, profile: Profile5): number {
  const part = one.parts[profile.export] as ((facts: Profile5["profile"]) => number | boolean) | undefined;
  return part === undefined ? 0 : Number(part(profile.profile)) * profile.count;
}

/** The counts of a row by column id, from its profiles, in the order of the columns. */
export function countsOf5(profiles: readonly Profile5[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const one of COLUMNS5) {
    counts[one.id] = profiles.reduce((sum, profile) => sum + weight5(one, profile), 0);
  }
  for (const { id, kind } of COLUMNS5) if (kind === "total") counts[id] = totalOf(counts);
  return counts;
}

/** Total License Usage: exactly the six columns that have a tier. */
function totalOf(counts: Readonly<Record<string, number>>): number {
  return COLUMNS5.reduce((sum, { id, tier }) => (tier === "none" ? sum : sum + (counts[id] ?? 0)), 0);
}

/** Licenses by kind; their sum is Total License Usage. */
export function licensesOf5(counts: Readonly<Record<string, number | boolean>>): Licenses5 {
  const licenses: Licenses5 = {
    user: 0,
    contact_center: 0,
    standalone_device: 0,
    meeting_room: 0,
    phone_server: 0,
  };
  for (const { id, tier } of COLUMNS5) if (tier !== "none") licenses[tier] += Number(counts[id] ?? 0);
  return licenses;
}

type FactKind = "boolean" | "number" | readonly string[];

/** The facts of every kind of profile, by name and kind of value, in the order of the breakdown file. */
export const FACT_KINDS5: {
  readonly [E in ExportId5]: Readonly<Record<keyof ProfileFacts5[E], FactKind>>;
} = {
  "voss-user": {
    licenses: "number",
    hybrid: "boolean",
    more_than_10_devices: "boolean",
    cisco_voice: "boolean",
    cisco_voicemail: "boolean",
    ms_teams_voice: "boolean",
    ms_online: "boolean",
    ms_exchange: "boolean",
  },
  "contact-center-account": { kind: ["express", "webex"] },
  "standalone-device": { kind: ["cisco-phone"] },
  "meeting-room": { kind: ["microsoft"] },
  "phone-server-device": {},
  "hierarchy-row": { sites: "number" },
};

/** What is wrong with a profile that came from outside, or `undefined`. */
export function profileProblem5(
  profile: Pick<LicenseProfile, "export" | "profile" | "count">,
): string | undefined {
  if (!Object.hasOwn(EXPORTS5, profile.export)) return `unknown kind of profile "${profile.export}"`;
  const kinds: Readonly<Record<string, FactKind>> = FACT_KINDS5[profile.export as ExportId5];
  for (const name of new Set([...Object.keys(kinds), ...Object.keys(profile.profile)])) {
    const kind = Object.hasOwn(kinds, name) ? kinds[name] : undefined;
    const value = profile.profile[name];
    const fits = typeof kind === "object" ? kind.some((word) => word === value) : typeof value === kind;
    if (!fits) return `profile "${profile.export}" has a wrong "${name}"`;
  }
  return undefined;
}
