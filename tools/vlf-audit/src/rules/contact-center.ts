/** Columns 21 and 22: contact center agents at site level, each name once; one can be both (D4). */
import type { ProfileFacts } from "@vlf/common/voss4";
import { names } from "../subscribers.ts";
import { combinations, grouped, once } from "../grouped.ts";
import { isBlank } from "../names.ts";
import type { Rule } from "./_rule.ts";

const MODELS = ["uccxAgent", "ccdmAgent", "ccdmUser"] as const;

const factsOf = combinations<ProfileFacts["contact-center"]>();

export const contactCenter: Rule = {
  id: "contact-center",
  reference: "guide 1.7.3, Contact Center Enterprise and Express; D4",
  apply(customer) {
    const { tables } = customer;
    const express = names(customer.atSite("uccxAgent"), tables);
    const enterprise = names([...customer.atSite("ccdmAgent"), ...customer.atSite("ccdmUser")], tables);
    const accounts = once(() =>
      grouped(
        MODELS.flatMap((model) => customer.atSite(model)),
        (one) => one.name,
      ),
    );
    for (const name of new Set([...enterprise.all, ...express.all])) {
      const isEnterprise = enterprise.set.has(name);
      const isExpress = express.set.has(name);
      const agent = factsOf((isEnterprise ? 2 : 0) + (isExpress ? 1 : 0), () => ({
        enterprise: isEnterprise,
        express: isExpress,
      }));
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
        if (isBlank(name))
          customer.note(
            "agent-without-name",
            "warning",
            "a contact center agent has no name and counts nowhere",
          );
      }
    }
  },
};
