/**
 * What a user and a device of nobody need, scheme by scheme: facts in, licenses by type out, with the reasons.
 * docs/cisco.md has the rules in words, and whose word each of them is.
 */
import type { CiscoScheme } from "@vlf/common/cisco";
import type { CiscoRules } from "@vlf/common/cisco-settings";
import type { DeviceClass } from "@vlf/common/cisco-devices";
import { knowledgeWorker, namedClass, namedUser } from "./flex-licenses.ts";
import { ucmUser } from "./ucm-licenses.ts";
import { type Needed, UCM_WORDS, type UserFacts } from "./user-facts.ts";

/** What a user needs by the rules of a scheme. */
export function userNeeds(scheme: CiscoScheme, facts: UserFacts, rules: CiscoRules): Needed {
  switch (scheme) {
    case "cisco-ucm":
      return ucmUser(facts, rules);
    case "cisco-flex-3-nu":
      return namedUser(facts, rules);
    case "cisco-flex-2":
    case "cisco-flex-3-ea":
      return knowledgeWorker(scheme, facts, rules);
  }
  return scheme satisfies never;
}

/** What a device needs that nobody owns. `commonArea`: it was ordered for the customer (Named User). */
export function deviceNeeds(
  scheme: CiscoScheme,
  deviceClass: DeviceClass,
  rules: CiscoRules,
  commonArea: boolean,
): Needed {
  if (deviceClass === "none") return { licenses: {}, reasons: ["its model needs no license"] };
  const reasons = ["OwnerUserID is blank"];
  if (deviceClass === "telepresence_room") {
    reasons.push("a TelePresence device");
    return { licenses: { [scheme === "cisco-ucm" ? "telepresence_room" : "telepresence"]: 1 }, reasons };
  }
  const ofClass = `device class ${UCM_WORDS[deviceClass]}`;
  switch (scheme) {
    case "cisco-ucm":
      return { licenses: { [deviceClass]: 1 }, reasons: [...reasons, ofClass] };
    case "cisco-flex-2":
      return { licenses: { common_area: 1 }, reasons: [...reasons, "a Common Area device"] };
    case "cisco-flex-3-ea": {
      const isAccess = deviceClass === "essential" && /devices/.test(rules.eaAccess);
      return isAccess
        ? { licenses: { access: 1 }, reasons: [...reasons, ofClass] }
        : { licenses: { common_area: 1 }, reasons: [...reasons, "a Common Area device"] };
    }
    case "cisco-flex-3-nu":
      return commonArea
        ? { licenses: { common_area: 1 }, reasons: [...reasons, "Common Area was ordered"] }
        : {
            licenses: { [namedClass(deviceClass, rules)]: 1 },
            reasons: [...reasons, ofClass, "no Common Area was ordered: it counts by its class"],
          };
  }
  return scheme satisfies never;
}
