import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { leafText } from "@vlf/common/axl";
import { isWithin, onOneBranch } from "@vlf/common/hierarchy";
import type { Instance } from "@vlf/common/records";
import {
  countedPhones,
  type CustomerView,
  isAgent,
  keysAt,
  phonesOf,
  readCustomers,
  sparkOnBranch,
  type Subscriber,
} from "./_reading.ts";
import { demoSystem } from "./index.ts";

const SEEDS = [1, 2] as const;
const SYSTEMS = [...SEEDS.map((seed) => [5, 200, seed] as const), [25, 250, 3] as const];
const REMOTE = "Cisco Spark Remote Device";

type InCustomer = (customer: CustomerView) => boolean;
type OfSubscriber = (one: Subscriber, customer: CustomerView) => boolean;
type OfTeams = (data: Instance["data"], customer: CustomerView, one: Instance) => boolean;

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
const isTeamsOf = (customer: CustomerView, upns: readonly string[]): boolean =>
  customer.matching("teamsUser", "upn", upns).length > 0;
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
  "a Microsoft account by mail": (one, customer) => isTeamsOf(customer, [one.mail]),
  "a Microsoft account by username_ms_365 only": (one, customer) =>
    isTeamsOf(customer, upnOf(one, customer, "username_ms_365")) && !isTeamsOf(customer, [one.mail]),
  "a Microsoft account by username_ms_teams only": (one, customer) =>
    isTeamsOf(customer, upnOf(one, customer, "username_ms_teams")) && !isTeamsOf(customer, [one.mail]),
  "a Microsoft account by the mail of data/User only": (one, customer) =>
    isTeamsOf(customer, upnOf(one, customer, "email")) && !isTeamsOf(customer, [one.mail]),
  "a hybrid account": isHybrid,
  "two vendors and no hybrid account": (one, customer) =>
    isTeamsOf(customer, [one.mail]) && !isHybrid(one, customer),
  "a Pexip conference and a Cisco account": (one, customer) =>
    ownsConference(one, customer) && !isTeamsOf(customer, [one.mail]),
  "accounts of all three vendors": (one, customer) =>
    ownsConference(one, customer) && isTeamsOf(customer, [one.mail]),
};

/** A standalone phone: in no list, and of no user of the customer at any level. */
const isStandalone = (customer: CustomerView, phone: Instance): boolean =>
  customer.isAtSite(phone) &&
  customer.matching("cucmUser", "userid", keysAt(phone, "phone", "owner")).length === 0 &&
  customer.matching("cucmUser", "devices", keysAt(phone, "phone", "name")).length === 0;
const standalone =
  (product: string | undefined, holds: (phone: Instance) => boolean = () => true): InCustomer =>
  (customer) =>
    customer
      .of("phone")
      .some(
        (phone) =>
          isStandalone(customer, phone) &&
          (product === undefined || phone.data["product"] === product) &&
          holds(phone),
      );

/** Accounts at site level that no user of the customer has. */
const withoutUser =
  (
    modelId: string,
    fieldIds: readonly string[],
    userFields: readonly string[] = ["userid", "mailid"],
  ): InCustomer =>
  (customer) =>
    customer.of(modelId).some((account) => {
      const keys = fieldIds.flatMap((fieldId) => keysAt(account, modelId, fieldId));
      return (
        customer.isAtSite(account) &&
        userFields.every((field) => customer.matching("cucmUser", field, keys).length === 0)
      );
    });

const sparkOf = (customer: CustomerView, user: Instance): Instance[] =>
  customer.matching("sparkUser", "email", keysAt(user, "cucmUser", "mailid"));
const above =
  (holds: (user: Instance, customer: CustomerView) => boolean): InCustomer =>
  (customer) =>
    customer.usersAbove().some((user) => holds(user, customer));

const teams =
  (holds: OfTeams): InCustomer =>
  (customer) =>
    customer.of("teamsUser").some((one) => holds(one.data, customer, one));
const accounts = (customer: CustomerView, modelId: string, one: Instance): Instance[] =>
  customer.matching(modelId, "upn", keysAt(one, "teamsUser", "upn"));
const graph =
  (holds: (one: Instance, hasTeams: boolean) => boolean): InCustomer =>
  (customer) =>
    customer.of("graphUser").some((one) => holds(one, isTeamsOf(customer, keysAt(one, "graphUser", "upn"))));
