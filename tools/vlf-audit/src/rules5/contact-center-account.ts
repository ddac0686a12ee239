/** Contact Center Express and Contact Center User Webex: accounts, each name once, with or without a data/User. */
import type { ProfileFacts5 } from "@vlf/common/voss5";
import { grouped } from "../grouped.ts";
import type { Rule5 } from "./_rule.ts";

const MODELS = [
  ["uccxAgent", "express", "device/uccx/Agent"],
  ["webexContactCenterUser", "webex", "device/webexcc/User"],
] as const satisfies readonly (readonly [string, ProfileFacts5["contact-center-account"]["kind"], string])[];

export const contactCenterAccount: Rule5 = {
  id: "contact-center-account",
  reference: "scheme voss-5, Contact Center: columns documented, models and rule are ours",
  apply(row) {
    for (const [model, kind, words] of MODELS) {
      const accounts = row.all(model);
      for (const [name, same] of grouped(accounts, (one) => one.name)) {
        row.countOne("contact-center-account", { kind }, () => ({
          kind: "contact center account",
          name,
          sources: same,
          reasons: ["counts with or without a data/User"],
        }));
      }
      const nameless = accounts.filter(({ name }) => name === "").length;
      if (nameless > 0) {
        row.note(
          "contact-center-without-name",
          "warning",
          "a contact center account has no name and counts nowhere",
          {
            model: words,
            count: nameless,
          },
        );
      }
    }
  },
};
