/** Columns 33 and 34: people by the vendors of their accounts (D15), and PexIP owners without others (D16). */
import type { Rule } from "./_rule.ts";

export const multiVendor: Rule = {
  id: "multi-vendor",
  reference: "guide 1.7.3, Multi-vendor column notes; D15, D16",
  apply(customer, { same }) {
    for (const person of new Set([...same.upns, ...same.owners])) {
      customer.count("multi-vendor", {
        cisco: same.hasCisco(person),
        microsoft: same.upns.has(person),
        pexip: same.owners.has(person),
        hybrid: same.isHybrid(person),
      });
    }
    for (const { name } of customer.all("conference")) {
      if (name !== "") continue;
      customer.count("multi-vendor", { cisco: false, microsoft: false, pexip: true, hybrid: false });
    }
  },
};
