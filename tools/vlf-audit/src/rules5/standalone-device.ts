/** Standalone Devices: phones at any level that are no user's, by association or as owner; after audit 4.x. */
import type { Rule5 } from "./_rule.ts";

export const standaloneDevice: Rule5 = {
  id: "standalone-device",
  reference:
    "scheme voss-5, Standalone Devices: column documented, the rule is that of audit 4.x (guide 1.7.3)",
  apply(row, { users }) {
    for (const phone of row.all("phone")) {
      if (phone.kind === "cti-port" || phone.kind === "spark-remote") continue;
      if (users.userids().has(phone.owner) || users.devices().has(phone.name)) continue;
      row.countOne("standalone-device", { kind: "cisco-phone" }, () => ({
        kind: "phone",
        name: phone.name,
        sources: [phone],
        reasons: ["in no user's list of devices, and its owner is no CUCM user"],
      }));
    }
  },
};
