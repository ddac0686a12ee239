/** Column 19: WebEx Meetings accounts at site level that match no CUCM user of the customer (D8). */
import { isBlank } from "../names.ts";
import type { Rule } from "./_rule.ts";

const NO_FACTS = {};

export const standaloneWebex: Rule = {
  id: "standalone-webex",
  reference: "guide 1.7.3, Standalone WebEx; D8",
  apply(customer, { users }) {
    for (const account of customer.atSite("webexUser")) {
      const { id, email } = account;
      if (users.userids().has(id) || users.userids().has(email) || users.mailids().has(email)) continue;
      customer.countOne("standalone-webex", NO_FACTS, () => ({
        kind: "WebEx Meetings account",
        name: isBlank(id) ? email : id,
        sources: [account],
        reasons: ["its name and address match no CUCM user of the customer (D8)"],
      }));
    }
  },
};
