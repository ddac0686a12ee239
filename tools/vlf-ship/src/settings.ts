/** `[ship]` of vlf.toml: what holds for every destination. */
import type { Config } from "@vlf/common/config";

export interface ShipSettings {
  /** Names to deliver to when the command line names none. */
  readonly destinations: readonly string[];
  /** Folder of the spool; undefined: none, and nothing outlives the run. */
  readonly spool: string | undefined;
  /** Tries of one file at one destination in one run, while the failure is temporary. */
  readonly attempts: number;
  /** The first pause between tries; each one after it is twice as long. */
  readonly pauseSeconds: number;
  /** Age at which a delivery that waits in the spool is given up. */
  readonly giveUpDays: number;
  /** How long the spool remembers what was delivered. */
  readonly rememberDays: number;
  /** How long to wait for another run that works on the same spool. */
  readonly lockWaitSeconds: number;
}

const KEYS = {
  destinations: "texts",
  spool: "text",
  attempts: "whole-number",
  pause_seconds: "whole-number",
  give_up_days: "whole-number",
  remember_days: "whole-number",
  lock_wait_seconds: "whole-number",
} as const;

/**
 * Reads `[ship]`.
 * @param spool of `--spool`, which comes before the settings
 * @throws {UsageError} for a key that is unknown or of the wrong kind
 */
export function shipSettings(config: Config, spool: string | undefined): ShipSettings {
  const values = config.values("[ship]", config.table("ship"), KEYS);
  if (values.attempts === 0) throw config.problem("[ship] attempts", "a whole number from 1");
  return {
    destinations: values.destinations ?? [],
    spool: spool ?? values.spool,
    attempts: values.attempts ?? 4,
    pauseSeconds: values.pause_seconds ?? 5,
    giveUpDays: values.give_up_days ?? 7,
    rememberDays: values.remember_days ?? 400,
    lockWaitSeconds: values.lock_wait_seconds ?? 600,
  };
}
