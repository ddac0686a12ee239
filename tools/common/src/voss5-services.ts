/**
 * What makes a `data/User` a licensed one in scheme `voss-5`, and what counts beside users: one table of
 * models, links and conditions. The vendor's own table of services could not be read: what is marked
 * inferred or not-found is a reading of ours, after audit 4.x, and can be corrected under `[voss5]`.
 */
import type { Config } from "./config.ts";
import type { Mark } from "./models.ts";
import type { Component } from "./voss5.ts";
import { layout5 } from "./voss5-layouts.ts";

/** Fields of `data/User` that can name an account, by their ids in the table of models. */
export const LINKS: readonly Link[] = [
  "username",
  "email",
  "username_cucm",
  "username_cuc",
  "username_ms_365",
  "username_ms_teams",
];

export type Link =
  | "username"
  | "email"
  | "username_cucm"
  | "username_cuc"
  | "username_ms_365"
  | "username_ms_teams";

export type Condition =
  | "phone"
  | "extension_mobility"
  | "single_number_reach"
  | "enabled"
  | "features"
  | "phone_system"
  | "enterprise_voice"
  | "licensed";

export type ServiceModel =
  | "cucmUser"
  | "voicemail"
  | "webexUser"
  | "sparkUser"
  | "ccdmAgent"
  | "ccdmUser"
  | "teamsUser"
  | "graphUser"
  | "mailbox"
  | "conference";

/** What a condition can ask of an account, by the id of its model. */
export const CONDITIONS: Readonly<Record<ServiceModel, readonly Condition[]>> = {
  cucmUser: ["phone", "extension_mobility", "single_number_reach"],
  voicemail: [],
  webexUser: [],
  sparkUser: [],
  ccdmAgent: [],
  ccdmUser: [],
  teamsUser: ["enabled", "features", "phone_system", "enterprise_voice"],
  graphUser: ["licensed"],
  mailbox: [],
  conference: [],
};

/** A service that can be associated with a user. */
export interface Service {
  readonly id: string;
  /** In words. */
  readonly title: string;
  /** Id of the account's model in the table of models. */
  readonly model: ServiceModel;
  /** An account is the user's when one of its names is in one of these fields of the user. */
  readonly link: readonly Link[];
  /** All of these hold of the account. */
  readonly condition: readonly Condition[];
  /** The column that counts users of the service; none for some. */
  readonly component: Component | "";
  /** A user of the service needs a license. */
  readonly licensed: boolean;
  readonly marks: { readonly model: Mark; readonly link: Mark; readonly condition: Mark };
}

const D = "documented";
const I = "inferred";
const N = "not-found";

function service(
  id: string,
  title: string,
  account: readonly [model: ServiceModel, link: readonly Link[], condition: readonly Condition[]],
  component: Component | "",
  [model, link, condition]: readonly [model: Mark, link: Mark, condition: Mark],
): Service {
  const marks = { model, link, condition };
  return {
    id,
    title,
    model: account[0],
    link: account[1],
    condition: account[2],
    component,
    licensed: true,
    marks,
  };
}

/** All services. */
// prettier-ignore
export const SERVICES: readonly Service[] = [
  service("cisco-phone", "Cisco phone", ["cucmUser", ["username_cucm"], ["phone"]], "cisco_voice", [I, N, I]),
  service("cisco-extension-mobility", "Cisco Extension Mobility",
    ["cucmUser", ["username_cucm"], ["extension_mobility"]], "cisco_voice", [I, N, I]),
  service("cisco-snr", "Cisco Single Number Reach",
    ["cucmUser", ["username_cucm"], ["single_number_reach"]], "cisco_voice", [I, N, I]),
  service("cisco-voicemail", "Cisco voicemail", ["voicemail", ["username_cuc"], []], "cisco_voicemail", [I, N, N]),
  service("webex-meetings", "WebEx Meetings", ["webexUser", ["username", "email"], []], "", [I, N, N]),
  service("webex-app", "Webex App (Spark)", ["sparkUser", ["username", "email"], []], "", [I, N, N]),
  service("contact-center-enterprise-agent", "Contact Center Enterprise agent",
    ["ccdmAgent", ["username_cucm"], []], "", [I, N, N]),
  service("contact-center-enterprise-user", "Contact Center Enterprise user",
    ["ccdmUser", ["username_cucm"], []], "", [I, N, N]),
  // The links of the two Microsoft accounts are those of the subscriber data export.
  service("ms-teams-voice", "Microsoft Teams voice",
    ["teamsUser", ["username_ms_teams"], ["enabled", "phone_system", "enterprise_voice"]], "ms_teams_voice", [I, I, I]),
  service("ms-online", "Microsoft 365", ["graphUser", ["username_ms_365"], ["licensed"]], "ms_online", [I, I, I]),
  service("ms-exchange", "Microsoft Exchange", ["mailbox", ["username_ms_365"], []], "ms_exchange", [I, I, I]),
  service("pexip", "PexIP conference", ["conference", ["email"], []], "", [I, N, N]),
];

