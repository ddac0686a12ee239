/** Time as the tools write it: RFC 3339 in UTC, from one clock that `--now` can fix. */
import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex, utf8ToBytes } from "@noble/hashes/utils.js";
import { UsageError } from "./exit.ts";

const RFC3339 = /^\d{4}-\d{2}-\d{2}T([01]\d|2[0-3]):\d{2}(:\d{2}(\.\d{1,9})?)?(Z|[+-]\d{2}:\d{2})$/;

/** The point in time that an RFC 3339 text with a zone names, or `undefined`. */
export function timeOf(text: string): Date | undefined {
  const date = RFC3339.test(text) ? new Date(text) : new Date(Number.NaN);
  // Date takes 30 February for 2 March.
  const lastDay = new Date(Date.UTC(Number(text.slice(0, 4)), Number(text.slice(5, 7)), 0)).getUTCDate();
  return Number.isNaN(date.getTime()) || Number(text.slice(8, 10)) > lastDay ? undefined : date;
}

/**
 * Reads a point in time that names its zone, as in `2026-11-01T03:00:00Z`.
 * @throws {UsageError} when the text has another form, no zone, or no such day.
 */
export function parseTime(text: string, what: string): Date {
  const date = timeOf(text);
  if (date === undefined) {
    throw new UsageError(`read ${what}: "${text}" is not a time, wanted RFC 3339 with a zone`, {
      hint: "write it as 2026-11-01T03:00:00Z",
    });
  }
  return date;
}

/** `2026-11-01T03:00:00Z`: RFC 3339, UTC, whole seconds. */
export function formatTime(date: Date): string {
  return `${date.toISOString().slice(0, 19)}Z`;
}

/** The stamp in VOSS file names, in UTC: `2026-11-01_0300` (guide 1.6.1, `<YYYY-MM-DD_HHMM>`). */
export function fileStamp(date: Date): string {
  const iso = date.toISOString();
  return `${iso.slice(0, 10)}_${iso.slice(11, 13)}${iso.slice(14, 16)}`;
}

/** Up to here a text is hashed before node:crypto would be loaded, which takes some 3 ms. */
const SHORT = 2048;

/** A UUID made of the first 16 bytes of a SHA-256 (version 8 of RFC 9562: bits of one's own making). */
export function uuidOf(text: string): string {
  const hex =
    text.length < SHORT
      ? bytesToHex(sha256(utf8ToBytes(text)))
      : process.getBuiltinModule("node:crypto").createHash("sha256").update(text).digest("hex");
  const variant = ((Number.parseInt(hex.slice(16, 17), 16) & 3) | 8).toString(16);
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `8${hex.slice(13, 16)}`,
    `${variant}${hex.slice(17, 20)}`,
    hex.slice(20, 32),
  ].join("-");
}

/** The clock of one run: the time to write, and an id that is random unless `--now` fixes the time. */
export interface Clock {
  readonly now: Date;
  /** True when `--now` was given: then the same input and options must give the same bytes. */
  readonly fixed: boolean;
  /** An id for this run; with a fixed clock a function of time and `seed`. */
  runId(seed: string): string;
}

/** Makes the clock of a run from the value of `--now`, or from the system's time. */
export function makeClock(nowOption: string | undefined, system: Date): Clock {
  const fixed = nowOption !== undefined;
  const now = fixed ? parseTime(nowOption, "--now") : system;
  return {
    now,
    fixed,
    runId: (seed) =>
      fixed ? uuidOf(`${formatTime(now)}\n${seed}`) : process.getBuiltinModule("node:crypto").randomUUID(),
  };
}
