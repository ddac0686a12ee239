/** The command line of vlf-spread, as options. */
import { type OptionSpecs, parseArgs, type ParsedArgs, wholeNumber, words } from "@vlf/common/args";
import { UsageError } from "@vlf/common/exit";
import { commonOptions, type CommonOptions, type Io, type Tool } from "@vlf/common/main";
import { type SchemeId, SCHEMES } from "@vlf/common/schemes";
import { VERSION } from "@vlf/common/version";
import { HELP } from "./help.ts";

const NAME = "vlf-spread";

/** @internal exported for the test of the help text */
export const OPTIONS: OptionSpecs = {
  work: { type: "text" },
  parts: { type: "text" },
  scheme: { type: "text", alias: "schemes" },
  index: { type: "text" },
  sshlogin: { type: "list", alias: "S" },
  sshloginfile: { type: "text" },
  retries: { type: "text" },
  timeout: { type: "text" },
  program: { type: "text" },
  "dry-run": { type: "flag" },
};

interface Base extends CommonOptions {
  /** The folder of the parts and results. */
  readonly work: string;
}

export interface CutOptions extends Base {
  readonly verb: "cut";
  /** Parts at most. */
  readonly parts: number;
  readonly schemes: readonly SchemeId[];
}

export interface RunOptions extends Base {
  readonly verb: "run";
  /** Names of parts, or the number of one from 1. */
  readonly parts: readonly string[] | number;
  readonly program: string;
}

export interface CountOptions extends Base {
  readonly verb: "count";
  /** In the words of GNU parallel. */
  readonly logins: readonly string[];
  readonly loginFile: string | undefined;
  readonly retries: number;
  /** As `parallel --timeout` has it. */
  readonly timeout: string | undefined;
  readonly program: string;
  readonly dryRun: boolean;
}

export interface JoinOptions extends Base {
  readonly verb: "join";
}

export interface ListOptions extends Base {
  readonly verb: "list";
}

/** Called by parallel in the place of ssh. */
export interface CarryOptions extends CommonOptions {
  readonly verb: "carry";
  readonly call: readonly string[];
}

export type Options = CutOptions | RunOptions | CountOptions | JoinOptions | ListOptions | CarryOptions;

/** Options each command takes besides `--work` and the common ones. */
const TAKES: Readonly<Record<string, readonly string[]>> = {
  cut: ["parts", "scheme"],
  run: ["index", "program"],
  count: ["sshlogin", "sshloginfile", "retries", "timeout", "program", "dry-run"],
  join: [],
  list: [],
};

/**
 * Reads the arguments.
 * @throws {UsageError} for what is unknown, or does not go together
 */
function readOptions(argv: readonly string[], io: Io): Options {
  // What follows are words of ssh, and none of ours.
  if (argv[0] === "carry")
    return { ...commonOptions({ name: NAME }, [], io), verb: "carry", call: argv.slice(1) };
  const args = parseArgs(argv, OPTIONS);
  const [verb = "", ...names] = args.positionals;
  if (!Object.hasOwn(TAKES, verb)) {
    throw new UsageError(`read options: what is "${verb}"?`, {
      hint: `wanted one of ${Object.keys(TAKES).join(", ")}`,
    });
  }
  for (const [name, { type }] of Object.entries(OPTIONS)) {
    const isGiven =
      type === "flag"
        ? args.flag(name)
        : type === "list"
          ? args.list(name).length > 0
          : args.text(name) !== undefined;
    if (isGiven && name !== "work" && !TAKES[verb]?.includes(name))
      throw new UsageError(`read options: --${name} does not go with ${verb}`);
  }
  if (verb !== "run" && names.length > 0) throw new UsageError(`read options: what is "${names[0]}"?`);
  const work = args.text("work");
  if (work === undefined) throw new UsageError("read options: --work wants the folder of the parts");
  const base: Base = { ...commonOptions({ name: NAME }, argv, io), work };
  if (base.config !== undefined && verb !== "cut")
    throw new UsageError("read options: the settings are those of the cut, --config goes with cut");
  const program = args.text("program") ?? "vlf-audit";
  switch (verb) {
    case "cut":
      return {
        ...base,
        verb,
        parts: wholeNumber("parts", args.text("parts"), 16, 1, 1000),
        schemes: schemesOf(args),
      };
    case "run":
      return { ...base, verb, parts: partsOf(args, names), program };
    case "count":
      return {
        ...base,
        verb,
        ...hostsOf(args),
        retries: wholeNumber("retries", args.text("retries"), 3, 1, 100),
        timeout: timeoutOf(args.text("timeout")),
        program,
        dryRun: args.flag("dry-run"),
      };
    case "join":
      return { ...base, verb };
    default:
      return { ...base, verb: "list" };
  }
}

function schemesOf(args: ParsedArgs): readonly SchemeId[] {
  const wanted = words("scheme", [args.text("scheme") ?? "voss-4"], SCHEMES);
  return SCHEMES.filter((scheme) => wanted.includes(scheme));
}

function partsOf(args: ParsedArgs, names: readonly string[]): readonly string[] | number {
  const index = args.text("index");
  if ((index === undefined) === (names.length === 0))
    throw new UsageError("read options: run wants names of parts, or --index with the number of one");
  return index === undefined ? names : wholeNumber("index", index, 1, 1, 1_000_000);
}

function hostsOf(args: ParsedArgs): Pick<CountOptions, "logins" | "loginFile"> {
  // As parallel: several in one text, with commas.
  const logins = args
    .list("sshlogin")
    .flatMap((text) => text.split(","))
    .map((text) => text.trim());
  const loginFile = args.text("sshloginfile");
  if (logins.length === 0 && loginFile === undefined) {
    throw new UsageError("read options: count wants hosts", {
      hint: "give --sshloginfile FILE or --sshlogin HOST,HOST; the host : is this machine",
    });
  }
  return { logins, loginFile };
}

function timeoutOf(text: string | undefined): string | undefined {
  if (text === undefined || /^(?:[1-9]\d{0,8}(?:\.\d+)?[smhd]?|[1-9]\d{2,5}%)$/.test(text)) return text;
  throw new UsageError(
    `read options: --timeout is "${text}", wanted seconds, 30m, 2h, or percent of the usual time, as 500%`,
  );
}

export const tool: Tool = {
  name: NAME,
  version: VERSION,
  help: HELP,
  async run(argv, io) {
    const options = readOptions(argv, io);
    switch (options.verb) {
      case "cut":
        return (await import("./run-cut.ts")).runCut(options, io);
      case "run":
        return (await import("./run-run.ts")).runRun(options, io);
      case "count":
        return (await import("./run-count.ts")).runCount(options, io);
      case "carry":
        return (await import("./run-carry.ts")).runCarry(options, io);
      case "join":
        return (await import("./run-join.ts")).runJoin(options, io);
      case "list":
        return (await import("./run-join.ts")).runList(options, io);
    }
    return options satisfies never;
  },
};
