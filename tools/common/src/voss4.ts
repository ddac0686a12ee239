/**
 * Scheme `voss-4`, the license audit 4.x, as data: what is counted, column by column, from profiles.
 * A profile is a combination of facts with the number of people, devices or accounts it fits. The
 * counts are sums over profiles and nothing else, so whoever holds the profiles can recompute them.
 * Titles, order and tiers: guide 1.7.1 and 1.7.3. docs/voss-4.md says the rules in words, with D1 to D16.
 */
import type { Licenses, LicenseProfile } from "./records.ts";

export const SCHEME = "voss-4";

/** `#Audit Version=` of the files: the version whose columns these are. */
export const AUDIT_VERSION = "4.1.5";

/** The data exports of the license JSON. Six names are the guide's (1.6.1), the rest are ours. */
export const EXPORTS = {
  subscriber: "License Subscriber Profile Data Export",
  "standalone-phone": "License Standalone Phone Data Export",
  "standalone-webex": "License Standalone WebEx Data Export",
  "standalone-voicemail": "License Standalone Voicemail Data Export",
  "contact-center": "License Contact Center Data Export",
  "spark-hybrid": "License Spark Hybrid Data Export",
  microsoft: "License Microsoft Data Export",
  "multi-vendor": "License Multi-vendor Data Export",
  "phone-server": "License Phone Server Data Export",
  customer: "License Customer Data Export",
} as const;

export type ExportId = keyof typeof EXPORTS;

/** Of these only the number counts. */
type NoFacts = Readonly<Record<string, never>>;

/** The facts of one kind of profile. */
export interface ProfileFacts {
  /** A subscriber: one `device/cucm/User` at site level. `phones` are those that count. */
  subscriber: {
    agent: boolean;
    phones: number;
    em: boolean;
    webex: boolean;
    vm: boolean;
    spark: boolean;
    snr: boolean;
  };
  "standalone-phone": { analog: boolean };
  "standalone-webex": NoFacts;
  "standalone-voicemail": NoFacts;
  /** A contact center agent; one can be both (D4). */
  "contact-center": { enterprise: boolean; express: boolean };
  /**
   * A Spark account, by where it is counted: in the `column` of a subscriber whose title names Spark,
   * in `spark` because its user is `above-site` (D9), `standalone`, or among the `standard` users;
   * or a user of the hybrid service.
   */
  "spark-hybrid": {
    kind: "spark-account" | "hybrid-user";
    place: "column" | "above-site" | "standalone" | "standard" | "";
  };
  /** A Microsoft account, one per UPN. */
  microsoft: {
    cisco: boolean;
    teams: boolean;
    enabled: boolean;
    features: boolean;
    phone_system: boolean;
    enterprise_voice: boolean;
    mailbox: boolean;
    o365_licensed: boolean;
  };
  /** A Microsoft UPN or PexIP owner, by the vendors of its accounts; or a conference without an owner. */
  "multi-vendor": { cisco: boolean; microsoft: boolean; pexip: boolean; hybrid: boolean };
  "phone-server": NoFacts;
  /** The customer itself, exactly one. */
  customer: { public_sector: boolean; inactive_billing: boolean; sites: number };
}

export type Profile = {
  [E in ExportId]: { export: E; profile: ProfileFacts[E]; count: number };
}[ExportId];

export type Tier = keyof Licenses | "none";

/** How much one profile adds to a column, per person or device; a flag column is set by `true`. */
type Parts = { readonly [E in ExportId]?: (facts: ProfileFacts[E]) => number | boolean };

export interface Column {
  readonly id: string;
  /** The exact title in the CSV files. */
  readonly title: string;
  readonly tier: Tier;
  /** A flag is written `Y` or `N`; the pkid column holds the customer's. */
  readonly kind: "pkid" | "count" | "flag";
  readonly parts: Parts;
}

type Subscriber = ProfileFacts["subscriber"];

function count(id: string, title: string, tier: Tier, parts: Parts): Column {
  return { id, title, tier, kind: "count", parts };
}

function flag(id: string, title: string, parts: Parts): Column {
  return { id, title, tier: "none", kind: "flag", parts };
}

/** Subscribers who are no agents and for whom the condition holds. */
function subscribers(holds: (s: Subscriber) => boolean): Parts {
  return { subscriber: (s) => !s.agent && holds(s) };
}

const active = (m: ProfileFacts["microsoft"]): boolean => !m.cisco && m.enabled && m.features;
const withVoice = (m: ProfileFacts["microsoft"]): boolean =>
  active(m) && m.phone_system && m.enterprise_voice;

