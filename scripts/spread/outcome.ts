/** What became of an attempt to count a part. */
import { DataError, TemporaryError, ToolError } from "@vlf/common/exit";

/** How vlf-audit, or ssh that was to start it, ended. */
export interface Ended {
  readonly status: number | null;
  readonly signal: string | null;
  /** The last lines of standard error. */
  readonly said: string;
}

/** ssh's own status, for all that happens before and beside the command (ssh(1)). */
const SSH_FAILED = 255;
const NOT_FOUND = [126, 127];

/** The error of an attempt that failed; `undefined` where the command ended well. */
export function attemptError(
  part: string,
  host: string,
  { status, signal, said }: Ended,
): ToolError | undefined {
  if (status === 0) return undefined;
  const why = said.trim() === "" ? "" : `: ${lastLine(said)}`;
  const what = `count ${part} on ${host}`;
  if (signal !== null || status === null)
    return new TemporaryError(`${what}: stopped by ${signal ?? "a signal"}`);
  if (status === SSH_FAILED) return new TemporaryError(`${what}: no connection${why}`);
  if (NOT_FOUND.includes(status)) {
    return new ToolError(`${what}: vlf-audit cannot be started there${why}`, {
      hint: "install it there, or say with --program how it is called",
    });
  }
  // 75, and whatever a signal on the host makes of it.
  if (status > 128 || status === 75) return new TemporaryError(`${what}: ended with status ${status}${why}`);
  return new DataError(`${what}: ended with status ${status}${why}`);
}

/** The first line of an error of ours, or the last line of all. */
function lastLine(said: string): string {
  const lines = said.trim().split("\n");
  return lines.find((line) => line.includes(": error: ")) ?? lines.at(-1) ?? "";
}
