/** How long to wait before a request is tried again. */

const FIRST_MS = 500;
const LONGEST_MS = 30_000;

/**
 * Twice as long from try to try, from half a second to half a minute, and of that a random part between
 * the half and the whole, so that what failed together does not come back together.
 * @param failures how often it failed so far, from 1
 * @param random from 0 to below 1
 */
export function backoffMs(failures: number, random: number): number {
  const whole = Math.min(FIRST_MS * 2 ** (failures - 1), LONGEST_MS);
  return whole * (0.5 + random / 2);
}
