/** Was the report of the month produced and delivered? Judged by what is known of it. */
import { type Month, monthName, monthOf } from "./alert.ts";
import type { JobState, Receipt } from "./state.ts";

/** A folder that holds delivered files, or why it could not be read. */
export interface Archive {
  readonly folder: string;
  /** Names of its files that are not empty. */
  readonly names: readonly string[];
  readonly problem: string | undefined;
}

export interface Evidence {
  readonly job: JobState;
  readonly receipts: readonly Receipt[];
  readonly archives: readonly Archive[];
}

export interface Verdict {
  readonly month: Month;
  readonly isProduced: boolean;
  readonly isDelivered: boolean;
  /** What speaks for it, or what speaks against it when it is not. */
  readonly reasons: readonly string[];
}

/** Reports in VOSS's form of names (guide 1.6.1): `vlf_CS-P_VOSS-UN-1_license_2022-11-19_1311.zip`. */
const REPORT_NAME = /_license_(\d{4}-\d{2})-\d{2}_\d{4}\.zip$/;

const ARRIVED = new Set(["delivered", "already-delivered"]);

/**
 * The month whose report has to be there: the last one whose day 1, time and grace are over.
 * @param dueMinutes after midnight UTC
 */
export function dueMonth(now: Date, dueMinutes: number, graceSeconds: number): Month {
  const due = Date.UTC(now.getUTCFullYear(), now.getUTCMonth(), 1, 0, dueMinutes) + 1000 * graceSeconds;
  const month = now.getTime() >= due ? now : new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() - 1));
  return monthOf(month);
}

/** Judges a month. A report made by hand later in the month, or after it, counts. */
export function judge(month: Month, { job, receipts, archives }: Evidence): Verdict {
  const from = `${month}-01T00:00:00Z`;
  const success = job.last_success;
  const isRunGood = success !== undefined && success.started_at >= from;
  const found = archives.filter(({ names }) => names.some((name) => isOfMonth(name, month)));
  const ofMonth = receipts.filter(({ at }) => at >= from);
  const lost = ofMonth.filter(({ status }) => !ARRIVED.has(status));
  const isProduced = isRunGood || found.length > 0;
  const against = [
    ...(isProduced ? [] : [whyNotProduced(month, job, from)]),
    ...lost.map(
      ({ file, destination, status, at }) => `"${file}" is ${status} at "${destination}" since ${at}`,
    ),
    ...archives.filter((archive) => !found.includes(archive)).map((archive) => whyNotFound(month, archive)),
  ];
  if (against.length > 0) return { month, isProduced, isDelivered: false, reasons: against };
  return { month, isProduced, isDelivered: true, reasons: whyGood(month, job, isRunGood, ofMonth, found) };
}

/** A report of this month, or of a later one: that one holds the counts of its own day, as a run by hand does. */
function isOfMonth(name: string, month: Month): boolean {
  const found = REPORT_NAME.exec(name)?.[1];
  return found !== undefined && found >= month;
}

function whyNotProduced(month: Month, job: JobState, from: string): string {
  const { last, running } = job;
  if (running !== undefined && running.started_at >= from) {
    return `the run that started at ${running.started_at} has not ended`;
  }
  if (last !== undefined && last.started_at >= from) {
    return `the run that ended at ${last.ended_at} failed with status ${last.status}`;
  }
  return `no run has started since ${monthName(month)} began`;
}

function whyNotFound(month: Month, { folder, problem }: Archive): string {
  return problem ?? `no report of ${monthName(month)} is in "${folder}"`;
}

function whyGood(
  month: Month,
  { last_success: success }: JobState,
  isRunGood: boolean,
  receipts: readonly Receipt[],
  archives: readonly Archive[],
): string[] {
  return [
    ...(isRunGood ? [`a run succeeded at ${success?.ended_at ?? ""}`] : []),
    ...(receipts.length > 0 ? [`${receipts.length} receipts say that all files arrived`] : []),
    ...archives.map(({ folder }) => `a report of ${monthName(month)} is in "${folder}"`),
  ];
}

/** True when nothing but the status of the run speaks for the delivery. */
export function restsOnStatus({ receipts, archives }: Evidence): boolean {
  return archives.length === 0 && receipts.length === 0;
}
