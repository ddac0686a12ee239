/**
 * What the licenses would be: rows as they are counted, those that a change is about counted once more with
 * the changes. A row is looked at when it is counted, so that nothing but its two counts is held.
 */
import { DataError } from "@vlf/common/exit";
import { byCodeUnit, nodeName } from "@vlf/common/hierarchy";
import type { Finding, LicenseChange, TierChange } from "@vlf/common/records";
import { type SchemeId, schemeOf } from "@vlf/common/schemes";
import type { Counts } from "@vlf/common/voss4";
import type { CountedRow } from "../audit.ts";
import type { Noted } from "../customer.ts";
import { changesOf } from "../diff/changes.ts";
import { keyOf, type Month } from "../diff/month.ts";
import { isWantedCustomer } from "../explain/filter.ts";
import type { Change, Outcome } from "./_change.ts";
import type { Nodes } from "./nodes.ts";
import { Row } from "./row.ts";

export interface WhatIfOptions {
  readonly schemes: readonly SchemeId[];
  readonly standaloneAllocation: (customerPkid: string) => number;
}

/** Where a change found what it is about. */
interface Met extends Outcome {
  readonly row: string;
}

/** A row before and after, of those that a change was made in. */
interface Pair {
  readonly scheme: SchemeId;
  readonly customer: string;
  readonly customerPkid: string;
  readonly providerPkid: string | undefined;
  readonly before: Counts;
  readonly after: Counts;
  /** Findings that were not there before. */
  readonly notes: readonly Noted[];
}

export interface WhatIfResult {
  readonly changes: readonly LicenseChange[];
  readonly tiers: readonly TierChange[];
  readonly findings: readonly Finding[];
  /** Each change with the rows it was made in. */
  readonly made: readonly { readonly where: string; readonly title: string; readonly row: string }[];
}

export class WhatIf {
  readonly #changes: readonly Change[];
  readonly #inOrder: readonly Change[];
  readonly #nodes: Nodes;
  readonly #options: WhatIfOptions;
  /** The scheme that tells what is in no row: what is above customers has a row in voss-5. */
  readonly #ofOutside: SchemeId | undefined;
  readonly #met = new Map<Change, Met[]>();
  readonly #pairs: Pair[] = [];
  /** The row that was changed last: the schemes look at it in turn. */
  #last: { readonly places: CountedRow["places"]; readonly row: Row } | undefined;

