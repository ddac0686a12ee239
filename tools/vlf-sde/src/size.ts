/** Sizes as sort(1) takes them. */
import { UsageError } from "@vlf/common/exit";

const UNITS: Readonly<Record<string, number>> = { K: 2 ** 10, M: 2 ** 20, G: 2 ** 30 };

/**
 * Bytes of `64K`, `256M`, `2G`.
 * @param what where the text comes from, for the error
 * @throws {UsageError} for another form
 */
export function readSize(what: string, text: string): number {
  const [, digits, unit = ""] = /^(\d{1,6})([KMG])$/.exec(text) ?? [];
  const bytes = Number(digits) * (UNITS[unit] ?? 0);
  if (!(bytes > 0)) throw new UsageError(`${what} is "${text}", wanted a size, as 64K, 256M or 2G`);
  return bytes;
}
