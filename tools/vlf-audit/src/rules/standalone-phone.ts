/** Columns 18 and 26: phones at site level that are no user's, by association or as owner. */
import type { Rule } from "./_rule.ts";

export const standalonePhone: Rule = {
  id: "standalone-phone",
  reference: "guide 1.7.3, Phone detailed notes; D3, D7",
  apply(customer, { subscribers }) {
    // Users of the whole customer: an owner above site level is an owner all the same (D7).
    const associated = new Set<string>();
    const userids = new Set<string>();
    for (const user of customer.all("cucmUser")) {
      userids.add(user.userid);
      for (const device of user.devices) associated.add(device);
    }
    const counted = new Set(subscribers.flatMap(({ phones }) => phones));
    for (const phone of customer.atSite("phone")) {
      if (phone.kind === "cti-port" || counted.has(phone)) continue;
      const owned = (phone.owner !== "" && userids.has(phone.owner)) || associated.has(phone.name);
      if (phone.kind === "spark-remote") {
        if (!owned)
          customer.note(
            "spark-remote-without-user",
            "info",
            "a Cisco Spark Remote Device without a user counts nowhere (D3)",
          );
      } else if (owned) {
        customer.note(
          "phone-of-user-above-site",
          "warning",
          "a phone at a site belongs to a user above site level and counts nowhere (D7)",
        );
      } else {
        customer.count("standalone-phone", { analog: phone.kind === "analog" });
      }
    }
  },
};
