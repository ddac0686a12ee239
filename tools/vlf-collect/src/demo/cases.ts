/**
 * The centre of the demo system: what its customers, its subscribers and the things beside them are,
 * and how often. Ordinary rows first, then the odd ones that real systems have. `often` is a weight
 * within its table. Of both tables every row occurs among the first some 150 subscribers, the rest follows
 * the weights; customers take their cases by number, all of them within the first five.
 */
import type { Shape } from "./shapes.ts";

/** What must be there already before a case can be dealt. */
export type Need = "neighbour" | "beneath" | "division";

export interface Row {
  readonly id: string;
  readonly often: number;
  readonly needs?: Need;
}

// --- customers -------------------------------------------------------------------------------------------

export type CustomerCaseId =
  | "divisions"
  | "node-beneath-site"
  | "site-without-users"
  | "linked-site"
  | "without-reseller"
  | "in-region"
  | "public-sector"
  | "inactive-billing"
  | "no-sites"
  | "microsoft-tenant"
  | "titles-normalized"
  | "old-webex-layout";

/** Customers number `at`, `at + every`, ... counted from 0. */
const CUSTOMER_CASES: Readonly<Record<CustomerCaseId, readonly [every: number, at: number]>> = {
  divisions: [2, 0],
  "node-beneath-site": [3, 1],
  "site-without-users": [4, 2],
  "linked-site": [6, 3],
  "without-reseller": [8, 2],
  "in-region": [16, 3],
  "public-sector": [10, 1],
  "inactive-billing": [20, 3],
  "no-sites": [50, 4],
  "microsoft-tenant": [2, 0],
  "titles-normalized": [3, 0],
  "old-webex-layout": [5, 2],
};

export function isCustomerCase(index: number, id: CustomerCaseId): boolean {
  const [every, at] = CUSTOMER_CASES[id];
  return index % every === at;
}

// --- subscribers -----------------------------------------------------------------------------------------

/** What a subscriber has. */
export interface SubscriberPlan {
  /** Phones of their own; `link` says what ties them to the user. */
  readonly phones: number;
  readonly link: "list" | "owner" | "both";
  readonly ctiPorts: number;
  /** Phones of product `Cisco Spark Remote Device`. */
  readonly remotes: number;
  /** A port of an analogue gateway in the user's list. */
  readonly port: "" | "mgcp" | "sccp";
  /** Names in the list of devices for which there is no phone. */
  readonly missing: number;
  /** Extension mobility profiles. */
  readonly em: number;
  /** What ties the meetings account to the user. */
  readonly webex: "" | "id" | "mail" | "userid-as-mail";
  readonly vm: "" | "site" | "other-site";
  /** What ties the Spark account to the user, and where it is. */
  readonly spark: "" | "mail" | "userid" | "both";
  readonly sparkAt: "site" | "customer" | "beneath" | "other-site";
  readonly snr: boolean;
  readonly agent: "" | "express" | "enterprise" | "enterprise-user" | "both";
  /** How the userid is written outside `device/cucm/User`. */
  readonly spelling: "same" | "capitals" | "padded";
  /** The shape of the user's collections. */
  readonly shape: Shape;
  /** The Microsoft account, by what ties it to the user; `chance` leaves it to the tenant. */
  readonly microsoft: "chance" | "none" | "upn-is-mail" | "tied-by-365" | "tied-by-teams" | "tied-by-email";
  readonly hybrid: boolean;
  readonly conference: boolean;
  readonly neighbour: "" | "shares-phone" | "same-userid";
  readonly beneathSite: boolean;
}

const PLAIN: SubscriberPlan = {
  phones: 0,
  link: "both",
  ctiPorts: 0,
  remotes: 0,
  port: "",
  missing: 0,
  em: 0,
  webex: "",
  vm: "",
  spark: "",
  sparkAt: "site",
  snr: false,
  agent: "",
  spelling: "same",
  shape: "array",
  microsoft: "chance",
  hybrid: false,
  conference: false,
  neighbour: "",
  beneathSite: false,
};

/** Cases plain enough to be the neighbour that another case shares a phone or a userid with. */
export const NEIGHBOURS: ReadonlySet<string> = new Set(["one-phone", "one-phone-and-vm"]);

export interface SubscriberCase extends Row {
  readonly plan: SubscriberPlan;
}

