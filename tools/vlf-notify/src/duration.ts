/** Lengths of time as people write them: `90`, `90s`, `15m`, `2h`. */
import { UsageError } from "@vlf/common/exit";

const SECONDS = { "": 1, s: 1, m: 60, h: 3600, d: 86_400 } as const;
/** Timers of the platform end at 2^31 ms. */
const LONGEST = 24 * 86_400;

/**
 * Seconds of a text.
 * @param what names it in errors: `--timeout`
 * @throws {UsageError} for everything but a whole number from 0 with s, m, h or d, up to 24 days
 */
export function secondsOf(what: string, text: string): number {
  const [, digits, unit = ""] = /^(\d{1,9})([smhd]?)$/.exec(text) ?? [];
  const seconds = Number(digits) * SECONDS[unit as keyof typeof SECONDS];
  if (digits === undefined || seconds > LONGEST) {
    throw new UsageError(`read ${what}: "${text}" is no length of time up to 24d, wanted 90s, 15m or 2h`);
  }
  return seconds;
}
