/** A what-if as a page to read: the changes, and licenses before and after. */
import type { LicenseChange, TierChange } from "@vlf/common/records";
import { type SchemeId, schemeOf } from "@vlf/common/schemes";
import type { WhatIfResult } from "./what-if.ts";

/** Licenses of all rows by tier, as they are. */
export type Totals = Readonly<Record<string, number>>;

const WIDTH = 60;

/** The page: the changes, and each scheme with its totals. */
export function whatIfPage(
  schemes: readonly SchemeId[],
  result: WhatIfResult,
  totals: (scheme: SchemeId) => Totals,
): string {
  const lines = ["Changes", ""];
  for (const { where, title, row } of result.made) lines.push(`  ${where}: ${title}`, `    in ${row}`);
  for (const scheme of schemes) lines.push("", ...linesOf(scheme, result, totals(scheme)));
  return lines.map((one) => `${one}\n`).join("");
}

function linesOf(scheme: SchemeId, result: WhatIfResult, totals: Totals): string[] {
  const ofScheme = <T extends { readonly scheme: string }>(all: readonly T[]): T[] =>
    all.filter((one) => one.scheme === scheme);
  const changes = ofScheme(result.changes);
  const tiers = ofScheme(result.tiers);
  const lines = [line(`Scheme ${scheme}`, "before", "after", "change")];
  for (const row of new Set([...changes, ...tiers].map(keyOf))) {
    const own = changes.filter((one) => keyOf(one) === row);
    const ownTiers = tiers.filter((one) => keyOf(one) === row);
    lines.push("", headOf(own[0] ?? ownTiers[0]));
    for (const one of own) lines.push(numbers(columnOf(scheme, one), one.before, one.after));
    for (const one of ownTiers) lines.push(numbers(tierOf(one.tier), one.before, one.after));
  }
  lines.push("", "All rows");
  let [before, after] = [0, 0];
  for (const [tier, from] of Object.entries(totals)) {
    const to = tiers.filter((one) => one.tier === tier).reduce((sum, one) => sum + one.change, from);
    before += from;
    after += to;
    lines.push(numbers(tierOf(tier), from, to));
  }
  lines.push(numbers("licenses in total", before, after));
  return lines;
}

type AnyChange = LicenseChange | TierChange;

function keyOf({ customer_pkid: pkid, provider_pkid: provider = "" }: AnyChange): string {
  return `${pkid} ${provider}`;
}

function headOf(one: AnyChange | undefined): string {
  if (one?.customer_pkid === "") return `Above the customers of provider ${one.provider_pkid ?? ""}`;
  return `Customer ${one?.customer ?? ""}`;
}

function columnOf(scheme: SchemeId, { column, title }: LicenseChange): string {
  const number = schemeOf(scheme).columns.findIndex(({ id }) => id === column) + 1;
  return `${String(number).padStart(2)} ${title}`;
}

function tierOf(tier: string): string {
  return `${tier.replaceAll("_", " ")} licenses`;
}

function numbers(what: string, before: number, after: number): string {
  const change = after - before;
  return line(`  ${what}`, String(before), String(after), change > 0 ? `+${change}` : String(change));
}

/** Titles may be longer than their place: then the numbers stand on the next line. */
function line(what: string, ...cells: readonly string[]): string {
  const right = cells.map((cell) => cell.padStart(9)).join("");
  return what.length <= WIDTH ? `${what.padEnd(WIDTH)}${right}` : `${what}\n${"".padEnd(WIDTH)}${right}`;
}
