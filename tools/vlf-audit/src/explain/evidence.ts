/**
 * Evidence: for every column of a customer the users, devices and accounts behind its number, with the
 * rule and reasons; and every other instance with the reason why it is not counted. The numbers of the
 * evidence sum to the counts, which is checked each time.
 */
import { isCisco } from "@vlf/common/cisco";
import { byCodeUnit, nodeName } from "@vlf/common/hierarchy";
import { modelOf, type ModelTable } from "@vlf/common/models";
import type { Evidence, LicenseStatus } from "@vlf/common/records";
import {
  type AnyProfile,
  type Scheme,
  type SchemeColumn,
  type SchemeId,
  schemeOf,
} from "@vlf/common/schemes";
import type { Explained } from "../audit.ts";
import { rulesOf } from "../counting.ts";
import type { Bucket, Place, Proof } from "../customer.ts";
import type { FactId, Facts } from "../facts.ts";
import { whyNotCounted, whyOutside } from "./not-counted.ts";
import { whyNotCounted5, whyOutside5 } from "./not-counted5.ts";
import { whyNotCountedCisco, whyOutsideCisco } from "./not-counted-cisco.ts";

export interface EvidenceOptions {
  readonly models: ModelTable;
  readonly standaloneAllocation: (customerPkid: string) => number;
}

type Fact = Facts[FactId];

/** Where an instance is, and of which model. */
interface At {
  readonly id: FactId;
  readonly place: Bucket;
}

/** Why an instance that no rule looked at is not counted. */
const WHY = {
  "voss-4": { inRow: whyNotCounted, outside: whyOutside },
  "voss-5": { inRow: whyNotCounted5, outside: whyOutside5 },
} as const;

const WHY_CISCO = { inRow: whyNotCountedCisco, outside: whyOutsideCisco } as const;

/** The evidence of one customer, or of what is outside all: columns in file order, then what is not counted. */
export function evidenceOf(explained: Explained, options: EvidenceOptions): Evidence[] {
  const { customer, places, proofs, profiles } = explained;
  const scheme = schemeOf(explained.scheme);
  const why = isCisco(scheme.id) ? WHY_CISCO : WHY[scheme.id];
  const where = new Map<Fact, At>();
  for (const place of places) {
    for (const [id, facts] of Object.entries(place.facts)) {
      const at: At = { id: id as FactId, place };
      for (const fact of facts) where.set(fact, at);
    }
  }
  const maker = new Maker(explained, where, options);
  if (customer === undefined) {
    return [...where].map(([fact, at]) => maker.notCounted(fact, at, [why.outside(at.place)], ""));
  }
  const evidence: Evidence[] = [];
  const counted = new Set<Fact>();
  const reasons = new Map<Fact, { rule: string; reasons: readonly string[] }>();
  // In one order, so that of several reasons for one instance the same is given each time.
  for (const proof of proofs.toSorted(byRule(scheme.id))) {
    const columns = scheme.counted.filter((column) => scheme.weight(column, proof.profile) > 0);
    for (const column of columns) evidence.push(maker.counted(column, proof));
    for (const fact of proof.subject.sources) {
      if (columns.length > 0) counted.add(fact);
      else if (!reasons.has(fact))
        reasons.set(fact, { rule: proof.profile.export, reasons: proof.subject.reasons });
    }
  }
  evidence.sort(byColumn(scheme));
  if (scheme.id === "voss-4") allocate(evidence, options.standaloneAllocation(customer.pkid));
  check(scheme, evidence, profiles);
  const rest: Evidence[] = [];
  for (const [fact, at] of where) {
    if (counted.has(fact)) continue;
    const known = reasons.get(fact);
    const reasonsFor = known?.reasons ?? [why.inRow(at.id, fact, at.place as Place)];
    rest.push(maker.notCounted(fact, at, reasonsFor, known?.rule ?? ""));
  }
  return [...evidence, ...rest.sort(bySource)];
}

class Maker {
  readonly #explained: Explained;
  readonly #where: ReadonlyMap<Fact, At>;
  readonly #models: ModelTable;
  readonly #order: ReadonlyMap<string, number>;
  readonly #scheme: Scheme;
  readonly #references: ReadonlyMap<string, string>;
  readonly #customer: string;

  constructor(explained: Explained, where: ReadonlyMap<Fact, At>, { models }: EvidenceOptions) {
    this.#explained = explained;
    this.#where = where;
    this.#models = models;
    this.#scheme = schemeOf(explained.scheme);
    this.#references = new Map(rulesOf(explained.scheme).map(({ id, reference }) => [id, reference]));
    this.#order = new Map(Object.keys(models).map((id, index) => [id, index]));
    const { customer } = explained;
    this.#customer =
      customer === undefined || customer.providerPkid !== undefined ? "" : nodeName(customer.path);
  }

  counted(column: SchemeColumn, { profile, subject }: Proof): Evidence {
    const number = this.#scheme.weight(column, profile);
    const evidence: Evidence = {
      type: "evidence",
      scheme: this.#scheme.id,
      customer: this.#customer,
      customer_pkid: this.#explained.customer?.pkid ?? "",
      counted: true,
      column: column.id,
      title: column.title,
      number,
      tier: column.tier,
      licenses: column.tier === "none" ? 0 : number,
      rule: profile.export,
      reference: this.#references.get(profile.export) ?? "",
      kind: subject.kind,
      name: subject.name,
      hierarchy: this.#pathOf(subject.sources[0]),
      reasons: [...subject.reasons],
      sources: this.#sources(subject.sources),
    };
    if (profile.export !== "voss-user") return this.#finish(evidence, undefined);
    return this.#finish(evidence, profile.profile.licenses > 0 ? "Licensed" : "Unlicensed");
  }

