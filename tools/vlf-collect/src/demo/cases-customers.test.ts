import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { leafText } from "@vlf/common/axl";
import { isWithin } from "@vlf/common/hierarchy";
import type { Instance } from "@vlf/common/records";
import { type CustomerView, hasTeams, keysAt, REMOTE, SYSTEMS, viewsOf } from "./_reading.ts";

type InCustomer = (customer: CustomerView) => boolean;
type OfTeams = (data: Instance["data"], customer: CustomerView, one: Instance) => boolean;

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
  (holds: (one: Instance, isInTeams: boolean) => boolean): InCustomer =>
  (customer) =>
    customer.of("graphUser").some((one) => holds(one, hasTeams(customer, keysAt(one, "graphUser", "upn"))));
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
  "Microsoft 365 without Teams": graph((one, isInTeams) => one.data["IsLicensed"] === true && !isInTeams),
  "Microsoft 365 without Teams, as a letter": graph(
    (one, isInTeams) => one.data["IsLicensed"] === "Y" && !isInTeams,
  ),
  "Microsoft 365 without a license": graph(
    (one, isInTeams) => one.data["IsLicensed"] === false && !isInTeams,
  ),
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
      !hasTeams(customer, owner),
  ),
  "a conference by owner_email": conference((one) => leafText(one.data["owner_email"]) !== ""),
  "a conference of a Microsoft user": conference(
    (_one, customer, owner) =>
      hasTeams(customer, owner) && customer.matching("cucmUser", "mailid", owner).length === 0,
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

for (const system of SYSTEMS) {
  describe(`demoSystem() of ${system.join(", ")} (customers, subscribers, seed)`, () => {
    const views = viewsOf(...system);
    for (const [name, holds] of Object.entries(CUSTOMERS)) {
      test(`has a customer with ${name}`, () => assert.ok(views.some(holds)));
    }
  });
}
