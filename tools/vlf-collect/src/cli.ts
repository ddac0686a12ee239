/** The command line of vlf-collect: argument list to options. */
import { type OptionSpecs, type ParsedArgs, parseArgs, wholeNumber, words } from "@vlf/common/args";
import { parseTime } from "@vlf/common/clock";
import { UsageError } from "@vlf/common/exit";
import { commonOptions, type Tool } from "@vlf/common/main";
import { PURPOSES } from "@vlf/common/models";
import { HELP, TOOL, VERSION } from "./help.ts";
import { type Options, run } from "./run.ts";
import type { UsageCommand } from "./run-usage.ts";
import { USAGE_FORMAT_IDS } from "./usage/ids.ts";
import { LOGINS, NUMBERS, type NumberKey, type VossCommand } from "./voss/settings.ts";

interface Command {
  /** Options of this command alone. */
  readonly specs: OptionSpecs;
  /** Reads them; `args` are the arguments behind the command. */
  read(parsed: ParsedArgs, args: readonly string[]): Options["command"];
}

/** Options of every command. */
const SHARED: OptionSpecs = {
  for: { type: "list" },
  fields: { type: "text" },
  "collected-at": { type: "text" },
};

const VOSS: OptionSpecs = {
  url: { type: "text" },
  username: { type: "text" },
  "password-file": { type: "text" },
  "ca-file": { type: "text" },
  hierarchy: { type: "text" },
  proxy: { type: "text" },
  login: { type: "text" },
  checkpoint: { type: "text" },
  rate: { type: "text" },
  connections: { type: "text" },
  "page-size": { type: "text" },
  timeout: { type: "text" },
  retries: { type: "text" },
  "allow-missing": { type: "list" },
  check: { type: "flag" },
};

const COMMANDS: Readonly<Record<string, Command>> = {
  files: {
    specs: { "allow-partial": { type: "flag" } },
    read: (parsed, paths) => ({ command: "files", paths, allowPartial: parsed.flag("allow-partial") }),
  },
  voss: { specs: VOSS, read: readVoss },
  usage: {
    specs: {
      format: { type: "text" },
      customer: { type: "text" },
      "customer-pkid": { type: "text" },
      cluster: { type: "text" },
      region: { type: "text" },
      subscription: { type: "text" },
      pool: { type: "text" },
      "print-defaults": { type: "flag" },
    },
    read: readUsage,
  },
  demo: {
    specs: { customers: { type: "text" }, subscribers: { type: "text" }, seed: { type: "text" } },
    read: (parsed, args) => {
      if (args[0] !== undefined) throw new UsageError(`read options: demo takes no "${args[0]}"`);
      const number = (name: string, fallback: number, min: number, max: number): number =>
        wholeNumber(name, parsed.text(name), fallback, min, max);
      return {
        command: "demo",
        customers: number("customers", 10, 1, 100_000),
        subscribers: number("subscribers", 1000, 0, 100_000_000),
        seed: number("seed", 1, 0, 4_294_967_295),
      };
    },
  },
};

function readUsage(parsed: ParsedArgs, args: readonly string[]): UsageCommand {
  const text = (name: string): string => parsed.text(name) ?? "";
  const printDefaults = parsed.flag("print-defaults");
  const format = parsed.text("format");
  if (format === undefined && !printDefaults)
    throw new UsageError(`read options: usage wants --format, one of ${USAGE_FORMAT_IDS.join(", ")}`);
  return {
    command: "usage",
    format: format === undefined ? "" : (words("format", [format], USAGE_FORMAT_IDS)[0] ?? ""),
    paths: args.length === 0 ? ["-"] : args,
    printDefaults,
    customer: text("customer"),
    customerPkid: text("customer-pkid"),
    cluster: text("cluster"),
    region: text("region"),
    subscription: text("subscription"),
    pool: text("pool"),
  };
}

function readVoss(parsed: ParsedArgs, args: readonly string[]): VossCommand {
  if (args[0] !== undefined) throw new UsageError(`read options: voss takes no "${args[0]}"`);
  const number = (name: string, key: NumberKey): number | undefined => {
    const [min, max, fallback] = NUMBERS[key];
    const text = parsed.text(name);
    return text === undefined ? undefined : wholeNumber(name, text, fallback, min, max);
  };
  const login = parsed.text("login");
  return {
    command: "voss",
    check: parsed.flag("check"),
    url: parsed.text("url"),
    username: parsed.text("username"),
    passwordFile: parsed.text("password-file"),
    caFile: parsed.text("ca-file"),
    hierarchy: parsed.text("hierarchy"),
    proxy: parsed.text("proxy"),
    login: login === undefined ? undefined : words("login", [login], LOGINS)[0],
    checkpoint: parsed.text("checkpoint"),
    rate: number("rate", "rate"),
    connections: number("connections", "connections"),
    pageSize: number("page-size", "page_size"),
    timeout: number("timeout", "timeout"),
    retries: number("retries", "retries"),
    allowMissing: parsed.list("allow-missing"),
  };
}

/** All options with their commands: for parsing, and for the test of the help text. @internal */
export const OPTIONS: OptionSpecs = Object.fromEntries(
  [SHARED, ...Object.values(COMMANDS).map(({ specs }) => specs)].flatMap((specs) => Object.entries(specs)),
);

/**
 * Reads the command line.
 * @throws {UsageError} without a command, and for an option that the command does not have
 * @internal exported for its tests
 */
export function readOptions(argv: readonly string[]): Options {
  const parsed = parseArgs(argv, OPTIONS);
  const [name, ...args] = parsed.positionals;
  const wanted = `wanted ${Object.keys(COMMANDS).join(", ")}`;
  if (name === undefined) throw new UsageError(`read options: no command, ${wanted}`);
  const command = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
  if (command === undefined) throw new UsageError(`read options: unknown command "${name}", ${wanted}`);
  refuseOthers(name, command, parsed);
  const purposes = words("for", parsed.list("for"), PURPOSES);
  const fields = parsed.text("fields") ?? "needed";
  if (fields !== "needed" && fields !== "all") {
    throw new UsageError(`read options: --fields is "${fields}", wanted needed or all`);
  }
  const collectedAt = parsed.text("collected-at");
  return {
    purposes: purposes.length === 0 ? PURPOSES : purposes,
    fields,
    collectedAt: collectedAt === undefined ? undefined : parseTime(collectedAt, "--collected-at"),
    command: command.read(parsed, args),
  };
}

function refuseOthers(name: string, command: Command, parsed: ParsedArgs): void {
  for (const option of Object.keys(OPTIONS)) {
    const isGiven = parsed.flag(option) || parsed.text(option) !== undefined;
    if (isGiven && !Object.hasOwn(SHARED, option) && !Object.hasOwn(command.specs, option)) {
      throw new UsageError(`read options: --${option} is no option of "${TOOL} ${name}"`);
    }
  }
}

export const tool: Tool = {
  name: TOOL,
  version: VERSION,
  help: HELP,
  run: (argv, io) => run(readOptions(argv), commonOptions(tool, argv, io), io),
};
