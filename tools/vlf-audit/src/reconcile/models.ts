/**
 * License models as data: their types, which of them stands in for which, and what growth a plan allows.
 * docs/entitlements.md says what of it is the vendor's word. `[reconcile.models]` in `vlf.toml` corrects it.
 */

import { CISCO_TYPES } from "@vlf/common/cisco";

/** How a plan treats growth: see docs/entitlements.md, "Growth". */
export type Growth = "none" | "true-forward" | "active-user";
export const GROWTHS: readonly Growth[] = ["none", "true-forward", "active-user"];

export interface LicenseModel {
  readonly id: string;
  readonly title: string;
  /** Titles by id, highest first; `undefined` where the order names the types, as with Avaya's meters. */
  readonly types: Readonly<Record<string, string>> | undefined;
  /** Types from low to high, each list by itself: spare licenses of a higher type are lent to lower ones. */
  readonly substitution: readonly (readonly string[])[];
  /** What may be used beyond what is bought, in percent, unless the order says otherwise. */
  readonly allowance: number;
  /** Types that are shown only where they are ordered or used. */
  readonly optional?: readonly string[];
  readonly growth: Growth;
  /** The least that the plan sells of a type. */
  readonly minimum?: { readonly type: string; readonly quantity: number };
  /** Models of one family count the same users, each by its own rules: a customer has bought by one of them. */
  readonly family: string;
}

const UCM = "unified-cm";

export const MODELS: readonly LicenseModel[] = [
  {
    id: "cisco-ucm",
    title: "Unified CM",
    types: CISCO_TYPES["cisco-ucm"],
    // Feature Configuration Guide 12.5, Licensing: spare higher licenses are lent down in CSSM.
    substitution: [["essential", "basic", "enhanced", "enhanced_plus", "cuwl"]],
    allowance: 0,
    growth: "none",
    family: UCM,
  },
  {
    id: "cisco-hcs",
    title: "HCS",
    types: { telepresence_room: "TelePresence Room", standard: "Standard", foundation: "Foundation" },
    // HCS Smart Licensing Operational Guide: Foundation first, then Standard.
    substitution: [["foundation", "standard"]],
    allowance: 0,
    growth: "none",
    family: UCM,
  },
  {
    id: "cisco-flex-2",
    title: "Flex 2.0",
    types: CISCO_TYPES["cisco-flex-2"],
    substitution: [],
    allowance: 0,
    growth: "none",
    family: UCM,
  },
  {
    id: "cisco-flex-3-nu",
    title: "Flex 3.0 Named User",
    types: CISCO_TYPES["cisco-flex-3-nu"],
    substitution: [],
    optional: ["common_area"],
    allowance: 0,
    growth: "none",
    family: UCM,
  },
  {
    id: "cisco-flex-3-ea",
    title: "Flex 3.0 Enterprise Agreement",
    types: CISCO_TYPES["cisco-flex-3-ea"],
    substitution: [],
    allowance: 20,
    growth: "true-forward",
    minimum: { type: "knowledge_worker", quantity: 1000 },
    family: UCM,
  },
  open("cisco-cuc", "Unity Connection"),
  open("cisco-cer", "Emergency Responder"),
  open("webex", "Webex"),
  open("webex-suite", "Webex Suite EA", 15),
  open("webex-calling-ea", "Webex Calling EA", 20),
  open("webex-meetings-ea", "Webex Meetings EA", 20),
  { ...open("webex-active-user", "Webex Active User"), growth: "active-user" },
  open("webex-contact-center", "Webex Contact Center"),
  open("avaya", "Avaya OneCloud Subscription"),
  {
    id: "voss-4",
    title: "VOSS, audit 4.x",
    types: {
      premium: "Premium",
      essential: "Essential",
      contact_center: "Contact Center",
      hybrid: "Hybrid",
      phone_server: "Phone Server",
    },
    substitution: [],
    allowance: 0,
    growth: "none",
    family: "voss",
  },
  {
    id: "voss-5",
    title: "VOSS, audit 5.x",
    types: {
      user: "User",
      contact_center: "Contact Center",
      standalone_device: "Standalone Device",
      meeting_room: "Meeting Room",
      phone_server: "Phone Server",
    },
    substitution: [],
    allowance: 0,
    growth: "none",
    family: "voss",
  },
];

/** A model whose types are those that orders and usage name. */
function open(id: string, title: string, allowance = 0): LicenseModel {
  const growth = allowance > 0 ? "true-forward" : "none";
  const family = id.startsWith("webex") && id !== "webex-contact-center" ? "webex" : id;
  return { id, title, types: undefined, substitution: [], allowance, growth, family };
}

/** Short forms of types that orders use. */
const SHORT: Readonly<Record<string, string>> = {
  kw: "knowledge_worker",
  ca: "common_area",
  tp: "telepresence",
  public_space: "common_area",
  cuwl_standard: "cuwl",
  enhancedplus: "enhanced_plus",
  telepresenceroom: "telepresence_room",
};

/**
 * The id of a type by its id, title or short form, whatever its case; `undefined` for one that the model
 * does not have. Models without types of their own have any.
 */
export function typeId({ types }: LicenseModel, name: string): string | undefined {
  const text = name.trim();
  if (types === undefined) return text === "" ? undefined : text;
  const id = text.toLowerCase().replaceAll(/[\s-]+/g, "_");
  if (Object.hasOwn(types, id)) return id;
  const short = Object.hasOwn(SHORT, id) ? SHORT[id] : undefined;
  if (short !== undefined && Object.hasOwn(types, short)) return short;
  return Object.keys(types).find((key) => types[key]?.toLowerCase() === text.toLowerCase());
}

/** What people call a type. */
export function typeTitle(model: LicenseModel, type: string): string {
  return (model.types === undefined ? undefined : model.types[type]) ?? type;
}

/** Which model a record of usage is of: by vendor and application, `*` for any. The first that fits counts. */
export interface UsageRule {
  readonly vendor: string;
  readonly application: string;
  readonly model: string;
}

export const USAGE_RULES: readonly UsageRule[] = [
  { vendor: "cisco", application: "UCM", model: "cisco-ucm" },
  { vendor: "cisco", application: "UCM", model: "cisco-hcs" },
  { vendor: "cisco", application: "CUC", model: "cisco-cuc" },
  { vendor: "cisco", application: "CER", model: "cisco-cer" },
  { vendor: "cisco", application: "Webex", model: "webex" },
  { vendor: "avaya", application: "*", model: "avaya" },
];
