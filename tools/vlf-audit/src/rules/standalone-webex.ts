/** Column 19: WebEx Meetings accounts at site level that match no CUCM user of the customer (D8). */
import type { Rule } from "./_rule.ts";

export const standaloneWebex: Rule = {
  id: "standalone-webex",
  reference: "guide 1.7.3, Standalone WebEx; D8",
  apply(customer, { users }) {
    for (const { id, email } of customer.atSite("webexUser")) {
      if (!users.userids.has(id) && !users.addresses.has(email)) customer.count("standalone-webex", {});
    }
  },
};
