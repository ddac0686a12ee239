/**
 * The frame of every tool: standard streams, help and version, and the one place where an error
 * becomes a line on stderr and an exit status.
 */
import { fstatSync } from "node:fs";
import { type Clock, makeClock } from "./clock.ts";
import { BrokenPipeError, EXIT, ToolError, UsageError } from "./exit.ts";
import { Log, type LogFormat, type LogTarget } from "./log.ts";
import type { ByteSink, ByteSource } from "./ndjson.ts";
import { standardInput } from "./stdin.ts";
import { standardOutput, type StandardOutput } from "./stdout.ts";
import { VERSION } from "./version.ts";

/** What a run may touch of the world; tests hand in their own. */
export interface Io {
  stdin: ByteSource;
  stdout: ByteSink & { isTerminal: boolean };
  stderr: LogTarget;
  env: Readonly<Record<string, string | undefined>>;
  now: () => Date;
}

export interface Tool {
  readonly name: string;
  readonly version: string;
  /** The whole text of `--help`, 80 columns. */
  readonly help: string;
  /** Does the work and gives the status; throws for failures. `cli.ts` has read nothing yet. */
  run(argv: readonly string[], io: Io): Promise<number>;
}

/** Options that every tool shares, read. */
export interface CommonOptions {
  readonly config: string | undefined;
  readonly clock: Clock;
  readonly log: Log;
}

interface Early {
  get(name: string): string | undefined;
  has(name: string): boolean;
}

/** Finds the options that matter before, or in spite of, a wrong command line. */
function early(argv: readonly string[]): Early {
  const end = argv.indexOf("--");
  const args = end < 0 ? argv : argv.slice(0, end);
  const get = (name: string): string | undefined => {
    const joined = args.find((arg) => arg.startsWith(`--${name}=`));
    if (joined !== undefined) return joined.slice(name.length + 3);
    const at = args.indexOf(`--${name}`);
    return at < 0 ? undefined : args[at + 1];
  };
  return { get, has: (name) => args.includes(name) };
}

/** The log of a tool, by `--log-format` and `--quiet`. */
function makeLog(tool: Tool, argv: readonly string[], io: Io): Log {
  const options = early(argv);
  const format: LogFormat = options.get("log-format") === "json" ? "json" : "text";
  return new Log({
    tool: tool.name,
    target: io.stderr,
    format,
    quiet: options.has("--quiet") || options.has("-q"),
  });
}

/**
 * Reads the options that every tool shares.
 * @throws {UsageError} for a wrong `--now` or `--log-format`
 */
export function commonOptions(tool: Pick<Tool, "name">, argv: readonly string[], io: Io): CommonOptions {
  const options = early(argv);
  const format = options.get("log-format") ?? "text";
  if (format !== "text" && format !== "json") {
    throw new UsageError(`read options: --log-format is "${format}", wanted text or json`);
  }
  return {
    config: options.get("config"),
    clock: makeClock(options.get("now"), io.now()),
    log: makeLog(tool as Tool, argv, io),
  };
}

/** Runs a tool with the given streams and gives its exit status. Never throws. */
export async function execute(tool: Tool, argv: readonly string[], io: Io): Promise<number> {
  const log = makeLog(tool, argv, io);
  try {
    const options = early(argv);
    if (options.has("--help") || options.has("-h")) {
      await io.stdout.write(tool.help);
      return EXIT.ok;
    }
    if (options.has("--version")) {
      await io.stdout.write(`${tool.name} ${tool.version}\n`);
      return EXIT.ok;
    }
    return await tool.run(argv, io);
  } catch (error) {
    log.done();
    // A filter whose reader has enough is done: `tool | head` succeeds (docs/exit-status.md).
    if (error instanceof BrokenPipeError) return EXIT.ok;
    const status = error instanceof ToolError ? error.status : EXIT.failed;
    const usage = error instanceof UsageError && error.hint === undefined;
    log.failure(
      usage ? new UsageError(error.message, { hint: `run "${tool.name} --help"`, cause: error }) : error,
      status,
    );
    return status;
  }
}

/**
 * The last line of every bin.ts: runs a tool on the process's streams and sets its exit status. The rest of
 * the tool is loaded when there is more to do than to say its version. Never throws.
 */
export async function runTool(name: string, load: () => Promise<{ readonly tool: Tool }>): Promise<void> {
  const { io, close } = processIo();
  const argv = process.argv.slice(2);
  const options = early(argv);
  const asksVersion = options.has("--version") && !options.has("--help") && !options.has("-h");
  const tool = asksVersion ? { name, version: VERSION, help: "", run: notRun } : (await load()).tool;
  process.exitCode = await execute(tool, argv, io);
  try {
    close();
  } catch (error) {
    makeLog(tool, argv, io).failure(error, EXIT.failed);
    process.exitCode = EXIT.failed;
  }
}

/** What asks for the version has its answer before anything is run. */
function notRun(): Promise<number> {
  throw new Error("not loaded");
}

/** The streams of the process, each opened when it is first used: that takes some 3 ms a stream. */
function processIo(): { readonly io: Io; readonly close: () => void } {
  let stdin: ReturnType<typeof standardInput> | undefined;
  let stdout: StandardOutput | undefined;
  let stderr: NodeJS.WriteStream | undefined;
  const openStderr = (): NodeJS.WriteStream => {
    if (stderr === undefined) {
      stderr = process.stderr;
      stderr.on("error", () => {}); // nobody reads our messages: nothing more to be said
    }
    return stderr;
  };
  const io: Io = {
    get stdin() {
      stdin ??= standardInput();
      return stdin.source;
    },
    get stdout() {
      stdout ??= standardOutput();
      return stdout;
    },
    stderr: {
      write: (text) => void openStderr().write(text),
      get isTerminal() {
        return mayBeTerminal(STDERR) && openStderr().isTTY;
      },
    },
    env: process.env,
    now: () => new Date(),
  };
  const close = (): void => {
    stdin?.close();
    stdout?.close();
  };
  return { io, close };
}

const STDERR = 2;

/** Says no at once for a file or a pipe, which need not be opened for it. */
function mayBeTerminal(fd: number): boolean {
  try {
    return fstatSync(fd).isCharacterDevice();
  } catch {
    return true; // closed, or not for us to know: the stream says
  }
}
