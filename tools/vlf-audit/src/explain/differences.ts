/**
 * Whom or what two schemes count differently. Schemes cut the same instances into subjects of their own: a
 * phone can be a subscriber's in one and nobody's in the other. So subjects that share an instance are held
 * against each other as one group, and the causes are looked for in the instances of the group.
 */
import type { Evidence, SchemeDifference } from "@vlf/common/records";
import type { SchemeId } from "@vlf/common/schemes";
import { byCodeUnit } from "@vlf/common/hierarchy";
import { modelOf, type ModelTable } from "@vlf/common/models";
import type { Explained } from "../audit.ts";
import { causesOf } from "./causes.ts";

export type Pair = readonly [SchemeId, SchemeId];

/** Several users share these: they tie nobody to anybody. */
const SHARED = ["deviceProfile", "customerData", "customerRelation"] as const;

interface Group {
  readonly evidence: Evidence[];
}

/** The differences of one customer, from its evidence by both schemes. */
export function differencesOf(
  pair: Pair,
  evidence: readonly Evidence[],
  explained: Explained,
  models: ModelTable,
): SchemeDifference[] {
  const ignored = new Set<string>(SHARED.map((id) => modelOf(models, id).model));
  const differences: SchemeDifference[] = [];
  for (const { evidence: own } of groupsOf(evidence, ignored)) {
    if (isSame(pair, own)) continue;
    const [first] = own;
    if (first === undefined) continue;
    const pkids = new Set(own.flatMap(({ sources }) => sources.map(({ pkid }) => pkid)));
    const counted = own.filter(({ licenses }) => licenses > 0);
    const head = headOf(own);
    differences.push({
      type: "scheme-difference",
      customer: first.customer,
      customer_pkid: first.customer_pkid,
      name: head.name,
      hierarchy: head.hierarchy,
      schemes: [...pair],
      licenses: Object.fromEntries(pair.map((scheme) => [scheme, byTier(counted, scheme)])),
      causes: causesOf(pair, pkids, explained),
      subjects: subjectsOf(pair, own),
    });
  }
  return differences.sort((a, b) => byCodeUnit(a.name, b.name) || byCodeUnit(a.hierarchy, b.hierarchy));
}

/** Evidence that hangs together by the instances behind it. */
function groupsOf(evidence: readonly Evidence[], ignored: ReadonlySet<string>): Iterable<Group> {
  const groupOf = new Map<string, Group>();
  const groups = new Set<Group>();
  for (const one of evidence) {
    const keys = one.sources.filter(({ model }) => !ignored.has(model)).map(({ pkid }) => pkid);
    const met = new Set<Group>();
    for (const key of keys) {
      const known = groupOf.get(key);
      if (known !== undefined) met.add(known);
    }
    // Into the largest, so that none is moved often.
    const [group = { evidence: [] }, ...others] = [...met].toSorted(
      (a, b) => b.evidence.length - a.evidence.length,
    );
    group.evidence.push(one);
    for (const other of others) {
      for (const moved of other.evidence) group.evidence.push(moved);
      for (const { sources } of other.evidence)
        for (const { model, pkid } of sources) if (!ignored.has(model)) groupOf.set(pkid, group);
      groups.delete(other);
    }
    for (const key of keys) groupOf.set(key, group);
    groups.add(group);
  }
  return groups;
}

/** Whether the same names have as many licenses in both schemes: the tiers of two vendors never are the same. */
function isSame([first, second]: Pair, evidence: readonly Evidence[]): boolean {
  const one = byName(evidence, first);
  const other = byName(evidence, second);
  return one.size === other.size && [...one].every(([name, number]) => other.get(name) === number);
}

function byName(evidence: readonly Evidence[], scheme: SchemeId): Map<string, number> {
  const names = new Map<string, number>();
  for (const one of evidence) {
    if (one.scheme === scheme && one.licenses > 0)
      names.set(one.name, (names.get(one.name) ?? 0) + one.licenses);
  }
  return names;
}

function byTier(evidence: readonly Evidence[], scheme: SchemeId): Record<string, number> {
  const tiers: Record<string, number> = {};
  for (const one of evidence)
    if (one.scheme === scheme) tiers[one.tier] = (tiers[one.tier] ?? 0) + one.licenses;
  return tiers;
}

const USERS: readonly string[] = ["UCM user", "subscriber", "user"];

/** What the group is called after: its first user, else the first that is counted. */
function headOf(evidence: readonly Evidence[]): { name: string; hierarchy: string } {
  const rank = (one: Evidence): string => {
    const kind = USERS.indexOf(one.kind);
    return `${kind < 0 ? 9 : kind}${one.counted ? 0 : 1}${one.name}\n${one.hierarchy}`;
  };
  const [best] = evidence.toSorted((a, b) => byCodeUnit(rank(a), rank(b)));
  return { name: best?.name ?? "", hierarchy: best?.hierarchy ?? "" };
}

/** One for each subject of a scheme, those with licenses first. */
function subjectsOf(pair: Pair, evidence: readonly Evidence[]): SchemeDifference["subjects"] {
  const subjects = new Map<string, SchemeDifference["subjects"][number]>();
  for (const { scheme, kind, name, licenses, reasons, sources, counted } of evidence) {
    const key = JSON.stringify([scheme, kind, name, counted ? reasons : sources[0]?.pkid]);
    const known = subjects.get(key);
    if (known === undefined) subjects.set(key, { scheme, kind, name, licenses, reasons: [...reasons] });
    else known.licenses += licenses;
  }
  const rank = ({ scheme, licenses }: SchemeDifference["subjects"][number]): number =>
    pair.indexOf(scheme as SchemeId) * 2 + (licenses > 0 ? 0 : 1);
  return [...subjects.values()].sort(
    (a, b) =>
      rank(a) - rank(b) ||
      byCodeUnit(a.name, b.name) ||
      byCodeUnit(a.kind, b.kind) ||
      byCodeUnit(a.reasons.join(), b.reasons.join()),
  );
}