/** All columns in file order; the number of a column is its place, from 1. */
// prettier-ignore
export const COLUMNS: readonly Column[] = [
  { id: "customer_pkid", title: "Customer PKID", tier: "none", kind: "pkid", parts: {} },
  count("one_phone_and_spark", "One Phone & Spark (No VM & No WebEx)", "premium",
    subscribers((s) => s.phones === 1 && !s.webex && !s.vm && s.spark)),
  count("one_phone", "One Phone (No VM & No WebEx & No Spark)", "essential",
    subscribers((s) => s.phones === 1 && !s.webex && !s.vm && !s.spark)),
  count("one_phone_and_vm", "One Phone & VM (No WebEx)", "premium",
    subscribers((s) => s.phones === 1 && !s.webex && s.vm)),
  count("one_phone_and_webex", "One Phone & WebEx", "premium",
    subscribers((s) => s.phones === 1 && s.webex)),
  // Licenses, not people: one for every 10 phones begun (D5).
  count("multiple_phones", "Multiple Phones", "premium",
    { subscriber: (s) => (!s.agent && s.phones > 1 ? Math.ceil(s.phones / 10) : 0) }),
  count("users_with_more_than_10_phones", "Users With More Than 10 Phones", "none",
    subscribers((s) => s.phones > 10)),
  count("ucm_user", "UCM User (No Phone & No EM & No VM & No WebEx & No SNR & No Spark)", "none",
    subscribers((s) => s.phones === 0 && !s.em && !s.webex && !s.vm && !s.spark && !s.snr)),
  count("snr", "SNR (No Phone & No EM & No VM & No WebEx & No Spark)", "essential",
    subscribers((s) => s.phones === 0 && !s.em && !s.webex && !s.vm && !s.spark && s.snr)),
  count("vm", "VM (No Phone & No EM & No WebEx)", "premium",
    subscribers((s) => s.phones === 0 && !s.em && !s.webex && s.vm)),
  count("webex", "WebEx (No Phone & No EM)", "premium",
    subscribers((s) => s.phones === 0 && !s.em && s.webex)),
  // With SNR as well it stays here: the premium column wins (D6). Accounts of users above site: D9.
  count("spark", "Spark (No Phone & No EM & No SNR & No VM & No WebEx)", "premium", {
    ...subscribers((s) => s.phones === 0 && !s.em && !s.webex && !s.vm && s.spark),
    "spark-hybrid": (account) => account.place === "above-site",
  }),
  count("em_and_spark", "EM & Spark (No Phone & No VM & No WebEx)", "premium",
    subscribers((s) => s.phones === 0 && s.em && !s.webex && !s.vm && s.spark)),
  count("em", "EM (No Phone & No SNR & No VM & No WebEx & No Spark)", "essential",
    subscribers((s) => s.phones === 0 && s.em && !s.webex && !s.vm && !s.spark && !s.snr)),
  count("em_and_snr", "EM & SNR (No Phone & No VM & No WebEx & No Spark)", "essential",
    subscribers((s) => s.phones === 0 && s.em && !s.webex && !s.vm && !s.spark && s.snr)),
  count("em_and_vm", "EM & VM (No Phone & No WebEx)", "premium",
    subscribers((s) => s.phones === 0 && s.em && !s.webex && s.vm)),
  count("em_and_webex", "EM & WebEx (No Phone)", "premium",
    subscribers((s) => s.phones === 0 && s.em && s.webex)),
  count("standalone_phones", "Standalone Phones (No UCM User)", "essential", { "standalone-phone": () => true }),
  count("standalone_webex", "Standalone WebEx (No UCM User)", "premium", { "standalone-webex": () => true }),
  count("standalone_voicemail", "Standalone Voicemail (No UCM User)", "premium", { "standalone-voicemail": () => true }),
  count("contact_center_enterprise", "Contact Center Enterprise", "contact_center",
    { "contact-center": (agent) => agent.enterprise }),
  count("contact_center_express", "Contact Center Express", "contact_center",
    { "contact-center": (agent) => agent.express }),
  count("standalone_spark", "Standalone Spark (No UCM User)", "premium",
    { "spark-hybrid": (account) => account.place === "standalone" }),
  flag("public_sector", "Public Sector", { customer: (c) => c.public_sector }),
  flag("inactive_billing", "Inactive Billing", { customer: (c) => c.inactive_billing }),
  count("standalone_analog_ports", "Standalone Analog Ports (No UCM User)", "none",
    { "standalone-phone": (phone) => phone.analog }),
  // By account (D10): all Spark accounts less those in columns 2, 12, 13 and 23.
  count("standard_users_with_spark", "Standard Users with Spark", "none",
    { "spark-hybrid": (account) => account.place === "standard" }),
  // Only one of PhoneSystem and Enterprise Voice is in none of the three Teams columns (D12).
  count("ms_teams_no_voice", "MS Teams (No Voice)", "none",
    { microsoft: (m) => active(m) && !m.phone_system && !m.enterprise_voice }),
  count("ms_teams_and_voice", "MS Teams & Voice", "premium", // the tier by D14
    { microsoft: (m) => withVoice(m) && !m.mailbox }),
  count("ms_teams_and_voice_and_exchange", "MS Teams & Voice & Exchange", "premium",
    { microsoft: (m) => withVoice(m) && m.mailbox }),
  count("ms_o365_no_teams", "MS O365 User (no Teams)", "none",
    { microsoft: (m) => !m.cisco && m.o365_licensed && !m.teams }),
  count("cisco_and_ms_integrated", "Cisco and MS Integrated Service", "hybrid",
    { "spark-hybrid": (user) => user.kind === "hybrid-user" }),
  count("multi_vendor_users", "Multi-vendor Users", "none",
    { "multi-vendor": (p) => !p.hybrid && Number(p.cisco) + Number(p.microsoft) + Number(p.pexip) >= 2 }),
  count("pexip_only", "PexIP only", "premium",
    { "multi-vendor": (p) => p.pexip && !p.cisco && !p.microsoft }),
  count("phone_server_phones", "Phone Server Phones", "phone_server", { "phone-server": () => true }),
  count("site_count", "Site Count", "none", { customer: (c) => c.sites }),
];