  notCounted(fact: Fact, { id, place }: At, reasons: readonly string[], rule: string): Evidence {
    const evidence: Evidence = {
      type: "evidence",
      scheme: this.#scheme.id,
      customer: this.#customer,
      customer_pkid: this.#explained.customer?.pkid ?? "",
      counted: false,
      column: "",
      title: "",
      number: 0,
      tier: "none",
      licenses: 0,
      rule,
      reference: this.#references.get(rule) ?? "",
      kind: "instance",
      name: nameOf(fact),
      hierarchy: place.path,
      reasons: [...reasons],
      sources: this.#sources([fact]),
    };
    if (id !== "user" || this.#scheme.id !== "voss-5") return this.#finish(evidence, undefined);
    // A user that the rules have seen and that is in no column has no license; of others nothing is known.
    return this.#finish(evidence, rule === "" ? "Unknown" : "Unlicensed");
  }

  /** Adds the optional keys: spreading them, or nothing, into each record takes a third of the time of explaining. */
  #finish(evidence: Evidence, status: LicenseStatus | undefined): Evidence {
    if (status !== undefined) evidence.status = status;
    const providerPkid = this.#explained.customer?.providerPkid;
    if (providerPkid === undefined) return evidence;
    const { type, scheme, customer, customer_pkid, ...others } = evidence;
    return { type, scheme, customer, customer_pkid, provider_pkid: providerPkid, ...others };
  }

  #pathOf(fact: Fact | undefined): string {
    const at = fact === undefined ? undefined : this.#where.get(fact);
    return at?.place.path ?? this.#explained.customer?.path ?? "";
  }

  /** In the order of the table of models. */
  #sources(facts: readonly Fact[]): Evidence["sources"] {
    return [...new Set(facts)]
      .map((fact) => {
        const id = this.#where.get(fact)?.id;
        if (id === undefined)
          throw new Error(`the evidence names "${fact.pkid}", which is not the customer's`);
        return { order: this.#order.get(id) ?? 0, model: modelOf(this.#models, id).model, fact };
      })
      .sort((a, b) => a.order - b.order || byCodeUnit(a.fact.pkid, b.fact.pkid))
      .map(({ model, fact }) => ({ model, pkid: fact.pkid, name: nameOf(fact) }));
  }
}

/** The first of the names that an instance of any model has. */
export function nameOf(fact: Fact): string {
  const named = fact as Partial<Record<"userid" | "name" | "username" | "upn" | "id" | "email", string>>;
  for (const key of ["userid", "name", "username", "upn", "id", "email"] as const) {
    const name = named[key];
    if (name !== undefined && name !== "") return name;
  }
  return "";
}

/** The first standalone phones, as many as were agreed, need no license (guide 1.7.3). */
function allocate(evidence: Evidence[], allocation: number): void {
  let left = allocation;
  for (const one of evidence) {
    if (one.column !== "standalone_phones" || left === 0) continue;
    left -= 1;
    one.licenses = 0;
    one.reasons.push(`within the agreed standalone allocation of ${allocation}: no license`);
  }
}

/** @throws {Error} when evidence and counts differ, which would be a mistake of ours */
function check(scheme: Scheme, evidence: readonly Evidence[], profiles: readonly AnyProfile[]): void {
  const counts = scheme.countsOf(profiles);
  const sums = new Map<string, number>();
  let licenses = 0;
  for (const { column, number, tier } of evidence) {
    sums.set(column, (sums.get(column) ?? 0) + number);
    if (tier !== "none") licenses += number;
  }
  for (const { id, kind } of scheme.counted) {
    // The total is that of the columns with a tier.
    const sum = kind === "total" ? licenses : (sums.get(id) ?? 0);
    const count = counts[id] ?? 0;
    if (kind === "flag" ? sum > 0 !== count : sum !== count) {
      throw new Error(`column "${id}" counts ${String(count)}, its evidence sums to ${sum}`);
    }
  }
}

type Order<T> = (a: T, b: T) => number;

function byRule(scheme: SchemeId): Order<Proof> {
  const order = new Map(rulesOf(scheme).map(({ id }, index) => [id, index]));
  return (a, b) =>
    (order.get(a.profile.export) ?? 0) - (order.get(b.profile.export) ?? 0) ||
    byCodeUnit(a.subject.name, b.subject.name) ||
    byCodeUnit(a.subject.reasons.join(), b.subject.reasons.join());
}

function byColumn({ counted }: Scheme): Order<Evidence> {
  const order = new Map(counted.map(({ id }, index) => [id, index]));
  return (a, b) =>
    (order.get(a.column) ?? 0) - (order.get(b.column) ?? 0) ||
    byCodeUnit(a.name, b.name) ||
    byCodeUnit(a.hierarchy, b.hierarchy) ||
    bySource(a, b);
}

function bySource(a: Evidence, b: Evidence): number {
  const [first, second] = [a.sources[0], b.sources[0]];
  return (
    byCodeUnit(first?.model ?? "", second?.model ?? "") || byCodeUnit(first?.pkid ?? "", second?.pkid ?? "")
  );
}
