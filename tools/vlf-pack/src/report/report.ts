/** From what was gathered to what is shown; the anonymous report leaves out all that may name. */
import { formatTime } from "@vlf/common/clock";
import { byCodeUnit } from "@vlf/common/hierarchy";
import type { Begin, Finding, Position } from "@vlf/common/records";
import type { Facts } from "../facts.ts";
import { monthOf, type PastAudit } from "../history.ts";
import type { ReportGatherer } from "./gather.ts";
import type { FindingLine, Report } from "./model.ts";
import { schemeReport } from "./scheme.ts";
import { SCHEME_ORDER } from "./tiers.ts";

export interface ReportInput {
  readonly facts: Facts;
  readonly begin: Begin;
  readonly version: string;
  readonly gathered: ReportGatherer;
  readonly monthly: readonly PastAudit[];
  readonly daily: readonly PastAudit[];
  /** Of the history and of the evidence. */
  readonly findings: readonly Finding[];
  /** Files that were read beside the stream, with their hashes. */
  readonly inputs: readonly { readonly name: string; readonly sha256: string }[];
  /** Name of the anonymous CSV file of a scheme, and the hash it has for these numbers. */
  readonly proofs: readonly { readonly name: string; readonly sha256: string }[];
}

export function makeReport(input: ReportInput, isAnonymous: boolean): Report {
  const { facts, gathered } = input;
  const month = monthOf(facts.date);
  const known = [...gathered.rows.keys()].toSorted((a, b) => place(a) - place(b) || byCodeUnit(a, b));
  const positions = gathered.positions
    .filter(({ level }) => !isAnonymous || level === "customer")
    .map((position) => (isAnonymous ? withoutNames(position) : position));
  return {
    isAnonymous,
    facts,
    month,
    schemes: known.map((id) =>
      schemeReport({
        id,
        date: facts.date,
        month,
        isAnonymous,
        counts: gathered.rows.get(id) ?? new Map(),
        monthly: input.monthly.filter(({ scheme }) => scheme === id),
        daily: input.daily.filter(({ scheme }) => scheme === id),
        evidence: gathered.evidence,
      }),
    ),
    positions,
    over: positions
      .filter(
        ({ level, overage = 0, license_type: type }) =>
          overage > 0 && type !== "total" && level === levelOf(positions),
      )
      .toSorted((a, b) => (b.overage ?? 0) - (a.overage ?? 0)),
    givenChanges: isAnonymous ? [] : gathered.changes,
    subjects: isAnonymous ? [] : gathered.subjects,
    findings: findingLines([...gathered.findings, ...input.findings], isAnonymous),
    evidenceRows: isAnonymous ? 0 : gathered.evidence.rows,
    notes: notesOf(input, isAnonymous),
  };
}

/** The level that is shown of positions: customers, where there are any of them, else subscriptions. */
export function levelOf(positions: readonly Position[]): Position["level"] {
  return positions.some(({ level }) => level === "customer") ? "customer" : "subscription";
}

function place(scheme: string): number {
  const at = SCHEME_ORDER.indexOf(scheme);
  return at < 0 ? SCHEME_ORDER.length : at;
}

/** A position of a customer without what its order or its clusters are called. */
function withoutNames(position: Position): Position {
  const { provisioning_status: _, services: __, ...rest } = position;
  return { ...rest, customer: "", partner: "", subscription: "", cluster: "", region: "" };
}

/** Findings with one code, severity, message and customer are one line. */
function findingLines(findings: readonly Finding[], isAnonymous: boolean): FindingLine[] {
  const lines = new Map<string, FindingLine>();
  for (const { code, severity, message: words, customer_pkid: customer, count = 1 } of findings) {
    const message = isAnonymous ? "" : words;
    const key = JSON.stringify([severity, code, customer, message]);
    lines.set(key, { code, severity, message, customer, count: (lines.get(key)?.count ?? 0) + count });
  }
  const order = ["error", "warning", "info"];
  return [...lines.values()].toSorted(
    (a, b) =>
      order.indexOf(a.severity) - order.indexOf(b.severity) ||
      byCodeUnit(a.code, b.code) ||
      byCodeUnit(a.customer, b.customer) ||
      byCodeUnit(a.message, b.message),
  );
}

function notesOf(
  { facts, begin, version, gathered, monthly, inputs, proofs }: ReportInput,
  isAnonymous: boolean,
): [string, string][] {
  const { platform } = facts;
  const via = [
    { tool: begin.tool, version: begin.version },
    ...(begin.via ?? []),
    { tool: "vlf-pack", version },
  ];
  const notes: [string, string | undefined][] = [
    ["Provider", platform.provider_name],
    ["Host", platform.hostname],
    ["Organization", platform.org_id],
    ["Platform", platform.platform_id],
    ["Software version", platform.software_version],
    ["Platform version", platform.platform_version],
    ["Deployment mode", platform.deployment_mode],
    ["Audit of", formatTime(facts.date)],
    ["Data collected", begin.collected_at],
    ["Schemes", [...gathered.rows.keys()].join(", ")],
    ["Tools", via.map(({ tool, version: own }) => `${tool} ${own}`).join(", ")],
    ["Run", begin.run_id],
    ...proofs.map(({ name, sha256 }): [string, string] => ["Same numbers in", `${name}, SHA-256 ${sha256}`]),
    ...(isAnonymous ? [] : inputs).map(({ name, sha256 }): [string, string] => [
      "Read as well",
      `${name}, SHA-256 ${sha256}`,
    ]),
    ...monthly.map(({ file, sha256, month }): [string, string] => [
      `Audit of ${month}`,
      `${file}, SHA-256 ${sha256}`,
    ]),
  ];
  return notes.filter((note): note is [string, string] => note[1] !== undefined && note[1] !== "");
}
