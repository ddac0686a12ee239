/** Columns 33 and 34: people by the vendors of their accounts (D15), and PexIP owners without others (D16). */
import { names } from "../subscribers.ts";
import type { Rule } from "./_rule.ts";

export const multiVendor: Rule = {
  id: "multi-vendor",
  reference: "guide 1.7.3, Multi-vendor column notes; D15, D16",
  apply(customer, { same }) {
    const upns = names(customer.all("azureUser"));
    for (const { upn } of customer.all("teamsUser")) upns.add(upn);
    for (const { upn } of customer.all("graphUser")) upns.add(upn);
    upns.delete("");
    const owners = names(customer.all("conference"));
    for (const person of new Set([...upns, ...owners])) {
      customer.count("multi-vendor", {
        cisco: same.hasCisco(person),
        microsoft: upns.has(person),
        pexip: owners.has(person),
        hybrid: same.isHybrid(person),
      });
    }
    for (const { name } of customer.all("conference")) {
      if (name !== "") continue;
      customer.count("multi-vendor", { cisco: false, microsoft: false, pexip: true, hybrid: false });
    }
  },
};
