import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { leafText } from "@vlf/common/axl";
import { onOneBranch } from "@vlf/common/hierarchy";
import {
  countedPhones,
  type CustomerView,
  hasTeams,
  isAgent,
  keysAt,
  phonesOf,
  REMOTE,
  sparkOnBranch,
  type Subscriber,
  SYSTEMS,
  viewsOf,
} from "./_reading.ts";

type OfSubscriber = (one: Subscriber, customer: CustomerView) => boolean;

/** The service columns of the audit: phones, EM, WebEx, VM, Spark, SNR as one word of letters. */
function profile(one: Subscriber): string {
  if (isAgent(one)) return "agent";
  return [
    String(Math.min(countedPhones(one), 2)),
    one.em > 0 ? "E" : "",
    one.webex ? "W" : "",
    one.vm.length > 0 ? "V" : "",
    sparkOnBranch(one).length > 0 ? "S" : "",
    one.snr ? "R" : "",
  ].join("");
}

const raw = (one: Subscriber): unknown => one.user.data["associatedDevices"];
const inner = (one: Subscriber): unknown => (raw(one) as { device?: unknown } | null | undefined)?.device;
const isValue = (value: unknown): boolean =>
  typeof value === "object" && value !== null && "_value_1" in value && "uuid" in value;
const withPhones =
  (count: number): OfSubscriber =>
  (one) =>
    countedPhones(one) === count;
const withProfile =
  (wanted: string): OfSubscriber =>
  (one) =>
    profile(one) === wanted;

/** How models other than `device/cucm/User` write the userid: model, field, and the field's own name. */
const ELSEWHERE = [
  ["voicemail", "alias", "Alias"],
  ["webexUser", "meeting_id", "webExId"],
  ["remoteDestinationProfile", "user", "userId"],
  ["phone", "owner", "ownerUserName"],
] as const;
const writes =
  (
    [modelId, fieldId, key]: readonly [string, string, string],
    spell: (userid: string) => RegExp,
  ): OfSubscriber =>
  (one, customer) =>
    customer
      .matching(modelId, fieldId, [one.userid])
      .some((instance) => spell(one.userid).test(String(instance.data[key])));
const inCapitals = (userid: string): RegExp => new RegExp(`^${userid.toUpperCase()}$`);
const padded = (userid: string): RegExp => new RegExp(`^ ${userid} +$`);
const SPELLINGS = Object.fromEntries(
  ELSEWHERE.flatMap((field) => [
    [`${field[2]} in capitals`, writes(field, inCapitals)] as const,
    [`${field[2]} between blanks`, writes(field, padded)] as const,
  ]),
);

const upnOf = (one: Subscriber, customer: CustomerView, field: string): string[] =>
  customer.matching("user", "username", [one.userid]).flatMap((user) => keysAt(user, "user", field));
const isHybrid = (one: Subscriber, customer: CustomerView): boolean =>
  customer
    .matching("user", "username", [one.userid])
    .some((user) => leafText(user.data["mvs_hybrid_status"]) !== "");
const ownsConference = (one: Subscriber, customer: CustomerView): boolean =>
  customer.matching("conference", "owner", [one.mail]).length > 0;

