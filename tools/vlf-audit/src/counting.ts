/** A scheme's rules applied to a customer or another row. */
import { isCisco } from "@vlf/common/cisco";
import type { CiscoRules } from "@vlf/common/cisco-settings";
import type { SchemeId } from "@vlf/common/schemes";
import type { Rules5 } from "@vlf/common/voss5-services";
import { applyCisco, ciscoRulesOf } from "./cisco/rules.ts";
import type { Customer } from "./customer.ts";
import { cucmIndex, peopleOf } from "./people.ts";
import { RULES } from "./rules/index.ts";
import { RULES_5 } from "./rules5/index.ts";
import { samePerson } from "./same-person.ts";
import { subscribersOf } from "./subscribers.ts";
import { usersOf } from "./users.ts";

/** The rules of a scheme, as far as evidence tells of them. */
export function rulesOf(scheme: SchemeId): readonly { readonly id: string; readonly reference: string }[] {
  if (isCisco(scheme)) return ciscoRulesOf(scheme);
  return scheme === "voss-4" ? RULES : RULES_5;
}

/** Leaves profiles and findings in the row. */
export function applyRules(scheme: SchemeId, row: Customer, rules: Rules5, cisco: CiscoRules): void {
  if (isCisco(scheme)) return applyCisco(scheme, row, cisco);
  const users = usersOf(() => row.all("cucmUser"));
  if (scheme === "voss-4") {
    const usersAboveSite = usersOf(() =>
      row.places.flatMap(({ atSite, facts }) => (atSite ? [] : (facts.cucmUser ?? []))),
    );
    const shared = { subscribers: subscribersOf(row), users, usersAboveSite, same: samePerson(row) };
    for (const rule of RULES) rule.apply(row, shared);
  } else {
    const index = cucmIndex(row);
    const shared = { rules, people: peopleOf(row, rules, index), index, users };
    for (const rule of RULES_5) rule.apply(row, shared);
  }
  return undefined;
}
