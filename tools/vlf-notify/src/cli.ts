/** The command line of vlf-notify, as options. */
import { type OptionSpecs, type ParsedArgs, parseArgs, words } from "@vlf/common/args";
import { UsageError } from "@vlf/common/exit";
import { commonOptions, type CommonOptions, type Io, type Tool } from "@vlf/common/main";
import { VERSION } from "@vlf/common/version";
import { LEVELS, type Level, LICENSE_JOB } from "./alert.ts";
import { secondsOf } from "./duration.ts";
import { HELP } from "./help.ts";
import type { Env } from "./settings.ts";

const NAME = "vlf-notify";
const KILL_AFTER_SECONDS = 10;

interface Base extends CommonOptions {
  readonly tool: string;
  readonly version: string;
  readonly env: Env;
  /** The job that is run, looked at or passed on for. */
  readonly job: string;
  readonly dryRun: boolean;
}

export interface RunOptions extends Base {
  readonly verb: "run";
  readonly command: readonly string[];
  readonly timeoutSeconds: number | undefined;
  /** Time that the command has between SIGTERM and SIGKILL at its limit. */
  readonly killAfterSeconds: number;
  readonly waitSeconds: number | undefined;
  readonly groups: readonly string[] | undefined;
}

export interface FilterOptions extends Base {
  readonly verb: "filter";
  readonly level: Level;
  /** True below `vlf-notify run`, which raises the failure of the whole itself. */
  readonly isBelowRun: boolean;
}

export interface CheckOptions extends Base {
  readonly verb: "check";
  readonly again: boolean;
  readonly exitStatus: boolean;
}

export interface HealthOptions extends Base {
  readonly verb: "health";
  readonly plugin: boolean;
  readonly exitStatus: boolean;
}

export interface TestOptions extends Base {
  readonly verb: "test";
  readonly levels: readonly Level[];
}

export interface ListOptions extends Base {
  readonly verb: "list";
}

export interface ClearOptions extends Base {
  readonly verb: "clear";
  /** Without any, all. */
  readonly ids: readonly string[];
}

export type Options =
  | RunOptions
  | FilterOptions
  | CheckOptions
  | HealthOptions
  | TestOptions
  | ListOptions
  | ClearOptions;

type Verb = Options["verb"];

/** What each command takes besides the common options. */
const SPECS: Readonly<Record<Verb, OptionSpecs>> = {
  filter: { level: { type: "text" }, name: { type: "text" }, "dry-run": { type: "flag" } },
  run: {
    name: { type: "text" },
    timeout: { type: "text" },
    "kill-after": { type: "text" },
    wait: { type: "text" },
    group: { type: "list" },
    "dry-run": { type: "flag" },
  },
  check: {
    name: { type: "text" },
    again: { type: "flag" },
    "exit-status": { type: "flag" },
    "dry-run": { type: "flag" },
  },
  health: { name: { type: "text" }, plugin: { type: "flag" }, "exit-status": { type: "flag" } },
  test: { level: { type: "list" }, "dry-run": { type: "flag" } },
  list: {},
  clear: { all: { type: "flag" } },
};

/**
 * Reads the arguments.
 * @throws {UsageError} for what is unknown or has no value
 * @internal exported for its tests
 */
export function readOptions(argv: readonly string[], io: Io): Options {
  const end = argv.indexOf("--");
  const own = end < 0 ? argv : argv.slice(0, end);
  const verb = verbOf(own);
  const args = parseArgs(own, SPECS[verb]);
  const rest = args.positionals.slice(verb === "filter" ? 0 : 1);
  if (rest.length > 0 && verb !== "clear") throw unknownWords(verb, rest);
  if (end >= 0 && verb !== "run") throw new UsageError('read options: "--" goes with the command of run');
  const base: Base = {
    ...commonOptions({ name: NAME }, own, io),
    tool: NAME,
    version: VERSION,
    env: io.env,
    job: args.text("name") ?? (verb === "filter" ? io.env["VLF_NOTIFY_JOB"] : undefined) ?? LICENSE_JOB,
    dryRun: args.flag("dry-run"),
  };
  if (verb === "run") return runOptions(base, args, end < 0 ? [] : argv.slice(end + 1));
  return otherOptions(verb, base, args, rest, io);
}

/** The first argument, if it is a command; without one the tool is a filter. */
function verbOf([word = ""]: readonly string[]): Verb {
  if (word === "" || word.startsWith("-")) return "filter";
  const verb = Object.keys(SPECS).find((candidate) => candidate === word);
  if (verb === undefined || verb === "filter")
    throw new UsageError(`read options: unknown command "${word}"`);
  return verb as Verb;
}

function unknownWords(verb: Verb, rest: readonly string[]): UsageError {
  const message = `read options: what is "${rest[0]}"?`;
  if (verb === "run") {
    return new UsageError(message, { hint: 'put "--" before the command: vlf-notify run -- COMMAND' });
  }
  return verb === "filter"
    ? new UsageError(message, { hint: "a command comes first, before all options" })
    : new UsageError(message);
}

function runOptions(base: Base, args: ParsedArgs, command: readonly string[]): RunOptions {
  if (command.length === 0 || command[0] === "") {
    throw new UsageError("read options: no command to run", { hint: "vlf-notify run -- COMMAND" });
  }
  const seconds = (name: string): number | undefined => {
    const text = args.text(name);
    return text === undefined ? undefined : secondsOf(`--${name}`, text);
  };
  const timeoutSeconds = seconds("timeout");
  if (timeoutSeconds === 0) throw new UsageError("read options: --timeout is 0, wanted at least 1 s");
  const groups = args.list("group");
  const wrong = groups.find((group) => !/^[a-z0-9][a-z0-9_.-]{0,63}$/i.test(group));
  if (wrong !== undefined)
    throw new UsageError(`read options: --group is "${wrong}", wanted letters and digits`);
  return {
    ...base,
    verb: "run",
    command,
    timeoutSeconds,
    killAfterSeconds: seconds("kill-after") ?? KILL_AFTER_SECONDS,
    waitSeconds: seconds("wait"),
    groups: groups.length === 0 ? undefined : [...new Set(groups)].sort(),
  };
}

function otherOptions(
  verb: Exclude<Verb, "run">,
  base: Base,
  args: ParsedArgs,
  rest: readonly string[],
  io: Io,
): Options {
  switch (verb) {
    case "filter": {
      const level = words("level", [args.text("level") ?? "error"], LEVELS)[0] ?? "error";
      return { ...base, verb, level, isBelowRun: io.env["VLF_NOTIFY_JOB"] !== undefined };
    }
    case "check":
      return { ...base, verb, again: args.flag("again"), exitStatus: args.flag("exit-status") };
    case "health":
      return { ...base, verb, plugin: args.flag("plugin"), exitStatus: args.flag("exit-status") };
    case "test": {
      const levels = words("level", args.list("level"), LEVELS);
      return { ...base, verb, levels: levels.length === 0 ? LEVELS : levels };
    }
    case "list":
      return { ...base, verb };
    case "clear":
      if (args.flag("all") === rest.length > 0) {
        throw new UsageError("read options: clear what?", {
          hint: "give ids, as vlf-notify list shows them, or --all",
        });
      }
      return { ...base, verb, ids: rest };
  }
}

export const tool: Tool = {
  name: NAME,
  version: VERSION,
  help: HELP,
  async run(argv, io) {
    const { run } = await import("./run.ts");
    return run(() => readOptions(argv, io), argv, io);
  },
};
