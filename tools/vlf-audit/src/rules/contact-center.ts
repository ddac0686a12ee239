/** Columns 21 and 22: contact center agents at site level, each name once; one can be both (D4). */
import { names } from "../subscribers.ts";
import { grouped, once } from "../grouped.ts";
import type { Rule } from "./_rule.ts";

const MODELS = ["uccxAgent", "ccdmAgent", "ccdmUser"] as const;

export const contactCenter: Rule = {
  id: "contact-center",
  reference: "guide 1.7.3, Contact Center Enterprise and Express; D4",
  apply(customer) {
    const express = names(customer.atSite("uccxAgent"));
    const enterprise = names(customer.atSite("ccdmAgent"));
    for (const name of names(customer.atSite("ccdmUser"))) enterprise.add(name);
    const accounts = once(() =>
      grouped(
        MODELS.flatMap((model) => customer.atSite(model)),
        (one) => one.name,
      ),
    );
    for (const name of new Set([...enterprise, ...express])) {
      const agent = { enterprise: enterprise.has(name), express: express.has(name) };
      customer.countOne("contact-center", agent, () => ({
        kind: "contact center agent",
        name,
        sources: accounts().get(name) ?? [],
        reasons: agent.enterprise && agent.express ? ["an agent of both counts in both columns (D4)"] : [],
      }));
      if (agent.enterprise && agent.express) {
        customer.note(
          "agent-in-both",
          "info",
          "an agent of Contact Center Enterprise and Express counts in both columns (D4)",
        );
      }
    }
    for (const model of MODELS) {
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
