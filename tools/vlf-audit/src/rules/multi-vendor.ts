/** Columns 33 and 34: people by the vendors of their accounts (D15), and PexIP owners without others (D16). */
import type { ProfileFacts } from "@vlf/common/voss4";
import type { Name } from "@vlf/common/names";
import type { Customer } from "../customer.ts";
import type { FactId, Facts } from "../facts.ts";
import { combinations, grouped, once } from "../grouped.ts";
import { isBlank } from "../names.ts";
import type { Rule } from "./_rule.ts";

const factsOf = combinations<ProfileFacts["multi-vendor"]>();

export const multiVendor: Rule = {
  id: "multi-vendor",
  reference: "guide 1.7.3, Multi-vendor column notes; D15, D16",
  apply(customer, { same }) {
    const accounts = once(() => indexOf(customer));
    for (const person of same.people) {
      const cisco = same.hasCisco(person);
      const microsoft = same.isMicrosoft(person);
      const pexip = same.isOwner(person);
      const hybrid = same.isHybrid(person);
      const key = (cisco ? 8 : 0) + (microsoft ? 4 : 0) + (pexip ? 2 : 0) + (hybrid ? 1 : 0);
      const facts = factsOf(key, () => ({ cisco, microsoft, pexip, hybrid }));
      customer.countOne("multi-vendor", facts, () => ({
        kind: "person",
        name: person,
        sources: accounts().get(person) ?? [],
        reasons: reasonsOf(facts),
      }));
    }
    for (const conference of customer.all("conference")) {
      if (!isBlank(conference.name)) continue;
      const facts = { cisco: false, microsoft: false, pexip: true, hybrid: false };
      customer.countOne("multi-vendor", facts, () => ({
        kind: "conference without an owner",
        name: "",
        sources: [conference],
        reasons: reasonsOf(facts),
      }));
    }
  },
};

type MultiVendor = ProfileFacts["multi-vendor"];

function reasonsOf({ cisco, microsoft, pexip, hybrid }: MultiVendor): string[] {
  const reasons = [
    cisco ? "a Cisco account, by name, address or a VOSS user that ties them (D11)" : "no Cisco account",
    microsoft ? "a Microsoft account" : "no Microsoft account",
    pexip ? "PexIP conferences" : "no PexIP conference",
  ];
  if (hybrid)
    reasons.push("uses the integrated Cisco and Microsoft service: in no multi-vendor column (D15)");
  return reasons;
}

/** The Microsoft accounts and conferences of a customer by the person they belong to. */
function indexOf<N extends Name>(customer: Customer<N>): Map<N, Facts<N>[FactId][]> {
  const accounts = [
    ...customer.all("teamsUser").map((fact) => ({ fact, person: fact.upn })),
    ...customer.all("graphUser").map((fact) => ({ fact, person: fact.upn })),
    ...customer.all("azureUser").map((fact) => ({ fact, person: fact.name })),
    ...customer.all("conference").map((fact) => ({ fact, person: fact.name })),
  ];
  const byPerson = grouped(accounts, ({ person }) => person);
  return new Map([...byPerson].map(([person, list]) => [person, list.map(({ fact }) => fact)]));
}
