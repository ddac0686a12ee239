/** Column 19: WebEx Meetings accounts at site level that match no CUCM user of the customer (D8). */
import type { Rule } from "./_rule.ts";

export const standaloneWebex: Rule = {
  id: "standalone-webex",
  reference: "guide 1.7.3, Standalone WebEx; D8",
  apply(customer, { users }) {
    for (const account of customer.atSite("webexUser")) {
      const { id, email } = account;
      if (users.userids().has(id) || users.userids().has(email) || users.mailids().has(email)) continue;
      customer.countOne("standalone-webex", {}, () => ({
        kind: "WebEx Meetings account",
        name: id === "" ? email : id,
        sources: [account],
        reasons: ["its name and address match no CUCM user of the customer (D8)"],
      }));
    }
  },
};
