/** The command line of vlf-audit: arguments to options, nothing else. */
import { availableParallelism } from "node:os";
import { type OptionSpecs, type ParsedArgs, parseArgs, wholeNumber, words } from "@vlf/common/args";
import { UsageError } from "@vlf/common/exit";
import { type CommonOptions, commonOptions, type Io, type Tool } from "@vlf/common/main";
import { type SchemeId, SCHEMES } from "@vlf/common/schemes";
import { VERSION } from "@vlf/common/version";
import { help } from "./help.ts";
import { JUMP, type JumpLimits } from "./diff/jump.ts";
import { type ReconcileOptions, reconcileOptions, RECONCILE_TAKES } from "./reconcile/options.ts";
import { type StandingOptions, standingOptions, STANDING_TAKES } from "./standing/options.ts";

const NAME = "vlf-audit";

/** What every command of the tool gets. */
export interface Shared extends CommonOptions {
  readonly tool: string;
  readonly version: string;
}

export interface Options extends Shared {
  readonly command: "count";
  /** Rules to count by, in one pass. */
  readonly schemes: readonly SchemeId[];
  readonly allowPartial: boolean;
  readonly exitStatus: boolean;
  /** Threads that count; 1 does all in one. */
  readonly jobs: number;
}

export interface WhatIfCommand extends Shared {
  readonly command: "what-if";
  /** The file of changes. */
  readonly file: string;
  readonly schemes: readonly SchemeId[];
  readonly exitStatus: boolean;
  /** A page to read instead of records. */
  readonly asText: boolean;
}

export interface ExplainOptions extends Shared {
  readonly command: "explain";
  /** The rules to explain: one scheme, or two that are compared. */
  readonly schemes: readonly SchemeId[];
  /** Only what has to do with this name or address. */
  readonly user: string | undefined;
  /** Only this customer: name, path or pkid. */
  readonly customer: string | undefined;
  /** Only this column: id, title, or number in the files. */
  readonly column: string | undefined;
  /** A page to read instead of records. */
  readonly asText: boolean;
}

export interface MergeOptions extends Shared {
  readonly command: "merge";
  readonly files: readonly string[];
  /** What is in no part. */
  readonly rest: string | undefined;
}

export interface DiffOptions extends Shared {
  readonly command: "diff";
  readonly before: string;
  readonly after: string;
  /** The scheme of record streams; license files tell their own. */
  readonly scheme: SchemeId;
  readonly jump: JumpLimits;
  readonly exitStatus: boolean;
}

export interface DefaultsOptions extends Shared {
  readonly command: "defaults";
}

type Command =
  | Options
  | DefaultsOptions
  | WhatIfCommand
  | ExplainOptions
  | MergeOptions
  | DiffOptions
  | ReconcileOptions
  | StandingOptions;

/** The options of this tool alone. @internal exported for the test of the help text */
export const OPTIONS: OptionSpecs = {
  scheme: { type: "text", alias: "schemes" },
  "allow-partial": { type: "flag" },
  "exit-status": { type: "flag" },
  "what-if": { type: "text" },
  jobs: { type: "text" },
  user: { type: "text" },
  customer: { type: "text" },
  column: { type: "text" },
  text: { type: "flag" },
  "jump-percent": { type: "text" },
  "jump-licenses": { type: "text" },
  entitlements: { type: "list" },
  history: { type: "text" },
  record: { type: "flag" },
  period: { type: "text" },
  from: { type: "text" },
  to: { type: "text" },
  statistic: { type: "text" },
  over: { type: "flag" },
  "print-defaults": { type: "flag" },
  rest: { type: "text" },
  system: { type: "list" },
  usage: { type: "flag" },
};

/** Options each command takes besides the common ones. */
const TAKES: Readonly<Record<Command["command"], readonly string[]>> = {
  count: ["scheme", "allow-partial", "exit-status", "jobs"],
  defaults: ["print-defaults"],
  // Jobs as well, since it may stand in a script: all is done on one thread.
  "what-if": ["what-if", "scheme", "exit-status", "jobs", "text"],
  explain: ["scheme", "user", "customer", "column", "text"],
  merge: ["rest"],
  diff: ["scheme", "jump-percent", "jump-licenses", "exit-status"],
  reconcile: RECONCILE_TAKES,
  standing: STANDING_TAKES,
};

/**
 * Reads the arguments.
 * @throws {UsageError} for what is unknown or has no value, or does not go with the command
 * @internal exported for tests
 */