/** What counts beside users, each instance or name once. */
export interface Definition {
  readonly id: string;
  /** Id of the column. */
  readonly column: string;
  /** Id of the model in the table of models. */
  readonly model: string;
  /** In words. */
  readonly rule: string;
  readonly marks: { readonly model: Mark; readonly rule: Mark };
}

// prettier-ignore
export const DEFINITIONS: readonly Definition[] = [
  { id: "standalone-phone", column: "standalone_devices", model: "phone",
    rule: "in no user's list of devices, and its owner is no CUCM user; no CTI Port, no Cisco Spark Remote Device",
    marks: { model: I, rule: I } },
  { id: "microsoft-room", column: "meeting_rooms", model: "roomMailbox", rule: "every one",
    marks: { model: N, rule: N } },
  { id: "phone-server", column: "voss_phone_servers", model: "phoneServerPhone", rule: "every one",
    marks: { model: I, rule: I } },
  { id: "contact-center-express", column: "contact_center_express", model: "uccxAgent",
    rule: "each name once, with or without a data/User", marks: { model: I, rule: N } },
  { id: "contact-center-webex", column: "contact_center_user_webex", model: "webexContactCenterUser",
    rule: "each name once, with or without a data/User", marks: { model: N, rule: N } },
  { id: "site", column: "sites", model: "node", rule: "of type Site, no linked site", marks: { model: D, rule: D } },
];

/** What of the scheme can be corrected for the count. Plain values, so that threads can have them. */
export interface Rules5 {
  readonly services: readonly Service[];
  /** A user with more devices than this needs one more license for every so many begun; 0: one license always. */
  readonly devicesPerLicense: number;
}

export const RULES5: Rules5 = { services: SERVICES, devicesPerLicense: 0 };

/**
 * The rules with the corrections of `[voss5]` and `[voss5.services.ID]` (`link`, `condition`, `licensed`).
 * @throws {UsageError} for a service, field or condition that there is not
 */
export function rules5(config: Config): Rules5 {
  layout5(config); // a wrong key of the table is told by whoever reads it first
  const { services: changes = {}, devices_per_license: devices = 0 } = config.table("voss5");
  if (!Number.isSafeInteger(devices) || Number(devices) < 0)
    throw config.problem("[voss5] devices_per_license", "a whole number from 0");
  if (typeof changes !== "object" || changes === null || Array.isArray(changes))
    throw config.problem("[voss5.services]", "tables by service");
  const unknown = Object.keys(changes).find((id) => !SERVICES.some((one) => one.id === id));
  if (unknown !== undefined) {
    throw config.problem(
      `[voss5.services.${unknown}]`,
      `a service: ${SERVICES.map(({ id }) => id).join(", ")}`,
    );
  }
  const services = SERVICES.map((one): Service => {
    const own = (changes as Readonly<Record<string, unknown>>)[one.id];
    if (own === undefined) return one;
    const where = `[voss5.services.${one.id}]`;
    if (typeof own !== "object" || own === null || Array.isArray(own)) throw config.problem(where, "a table");
    const values = config.values(where, own as Readonly<Record<string, unknown>>, {
      link: "texts",
      condition: "texts",
      licensed: "flag",
    });
    const among = <T extends string>(key: string, words: readonly string[], all: readonly T[]): T[] => {
      const wrong = words.find((word) => !(all as readonly string[]).includes(word));
      if (wrong !== undefined)
        throw config.problem(
          `${where} ${key}`,
          all.length === 0 ? "nothing: its model has no conditions" : `some of ${all.join(", ")}`,
        );
      return words as T[];
    };
    return {
      ...one,
      link: among("link", values.link ?? one.link, LINKS),
      condition: among<Condition>("condition", values.condition ?? one.condition, CONDITIONS[one.model]),
      licensed: values.licensed ?? one.licensed,
    };
  });
  return { services, devicesPerLicense: Number(devices) };
}
