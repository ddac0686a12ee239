/**
 * Joins the results of an audit that was spread by customer over several runs. Each part holds customers
 * of its own, and may hold all that lies above customers, as the parts of one system do: that counts once.
 * Rows of `voss-5` for what lies above customers are in every part: those without anything but nodes give
 * way to the one with all of it.
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
  Platform,
} from "@vlf/common/records";
import { byFinding, sortedInstances } from "./output.ts";

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

export class Merge {
  readonly #begins: { readonly part: string; readonly begin: Begin }[] = [];
  readonly #rows = new Map<string, Row>();
  /** The rows above customers, of each part. */
  readonly #above: Row[] = [];
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
    yield* [...kept, ...this.#findings].sort(byFinding) as unknown as AnyRecord[];
  }

  #addCount(part: string, count: AnyCount, where: string): void {
    if (count.customer_pkid === "") {
      this.#above.push({ part, count, profiles: [] });
      return;
    }
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
    // Differences to VOSS's own counts are one for each column and provider.
    const about = finding.pkid === undefined ? "" : `${finding.pkid} ${finding.message}`;
    const key = `${finding.code} ${finding.model ?? ""} ${about}`.trim();
    const known = this.#common.get(key);
    if (known !== undefined && known.part !== part && known.finding.count !== finding.count) {
      throw new DataError(
        `read ${where}: finding "${key}" has count ${finding.count ?? 0}, and ${known.finding.count ?? 0} in "${known.part}": the parts do not hold the same above customers`,
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

function checkSame(first: Platform, other: Platform, firstPart: string, part: string): void {
  const keys = new Set([...Object.keys(first), ...Object.keys(other)]) as Set<keyof Platform>;
  for (const key of keys) {
    if (first[key] === other[key]) continue;
    throw new DataError(
      `read ${part}: platform ${key} is ${JSON.stringify(other[key])}, in ${firstPart} ${JSON.stringify(first[key])}: they are not of one system`,
    );
  }
}