export function readOptions(argv: readonly string[], io: Io): Command {
  const args = parseArgs(argv, OPTIONS);
  const [word, ...files] = args.positionals;
  const file = args.text("what-if");
  const command =
    word !== undefined
      ? commandOf(word)
      : args.flag("print-defaults")
        ? "defaults"
        : file !== undefined
          ? "what-if"
          : "count";
  refuseOthers(args, command);
  if (command !== "merge" && command !== "diff" && files.length > 0) {
    throw new UsageError(`read options: unknown argument "${files[0]}", input is read from stdin`);
  }
  const wanted = words("scheme", [args.text("scheme") ?? "voss-4"], SCHEMES);
  const schemes = SCHEMES.filter((scheme) => wanted.includes(scheme));
  const shared = { ...commonOptions({ name: NAME }, argv, io), tool: NAME, version: VERSION };
  switch (command) {
    case "count":
      return {
        ...shared,
        command,
        schemes,
        allowPartial: args.flag("allow-partial"),
        exitStatus: args.flag("exit-status"),
        jobs: wholeNumber("jobs", args.text("jobs"), defaultJobs(), 1, 64),
      };
    case "defaults":
      return { ...shared, command };
    case "what-if":
      wholeNumber("jobs", args.text("jobs"), 1, 1, 64);
      return {
        ...shared,
        command,
        file: file ?? "",
        schemes,
        exitStatus: args.flag("exit-status"),
        asText: args.flag("text") || io.stdout.isTerminal,
      };
    case "explain": {
      const user = args.text("user");
      return {
        ...shared,
        command,
        schemes: oneOrTwo(schemes),
        user,
        customer: args.text("customer"),
        column: args.text("column"),
        asText: args.flag("text") || (user !== undefined && io.stdout.isTerminal),
      };
    }
    case "merge":
      if (files.length === 0) throw new UsageError("read options: merge wants the files of the parts");
      return { ...shared, command, files, rest: args.text("rest") };
    case "diff": {
      const [before, after, ...more] = files;
      if (before === undefined || after === undefined || more.length > 0)
        throw new UsageError("read options: diff wants two files, the older one first");
      return {
        ...shared,
        command,
        before,
        after,
        scheme: onlyOne(schemes),
        jump: {
          percent: wholeNumber("jump-percent", args.text("jump-percent"), JUMP.percent, 0, 1000),
          licenses: wholeNumber("jump-licenses", args.text("jump-licenses"), JUMP.licenses, 0, 1_000_000),
        },
        exitStatus: args.flag("exit-status"),
      };
    }
    case "reconcile":
      return { ...shared, ...reconcileOptions(args, io.stdout.isTerminal) };
    case "standing":
      return { ...shared, ...standingOptions(args, io.stdout.isTerminal) };
  }
  return command satisfies never;
}

const COMMANDS = ["explain", "diff", "merge", "reconcile", "standing"] as const;

function commandOf(word: string): Command["command"] {
  const command = COMMANDS.find((name) => name === word);
  if (command !== undefined) return command;
  throw new UsageError(`read options: unknown argument "${word}", input is read from stdin`, {
    hint: `the commands are ${COMMANDS.join(", ")}`,
  });
}

function onlyOne([scheme, ...others]: readonly SchemeId[]): SchemeId {
  if (scheme === undefined || others.length > 0)
    throw new UsageError("read options: --scheme wants one scheme here");
  return scheme;
}

function oneOrTwo(schemes: readonly SchemeId[]): readonly SchemeId[] {
  if (schemes.length > 2)
    throw new UsageError("read options: --scheme wants one scheme here, or two to compare");
  return schemes;
}

function refuseOthers(args: ParsedArgs, command: Command["command"]): void {
  for (const [name, { type }] of Object.entries(OPTIONS)) {
    const isGiven = type === "flag" ? args.flag(name) : args.text(name) !== undefined;
    if (isGiven && !TAKES[command].includes(name)) {
      throw new UsageError(
        `read options: --${name} does not go with ${command === "count" ? "counting" : command}`,
      );
    }
  }
}

export const tool: Tool = {
  name: NAME,
  version: VERSION,
  help,
  // Each command is loaded when it is asked for: the tool has to start fast.
  async run(argv, io) {
    const options = readOptions(argv, io);
    switch (options.command) {
      case "count":
        return (await import("./run.ts")).run(options, io);
      case "what-if":
        return (await import("./run-what-if.ts")).runWhatIf(options, io);
      case "defaults":
        return (await import("./run-defaults.ts")).runDefaults(options, io);
      case "explain":
        return (await import("./run-explain.ts")).runExplain(options, io);
      case "merge":
        return (await import("./run-merge.ts")).runMerge(options, io);
      case "diff":
        return (await import("./run-diff.ts")).runDiff(options, io);
      case "reconcile":
        return (await import("./run-reconcile.ts")).runReconcile(options, io);
      case "standing":
        return (await import("./run-standing.ts")).runStanding(options, io);
    }
    return options satisfies never;
  },
};

/** On two processors the thread that reads and one that counts are in each other's way: one alone is faster (docs/benchmarks.md). */
function defaultJobs(): number {
  const processors = availableParallelism();
  return processors > 2 ? Math.min(processors, 8) : 1;
}
