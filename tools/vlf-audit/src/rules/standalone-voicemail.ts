/** Column 20: voicemail accounts at site level that match no CUCM user of the customer (D8). */
import type { Rule } from "./_rule.ts";

const NO_FACTS = {};

export const standaloneVoicemail: Rule = {
  id: "standalone-voicemail",
  reference: "guide 1.7.3, Standalone Voicemail; D8",
  apply(customer, { users }) {
    for (const account of customer.atSite("voicemail")) {
      const { id } = account;
      if (users.userids().has(id)) continue;
      customer.countOne("standalone-voicemail", NO_FACTS, () => ({
        kind: "voicemail account",
        name: id,
        sources: [account],
        reasons: ["its alias is the userid of no CUCM user of the customer (D8)"],
      }));
    }
  },
};
