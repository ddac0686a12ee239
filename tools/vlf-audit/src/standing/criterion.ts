/** What a check of a system gives; each criterion of good standing is a file of its own. */
import { joinKey } from "@vlf/common/axl";
import type { Severity } from "@vlf/common/records";
import type { StandingSettings } from "./settings.ts";
import type { System } from "./system.ts";

export interface Problem {
  readonly code: string;
  readonly severity: Severity;
  readonly message: string;
  readonly count?: number;
}

export interface Context {
  readonly settings: StandingSettings;
  readonly now: Date;
  /** All systems of the run, for what two of them must not share. */
  readonly systems: readonly System[];
}

export interface Criterion {
  readonly id: string;
  readonly title: string;
  /** What is wrong, and what could not be looked at since the file does not tell. */
  check(
    system: System,
    context: Context,
  ): { readonly problems: readonly Problem[]; readonly unchecked: readonly string[] };
}

export const HOUR_MS = 3_600_000;
export const DAY_MS: number = 24 * HOUR_MS;

/** Names are compared without their case. */
export function isSame(a: string, b: string): boolean {
  return joinKey(a) === joinKey(b);
}

export function isAmong(words: readonly string[], word: string): boolean {
  return words.some((one) => isSame(one, word));
}

export function quoted(names: readonly string[]): string {
  return names.map((name) => `"${name}"`).join(", ");
}
