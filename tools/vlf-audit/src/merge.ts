/**
 * Joins the results of an audit that was spread by customer over several runs. Each part holds customers
 * of its own, and may hold all that lies above customers, as the parts of one system do: that counts once.
 * Rows of `voss-5` for what lies above customers are in every part: those without anything but nodes give
 * way to the one with all of it.
 *
 * With the rest of the stream that the parts were cut from, the result is that of one run over the whole, byte for byte:
 * what passes through and what is held against all rows is in no part, and every part has to be of that stream.
 */
import { DataError } from "@vlf/common/exit";
import { byCodeUnit } from "@vlf/common/hierarchy";
import type {
  AnyLicenses,
  AnyRecord,
  Begin,
  Finding,
  Instance,
  LicenseCount,
  LicenseProfile,
  Licenses5,
  Platform,
} from "@vlf/common/records";
import { byFinding, sortedInstances } from "./output.ts";
import { compared, type VossCount } from "./voss-counts.ts";

interface Row {
  readonly part: string;
  readonly count: LicenseCount<AnyLicenses>;
  readonly profiles: LicenseProfile[];
}

type AnyCount = LicenseCount<AnyLicenses>;

/** What a row is of: the scheme, and the customer, or the provider above customers. */
function rowKey({
  scheme,
  customer_pkid: customer,
  provider_pkid: provider,
}: Pick<LicenseProfile, "scheme" | "customer_pkid" | "provider_pkid">): string {
  return customer === "" ? `${scheme} above ${provider ?? ""}` : `${scheme} of ${customer}`;
}

/** What is in no part of a stream that was cut. */
export interface Rest {
  /** Of the stream. */
  readonly begin: Begin;
  /** Records that pass through, in their order. */
  readonly passed: readonly AnyRecord[];
  /** Instances that are passed on. */
  readonly instances: readonly Instance[];
  /** The system's own counts, with the name of their model. */
  readonly vossCounts: readonly VossCount[];
  readonly vossCountModel: string;
}

/** Who counted and who merges: the same tool. */
export interface Merger {
  readonly tool: string;
  readonly version: string;
}

export class Merge {
  readonly #merger: Merger;
  readonly #rest: Rest | undefined;
  /** Parts that have customers. */
  readonly #withCustomers = new Set<string>();
  readonly #begins: { readonly part: string; readonly begin: Begin }[] = [];
  readonly #rows = new Map<string, Row>();
  /** The rows above customers, of each part. */
  readonly #above: Row[] = [];
  readonly #instances = new Map<string, { readonly text: string; readonly instance: Instance }>();
  /** Findings about no customer, by what they are about; each part has them alike. */
  readonly #common = new Map<string, { readonly part: string; readonly finding: Finding }>();
  readonly #findings: Finding[] = [];
  readonly #others: AnyRecord[] = [];

  constructor(merger: Merger, rest?: Rest) {
    this.#merger = merger;
    this.#rest = rest;
  }

