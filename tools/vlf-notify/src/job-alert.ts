/** What is raised about a job, in words. */
import { formatTime } from "@vlf/common/clock";
import { type Alert, LICENSE_JOB, licenseText, type Month, monthName, monthOf } from "./alert.ts";
import type { Outcome } from "./state.ts";

/** Codes of the alerts about a job, which the next success closes. */
export const JOB_CODES: readonly string[] = ["job-failed", "job-not-started", "report-missing"];

/** `ended with status 2`, `died of SIGKILL`, `was stopped after its time limit of 60 s`. */
export function outcomeText(
  outcome: Outcome,
  timeoutSeconds: number | undefined,
  problem: string | undefined,
): string {
  if (problem !== undefined) return `could not be started: ${problem}`;
  const how =
    outcome.signal === undefined ? `ended with status ${outcome.status}` : `died of ${outcome.signal}`;
  return outcome.timed_out === true ? `was stopped at its time limit of ${timeoutSeconds} s and ${how}` : how;
}

/** The alert for a run that failed. */
export function failedAlert(job: string, outcome: Outcome, how: string): Alert {
  const details = [`Job: ${job}`, `Started: ${outcome.started_at}`, `Ended: ${outcome.ended_at}, it ${how}`];
  return { ...jobAlert(job, monthOf(new Date(outcome.started_at)), outcome.started_at, how), details };
}

/** The alert for a report that is not there after its time, or another job that did not succeed. */
export function missingAlert(job: string, month: Month, reasons: readonly string[]): Alert {
  const about = { id: job, code: "report-missing", category: categoryOf(job), severity: "error" } as const;
  const details = [`Job: ${job}`, ...reasons.map((reason) => `Found: ${reason}`)];
  if (job === LICENSE_JOB) return { ...about, ...licenseText(month), details };
  const text = `The job ${job} has not succeeded since ${monthName(month)} began.`;
  return { ...about, title: `Job ${job} did not succeed`, text, details };
}

/** The alert for a run that did not start, since another was under way. */
export function notStartedAlert(job: string, now: Date, reason: string): Alert {
  return {
    id: job,
    code: "job-not-started",
    category: categoryOf(job),
    severity: "warning",
    title: `Job ${job} was not started`,
    text: `The job ${job} was to start at ${formatTime(now)}. ${sentence(reason)}`,
    details: [`Job: ${job}`],
  };
}

/** The alert for a stream that was cut off or wrong where no `run` looks after it. */
export function cutOffAlert(job: string, now: Date, problem: string): Alert {
  return {
    ...jobAlert(job, monthOf(now), formatTime(now), problem),
    details: [`Job: ${job}`, `Found: ${problem}`],
  };
}

function jobAlert(job: string, month: Month, startedAt: string, how: string): Omit<Alert, "details"> {
  const about = { id: job, code: "job-failed", category: categoryOf(job), severity: "error" } as const;
  if (job === LICENSE_JOB) return { ...about, ...licenseText(month) };
  const text = `The job ${job} started at ${startedAt} was not successful: it ${how}.`;
  return { ...about, title: `Job ${job} failed`, text };
}

function categoryOf(job: string): string {
  return job === LICENSE_JOB ? "Licensing" : "Jobs";
}

function sentence(text: string): string {
  return `${text.slice(0, 1).toUpperCase()}${text.slice(1)}.`;
}
