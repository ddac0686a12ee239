/** Columns 21 and 22: contact center agents at site level, each name once; one can be both (D4). */
import { names } from "../subscribers.ts";
import type { Rule } from "./_rule.ts";

export const contactCenter: Rule = {
  id: "contact-center",
  reference: "guide 1.7.3, Contact Center Enterprise and Express; D4",
  apply(customer) {
    const express = names(customer.atSite("uccxAgent"));
    const enterprise = names(customer.atSite("ccdmAgent"));
    for (const name of names(customer.atSite("ccdmUser"))) enterprise.add(name);
    for (const name of new Set([...enterprise, ...express])) {
      const agent = { enterprise: enterprise.has(name), express: express.has(name) };
      customer.count("contact-center", agent);
      if (agent.enterprise && agent.express) {
        customer.note(
          "agent-in-both",
          "info",
          "an agent of Contact Center Enterprise and Express counts in both columns (D4)",
        );
      }
    }
    for (const model of ["uccxAgent", "ccdmAgent", "ccdmUser"] as const) {
      for (const { name } of customer.atSite(model)) {
        if (name === "")
          customer.note(
            "agent-without-name",
            "warning",
            "a contact center agent has no name and counts nowhere",
          );
      }
    }
  },
};