function subscriber(id: string, often: number, plan: Partial<SubscriberPlan>, needs?: Need): SubscriberCase {
  return { id, often, plan: { ...PLAIN, ...plan }, ...(needs === undefined ? {} : { needs }) };
}

// prettier-ignore
export const SUBSCRIBER_CASES: readonly [SubscriberCase, ...SubscriberCase[]] = [
  subscriber("one-phone", 2600, { phones: 1 }),
  subscriber("one-phone-and-vm", 1900, { phones: 1, vm: "site" }),
  subscriber("one-phone-and-webex", 700, { phones: 1, vm: "site", webex: "id" }),
  subscriber("one-phone-and-spark", 900, { phones: 1, spark: "mail" }),
  subscriber("one-phone-and-all", 300, { phones: 1, em: 1, vm: "site", webex: "id", spark: "mail", snr: true }),
  subscriber("two-phones", 900, { phones: 2, vm: "site", spark: "mail" }),
  subscriber("ucm-user", 350, {}),
  subscriber("snr", 60, { snr: true }),
  subscriber("vm", 200, { vm: "site" }),
  subscriber("webex", 150, { webex: "mail" }),
  subscriber("spark", 300, { spark: "mail" }),
  subscriber("em-and-spark", 80, { em: 1, spark: "mail" }),
  subscriber("em", 250, { em: 1 }),
  subscriber("em-and-snr", 40, { em: 1, snr: true }),
  subscriber("em-and-vm", 100, { em: 1, vm: "site" }),
  subscriber("em-and-webex", 60, { em: 2, webex: "id" }),
  subscriber("five-phones", 20, { phones: 5 }),
  subscriber("eleven-phones", 6, { phones: 11 }),
  subscriber("twenty-five-phones", 3, { phones: 25, vm: "site" }),
  subscriber("shared-phone", 60, { neighbour: "shares-phone" }, "neighbour"),
  subscriber("same-userid", 8, { phones: 1, neighbour: "same-userid" }, "neighbour"),
  subscriber("listed-only", 100, { phones: 1, link: "list" }),
  subscriber("owner-only", 60, { phones: 1, link: "owner" }),
  subscriber("missing-devices", 40, { phones: 1, missing: 2 }),
  subscriber("only-missing-devices", 10, { missing: 1 }),
  subscriber("cti-port-and-phone", 30, { phones: 1, ctiPorts: 1 }),
  subscriber("cti-port-alone", 10, { ctiPorts: 1 }),
  subscriber("remote-beside-phone", 40, { phones: 1, remotes: 1, spark: "mail" }),
  subscriber("remote-alone", 15, { remotes: 1, spark: "mail" }),
  subscriber("remotes-alone", 6, { remotes: 3 }),
  subscriber("sccp-port", 30, { port: "sccp" }),
  subscriber("mgcp-port", 20, { phones: 1, port: "mgcp" }),
  subscriber("devices-single", 60, { phones: 1, em: 1, shape: "single" }),
  subscriber("devices-with-uuid", 60, { phones: 1, em: 1, shape: "value" }),
  subscriber("devices-all-with-uuid", 20, { phones: 2, em: 2, shape: "value" }),
  subscriber("devices-missing", 20, { shape: "missing" }),
  subscriber("devices-null", 20, { shape: "null" }),
  subscriber("devices-empty-text", 20, { shape: "text" }),
  subscriber("devices-inner-null", 20, { shape: "inner-null" }),
  subscriber("devices-empty-list", 20, { shape: "empty" }),
  subscriber("capitals", 20, { phones: 1, em: 1, vm: "site", webex: "id", spark: "mail", snr: true, spelling: "capitals" }),
  subscriber("padded", 10, { phones: 1, vm: "site", webex: "id", snr: true, spelling: "padded" }),
  subscriber("webex-by-userid-as-mail", 10, { webex: "userid-as-mail" }),
  subscriber("spark-by-userid", 10, { phones: 1, spark: "userid" }),
  subscriber("two-spark-accounts", 6, { phones: 1, spark: "both" }),
  subscriber("spark-above", 30, { phones: 1, spark: "mail", sparkAt: "customer" }),
  subscriber("spark-beneath", 10, { spark: "mail", sparkAt: "beneath" }, "beneath"),
  subscriber("spark-on-other-branch", 15, { phones: 1, spark: "mail", sparkAt: "other-site" }),
  subscriber("vm-at-other-site", 15, { phones: 1, vm: "other-site" }),
  subscriber("snr-and-spark", 8, { snr: true, spark: "mail" }),
  subscriber("agent-express", 200, { phones: 1, vm: "site", agent: "express" }),
  subscriber("agent-express-spelled", 8, { phones: 1, agent: "express", spelling: "capitals" }),
  subscriber("agent-enterprise", 80, { phones: 1, agent: "enterprise" }),
  subscriber("agent-enterprise-user", 15, { phones: 1, agent: "enterprise-user" }),
  subscriber("agent-of-both", 5, { phones: 1, spark: "mail", agent: "both" }),
  subscriber("beneath-site", 40, { phones: 1, vm: "site", beneathSite: true }, "beneath"),
  subscriber("microsoft-by-mail", 40, { phones: 1, microsoft: "upn-is-mail" }),
  subscriber("microsoft-by-365-name", 30, { phones: 1, microsoft: "tied-by-365" }),
  subscriber("microsoft-by-teams-name", 30, { phones: 1, microsoft: "tied-by-teams" }),
  subscriber("microsoft-by-email", 15, { phones: 1, microsoft: "tied-by-email" }),
  subscriber("hybrid", 50, { phones: 1, microsoft: "tied-by-teams", hybrid: true }),
  subscriber("owns-conference", 20, { phones: 1, conference: true, microsoft: "none" }),
  subscriber("microsoft-and-conference", 10, { phones: 1, microsoft: "upn-is-mail", conference: true }),
];

