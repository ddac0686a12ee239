/** Columns 18 and 26: phones at site level that are no user's, by association or as owner. */
import type { Rule } from "./_rule.ts";

const REMOTE_ALONE = "a Cisco Spark Remote Device without a user counts nowhere (D3)";
const OWNED_ABOVE = "a phone at a site belongs to a user above site level and counts nowhere (D7)";

const ANALOG = { analog: true };
const DIGITAL = { analog: false };

export const standalonePhone: Rule = {
  id: "standalone-phone",
  reference: "guide 1.7.3, Phone detailed notes; D3, D7",
  apply(customer, { subscribers, usersAboveSite: users }) {
    const ofSubscribers = customer.tables.set();
    for (const { phones } of subscribers) for (const { pkid } of phones) ofSubscribers.add(pkid);
    for (const phone of customer.atSite("phone")) {
      if (phone.kind === "cti-port" || ofSubscribers.has(phone.pkid)) continue;
      // An owner above site level is an owner all the same (D7). Those at a site are subscribers, with their phones.
      const isOwned = users.userids().has(phone.owner) || users.devices().has(phone.name);
      if (phone.kind === "spark-remote") {
        if (!isOwned) customer.note("spark-remote-without-user", "info", REMOTE_ALONE);
      } else if (isOwned) {
        customer.note("phone-of-user-above-site", "warning", OWNED_ABOVE);
      } else {
        customer.countOne("standalone-phone", phone.kind === "analog" ? ANALOG : DIGITAL, () => ({
          kind: phone.kind === "analog" ? "analog port" : "phone",
          name: phone.name,
          sources: [phone],
          reasons: ["at a site, in no user's list of devices, and its owner is no user of the customer"],
        }));
      }
    }
  },
};