  begin(part: string, begin: Begin): void {
    const [first] = this.#begins;
    if (this.#rest !== undefined) checkIsOf(this.#rest.begin, begin, part, this.#merger);
    if (first !== undefined) checkSame(first.begin.platform, begin.platform, first.part, part);
    this.#begins.push({ part, begin });
  }

  /** Takes a record of a part. @throws {DataError} when the parts overlap, or are not of one system */
  add(part: string, record: AnyRecord, line: number): void {
    const where = `${part}:${line}`;
    if (this.#rest !== undefined) checkCounted(record, where);
    switch (record.type) {
      case "license-count":
        return this.#addCount(part, record as unknown as AnyCount, where);
      case "license-profile":
        return this.#addProfile(part, record as unknown as LicenseProfile, where);
      case "instance":
        return this.#addInstance(record as unknown as Instance, where);
      case "finding":
        return this.#addFinding(part, record as unknown as Finding, where);
      default:
        this.#others.push(record);
    }
  }

  /** The begin record of the whole: that of the rest, or of the part that was collected first, and who merged. */
  get firstRecord(): Begin {
    return passedOn(this.#rest?.begin ?? this.#firstBegin, this.#merger);
  }

  get #firstBegin(): Begin {
    const [first] = this.#begins.toSorted(
      (a, b) =>
        byCodeUnit(a.begin.collected_at, b.begin.collected_at) || byCodeUnit(a.begin.run_id, b.begin.run_id),
    );
    if (first === undefined) throw new Error("no part was read");
    return first.begin;
  }

  /** All records between begin and end, in the order of an audit of the whole. */
  *records(): Generator<AnyRecord> {
    const { passed = [], instances = [], vossCounts = [], vossCountModel = "" } = this.#rest ?? {};
    if (this.#rest !== undefined) this.#checkAbove();
    yield* passed;
    yield* this.#others;
    yield* sortedInstances([...instances, ...[...this.#instances.values()].map(({ instance }) => instance)]);
    const rows = [...this.#rows.values(), ...this.#wholeAbove()].sort(
      ({ count: a }, { count: b }) =>
        byCodeUnit(a.scheme, b.scheme) ||
        byCodeUnit(a.customer_pkid, b.customer_pkid) ||
        byCodeUnit(a.provider_pkid, b.provider_pkid),
    );
    for (const { count, profiles } of rows) {
      yield count as unknown as AnyRecord;
      yield* profiles as unknown as AnyRecord[];
    }
    const common = [...this.#common.values()].map(({ finding }) => finding);
    const kept = this.#rows.size === 0 ? common : common.filter(({ code }) => code !== "no-customer");
    const ours = rows.map(({ count }) => count).filter(({ scheme }) => scheme === "voss-5");
    const differences =
      ours.length === 0 ? [] : compared(vossCountModel, vossCounts, ours as LicenseCount<Licenses5>[]);
    yield* [...kept, ...this.#findings, ...differences].sort(byFinding) as unknown as AnyRecord[];
  }

  /** @throws {DataError} when a part with customers has something that lies outside of them */
  #checkAbove(): void {
    const odd = this.#above.find((row) => this.#withCustomers.has(row.part) && !isBare(row));
    if (odd !== undefined) throw outsideError(odd.part, odd.count.provider);
  }

  #addCount(part: string, count: AnyCount, where: string): void {
    if (count.customer_pkid === "") {
      this.#above.push({ part, count, profiles: [] });
      return;
    }
    this.#withCustomers.add(part);
    const other = this.#rows.get(rowKey(count));
    if (other !== undefined) {
      throw new DataError(
        `read ${where}: customer "${count.customer_pkid}" is in "${other.part}" as well: parts must not overlap`,
        { hint: "cut the system so that each customer is in one part" },
      );
    }
    this.#rows.set(rowKey(count), { part, count, profiles: [] });
  }

  #addProfile(part: string, profile: LicenseProfile, where: string): void {
    const key = rowKey(profile);
    const row =
      profile.customer_pkid === ""
        ? this.#above.findLast((one) => one.part === part && rowKey(one.count) === key)
        : this.#rows.get(key);
    if (row === undefined || row.part !== part) {
      throw new DataError(
        `read ${where}: a license-profile without the license-count of its customer before it`,
      );
    }
    row.profiles.push(profile);
  }

  /** One row for each provider, of those that the parts have: the parts with all that lies above have it alike. */
  #wholeAbove(): Row[] {
    const whole = new Map<string, Row>();
    for (const row of this.#above) {
      const key = rowKey(row.count);
      const known = whole.get(key);
      if (known === undefined || (isBare(known) && !isBare(row))) whole.set(key, row);
      else if (
        !isBare(row) &&
        JSON.stringify([row.count, row.profiles]) !== JSON.stringify([known.count, known.profiles])
      ) {
        throw new DataError(
          `read ${row.part}: what lies above the customers of "${row.count.provider}" differs from that in "${known.part}"`,
          { hint: "give each part all that lies above customers, or none of it" },
        );
      }
    }
    return [...whole.values()];
  }

  #addInstance(instance: Instance, where: string): void {
    const key = `${instance.model} ${instance.pkid}`;
    const text = JSON.stringify(instance);
    const known = this.#instances.get(key);
    if (known !== undefined && known.text !== text) {
      throw new DataError(`read ${where}: "${key}" differs between the parts: they are not of one system`);
    }
    this.#instances.set(key, { text, instance });
  }

  #addFinding(part: string, finding: Finding, where: string): void {
    if (finding.customer_pkid !== "") {
      this.#findings.push(finding);
      return;
    }
    if (this.#rest !== undefined && this.#withCustomers.has(part)) throw outsideError(part, finding.code);
    const name = `${finding.code} ${finding.model ?? ""}`.trim();
    // Differences to VOSS's own counts are one for each column and provider.
    const key = `${name} ${finding.pkid ?? ""} ${finding.message}`;
    const known = this.#common.get(key);
    if (known !== undefined && known.part !== part && known.finding.count !== finding.count) {
      throw new DataError(
        `read ${where}: finding "${name}" has count ${finding.count ?? 0}, and ${known.finding.count ?? 0} in "${known.part}": the parts do not hold the same above customers`,
        { hint: "give each part all that lies above customers, or none of it" },
      );
    }
    this.#common.set(key, { part, finding });
  }
}

/** Whether nothing of the row was counted but its sites. */
function isBare({ profiles }: Row): boolean {
  return profiles.every((profile) => profile.export === "hierarchy-row");
}

/** A begin record with the tool that it passed through. */
function passedOn(begin: Begin, { tool, version }: Merger): Begin {
  return { ...begin, via: [...(begin.via ?? []), { tool, version }] };
}

function checkIsOf(whole: Begin, begin: Begin, part: string, merger: Merger): void {
  if (JSON.stringify(begin) === JSON.stringify(passedOn(whole, merger))) return;
  const last = begin.via?.at(-1);
  const isOther = last !== undefined && (last.tool !== merger.tool || last.version !== merger.version);
  const why = isOther
    ? `it was counted by ${last.tool} ${last.version}, this is ${merger.tool} ${merger.version}`
    : "its begin record is not that of the rest";
  throw new DataError(`read ${part}: not a part of that stream: ${why}`, {
    hint: "count the part again with the same version, or give the rest of the same cut",
  });
}

/** A part of a cut has no record that passes through: it would stand in another place than in the whole. */
function checkCounted({ type }: AnyRecord, where: string): void {
  if (["license-count", "license-profile", "finding"].includes(type)) return;
  throw new DataError(`read ${where}: "${type}" record, which belongs into the rest and into no part`);
}

function outsideError(part: string, what: string): DataError {
  return new DataError(`read ${part}: customers, and something outside of them ("${what}")`, {
    hint: "cut the stream with vlf-spread: what lies outside customers is a part of its own",
  });
}

function checkSame(first: Platform, other: Platform, firstPart: string, part: string): void {
  const keys = new Set([...Object.keys(first), ...Object.keys(other)]) as Set<keyof Platform>;
  for (const key of keys) {
    if (first[key] === other[key]) continue;
    throw new DataError(
      `read ${part}: platform ${key} is ${JSON.stringify(other[key])}, in ${firstPart} ${JSON.stringify(first[key])}: they are not of one system`,
    );
  }
}
