/** `phone = "SEP..."`: a phone gets another owner or product, comes or goes. */
import { joinKey } from "@vlf/common/axl";
import { UsageError } from "@vlf/common/exit";
import type { Phone } from "../facts.ts";
import { rawOf, readFact } from "./_raw.ts";
import { type Change, type Kind, NOTHING, type Outcome } from "./_change.ts";
import type { At, Row } from "./row.ts";

export const phone: Kind = {
  key: "phone",
  read({ config, table, ...entry }, context): Change {
    const spec = { phone: "text", owner: "any-text", product: "text", add: "flag", remove: "flag" } as const;
    const values = config.values("phone:", table, spec, ["phone"]);
    const { add = false, remove = false, product } = values;
    const name = joinKey(values.phone);
    const owner = values.owner === undefined ? undefined : joinKey(values.owner);
    const isSet = owner !== undefined || product !== undefined;
    if ((add && remove) || (remove && isSet) || !(add || remove || isSet))
      throw config.problem("phone", "owner or product or both, add beside them, or remove alone");
    if (add && entry.hierarchy === undefined) throw config.problem("phone: add", "a hierarchy to add it at");
    const kindOf = (text: string): Phone["kind"] =>
      readFact(context, "phone", rawOf(context, "phone", { product: text })).kind;
    const kind = product === undefined ? undefined : kindOf(product);
    const title = [
      ...(add ? [`added at ${entry.hierarchy ?? ""}`] : []),
      ...(remove ? ["removed"] : []),
      ...(owner === undefined ? [] : [owner === "" ? "no owner" : `owner "${owner}"`]),
      ...(product === undefined ? [] : [`product "${product}"`]),
    ].join(", ");
    if (name === "") throw new UsageError(`read ${entry.where}: phone: wanted a name that is not blank`);
    const change = { name, owner, kind, hierarchy: entry.hierarchy };
    return {
      ...entry,
      title: `phone "${name}": ${title}`,
      adds: add,
      apply: (row) => (add ? added(row, change) : changed(row, { ...change, remove })),
    };
  },
};

interface PhoneChange {
  readonly name: string;
  readonly owner: string | undefined;
  readonly kind: Phone["kind"] | undefined;
  readonly hierarchy: string | undefined;
}

function added(row: Row, { name, owner = "", kind = "phone", hierarchy = "" }: PhoneChange): Outcome {
  if (!row.has(hierarchy)) return NOTHING;
  const problem =
    row.named("phone", name).length > 0
      ? `phone "${name}" is in ${row.name} already, wanted one that is not`
      : ownerProblem(row, owner);
  if (problem === undefined) row.add("phone", hierarchy, { name, owner, kind });
  return { found: 1, problem, changed: problem === undefined };
}

function changed(row: Row, change: PhoneChange & { readonly remove: boolean }): Outcome {
  const phones = row.named("phone", change.name, change.hierarchy);
  if (phones.length === 0) return NOTHING;
  const problem = change.owner === undefined ? undefined : ownerProblem(row, change.owner);
  let isChanged = false;
  if (problem === undefined) for (const one of phones) isChanged = changeOne(row, one, change) || isChanged;
  return { found: phones.length, problem, changed: isChanged };
}

function changeOne(row: Row, one: At<Phone>, change: PhoneChange & { readonly remove: boolean }): boolean {
  if (change.remove) {
    row.remove("phone", one);
    return true;
  }
  const { owner = one.fact.owner, kind = one.fact.kind } = change;
  if (owner === one.fact.owner && kind === one.fact.kind) return false;
  row.replace("phone", one, { ...one.fact, owner, kind });
  return true;
}

/** An owner that is nobody leaves a phone standalone: more likely a slip of the pen than what was meant. */
function ownerProblem(row: Row, owner: string): string | undefined {
  if (owner === "" || row.named("cucmUser", owner).length > 0) return undefined;
  return `"${owner}" is no CUCM user in ${row.name}, wanted the userid of one, or "" for no owner`;
}
