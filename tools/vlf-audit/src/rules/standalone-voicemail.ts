/** Column 20: voicemail accounts at site level that match no CUCM user of the customer (D8). */
import type { Rule } from "./_rule.ts";

export const standaloneVoicemail: Rule = {
  id: "standalone-voicemail",
  reference: "guide 1.7.3, Standalone Voicemail; D8",
  apply(customer, { users }) {
    for (const { id } of customer.atSite("voicemail")) {
      if (!users.userids.has(id)) customer.count("standalone-voicemail", {});
    }
  },
};