const SUBSCRIBERS: Readonly<Record<string, OfSubscriber>> = {
  "one phone": withProfile("1"),
  "one phone and voicemail": withProfile("1V"),
  "one phone and WebEx": (one) => countedPhones(one) === 1 && one.webex && !isAgent(one),
  "one phone and Spark": withProfile("1S"),
  ...SPELLINGS,
  "userID of an agent in capitals": writes(["uccxAgent", "userid", "userID"], inCapitals),
  nothing: withProfile("0"),
  SNR: withProfile("0R"),
  voicemail: withProfile("0V"),
  WebEx: withProfile("0W"),
  Spark: withProfile("0S"),
  "EM and Spark": withProfile("0ES"),
  EM: withProfile("0E"),
  "EM and SNR": withProfile("0ER"),
  "EM and voicemail": withProfile("0EV"),
  "EM and WebEx": withProfile("0EW"),
  "SNR and Spark only": withProfile("0SR"),
  "2 phones": withPhones(2),
  "5 phones": withPhones(5),
  "11 phones": withPhones(11),
  "25 phones": withPhones(25),
  "a phone that another user has too": (one, customer) =>
    one.listed.some((phone) =>
      customer.subscribers().some((other) => other.userid !== one.userid && other.listed.includes(phone)),
    ),
  "names of devices without a phone, beside a phone": (one) =>
    one.missing.length > 0 && one.listed.length > 0,
  "names of devices without a phone, alone": (one) => one.missing.length > 0 && one.listed.length === 0,
  "a phone by owner only": (one) => one.owned.length > 0 && one.listed.length === 0,
  "a phone by list only": (one) => one.listed.length > 0 && one.owned.length === 0,
  "an SCCP port": (one, customer) =>
    one.listed.some(
      (phone) => customer.matching("sccpPort", "name", keysAt(phone, "phone", "name")).length > 0,
    ),
  "an MGCP port": (one, customer) => customer.matching("mgcpPort", "name", one.missing).length > 0,
  "a CTI port beside a phone": (one) => phonesOf(one, "CTI Port").length > 0 && countedPhones(one) > 0,
  "a CTI port alone": (one) => phonesOf(one, "CTI Port").length > 0 && countedPhones(one) === 0,
  "a Spark remote device beside a phone": (one) =>
    phonesOf(one, REMOTE).length > 0 && phonesOf(one).length > phonesOf(one, REMOTE).length,
  "a Spark remote device alone": (one) => phonesOf(one, REMOTE).length === 1 && phonesOf(one).length === 1,
  "several Spark remote devices alone": (one) =>
    phonesOf(one, REMOTE).length > 1 && phonesOf(one).length === phonesOf(one, REMOTE).length,
  "the userid of another": (one, customer) =>
    customer.matching("cucmUser", "userid", [one.userid]).length > 1,
  "devices missing": (one) => raw(one) === undefined,
  "devices null": (one) => raw(one) === null,
  "devices an empty text": (one) => raw(one) === "",
  "devices with an inner null": (one) => raw(one) !== null && inner(one) === null,
  "devices an empty list": (one) => Array.isArray(inner(one)) && (inner(one) as unknown[]).length === 0,
  "devices a single name": (one) => typeof inner(one) === "string",
  "devices a single value with uuid": (one) => isValue(inner(one)),
  "devices a list of values with uuid": (one) =>
    Array.isArray(inner(one)) && (inner(one) as unknown[]).some(isValue),
  "devices a list": (one) => Array.isArray(inner(one)) && typeof (inner(one) as unknown[])[0] === "string",
  "profiles a single name": (one) =>
    typeof (one.user.data["phoneProfiles"] as { profileName?: unknown } | null)?.profileName === "string",
  "an owner with uuid": (one) => one.owned.some((phone) => isValue(phone.data["ownerUserName"])),
  "a WebEx account by mail": (one, customer) =>
    customer.matching("webexUser", "email", [one.mail]).length > 0,
  "a WebEx account by userid as mail": (one, customer) =>
    customer.matching("webexUser", "email", [one.userid]).length > 0,
  "a Spark account by userid": (one) => one.spark.some((account) => account.data["email"] === one.userid),
  "two Spark accounts": (one) => one.spark.length > 1,
  "a Spark account above": (one, customer) =>
    one.spark.some((account) => account.hierarchy === customer.path),
  "a Spark account beneath": (one) =>
    one.spark.some((account) => account.hierarchy.startsWith(`${one.user.hierarchy}.`)),
  "a Spark account on another branch": (one) => one.spark.length > 0 && sparkOnBranch(one).length === 0,
  "voicemail at another site": (one) =>
    one.vm.some((account) => !onOneBranch(account.hierarchy, one.user.hierarchy)),
  "a node beneath the site": (one, customer) => !customer.sites.includes(one.user.hierarchy),
  "an agent of UCCX": ({ agent }) => agent.express && !agent.enterprise,
  "an agent of UCCE": ({ agent }) => agent.enterprise && !agent.express,
  "an agent of UCCE by user only": ({ agent }) => agent.enterpriseUser && !agent.enterprise,
  "an agent of both": ({ agent }) => agent.enterprise && agent.express,
  "a Microsoft account by mail": (one, customer) => hasTeams(customer, [one.mail]),
  "a Microsoft account by username_ms_365 only": (one, customer) =>
    hasTeams(customer, upnOf(one, customer, "username_ms_365")) && !hasTeams(customer, [one.mail]),
  "a Microsoft account by username_ms_teams only": (one, customer) =>
    hasTeams(customer, upnOf(one, customer, "username_ms_teams")) && !hasTeams(customer, [one.mail]),
  "a Microsoft account by the mail of data/User only": (one, customer) =>
    hasTeams(customer, upnOf(one, customer, "email")) && !hasTeams(customer, [one.mail]),
  "a hybrid account": isHybrid,
  "two vendors and no hybrid account": (one, customer) =>
    hasTeams(customer, [one.mail]) && !isHybrid(one, customer),
  "a Pexip conference and a Cisco account": (one, customer) =>
    ownsConference(one, customer) && !hasTeams(customer, [one.mail]),
  "accounts of all three vendors": (one, customer) =>
    ownsConference(one, customer) && hasTeams(customer, [one.mail]),
};

for (const system of SYSTEMS) {
  describe(`demoSystem() of ${system.join(", ")} (customers, subscribers, seed)`, () => {
    const pairs = viewsOf(...system).flatMap((customer) =>
      customer.subscribers().map((one) => [one, customer] as const),
    );
    for (const [name, holds] of Object.entries(SUBSCRIBERS)) {
      test(`has a subscriber with ${name}`, () => {
        assert.ok(pairs.some(([one, customer]) => holds(one, customer)));
      });
    }
  });
}
