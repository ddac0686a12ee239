/** User Licenses and what is counted of users beside: a `data/User` with one service or more is one license. */
import type { Component, ProfileFacts5 } from "@vlf/common/voss5";
import type { Subject } from "../customer.ts";
import type { CucmUser, FactId, Facts } from "../facts.ts";
import type { CucmIndex, Person } from "../people.ts";
import type { Rule5 } from "./_rule.ts";

type UserFacts = ProfileFacts5["voss-user"];

/** The vendor's column counts users with more devices than this. */
const MANY_DEVICES = 10;

const UNLINKED =
  "accounts with a service are linked with no data/User: they are in no license of scheme voss-5";

export const vossUser: Rule5 = {
  id: "voss-user",
  reference: "scheme voss-5, Users: documented; services, links and conditions are ours",
  apply(row, { rules, people, index }) {
    for (const person of people.all) {
      const facts = factsOf(person, rules.devicesPerLicense);
      row.countOne("voss-user", facts, () => subjectOf(person, facts, index));
      if (person.user.hybrid && facts.licenses === 0) {
        row.note(
          "hybrid-without-service",
          "warning",
          "a user has a hybrid status, and no service of scheme voss-5: in no license",
          { model: "data/User" },
        );
      }
      if (facts.more_than_10_devices && rules.devicesPerLicense === 0) {
        row.note(
          "more-than-10-devices",
          "info",
          "a user with more than 10 devices counts as one license: no page says that it needs more",
          { model: "data/User" },
        );
      }
    }
    if (people.outside.length > 0) {
      row.note("user-not-below-hcs", "warning", "users that are not below sys.hcs are in no license", {
        model: "data/User",
        count: people.outside.length,
      });
    }
    for (const [model, count] of people.unlinked) {
      if (count > 0)
        row.note("service-without-user", "warning", UNLINKED, { model: MODEL_WORDS[model], count });
    }
  },
};

const MODEL_WORDS = {
  cucmUser: "device/cucm/User",
  voicemail: "device/cuc/User",
  webexUser: "device/webex/User",
  sparkUser: "device/spark/User",
  ccdmAgent: "device/ccdm/Agent",
  ccdmUser: "device/ccdm/User",
  teamsUser: "device/msteamsonline/CsOnlineUser",
  graphUser: "device/msgraph/MsolUser",
  mailbox: "device/msexchangeonline/UserMailbox",
  conference: "device/pexip/Conference",
} as const;

function factsOf({ user, held, devices }: Person, devicesPerLicense: number): UserFacts {
  const has = (component: Component): boolean => held.some(({ service }) => service.component === component);
  const isLicensed = held.some(({ service }) => service.licensed);
  const more = devicesPerLicense === 0 ? 1 : Math.max(1, Math.ceil(devices / devicesPerLicense));
  return {
    licenses: isLicensed ? more : 0,
    hybrid: user.hybrid,
    more_than_10_devices: devices > MANY_DEVICES,
    cisco_voice: has("cisco_voice"),
    cisco_voicemail: has("cisco_voicemail"),
    ms_teams_voice: has("ms_teams_voice"),
    ms_online: has("ms_online"),
    ms_exchange: has("ms_exchange"),
  };
}

function subjectOf({ user, held, phones, devices }: Person, facts: UserFacts, index: CucmIndex): Subject {
  const sources = new Set<Facts[FactId]>([user]);
  for (const { service, accounts } of held) {
    for (const account of accounts) {
      sources.add(account);
      if (service.model !== "cucmUser") continue;
      for (const profile of index.profilesOf(account as CucmUser)) sources.add(profile);
      for (const profile of index.reachOf(account as CucmUser)) sources.add(profile);
    }
  }
  const others = phones.filter(({ kind }) => kind !== "spark-remote");
  for (const phone of others.length > 0 ? others : phones) sources.add(phone);
  const reasons = held.map(
    ({ service }) => `service: ${service.title}${service.licensed ? "" : ", which needs no license"}`,
  );
  if (facts.licenses === 0) reasons.unshift("Unlicensed: no service that needs a license is associated");
  else reasons.unshift("Licensed: at least one service is associated");
  if (devices > 0) reasons.push(`devices that count: ${devices}`);
  if (user.hybrid) reasons.push("the hybrid status is set");
  return { kind: "user", name: user.username, sources: [...sources], reasons };
}
