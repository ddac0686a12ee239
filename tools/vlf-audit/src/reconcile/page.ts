/** Positions as a page to read. */
import type { Finding, Position } from "@vlf/common/records";
import type { LicenseModel } from "./models.ts";

const HEADS: Readonly<Partial<Record<Position["level"], readonly [title: string, column: string]>>> = {
  partner: ["Partner", "Partner"],
  region: ["Regions", "Region"],
  customer: ["Customers", "Customer"],
  subscription: ["Subscriptions", "Subscription"],
  cluster: ["Clusters", "Cluster"],
};

/** What the page begins with: period and statistic. */
function headOf(positions: readonly Position[], days: number): string {
  const [first] = positions;
  if (first === undefined) return "No position: nothing is ordered, or nothing fits.\n";
  const lastDay = new Date(Date.parse(first.period_end) - 1).toISOString().slice(0, 10);
  const from = first.period_start.slice(0, 10);
  const period = from === lastDay ? `${from} (UTC)` : `${from} to ${lastDay} (UTC)`;
  return `Period ${period}, ${days} ${days === 1 ? "day" : "days"} measured; used is the ${first.statistic} value\n`;
}

/** The tables of all models, level by level, and the findings below them. */
export function pageOf(
  positions: readonly Position[],
  findings: readonly Finding[],
  models: readonly LicenseModel[],
): string {
  const days = positions.reduce((most, row) => Math.max(most, row.days), 0);
  const parts: string[] = [headOf(positions, days)];
  for (const { id, title } of models) {
    const ofModel = positions.filter(({ model }) => model === id);
    if (ofModel.length === 0) continue;
    parts.push(`\n${title}\n`);
    for (const level of ["partner", "customer", "subscription", "region", "cluster"] as const) {
      const rows = ofModel.filter((row) => row.level === level);
      if (rows.length > 0)
        parts.push(
          `\n${level === "region" || level === "cluster" ? usageTable(level, rows) : positionTable(level, rows)}`,
        );
    }
  }
  const told = findings.filter(({ severity }) => severity !== "info");
  if (told.length > 0)
    parts.push(
      "\nFindings\n\n",
      ...told.map(({ severity, message }) => `  ${severity}: ${clean(message)}\n`),
    );
  return parts.join("");
}

function positionTable(level: Position["level"], rows: readonly Position[]): string {
  const [title, column] = HEADS[level] ?? [level, level];
  const isSubscription = level === "subscription";
  const isLent = rows.some(({ borrowed, lent }) =>
    [borrowed, lent].some((one) => Object.keys(one ?? {}).length > 0),
  );
  const isGrown = rows.some((row) => row.allowance !== undefined && row.allowance > 0);
  const isProjected = rows.some((row) => row.projected !== undefined);
  const head = [
    ...(isSubscription ? ["Customer"] : []),
    column,
    "Type",
    "Entitled",
    "Used",
    ...(isLent ? ["Borrowed", "Lent"] : []),
    "Available",
    "Overage",
    "Used %",
    ...(isGrown ? ["Allowance"] : []),
    ...(isProjected ? ["Projected"] : []),
    "Status",
    ...(isSubscription ? ["Ends"] : []),
  ];
  const body = rows.map((row) => [
    ...(isSubscription ? [row.customer || "(partner)"] : []),
    nameOf(row),
    row.title,
    text(row.entitled),
    text(row.used),
    ...(isLent ? [sumText(row.borrowed), sumText(row.lent)] : []),
    text(row.available),
    text(row.overage),
    text(row.utilization),
    ...(isGrown ? [text(row.allowance)] : []),
    ...(isProjected
      ? [row.projected === undefined ? "" : `${row.projected} on ${row.measured_on ?? ""}`]
      : []),
    row.status,
    ...(isSubscription ? [row.end?.slice(0, 10) ?? "never"] : []),
  ]);
  return `${title}\n${tableOf([head, ...body])}`;
}

/** One line per region or cluster, a column per type: as the vendor's page has it. */
function usageTable(level: "region" | "cluster", rows: readonly Position[]): string {
  const [title, column] = HEADS[level] ?? [level, level];
  const types = [...new Map(rows.map((row) => [row.license_type, row.title]))];
  const lines = new Map<string, string[]>();
  for (const { customer, cluster, region } of rows) {
    const key = JSON.stringify([customer, region, cluster]);
    if (lines.has(key)) continue;
    const ofLine = rows.filter(
      (row) => row.customer === customer && row.cluster === cluster && row.region === region,
    );
    const numbers = types.map(([type]) => text(ofLine.find((row) => row.license_type === type)?.used));
    const names =
      level === "cluster" ? [customer, region || "-", cluster || "(not known)"] : [region || "(not known)"];
    lines.set(key, [...names, ...numbers]);
  }
  const head = [
    ...(level === "cluster" ? ["Customer", "Region"] : []),
    column,
    ...types.map(([, name]) => name),
  ];
  return `${title}: used\n${tableOf([head, ...lines.values()])}`;
}

function nameOf({ level, partner, customer, subscription }: Position): string {
  if (level === "partner") return partner || "(all)";
  return level === "subscription" ? subscription || "(none)" : customer || "(partner)";
}

function text(value: number | undefined): string {
  return value === undefined ? "" : String(value);
}

function sumText(counts: Readonly<Record<string, number>> | undefined): string {
  return String(Object.values(counts ?? {}).reduce((sum, one) => sum + one, 0));
}

/** Columns of numbers to the right, others to the left. */
function tableOf(rows: readonly (readonly string[])[]): string {
  const cells = rows.map((row) => row.map(clean));
  const widths = (cells[0] ?? []).map((_, at) => Math.max(...cells.map((row) => widthOf(row[at] ?? ""))));
  const isNumber = widths.map((_, at) => cells.slice(1).every((row) => /^-?\d*$/.test(row[at] ?? "")));
  return cells
    .map((row) => {
      const padded = row.map((cell, at) => {
        const blanks = " ".repeat((widths[at] ?? 0) - widthOf(cell));
        return isNumber[at] === true ? blanks + cell : cell + blanks;
      });
      return `  ${padded.join("  ")}`.trimEnd();
    })
    .map((line) => `${line}\n`)
    .join("");
}

/** Names come from outside: what would steer a terminal is shown as a question mark. */
function clean(cell: string): string {
  return cell.replaceAll(/[\p{Cc}\p{Cf}]/gu, "?");
}

function widthOf(cell: string): number {
  return Array.from(cell).length;
}
