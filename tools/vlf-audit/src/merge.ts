/**
 * Joins the results of an audit that was spread by customer over several runs. Each part holds customers
 * of its own, and may hold all that lies above customers, as the parts of one system do: that counts once.
 */
import { DataError } from "@vlf/common/exit";
import { byCodeUnit } from "@vlf/common/hierarchy";
import type {
  AnyRecord,
  Begin,
  Finding,
  Instance,
  LicenseCount,
  LicenseProfile,
  Platform,
} from "@vlf/common/records";
import { byFinding, sortedInstances } from "./output.ts";

interface Row {
  readonly part: string;
  readonly count: LicenseCount;
  readonly profiles: LicenseProfile[];
}

export class Merge {
  readonly #begins: { readonly part: string; readonly begin: Begin }[] = [];
  readonly #rows = new Map<string, Row>();
  readonly #instances = new Map<string, { readonly text: string; readonly instance: Instance }>();
  /** Findings about no customer, by what they are about; each part has them alike. */
  readonly #common = new Map<string, { readonly part: string; readonly finding: Finding }>();
  readonly #findings: Finding[] = [];
  readonly #others: AnyRecord[] = [];

  begin(part: string, begin: Begin): void {
    const [first] = this.#begins;
    if (first !== undefined) checkSame(first.begin.platform, begin.platform, first.part, part);
    this.#begins.push({ part, begin });
  }

  /** Takes a record of a part. @throws {DataError} when the parts overlap, or are not of one system */
  add(part: string, record: AnyRecord, line: number): void {
    const where = `${part}:${line}`;
    switch (record.type) {
      case "license-count":
        return this.#addCount(part, record as unknown as LicenseCount, where);
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

  /** The begin record of the whole: that of the part that was collected first. */
  get firstBegin(): Begin {
    const [first] = this.#begins.toSorted(
      (a, b) =>
        byCodeUnit(a.begin.collected_at, b.begin.collected_at) || byCodeUnit(a.begin.run_id, b.begin.run_id),
    );
    if (first === undefined) throw new Error("no part was read");
    return first.begin;
  }

  /** All records between begin and end, in the order of an audit of the whole. */
  *records(): Generator<AnyRecord> {
    yield* this.#others;
    yield* sortedInstances([...this.#instances.values()].map(({ instance }) => instance));
    const rows = [...this.#rows.values()].sort((a, b) =>
      byCodeUnit(a.count.customer_pkid, b.count.customer_pkid),
    );
    for (const { count, profiles } of rows) {
      yield count as unknown as AnyRecord;
      yield* profiles as unknown as AnyRecord[];
    }
    const common = [...this.#common.values()].map(({ finding }) => finding);
    const kept = rows.length === 0 ? common : common.filter(({ code }) => code !== "no-customer");
    yield* [...kept, ...this.#findings].sort(byFinding) as unknown as AnyRecord[];
  }

  #addCount(part: string, count: LicenseCount, where: string): void {
    const other = this.#rows.get(count.customer_pkid);
    if (other !== undefined) {
      throw new DataError(
        `read ${where}: customer "${count.customer_pkid}" is in "${other.part}" as well: parts must not overlap`,
        { hint: "cut the system so that each customer is in one part" },
      );
    }
    this.#rows.set(count.customer_pkid, { part, count, profiles: [] });
  }

  #addProfile(part: string, profile: LicenseProfile, where: string): void {
    const row = this.#rows.get(profile.customer_pkid);
    if (row === undefined || row.part !== part) {
      throw new DataError(
        `read ${where}: a license-profile without the license-count of its customer before it`,
      );
    }
    row.profiles.push(profile);
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
    const key = `${finding.code} ${finding.model ?? ""}`;
    const known = this.#common.get(key);
    if (known !== undefined && known.part !== part && known.finding.count !== finding.count) {
      throw new DataError(
        `read ${where}: finding "${key.trim()}" has count ${finding.count ?? 0}, and ${known.finding.count ?? 0} in "${known.part}": the parts do not hold the same above customers`,
        { hint: "give each part all that lies above customers, or none of it" },
      );
    }
    this.#common.set(key, { part, finding });
  }
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
