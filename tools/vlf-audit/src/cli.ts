/** The command line of vlf-audit: arguments to options, nothing else. */
import { availableParallelism } from "node:os";
import { type OptionSpecs, parseArgs, wholeNumber, words } from "@vlf/common/args";
import { UsageError } from "@vlf/common/exit";
import { type CommonOptions, commonOptions, type Io, type Tool } from "@vlf/common/main";
import { SCHEME } from "@vlf/common/voss4";
import { help } from "./help.ts";
import { run } from "./run.ts";

const NAME = "vlf-audit";
const VERSION = "0.1.0";

export interface Options extends CommonOptions {
  readonly tool: string;
  readonly version: string;
  readonly allowPartial: boolean;
  readonly exitStatus: boolean;
  /** Threads that count; 1 does all in one. */
  readonly jobs: number;
}

/** The options of this tool alone. @internal exported for the test of the help text */
export const OPTIONS: OptionSpecs = {
  scheme: { type: "text" },
  "allow-partial": { type: "flag" },
  "exit-status": { type: "flag" },
  jobs: { type: "text" },
};

/**
 * Reads the arguments.
 * @throws {UsageError} for what is unknown or has no value
 * @internal exported for tests
 */
export function readOptions(argv: readonly string[], io: Io): Options {
  const args = parseArgs(argv, OPTIONS);
  const [first] = args.positionals;
  if (first !== undefined)
    throw new UsageError(`read options: unknown argument "${first}", input is read from stdin`);
  words("scheme", [args.text("scheme") ?? SCHEME], [SCHEME]);
  return {
    ...commonOptions({ name: NAME }, argv, io),
    tool: NAME,
    version: VERSION,
    allowPartial: args.flag("allow-partial"),
    exitStatus: args.flag("exit-status"),
    jobs: wholeNumber("jobs", args.text("jobs"), Math.min(availableParallelism(), 8), 1, 64),
  };
}

export const tool: Tool = {
  name: NAME,
  version: VERSION,
  help,
  run: (argv, io) => run(readOptions(argv, io), io),
};
