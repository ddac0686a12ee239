/** What goes to stderr: `tool: error: ...` lines, hints, and progress on a terminal. */
import { ToolError } from "./exit.ts";

export type LogFormat = "text" | "json";

export interface LogTarget {
  write(text: string): void;
  /** True when a person watches: only then is progress shown. */
  isTerminal: boolean;
}

export interface LogOptions {
  tool: string;
  target: LogTarget;
  format: LogFormat;
  quiet: boolean;
}

/** Terminals that show a progress line: whoever writes next takes it away, be it another log. */
const showing = new WeakSet<LogTarget>();

/** Messages are lower case, without a final period, values in double quotes. Never a secret. */
export class Log {
  readonly #options: LogOptions;
  #nextProgress = 0;

  constructor(options: LogOptions) {
    this.#options = options;
  }

  /** News of a run, left out with `--quiet`. */
  info(message: string): void {
    if (!this.#options.quiet) this.#line("info", message);
  }

  /** News in the words of another program, which scripts look for: without the name of the tool before it. */
  say(line: string): void {
    const { target, format, quiet } = this.#options;
    if (format === "json") this.info(line);
    else if (!quiet) {
      this.#clearProgress();
      target.write(`${line}\n`);
    }
  }

  warning(message: string): void {
    this.#line("warning", message);
  }

  error(message: string): void {
    this.#line("error", message);
  }

  hint(message: string): void {
    this.#line("hint", message);
  }

  /** The last words of a failed run. An error that is not ours is a bug and shows its stack. */
  failure(error: unknown, status: number): void {
    const ours = error instanceof ToolError;
    const message = ours
      ? error.message
      : `bug: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`;
    const hint = ours ? error.hint : "please report this with the command and the stack above";
    if (this.#options.format === "json") {
      this.#clearProgress();
      const fields = {
        type: "exit_error",
        tool: this.#options.tool,
        status,
        message,
        ...(hint === undefined ? {} : { hint }),
      };
      this.#options.target.write(`${JSON.stringify(fields)}\n`);
      return;
    }
    this.error(message);
    if (hint !== undefined) this.hint(hint);
  }

  /** Shows a line that the next one replaces; at most four a second, only on a terminal. */
  progress(text: () => string): void {
    const { target, quiet, format, tool } = this.#options;
    if (quiet || format === "json" || !target.isTerminal) return;
    const now = performance.now();
    if (now < this.#nextProgress) return;
    this.#nextProgress = now + 250;
    showing.add(target);
    target.write(`\r\u001b[K${tool}: ${text()}`);
  }

  /** Takes the progress line away. */
  done(): void {
    this.#clearProgress();
  }

  #clearProgress(): void {
    const { target } = this.#options;
    if (showing.delete(target)) target.write("\r\u001b[K");
  }

  #line(kind: string, message: string): void {
    this.#clearProgress();
    const { tool, target, format } = this.#options;
    if (format === "json") {
      target.write(`${JSON.stringify({ type: "log", tool, level: kind, message })}\n`);
    } else {
      target.write(kind === "info" ? `${tool}: ${message}\n` : `${tool}: ${kind}: ${message}\n`);
    }
  }
}