const conference =
  (holds: (one: Instance, customer: CustomerView, owner: readonly string[]) => boolean): InCustomer =>
  (customer) =>
    customer.of("conference").some((one) => holds(one, customer, keysAt(one, "conference", "owner")));
const hasPhoneSystem = (data: Instance["data"]): boolean =>
  String(data["FeatureTypes"]).includes("PhoneSystem");
const flagged =
  (modelId: string, name: RegExp): InCustomer =>
  (customer) =>
    customer
      .of(modelId)
      .some(({ data }) =>
        Object.keys(data).some((key) => name.test(key) && /^(true|Y|1)$/.test(String(data[key]))),
      );
const countAt = (customer: CustomerView, node: string): number =>
  customer.subscribers().filter((one) => isWithin(one.user.hierarchy, node)).length;

const CUSTOMERS: Readonly<Record<string, InCustomer>> = {
  "a standalone phone without an owner": standalone(
    undefined,
    (phone) => phone.data["ownerUserName"] === undefined,
  ),
  "a standalone phone of a blank owner": standalone(undefined, (phone) => phone.data["ownerUserName"] === ""),
  "a standalone phone of a ghost": standalone(
    undefined,
    (phone) => leafText(phone.data["ownerUserName"]) !== "",
  ),
  "a standalone phone without a line": standalone(
    undefined,
    (phone) => keysAt(phone, "phone", "line_pattern").length === 0,
  ),
  "a standalone analogue port": standalone("Analog Phone", (phone) =>
    String(phone.data["name"]).startsWith("AN"),
  ),
  "an unowned CTI port": standalone("CTI Port"),
  "an unowned Spark remote device": standalone(REMOTE),
  "an SCCP port that is a phone": (customer) =>
    customer
      .of("sccpPort")
      .some((port) => customer.matching("phone", "name", keysAt(port, "sccpPort", "name")).length > 0),
  "standalone voicemail": withoutUser("voicemail", ["alias"], ["userid"]),
  "standalone WebEx": withoutUser("webexUser", ["meeting_id", "email"]),
  "standalone Spark": withoutUser("sparkUser", ["email"]),
  "an agent of UCCX without a user": withoutUser("uccxAgent", ["userid"]),
  "an agent of UCCE without a user": withoutUser("ccdmAgent", ["name"]),
  "a user at the customer without Spark": above(
    (user, customer) => user.hierarchy === customer.path && sparkOf(customer, user).length === 0,
  ),
  "a user and its Spark account at the customer": above((user, customer) =>
    sparkOf(customer, user).some(
      (one) => one.hierarchy === user.hierarchy && user.hierarchy === customer.path,
    ),
  ),
  "a user at the customer with a Spark account at a site": above((user, customer) =>
    sparkOf(customer, user).some((one) => customer.isAtSite(one)),
  ),
  "a user at an intermediate node with a Spark account above": above(
    (user, customer) =>
      user.hierarchy !== customer.path &&
      sparkOf(customer, user).some((one) => one.hierarchy === customer.path),
  ),
  "a user above site who owns a phone at a site": above((user, customer) =>
    customer
      .matching("phone", "owner", keysAt(user, "cucmUser", "userid"))
      .some((one) => customer.isAtSite(one)),
  ),
  "a user above site who lists a phone at a site": above((user, customer) =>
    customer
      .matching("phone", "name", keysAt(user, "cucmUser", "devices"))
      .some((one) => customer.isAtSite(one)),
  ),
  "Teams enabled": teams((data) => data["AccountEnabled"] === true),
  "Teams enabled as a word": teams((data) => data["AccountEnabled"] === "true"),
  "Teams enabled as a letter": teams((data) => data["AccountEnabled"] === "Y"),
  "Teams disabled": teams((data) => data["AccountEnabled"] === false),
  "Teams disabled as a word": teams((data) => data["AccountEnabled"] === "false"),
  "voice as a digit": teams((data) => data["EnterpriseVoiceEnabled"] === "1"),
  "features as a list": teams(
    (data) => Array.isArray(data["FeatureTypes"]) && data["FeatureTypes"].length > 0,
  ),
  "features as text": teams((data) => data["FeatureTypes"] === "Teams,PhoneSystem"),
  "features as text with blanks": teams((data) => data["FeatureTypes"] === "Teams, PhoneSystem"),
  "features an empty list": teams(
    (data) => Array.isArray(data["FeatureTypes"]) && data["FeatureTypes"].length === 0,
  ),
  "features an empty text": teams((data) => data["FeatureTypes"] === ""),
  "features null": teams((data) => data["FeatureTypes"] === null),
  "features missing": teams((data) => !("FeatureTypes" in data)),
  "PhoneSystem without Enterprise Voice": teams(
    (data) => hasPhoneSystem(data) && data["EnterpriseVoiceEnabled"] === false,
  ),
  "Enterprise Voice without PhoneSystem": teams(
    (data) => !hasPhoneSystem(data) && data["EnterpriseVoiceEnabled"] === true,
  ),
  "Teams with voice and a mailbox": teams(
    (data, customer, one) => hasPhoneSystem(data) && accounts(customer, "mailbox", one).length > 0,
  ),
  "Teams with voice and no mailbox": teams(
    (data, customer, one) => hasPhoneSystem(data) && accounts(customer, "mailbox", one).length === 0,
  ),
  "the same UPN twice": teams((_data, customer, one) => accounts(customer, "teamsUser", one).length > 1),
  "Microsoft 365 without Teams": graph((one, hasTeams) => one.data["IsLicensed"] === true && !hasTeams),
  "Microsoft 365 without Teams, as a letter": graph(
    (one, hasTeams) => one.data["IsLicensed"] === "Y" && !hasTeams,
  ),
  "Microsoft 365 without a license": graph((one, hasTeams) => one.data["IsLicensed"] === false && !hasTeams),
  "Azure only": (customer) =>
    customer
      .of("azureUser")
      .some((one) => customer.matching("graphUser", "upn", keysAt(one, "azureUser", "upn")).length === 0),
  "a hybrid person without a Cisco account": (customer) =>
    customer
      .of("user")
      .some(
        (one) =>
          one.data["mvs_hybrid_status"] === "Cisco-MS" &&
          customer.matching("cucmUser", "userid", keysAt(one, "user", "username")).length === 0,
      ),
  "a conference of nobody": conference((_one, _customer, owner) => owner.length === 0),
  "a conference of a stranger": conference(
    (_one, customer, owner) =>
      owner.length > 0 &&
      customer.matching("cucmUser", "mailid", owner).length === 0 &&
      !isTeamsOf(customer, owner),
  ),
  "a conference by owner_email": conference((one) => leafText(one.data["owner_email"]) !== ""),
  "a conference of a Microsoft user": conference(
    (_one, customer, owner) =>
      isTeamsOf(customer, owner) && customer.matching("cucmUser", "mailid", owner).length === 0,
  ),
  "a phone of the phone server": (customer) => customer.of("phoneServerPhone").length > 0,
  "public sector": flagged("customerRelation", /^public_?sector$/i),
  "inactive billing": flagged("customerRelation", /^inactive_?billing$/i),
  "flags at the relation only": (customer) =>
    Object.keys(customer.of("customerData")[0]?.data ?? { a: 1 }).length === 0,
  "flags at the data model only": (customer) =>
    Object.keys(customer.of("customerRelation")[0]?.data ?? { a: 1 }).length === 0,
  "no sites and no users": (customer) => customer.sites.length === 0 && customer.of("user").length === 0,
  "a site without users": (customer) => customer.sites.some((site) => countAt(customer, site) === 0),
  "a linked site": (customer) => customer.nodes("LinkedSite").length > 0,
  "intermediate nodes, blank and named": (customer) =>
    customer.nodes("").length > 0 && customer.nodes("IntermediateNode").length > 0,
  "a node beneath a site": (customer) =>
    customer.nodes("").some((node) => customer.sites.some((site) => node.startsWith(`${site}.`))),
  "a site below an intermediate node": (customer) =>
    customer.sites.some((site) => site.split(".").length > customer.path.split(".").length + 1),
};

for (const [customers, subscribers, seed] of SYSTEMS) {
  describe(`demoSystem() of ${subscribers} subscribers, ${customers} customers, seed ${seed}`, () => {
    const views = readCustomers(
      demoSystem({ customers, subscribers, seed, allFields: false, collectedAt: "2026-11-01T03:00:00Z" }),
    );
    const pairs = views.flatMap((customer) => customer.subscribers().map((one) => [one, customer] as const));
    for (const [name, holds] of Object.entries(SUBSCRIBERS)) {
      test(`has a subscriber with ${name}`, () => {
        assert.ok(pairs.some(([one, customer]) => holds(one, customer)));
      });
    }
    for (const [name, holds] of Object.entries(CUSTOMERS)) {
      test(`has a customer with ${name}`, () => assert.ok(views.some(holds)));
    }
  });
}
