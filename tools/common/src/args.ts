/**
 * The command line: the parser of yargs, held in one place with its traps closed. Tools hand in a table of
 * options. yargs itself takes longer to load than a small run takes; what it adds to its parser here are the
 * two checks below, and a test holds this reading against yargs (docs/adr/0027).
 */
import parse from "yargs-parser";
import { UsageError } from "./exit.ts";

export interface OptionSpec {
  /** `list` may be given more than once. Numbers are texts until `wholeNumber()` has looked at them. */
  readonly type: "flag" | "text" | "list";
  readonly alias?: string;
}

export type OptionSpecs = Readonly<Record<string, OptionSpec>>;

/** Options that every tool has. */
export const COMMON_OPTIONS: OptionSpecs = {
  config: { type: "text" },
  now: { type: "text" },
  quiet: { type: "flag", alias: "q" },
  "log-format": { type: "text" },
  help: { type: "flag", alias: "h" },
  version: { type: "flag" },
};

/** What every help text says of them. */
export const COMMON_HELP: string = `Common:
      --config FILE       settings (default: vlf.toml where it exists)
      --now TIME          fix the clock, as 2026-11-01T03:00:00Z
  -q, --quiet             no progress and no news, only warnings and errors
      --log-format FORM   messages as text (default) or json
  -h, --help              show this text
      --version           show name and version`;

export interface ParsedArgs {
  readonly positionals: readonly string[];
  flag(name: string): boolean;
  text(name: string): string | undefined;
  list(name: string): readonly string[];
}

/** What yargs does by itself and we do not mean. @internal exported for the test beside yargs */
export const CONFIGURATION = {
  "boolean-negation": false,
  "camel-case-expansion": false,
  "dot-notation": false,
  "duplicate-arguments-array": true,
  "flatten-duplicate-arrays": true,
  "greedy-arrays": false,
  "parse-numbers": false,
  "parse-positional-numbers": false,
  "populate--": false,
  "short-option-groups": false,
  "unknown-options-as-args": false,
} as const;

/**
 * Parses an argument list by a table of options (the common ones are added).
 * @throws {UsageError} for an unknown option, a missing or an empty value, a value of a flag, an option
 *   given twice
 */
export function parseArgs(argv: readonly string[], specs: OptionSpecs): ParsedArgs {
  const all: OptionSpecs = { ...COMMON_OPTIONS, ...specs };
  const values = readValues(argv, all);
  checkSpelling(argv, all);
  for (const [name, spec] of Object.entries(all)) checkOption(name, spec, values[name]);
  const positionals = (values["_"] as unknown[]).map(String);
  return {
    positionals,
    flag: (name) => values[name] === true,
    text: (name) => values[name] as string | undefined,
    list: (name) => (values[name] as readonly string[] | undefined) ?? [],
  };
}

/**
 * What yargs with `strictOptions()` and `requiresArg` gives for the same options.
 * @throws {UsageError} for an unknown option or a missing value
 * @internal exported for the test beside yargs
 */
export function readValues(argv: readonly string[], specs: OptionSpecs): Readonly<Record<string, unknown>> {
  const named = Object.entries(specs);
  const ofType = (type: OptionSpec["type"]): string[] =>
    named.filter(([, spec]) => spec.type === type).map(([name]) => name);
  const { argv: values, error } = parse.detailed([...argv], {
    boolean: ofType("flag"),
    string: ofType("text"),
    array: ofType("list"),
    alias: Object.fromEntries(
      named.flatMap(([name, { alias }]) => (alias === undefined ? [] : [[name, alias]])),
    ),
    // An option that needs a value, as yargs tells its parser.
    narg: Object.fromEntries([...ofType("text"), ...ofType("list")].map((name) => [name, Number.NaN])),
    configuration: CONFIGURATION,
  });
  if (error !== null) throw new UsageError(problemText(error.message), { cause: error });
  const known = new Set(named.flatMap(([name, { alias = name }]) => [name, alias]));
  const unknown = Object.keys(values).filter((name) => name !== "_" && !known.has(name));
  if (unknown.length > 0) throw new UsageError(unknownText(unknown, argv));
  return values;
}

/**
 * Refuses what the parser takes but we do not mean: `-config` and `--q`, which the readers of common
 * options in main.ts would miss, and a flag with a value, since `--dry-run=yes` would count as no.
 */
function checkSpelling(argv: readonly string[], specs: OptionSpecs): void {
  const end = argv.indexOf("--");
  const args = end < 0 ? argv : argv.slice(0, end);
  for (const [at, arg] of args.entries()) {
    const [typed, dashes, name = ""] = /^(--?)([a-z][^=]*)/i.exec(arg) ?? [];
    if (typed === undefined) continue;
    if ((dashes === "-") !== (name.length === 1)) {
      throw new UsageError(`read options: unknown option "${typed}"`);
    }
    const spec = Object.entries(specs).find(([long, { alias }]) => long === name || alias === name)?.[1];
    const next = args[at + 1];
    if (spec?.type === "flag" && (arg.includes("=") || next === "true" || next === "false")) {
      throw new UsageError(`read options: ${typed} takes no value`);
    }
  }
}

function checkOption(name: string, spec: OptionSpec, value: unknown): void {
  if (value === undefined) return;
  if (Array.isArray(value) && spec.type !== "list") {
    if (spec.type === "flag" && value.every((one) => one === value[0])) return;
    throw new UsageError(`read options: --${name} is given more than once`);
  }
  const texts: unknown[] = Array.isArray(value) ? value : [value];
  if (spec.type !== "flag" && texts.some((text) => text === "")) {
    throw new UsageError(`read options: --${name} has no value`);
  }
}

function unknownText(names: readonly string[], argv: readonly string[]): string {
  const asTyped = argv.map((arg) => arg.replace(/=.*/s, ""));
  const texts = names.map(
    (name) => `"${asTyped.find((arg) => arg.replace(/^--?/, "") === name) ?? `--${name}`}"`,
  );
  return `read options: unknown option ${[...new Set(texts)].join(", ")}`;
}

function problemText(message: string): string {
  const missing = /^Not enough arguments following: (.*)$/s.exec(message);
  return missing === null ? `read options: ${message}` : `read options: --${missing[1]} has no value`;
}

/**
 * A whole number of an option, in digits.
 * @throws {UsageError} unless it is one from `min` to `max`
 */
export function wholeNumber(
  name: string,
  value: string | undefined,
  fallback: number,
  min: number,
  max: number,
): number {
  if (value === undefined) return fallback;
  const number = /^\d{1,16}$/.test(value) ? Number(value) : Number.NaN;
  if (!(number >= min && number <= max)) {
    throw new UsageError(
      `read options: --${name} is "${value}", wanted a whole number from ${min} to ${max}`,
    );
  }
  return number;
}

/**
 * One of the words an option takes; several of them, separated by commas or given in turn, for a list.
 * @throws {UsageError} for any other word
 */
export function words<T extends string>(name: string, values: readonly string[], allowed: readonly T[]): T[] {
  const result: T[] = [];
  for (const value of values.flatMap((text) => text.split(","))) {
    const word = allowed.find((candidate) => candidate === value.trim());
    if (word === undefined)
      throw new UsageError(`read options: --${name} is "${value}", wanted ${allowed.join(", ")}`);
    if (!result.includes(word)) result.push(word);
  }
  return result;
}
