/** Voss Phone Servers: devices of the VOSS Phone Server, at any level. */
import type { Rule5 } from "./_rule.ts";

export const phoneServerDevice: Rule5 = {
  id: "phone-server-device",
  reference:
    "scheme voss-5, Voss Phone Servers: column documented, the model is that of audit 4.x (guide 1.7.3)",
  apply(row) {
    for (const phone of row.all("phoneServerPhone")) {
      row.countOne("phone-server-device", {}, () => ({
        kind: "phone server phone",
        name: "",
        sources: [phone],
        reasons: ["a phone of the VOSS Phone Server"],
      }));
    }
  },
};