/** What a profile adds to one column, for all that it stands for. */
export function weight(column: Column, profile: Profile): number {
  const part = column.parts[profile.export] as ((facts: Profile["profile"]) => number | boolean) | undefined;
  return part === undefined ? 0 : Number(part(profile.profile)) * profile.count;
}

export type Counts = Record<string, number | boolean>;

/** The counts of a customer by column id, from its profiles, in file order. */
export function countsOf(profiles: readonly Profile[]): Counts {
  const counts: Counts = {};
  for (const column of COLUMNS) {
    if (column.kind === "pkid") continue;
    let sum = 0;
    for (const profile of profiles) sum += weight(column, profile);
    counts[column.id] = column.kind === "flag" ? sum > 0 : sum;
  }
  return counts;
}

/**
 * Licenses by tier. Standalone phones need a license only above the number agreed with the customer
 * (guide 1.7.3: "above agreed standalone allocation"), 0 unless told otherwise.
 */
export function licensesOf(counts: Counts, standaloneAllocation = 0): Licenses {
  const licenses: Licenses = { essential: 0, premium: 0, contact_center: 0, hybrid: 0, phone_server: 0 };
  for (const column of COLUMNS) {
    if (column.tier === "none") continue;
    const number = Number(counts[column.id] ?? 0);
    const free = column.id === "standalone_phones" ? Math.min(number, standaloneAllocation) : 0;
    licenses[column.tier] += number - free;
  }
  return licenses;
}

/** A kind of value, or the words that a fact may be. */
type FactKind = "boolean" | "number" | readonly string[];

/** The facts of every kind of profile, by name and kind of value. */
const FACT_KINDS: {
  readonly [E in ExportId]: Readonly<Record<keyof ProfileFacts[E], FactKind>>;
} = {
  subscriber: {
    agent: "boolean",
    phones: "number",
    em: "boolean",
    webex: "boolean",
    vm: "boolean",
    spark: "boolean",
    snr: "boolean",
  },
  "standalone-phone": { analog: "boolean" },
  "standalone-webex": {},
  "standalone-voicemail": {},
  "contact-center": { enterprise: "boolean", express: "boolean" },
  "spark-hybrid": {
    kind: ["spark-account", "hybrid-user"],
    place: ["column", "above-site", "standalone", "standard", ""],
  },
  microsoft: {
    cisco: "boolean",
    teams: "boolean",
    enabled: "boolean",
    features: "boolean",
    phone_system: "boolean",
    enterprise_voice: "boolean",
    mailbox: "boolean",
    o365_licensed: "boolean",
  },
  "multi-vendor": { cisco: "boolean", microsoft: "boolean", pexip: "boolean", hybrid: "boolean" },
  "phone-server": {},
  customer: { public_sector: "boolean", inactive_billing: "boolean", sites: "number" },
};

/** What is wrong with a profile that came from outside, or `undefined`. */
export function profileProblem(
  profile: Pick<LicenseProfile, "export" | "profile" | "count">,
): string | undefined {
  if (!Object.hasOwn(EXPORTS, profile.export)) return `unknown data export "${profile.export}"`;
  const kinds: Readonly<Record<string, FactKind>> = FACT_KINDS[profile.export as ExportId];
  const names = new Set([...Object.keys(kinds), ...Object.keys(profile.profile)]);
  for (const name of names) {
    const kind = Object.hasOwn(kinds, name) ? kinds[name] : undefined;
    const value = profile.profile[name];
    const fits = typeof kind === "object" ? kind.some((word) => word === value) : typeof value === kind;
    if (!fits) {
      const wanted = typeof kind === "object" ? kind.map((word) => `"${word}"`).join(", ") : kind;
      return `data export "${profile.export}" has a wrong "${name}", wanted ${wanted ?? "no such fact"}`;
    }
  }
  return undefined;
}
