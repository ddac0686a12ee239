/** The command line of vlf-sde: arguments to options, nothing else. */
import { availableParallelism } from "node:os";
import { type OptionSpecs, parseArgs, wholeNumber, words } from "@vlf/common/args";
import { UsageError } from "@vlf/common/exit";
import { type CommonOptions, commonOptions, type Io, type Tool } from "@vlf/common/main";
import { VERSION } from "@vlf/common/version";
import { HELP } from "./help.ts";
import { REPORTS } from "./reports/index.ts";
import type { Report, ReportOptions } from "./reports/report.ts";
import { run } from "./run.ts";
import { LAYOUTS, SPELLINGS } from "./settings.ts";
import { readSize } from "./size.ts";

const NAME = "vlf-sde";

/** The one group of types that this tool writes; VOSS's other one, `license`, is what vlf-pack writes. */
const GROUP = "subscriber";

/** More threads by default would take more memory than they save time: one thread has to read. */
const DEFAULT_JOBS = 4;

export interface Options extends CommonOptions {
  readonly tool: string;
  readonly version: string;
  /** In the order in which they are exported. */
  readonly reports: readonly Report[];
  /** Name of the group; undefined when types were given. */
  readonly group: string | undefined;
  /** What is undefined is looked up in `[sde]` of vlf.toml, then has a default. */
  readonly output: string | undefined;
  readonly spelling: ReportOptions["spelling"] | undefined;
  readonly webexLayout: ReportOptions["webexLayout"] | undefined;
  readonly bufferBytes: number | undefined;
  /** Threads that export customers. */
  readonly jobs: number;
  /** Rows as records on standard output, and no files. */
  readonly toStdout: boolean;
  readonly prune: boolean;
  readonly dryRun: boolean;
}

/** The options of this tool alone. @internal exported for the test of the help text */
export const OPTIONS: OptionSpecs = {
  type: { type: "list" },
  group: { type: "text" },
  output: { type: "text", alias: "o" },
  stdout: { type: "flag" },
  spelling: { type: "text" },
  "webex-layout": { type: "text" },
  "buffer-size": { type: "text" },
  jobs: { type: "text", alias: "j" },
  "no-prune": { type: "flag" },
  "dry-run": { type: "flag" },
};

/**
 * Reads the arguments.
 * @throws {UsageError} for what is unknown, or does not go together
 * @internal exported for its tests
 */
export function readOptions(argv: readonly string[], io: Io): Options {
  const args = parseArgs(argv, OPTIONS);
  const [first] = args.positionals;
  if (first !== undefined) {
    const isType = REPORTS.some(({ type }) => type === first);
    throw new UsageError(
      `read options: unknown argument "${first}", input is read from stdin`,
      isType ? { hint: `write it as --type ${first}` } : {},
    );
  }
  const types = words(
    "type",
    args.list("type"),
    REPORTS.map(({ type }) => type),
  );
  const group = args.text("group");
  if (group !== undefined) {
    if (types.length > 0) throw new UsageError("read options: --group and --type do not go together");
    if (group === "license") {
      throw new UsageError('read options: --group is "license", wanted subscriber', {
        hint: "the license files are written by vlf-audit | vlf-pack",
      });
    }
    words("group", [group], [GROUP]);
  }
  const toStdout = args.flag("stdout");
  for (const name of ["output", "no-prune", "dry-run"] as const) {
    const given = name === "output" ? args.text(name) !== undefined : args.flag(name);
    if (toStdout && given) throw new UsageError(`read options: --${name} does not go with --stdout`);
  }
  const size = args.text("buffer-size");
  return {
    ...commonOptions({ name: NAME }, argv, io),
    tool: NAME,
    version: VERSION,
    reports: types.length === 0 ? REPORTS : types.flatMap((type) => REPORTS.filter((r) => r.type === type)),
    group: types.length === 0 ? GROUP : undefined,
    output: args.text("output"),
    spelling: oneWord("spelling", args.text("spelling"), SPELLINGS),
    webexLayout: oneWord("webex-layout", args.text("webex-layout"), LAYOUTS),
    bufferBytes: size === undefined ? undefined : readSize("read options: --buffer-size", size),
    jobs: wholeNumber("jobs", args.text("jobs"), Math.min(availableParallelism(), DEFAULT_JOBS), 1, 64),
    toStdout,
    prune: !args.flag("no-prune"),
    dryRun: args.flag("dry-run"),
  };
}

function oneWord<T extends string>(
  name: string,
  value: string | undefined,
  allowed: readonly T[],
): T | undefined {
  return value === undefined ? undefined : words(name, [value], allowed)[0];
}

export const tool: Tool = {
  name: NAME,
  version: VERSION,
  help: HELP,
  run: (argv, io) => run(readOptions(argv, io), io),
};