// --- beside the subscribers --------------------------------------------------------------------------------

/** A person with a Microsoft account and no Cisco one. A part that is left out does not exist. */
export interface MicrosoftPlan {
  /** `device/msteamsonline/CsOnlineUser`; `features` as they come, `undefined` for a missing field. */
  readonly teams?: { readonly enabled: unknown; readonly features: unknown; readonly voice: unknown };
  /** `IsLicensed` of `device/msgraph/MsolUser`. */
  readonly graph?: unknown;
  readonly azure?: boolean;
  readonly mailbox?: boolean;
  readonly twice?: boolean;
  readonly conference?: boolean;
  readonly hybrid?: boolean;
}

export type Beside =
  | { readonly kind: "nothing" }
  | {
      readonly kind: "phone";
      readonly product: "desk" | "Analog Phone" | "CTI Port" | "Cisco Spark Remote Device";
      readonly owner: "missing" | "blank" | "ghost";
      readonly hasLine: boolean;
    }
  | { readonly kind: "voicemail" | "webex" | "spark" | "workspace" | "server-phone" }
  | { readonly kind: "agent"; readonly agent: "express" | "enterprise" }
  | {
      /** A user of `device/cucm/User` above every site. */
      readonly kind: "user-above";
      readonly at: "customer" | "division";
      readonly spark: "" | "beside" | "above" | "site";
      readonly phone?: "owned" | "listed";
      readonly vm?: boolean;
    }
  | { readonly kind: "conference"; readonly owner: "nobody" | "stranger"; readonly key: string }
  | { readonly kind: "microsoft"; readonly plan: MicrosoftPlan };

export interface BesideCase extends Row {
  readonly what: Beside;
}

const voice = { enabled: true, features: ["Teams", "PhoneSystem"], voice: true };
const noVoice = { enabled: true, features: ["Teams"], voice: false };

function microsoft(id: string, often: number, plan: MicrosoftPlan): BesideCase {
  return { id, often, what: { kind: "microsoft", plan } };
}

