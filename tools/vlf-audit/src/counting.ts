/** A scheme's rules applied to a customer or another row. */
import { isCisco } from "@vlf/common/cisco";
import type { CiscoRules } from "@vlf/common/cisco-settings";
import type { Name } from "@vlf/common/names";
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
export function applyRules<N extends Name>(
  scheme: SchemeId,
  row: Customer<N>,
  rules: Rules5,
  cisco: CiscoRules,
): void {
  if (scheme === "voss-4") applyVoss4(row);
  else applyOther(scheme, row as unknown as Customer, rules, cisco); // only in voss-4 names may be numbers
}

function applyVoss4<N extends Name>(row: Customer<N>): void {
  const { tables } = row;
  const users = usersOf(() => row.all("cucmUser"), tables);
  const usersAboveSite = usersOf(
    () => row.places.flatMap(({ atSite, facts }) => (atSite ? [] : (facts.cucmUser ?? []))),
    tables,
  );
  const shared = { subscribers: subscribersOf(row), users, usersAboveSite, same: samePerson(row) };
  for (const rule of RULES) rule.apply(row, shared);
}

function applyOther(
  scheme: Exclude<SchemeId, "voss-4">,
  row: Customer,
  rules: Rules5,
  cisco: CiscoRules,
): void {
  if (isCisco(scheme)) return applyCisco(scheme, row, cisco);
  const users = usersOf(() => row.all("cucmUser"), row.tables);
  const index = cucmIndex(row);
  const shared = { rules, people: peopleOf(row, rules, index), index, users };
  for (const rule of RULES_5) rule.apply(row, shared);
  return undefined;
}
