/** `vlf-audit reconcile`: counts and usage in, what is bought against what is used out. */
import { readFile } from "node:fs/promises";
import { formatTime, timeOf } from "@vlf/common/clock";
import { loadConfig } from "@vlf/common/config";
import { joinKey } from "@vlf/common/axl";
import { asToolError, DataError, EXIT } from "@vlf/common/exit";
import type { Io } from "@vlf/common/main";
import { readRecords, RecordWriter } from "@vlf/common/ndjson";
import type { AnyRecord, Begin, Position } from "@vlf/common/records";
import { reconcileDefaults } from "./reconcile/defaults.ts";
import { checkTogether, type Entitlement, readEntitlement } from "./reconcile/entitlement.ts";
import { lastDays, type Period } from "./reconcile/figures.ts";
import { Measures } from "./reconcile/measures.ts";
import type { ReconcileOptions } from "./reconcile/options.ts";
import { readOrders } from "./reconcile/order-files.ts";
import { pageOf } from "./reconcile/page.ts";
import { activeUserSince, reconcile } from "./reconcile/reconcile.ts";
import { type ReconcileSettings, reconcileSettings } from "./reconcile/settings.ts";
import { isKept, type Kept, readHistory, record, timeIn } from "./run-history.ts";

/** Reconciles the counts and usage on standard input; gives the exit status. */
export async function runReconcile(options: ReconcileOptions, io: Io): Promise<number> {
  const { log, tool, version, asText } = options;
  if (options.printDefaults) {
    await io.stdout.write(reconcileDefaults());
    return EXIT.ok;
  }
  const settings = reconcileSettings(loadConfig(options.config));
  const entitlements = await readEntitlements(options.entitlements, settings);
  const measures = new Measures(settings.models, settings.usage, settings.clusters);
  const kept: Kept[] = [];
  const writer = new RecordWriter(io.stdout);
  let begun: Begin | undefined;
  let collectedAt = 0;
  await readRecords(
    io.stdin,
    { name: "stdin" },
    {
      begin: (begin) => {
        begun = begin;
        collectedAt = Math.floor((timeOf(begin.collected_at)?.getTime() ?? 0) / 1000) * 1000;
        if (asText) return undefined;
        return writer.begin({ ...begin, via: [...(begin.via ?? []), { tool, version }] });
      },
      record: (one: AnyRecord, line) => {
        if (isKept(one)) {
          const at = timeIn(one, collectedAt);
          measures.add(one, at, `stdin:${line}`);
          kept.push({ record: one, at });
        }
        return asText ? undefined : writer.write(one);
      },
    },
  );
  if (begun === undefined) throw new Error("no begin record"); // readRecords() refuses such a stream
  if (options.keep && options.history !== undefined) {
    const files = await record(options.history, kept, { tool, version });
    log.info(`recorded: ${files.map((file) => `"${file}"`).join(", ") || "nothing"}`);
  }
  const period = periodOf(options.period, measures, options.clock.now);
  if (options.history !== undefined && options.period !== undefined) {
    await addHistory(options.history, period, entitlements, measures, kept);
  }
  const result = reconcile(measures, entitlements, settings, { period, statistic: options.statistic });
  const positions = result.positions.filter((position) => isWanted(position, options));
  const pkids = new Set([
    "",
    ...result.positions.filter((row) => isOf(row, options.customer)).map((row) => row.customer_pkid),
  ]);
  const findings = result.findings.filter((finding) => pkids.has(finding.customer_pkid));
  log.done();
  if (asText) {
    await io.stdout.write(pageOf(positions, findings, settings.models));
  } else {
    for (const position of positions) await writer.write(position);
    for (const finding of findings) await writer.write(finding);
    await writer.end(tool);
  }
  return options.exitStatus && findings.some(({ severity }) => severity !== "info") ? EXIT.no : EXIT.ok;
}

async function readEntitlements(
  files: readonly string[],
  settings: ReconcileSettings,
): Promise<Entitlement[]> {
  const lines: Entitlement[] = [];
  for (const file of files) {
    let bytes: Uint8Array;
    try {
      bytes = await readFile(file);
    } catch (error) {
      throw asToolError(`read ${file}`, error);
    }
    const rows = readOrders(file, bytes, settings.columns);
    lines.push(...rows.map((row) => readEntitlement(row, settings.models)));
  }
  if (lines.length === 0) throw new DataError(`read ${files.join(", ")}: no line of an order`);
  checkTogether(lines);
  return lines;
}

/** The period that was asked for, or all that the input holds. */
function periodOf(asked: ReconcileOptions["period"], measures: Measures, now: Date): Period {
  const [first, last] = measures.times ?? [now.getTime(), now.getTime()];
  if (asked === undefined) {
    const { end } = lastDays(1, new Date(last));
    return { start: lastDays(1, new Date(first)).start, end, isAsked: false };
  }
  return typeof asked === "number"
    ? { ...lastDays(asked, new Date(last)), isAsked: true }
    : { ...asked, isAsked: true };
}

/** Adds the days of the period, without what the input has itself. */
async function addHistory(
  folder: string,
  period: Period,
  entitlements: readonly Entitlement[],
  measures: Measures,
  input: readonly Kept[],
): Promise<void> {
  const since = activeUserSince(entitlements, new Date(period.end.getTime() - 1));
  const start = since !== undefined && since < period.start ? since : period.start;
  const there = new Set(input.map(keyOf));
  await readHistory(folder, { start, end: period.end }, (kept, where) => {
    if (!there.has(keyOf(kept))) measures.add(kept.record, kept.at, where);
  });
}

/** The same record from the input and from the history is one. */
function keyOf({ record: one, at }: Kept): string {
  const { counted_at: _, ...fields } = one;
  return `${formatTime(new Date(at))} ${JSON.stringify(fields)}`;
}

function isWanted(position: Position, { over, customer }: ReconcileOptions): boolean {
  return !(over && (position.overage ?? 0) === 0) && isOf(position, customer);
}

function isOf(position: Position, customer: string | undefined): boolean {
  if (customer === undefined) return true;
  return position.customer_pkid === customer || joinKey(position.customer) === joinKey(customer);
}
