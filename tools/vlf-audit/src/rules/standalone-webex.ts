/** Column 19: WebEx Meetings accounts at site level that match no CUCM user of the customer (D8). */
import type { Rule } from "./_rule.ts";

export const standaloneWebex: Rule = {
  id: "standalone-webex",
  reference: "guide 1.7.3, Standalone WebEx; D8",
  apply(customer) {
    const userids = new Set<string>();
    const addresses = new Set<string>();
    for (const { userid, mailid } of customer.all("cucmUser")) {
      userids.add(userid);
      addresses.add(userid).add(mailid);
    }
    userids.delete("");
    addresses.delete("");
    for (const { id, email } of customer.atSite("webexUser")) {
      if (!userids.has(id) && !addresses.has(email)) customer.count("standalone-webex", {});
    }
  },
};
