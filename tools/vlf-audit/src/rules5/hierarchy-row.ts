/** Sites: nodes of type Site. Every row has this profile. */
import type { Rule5 } from "./_rule.ts";

export const hierarchyRow: Rule5 = {
  id: "hierarchy-row",
  reference: "scheme voss-5, Sites: documented",
  apply(row) {
    row.countOne("hierarchy-row", { sites: row.sites }, () => ({
      kind: row.providerPkid === undefined ? "customer" : "provider",
      name: "",
      sources: [],
      reasons: [`${row.sites} sites`],
    }));
  },
};
