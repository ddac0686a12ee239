/** What is raised: an alert as VOSS has it (`data/Alert`), and the texts of the guide. */
import type { Severity } from "@vlf/common/records";

/** The levels that targets are given by, in VOSS's words (`notify add info|warn|error URI`). */
export const LEVELS = ["info", "warn", "error"] as const;
export type Level = (typeof LEVELS)[number];

/** The job whose failure is told in the words of the guide, 1.6.3. */
export const LICENSE_JOB = "license-audit";

/** Code and category that VOSS gives to a file of the license audit that did not arrive. */
export const TRANSFER_CODE = "36100";
export const TRANSFER_CATEGORY = "License Audit File Transfer";

export interface Alert {
  /** What it is about. Alerts of the same id and code are one entry with a count. */
  readonly id: string;
  /** VOSS's number where VOSS has one, otherwise a word of ours (docs/alerts.md). */
  readonly code: string;
  readonly category: string;
  readonly severity: Severity;
  /** Without the word for the severity that stands before it: `License file generation failed`. */
  readonly title: string;
  /** One or more sentences; line feeds between them. */
  readonly text: string;
  /** What a person wants to know besides; goes where there is room, not into traps. */
  readonly details: readonly string[];
}

const LEVEL_OF = { info: "info", warning: "warn", error: "error" } as const;
const SEVERITY_OF = { info: "info", warn: "warning", error: "error" } as const;
const WORD = { info: "INFO", warning: "WARNING", error: "ERROR" } as const;

export function levelOf(severity: Severity): Level {
  return LEVEL_OF[severity];
}

export function severityOf(level: Level): Severity {
  return SEVERITY_OF[level];
}

/** True when a severity is that of the level, or graver. */
export function isAtLeast(severity: Severity, level: Level): boolean {
  return LEVELS.indexOf(levelOf(severity)) >= LEVELS.indexOf(level);
}

/** `ERROR: License file generation failed`: the severity is the word that the title begins with. One line. */
export function headline({ severity, title }: Pick<Alert, "severity" | "title">): string {
  return `${WORD[severity]}: ${title.replaceAll(/\p{Cc}+/gu, " ")}`;
}

/** The alert as one text: `ERROR: License file generation failed: The license audit report ...`. */
export function oneText(alert: Alert): string {
  return `${headline(alert)}: ${alert.text.replaceAll(/[\s\p{Cc}]+/gu, " ").trim()}`;
}

const MONTHS = [
  "January",
  "February",
  "March",
  "April",
  "May",
  "June",
  "July",
  "August",
  "September",
  "October",
  "November",
  "December",
] as const;

/** A month of the calendar in UTC, as `2026-11`. */
export type Month = string;

export function monthOf(date: Date): Month {
  return date.toISOString().slice(0, 7);
}

/** `November 2026`. The guide writes "<month> <year>" and leaves the form open: the name is ours. */
export function monthName(month: Month): string {
  return `${MONTHS[Number(month.slice(5)) - 1] ?? month} ${month.slice(0, 4)}`;
}

/** Title and text of a license report that is not there, to the letter (guide 1.6.3): the blank at the end is VOSS's. */
export function licenseText(month: Month): { readonly title: string; readonly text: string } {
  return {
    title: "License file generation failed",
    text:
      `The license audit report scheduled for ${monthName(month)} was not successful.\n` +
      "Please contact your VOSS account manager. ",
  };
}
