/** Columns 24, 25 and 36: the flags set at the customer's node, and its sites. Every customer has this profile. */
import type { Rule } from "./_rule.ts";

export const customerItself: Rule = {
  id: "customer",
  reference: "guide 1.3 (Public Sector) and 1.7.3",
  apply(customer) {
    const own = customer.places.find(({ path }) => path === customer.path)?.facts;
    const flags = [...(own?.customerData ?? []), ...(own?.customerRelation ?? [])];
    const facts = {
      public_sector: flags.some(({ publicSector }) => publicSector),
      inactive_billing: flags.some(({ inactiveBilling }) => inactiveBilling),
      sites: customer.sites,
    };
    customer.countOne("customer", facts, () => ({
      kind: "customer",
      name: "",
      sources: flags,
      reasons: [`${customer.sites} sites below the customer`],
    }));
  },
};