// prettier-ignore
export const BESIDE_CASES: readonly [BesideCase, ...BesideCase[]] = [
  { id: "nothing", often: 6000, what: { kind: "nothing" } },
  { id: "standalone-phone", often: 1100, what: { kind: "phone", product: "desk", owner: "missing", hasLine: true } },
  { id: "standalone-phone-blank-owner", often: 300, what: { kind: "phone", product: "desk", owner: "blank", hasLine: true } },
  { id: "ghost-owner", often: 60, what: { kind: "phone", product: "desk", owner: "ghost", hasLine: true } },
  { id: "standalone-phone-without-line", often: 100, what: { kind: "phone", product: "desk", owner: "missing", hasLine: false } },
  { id: "standalone-analog", often: 150, what: { kind: "phone", product: "Analog Phone", owner: "missing", hasLine: true } },
  { id: "cti-port-unowned", often: 40, what: { kind: "phone", product: "CTI Port", owner: "missing", hasLine: true } },
  { id: "remote-unowned", often: 10, what: { kind: "phone", product: "Cisco Spark Remote Device", owner: "missing", hasLine: true } },
  { id: "standalone-voicemail", often: 150, what: { kind: "voicemail" } },
  { id: "standalone-webex", often: 60, what: { kind: "webex" } },
  { id: "standalone-spark", often: 100, what: { kind: "spark" } },
  { id: "workspace", often: 100, what: { kind: "workspace" } },
  { id: "server-phone", often: 150, what: { kind: "server-phone" } },
  { id: "agent-express-alone", often: 10, what: { kind: "agent", agent: "express" } },
  { id: "agent-enterprise-alone", often: 10, what: { kind: "agent", agent: "enterprise" } },
  { id: "customer-user", often: 20, what: { kind: "user-above", at: "customer", spark: "" } },
  { id: "customer-user-with-spark", often: 10, what: { kind: "user-above", at: "customer", spark: "beside" } },
  { id: "customer-user-with-spark-at-site", often: 10, what: { kind: "user-above", at: "customer", spark: "site" } },
  { id: "customer-user-owning-phone", often: 10, what: { kind: "user-above", at: "customer", spark: "", phone: "owned", vm: true } },
  { id: "division-user-listing-phone", often: 5, needs: "division", what: { kind: "user-above", at: "division", spark: "", phone: "listed" } },
  { id: "division-user-with-spark-above", often: 5, needs: "division", what: { kind: "user-above", at: "division", spark: "above" } },
  { id: "conference-of-nobody", often: 20, what: { kind: "conference", owner: "nobody", key: "primary_owner_email_address" } },
  { id: "conference-of-stranger", often: 40, what: { kind: "conference", owner: "stranger", key: "primary_owner_email_address" } },
  { id: "conference-by-owner-email", often: 10, what: { kind: "conference", owner: "stranger", key: "owner_email" } },
  microsoft("teams-and-exchange", 300, { teams: voice, graph: true, mailbox: true }),
  microsoft("teams-with-voice", 200, { teams: voice, graph: true }),
  microsoft("teams-no-voice", 150, { teams: noVoice, graph: true, mailbox: true }),
  microsoft("teams-features-as-text", 40, { teams: { enabled: "true", features: "Teams,PhoneSystem", voice: "Y" }, graph: "true" }),
  microsoft("teams-features-spaced", 20, { teams: { enabled: "Y", features: "Teams, PhoneSystem", voice: "1" }, graph: "Y", mailbox: true }),
  microsoft("teams-disabled", 60, { teams: { enabled: false, features: ["Teams", "PhoneSystem"], voice: true }, graph: true }),
  microsoft("teams-disabled-as-text", 10, { teams: { enabled: "false", features: ["Teams"], voice: "N" }, graph: "1" }),
  microsoft("teams-no-features", 20, { teams: { enabled: true, features: [], voice: false }, graph: true }),
  microsoft("teams-features-empty-text", 10, { teams: { enabled: true, features: "", voice: false } }),
  microsoft("teams-features-null", 10, { teams: { enabled: true, features: null, voice: false } }),
  microsoft("teams-features-missing", 10, { teams: { enabled: true, features: undefined, voice: false } }),
  microsoft("phone-system-without-voice", 20, { teams: { enabled: true, features: ["Teams", "PhoneSystem"], voice: false }, graph: true }),
  microsoft("voice-without-phone-system", 10, { teams: { enabled: true, features: ["Teams"], voice: true }, graph: true }),
  microsoft("same-upn-twice", 5, { teams: voice, graph: true, twice: true }),
  microsoft("licensed-without-teams", 150, { graph: true }),
  microsoft("licensed-as-text", 10, { graph: "Y", mailbox: true }),
  microsoft("not-licensed", 60, { graph: false }),
  microsoft("azure-only", 20, { azure: true }),
  microsoft("microsoft-hybrid", 10, { teams: voice, hybrid: true }),
  microsoft("microsoft-with-conference", 15, { teams: noVoice, graph: true, conference: true }),
];
