/** Column 35: phones of the VOSS Phone Server, at any level of the customer. */
import type { Rule } from "./_rule.ts";

const NO_FACTS = {};

export const phoneServer: Rule = {
  id: "phone-server",
  reference: "guide 1.7.3, Phone Server Phones",
  apply(customer) {
    for (const phone of customer.all("phoneServerPhone")) {
      customer.countOne("phone-server", NO_FACTS, () => ({
        kind: "phone server phone",
        name: "",
        sources: [phone],
        reasons: ["a phone of the VOSS Phone Server counts at any level of the customer"],
      }));
    }
  },
};
