/** Why an instance that no rule counted is not counted, by model and place, in words. */
import type { Bucket, Place } from "../customer.ts";
import type { FactId, Facts, Phone } from "../facts.ts";

/** Models of which only instances at site level count, with what they would count as. */
const AT_SITE: Partial<Readonly<Record<FactId, string>>> = {
  cucmUser: "users",
  phone: "phones",
  deviceProfile: "device profiles",
  remoteDestinationProfile: "remote destination profiles",
  voicemail: "voicemail accounts",
  webexUser: "WebEx Meetings accounts",
  uccxAgent: "contact center agents",
  ccdmAgent: "contact center agents",
  ccdmUser: "contact center agents",
};

/** The reason for an instance at site level, or of a model for which the level does not matter. */
const WHY: Partial<Readonly<Record<FactId, string>>> = {
  cucmUser: "no subscriber",
  deviceProfile: "in no subscriber's list of profiles",
  remoteDestinationProfile: "of no subscriber: its userid is no CUCM user's at site level",
  voicemail: "of a CUCM user above site level (D8)",
  webexUser: "of a CUCM user above site level (D8)",
  uccxAgent: "an agent without a name counts nowhere",
  ccdmAgent: "an agent without a name counts nowhere",
  ccdmUser: "an agent without a name counts nowhere",
  user: "a VOSS user counts only where its hybrid status is set",
  mailbox: "a mailbox counts only beside a Teams account of its UPN",
  azureUser: "an account without a UPN is no person that could be told",
  customerData: "the flags of a customer are read at its own node",
  customerRelation: "the flags of a customer are read at its own node",
};

/** Why this instance at a place of a customer is not counted. */
export function whyNotCounted(id: FactId, fact: Facts[FactId], place: Place): string {
  if (id === "phone") {
    const { kind } = fact as Phone;
    if (kind === "cti-port") return "a CTI Port never counts (guide 1.7.2)";
    if (place.atSite && kind === "spark-remote") return whyNoRemote(fact as Phone);
    if (place.atSite) return "of a user above site level, by association or as owner (D7)";
  }
  const what = AT_SITE[id];
  if (what !== undefined && !place.atSite)
    return `above site level: only ${what} at a site count (guide 1.7.3)`;
  return WHY[id] ?? "counted by no rule";
}

function whyNoRemote({ owner }: Phone): string {
  return owner === ""
    ? "a Cisco Spark Remote Device beside a phone of its user, or without a user (guide 1.7.2; D3)"
    : "a Cisco Spark Remote Device beside a phone of its user, or of a user above site level (guide 1.7.2; D3)";
}

/** Why an instance outside every customer is not counted. */
export function whyOutside({ path }: Bucket): string {
  return `at ${path}, above every customer: in no row (D1)`;
}
