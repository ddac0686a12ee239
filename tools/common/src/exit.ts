/**
 * Exit statuses and the errors that lead to them: the only list, documented in docs/exit-status.md.
 * Library code throws; only `runTool()` turns an error into a line on stderr and a status.
 */

/** Statuses, the same for every tool. 128+n (died of signal n) is set by the system, never by us. */
export const EXIT = {
  /** Did all of it. */
  ok: 0,
  /** The answer is no; only given when asked for with `--exit-status`. */
  no: 1,
  /** Failed: usage, bad input, I/O, or a bug. */
  failed: 2,
  /** Failed, but the same command may succeed later: a peer is down or throttles. */
  temporary: 75,
} as const;

export type ExitStatus = (typeof EXIT)[keyof typeof EXIT];

/** An error we raise ourselves: one line, lower case, what failed first; the hint says what to do. */
export class ToolError extends Error {
  readonly status: ExitStatus = EXIT.failed;
  readonly hint: string | undefined;

  constructor(message: string, options: { hint?: string; cause?: unknown } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = new.target.name;
    this.hint = options.hint;
  }
}

/** The command line or the configuration is wrong. */
export class UsageError extends ToolError {}

/** The input is wrong; the message names source and line and says what was wanted. */
export class DataError extends ToolError {}

/** Something outside failed that may work later. */
export class TemporaryError extends ToolError {
  override readonly status: ExitStatus = EXIT.temporary;
}

/** Whoever read our standard output went away. Filters end quietly with status 0. */
export class BrokenPipeError extends ToolError {}

/** The `code` of a system error (`ENOENT`, `ENOSPC`), or an empty string. */
export function errorCode(error: unknown): string {
  const code = (error as { code?: unknown } | null | undefined)?.code;
  return typeof code === "string" ? code : "";
}

const SYSTEM_WORDS: Readonly<Record<string, string>> = {
  ENOENT: "no such file or folder",
  EACCES: "permission denied",
  EPERM: "operation not permitted",
  EROFS: "the file system is read-only",
  ENOSPC: "no space left on the device",
  EDQUOT: "disk quota exceeded",
  EFBIG: "file too large",
  EISDIR: "is a folder, wanted a file",
  ENOTDIR: "is not a folder",
  EEXIST: "exists already",
  EMFILE: "too many open files",
  EIO: "input/output error",
};

/** A system error in words that are the same on Node and Deno: `no space left on the device (ENOSPC)`. */
export function systemMessage(error: unknown): string {
  const code = errorCode(error);
  const words = SYSTEM_WORDS[code];
  if (words !== undefined) return `${words} (${code})`;
  const message = error instanceof Error ? error.message : String(error);
  return code !== "" && !message.includes(code) ? `${message} (${code})` : message;
}

/** Turns a system error into one of ours that says which action failed; passes our own errors on. */
export function asToolError(action: string, error: unknown): ToolError {
  if (error instanceof ToolError) return error;
  return new ToolError(`${action}: ${systemMessage(error)}`, { cause: error });
}

/** Turns a failed write into our error: a reader that went away is told apart from a full disk. */
export function writeError(target: string, error: unknown): ToolError {
  const code = errorCode(error);
  const name = error instanceof Error ? error.name : "";
  if (code === "EPIPE" || code === "ERR_STREAM_DESTROYED" || name === "BrokenPipe") {
    return new BrokenPipeError(`write ${target}: the reader went away`, { cause: error });
  }
  return new ToolError(`write ${target}: ${systemMessage(error)}`, { cause: error });
}
