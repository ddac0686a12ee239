/** What is read with the parser of yargs alone is what yargs reads: values, and what is refused in which words. */
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import yargs from "yargs";
import { COMMON_OPTIONS, CONFIGURATION, type OptionSpecs, readValues } from "./args.ts";
import { UsageError } from "./exit.ts";

const SPECS: OptionSpecs = {
  to: { type: "list" },
  type: { type: "list", alias: "t" },
  output: { type: "text", alias: "o" },
  jobs: { type: "text" },
  "dry-run": { type: "flag" },
  all: { type: "flag", alias: "a" },
};
const ALL: OptionSpecs = { ...COMMON_OPTIONS, ...SPECS };

/** All values by option, or the words in which yargs refuses. */
function byYargs(argv: readonly string[]): unknown {
  let parser = yargs()
    .parserConfiguration(CONFIGURATION)
    .detectLocale(false)
    .exitProcess(false)
    .fail(false)
    .help(false)
    .version(false)
    .showHelpOnFail(false);
  for (const [name, { type, alias }] of Object.entries(ALL)) {
    parser = parser.option(name, {
      type: type === "flag" ? "boolean" : type === "list" ? "array" : "string",
      requiresArg: type !== "flag",
      ...(alias === undefined ? {} : { alias }),
    });
  }
  try {
    return { ...parser.strictOptions().parseSync([...argv]), $0: undefined };
  } catch (error) {
    return (error as Error).message.replace(/^Unknown arguments?: .*/s, "unknown");
  }
}

function byOurs(argv: readonly string[]): unknown {
  try {
    return { ...readValues(argv, ALL), $0: undefined };
  } catch (error) {
    assert.ok(error instanceof UsageError, String(error));
    return error.cause === undefined && error.message.startsWith("read options: unknown option ")
      ? "unknown"
      : (error.cause as Error).message;
  }
}

const WORDS = [
  "--",
  "-",
  "",
  "x",
  "a,b",
  "true",
  "false",
  "yes",
  "0",
  "-1",
  "1e3",
  "0x10",
  "é\n",
  "--no-all",
  "--help",
];
const names = Object.entries(ALL).flatMap(([name, { alias }]) => [
  `--${name}`,
  `-${name}`,
  ...(alias === undefined ? [] : [`-${alias}`, `--${alias}`]),
]);
const argument = fc.oneof(
  { weight: 5, arbitrary: fc.constantFrom(...names) },
  { weight: 4, arbitrary: fc.constantFrom(...WORDS) },
  {
    weight: 3,
    arbitrary: fc
      .tuple(fc.constantFrom(...names), fc.constantFrom(...WORDS))
      .map(([name, value]) => `${name}=${value}`),
  },
  { weight: 1, arbitrary: fc.string().map((text) => `--${text}`) },
  { weight: 1, arbitrary: fc.string() },
);

test("command lines are read, or refused, as yargs does", () => {
  fc.assert(
    fc.property(fc.array(argument, { maxLength: 7 }), (argv) => {
      // Asks yargs for the completion of a shell, whatever else is there; here it is an unknown option.
      fc.pre(!argv.some((arg) => arg.includes("get-yargs-completions")));
      // yargs keeps the name of the program under this key, and takes it for a known option.
      fc.pre(!argv.some((arg) => arg.includes("$0")));
      assert.deepEqual(byOurs(argv), byYargs(argv));
    }),
    { numRuns: 3000 },
  );
});