  constructor(changes: readonly Change[], nodes: Nodes, options: WhatIfOptions) {
    this.#changes = changes;
    // Fields are set in what was read, so that comes first.
    this.#inOrder = [
      ...changes.filter(({ set }) => set !== undefined),
      ...changes.filter(({ set }) => set === undefined),
    ];
    this.#nodes = nodes;
    this.#options = options;
    const { schemes } = options;
    this.#ofOutside = schemes.find((scheme) => scheme === "voss-5") ?? schemes[0];
  }

  /** Takes a row as it is counted. */
  take(counted: CountedRow): void {
    const { scheme, customer, again } = counted;
    if (customer === undefined && scheme !== this.#ofOutside) return;
    const { places } = this.#changed(counted);
    if (customer === undefined || again === undefined || places === undefined) return;
    const { path, pkid, providerPkid } = customer;
    const changed = again(places);
    const rules = schemeOf(scheme);
    this.#pairs.push({
      scheme,
      customer: providerPkid === undefined ? nodeName(path) : "",
      customerPkid: pkid,
      providerPkid,
      before: rules.countsOf(counted.profiles),
      after: rules.countsOf(changed.profiles),
      notes: newNotes(customer.notes, changed.notes),
    });
  }

  /**
   * What came of it, when all rows were seen.
   * @throws {DataError} for the first change that found nothing, or more than one, or cannot be made
   */
  finish(): WhatIfResult {
    for (const change of this.#changes) this.#check(change);
    const result: { changes: LicenseChange[]; tiers: TierChange[] } = { changes: [], tiers: [] };
    const findings = this.#changes.flatMap((change) => this.#withoutEffect(change));
    for (const scheme of this.#options.schemes) {
      const pairs = this.#pairs.filter((pair) => pair.scheme === scheme);
      pairs.sort((a, b) => byCodeUnit(rowKey(a), rowKey(b)));
      result.changes.push(...changesOf(monthOf(scheme, pairs, "before"), monthOf(scheme, pairs, "after")));
      for (const pair of pairs) {
        result.tiers.push(...tierChanges(pair, this.#options.standaloneAllocation(pair.customerPkid)));
        findings.push(...pair.notes.map((noted) => findingOf(pair.customerPkid, noted)));
      }
    }
    const made = this.#changes.map((change) => {
      const { where, title } = change;
      return { where, title, row: this.#met.get(change)?.[0]?.row ?? "" };
    });
    return { ...result, findings, made };
  }

  /** The row with all changes that are about something in it. */
  #changed(counted: CountedRow): Row {
    if (this.#last?.places === counted.places) return this.#last.row;
    const row = new Row(counted, this.#nodes);
    this.#last = { places: counted.places, row };
    for (const change of this.#inOrder) {
      if (!isWantedCustomer(counted, change)) continue;
      const outcome = change.apply(row);
      if (outcome.found === 0) continue;
      const met = this.#met.get(change) ?? [];
      met.push({ ...outcome, row: row.name });
      this.#met.set(change, met);
    }
    return row;
  }

  #check(change: Change): void {
    const { where, title, customer, hierarchy } = change;
    const met = this.#met.get(change) ?? [];
    const found = met.reduce((sum, one) => sum + one.found, 0);
    if (found === 0) {
      if (change.adds && hierarchy !== undefined && !this.#nodes.isKnown(hierarchy))
        throw new DataError(`apply ${where}: ${title}: the input has no node "${hierarchy}"`);
      const among = [
        ...(customer === undefined ? [] : [`in customer "${customer}"`]),
        ...(hierarchy === undefined ? [] : [`at or below "${hierarchy}"`]),
      ].join(" ");
      throw new DataError(`apply ${where}: ${title}: found none ${among || "in the input"}, wanted one`);
    }
    if (found > 1) {
      const rows = met.map(({ row }) => row).sort(byCodeUnit);
      throw new DataError(`apply ${where}: ${title}: found ${found}, in ${rows.join(", ")}, wanted one`, {
        hint: "narrow it by customer or hierarchy, or name the instance by model and pkid",
      });
    }
    const problem = met[0]?.problem;
    if (problem !== undefined) throw new DataError(`apply ${where}: ${problem}`);
  }

  #withoutEffect(change: Change): Finding[] {
    const met = this.#met.get(change) ?? [];
    if (met.some(({ changed }) => changed)) return [];
    const message = `${change.where}: ${change.title}: it is so already, nothing was changed`;
    return [{ type: "finding", code: "what-if-no-change", severity: "warning", message, customer_pkid: "" }];
  }
}

function rowKey({ customerPkid, providerPkid }: Pair): string {
  return keyOf(customerPkid, providerPkid);
}

function monthOf(scheme: SchemeId, pairs: readonly Pair[], side: "before" | "after"): Month {
  const customers: Month["customers"] = new Map();
  for (const pair of pairs) {
    const { customer: name, customerPkid, providerPkid } = pair;
    customers.set(rowKey(pair), { name, counts: pair[side], customerPkid, providerPkid });
  }
  return { scheme, customers, subjects: undefined };
}

/** The tiers of which the licenses changed, in order. */
function tierChanges(pair: Pair, allocation: number): TierChange[] {
  const { scheme, customer, customerPkid, providerPkid } = pair;
  const rules = schemeOf(scheme);
  const after: Readonly<Record<string, number>> = { ...rules.licensesOf(pair.after, allocation) };
  return Object.entries<number>({ ...rules.licensesOf(pair.before, allocation) }).flatMap(([tier, from]) => {
    const to = after[tier] ?? 0;
    if (from === to) return [];
    return {
      type: "tier-change",
      scheme,
      customer,
      customer_pkid: customerPkid,
      ...(providerPkid === undefined ? {} : { provider_pkid: providerPkid }),
      tier: tier as TierChange["tier"],
      before: from,
      after: to,
      change: to - from,
    };
  });
}

/** Findings that came, or of which there are more. */
function newNotes(before: readonly Noted[], after: readonly Noted[]): Noted[] {
  return after.flatMap((noted) => {
    const was = before.find(({ code, model }) => code === noted.code && model === noted.model)?.count ?? 0;
    return noted.count > was ? [{ ...noted, count: noted.count - was }] : [];
  });
}

function findingOf(customerPkid: string, { code, severity, message, model, count }: Noted): Finding {
  return {
    type: "finding",
    code,
    severity,
    message: `with the changes: ${message}`,
    customer_pkid: customerPkid,
    ...(model === undefined ? {} : { model }),
    count,
  };
}
