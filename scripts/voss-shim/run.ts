/**
 * An export: our pipelines, VOSS's lines. All types of a command come from one reading of the system, so
 * they are told in the order asked for, and "Completed" of each when its file stands.
 */
import { delimiter, join } from "node:path";
import { loadConfig } from "@vlf/common/config";
import { EffectSink } from "@vlf/common/effect-sink";
import { asToolError, EXIT, type ToolError } from "@vlf/common/exit";
import type { Io } from "@vlf/common/main";
import { readRecords } from "@vlf/common/ndjson";
import type { FileRecord } from "@vlf/common/records";
import type { Options } from "./cli.ts";
import { keepCount } from "./count.ts";
import { type Branch, type Command, jobName, planOf } from "./plan.ts";
import { type Ending, type Env, feed, runInPlace, startSource, startStages } from "./processes.ts";
import { type ExportSettings, exportSettings } from "./settings.ts";
import { COUNT_TYPE } from "./types.ts";

const SCRIPTS = join(import.meta.dirname, "..");
const SIGPIPE = 141;

/** What came of a branch. */
interface Made {
  readonly endings: readonly Ending[];
  /** The text of "created ..." by type; a type that failed has none. */
  readonly files: ReadonlyMap<string, string>;
  /** The records of its last stage. */
  readonly records: Uint8Array;
  /** Of what we do with them ourselves. */
  readonly problem?: ToolError;
}

/** Gives the exit status: 0, 2 or 75. */
export async function run(options: Options, io: Io): Promise<number> {
  const settings = exportSettings(loadConfig(options.config), options.env);
  const path = [join(SCRIPTS, "bin"), options.env["PATH"] ?? ""].join(delimiter);
  const env = { ...options.env, PATH: path };
  // Watched, so that the schedule and a person never export at the same time, and the outcome is known.
  if (options.env["VLF_NOTIFY_JOB"] === undefined) {
    const name = jobName(options.types, options.group);
    const watch = ["vlf-notify", "run", "--name", name, ...commonArgs(options, false)];
    return runInPlace([...watch, "--", join(SCRIPTS, "voss"), ...options.argv], env);
  }
  return exportNow(options, settings, env, io);
}

async function exportNow(options: Options, settings: ExportSettings, env: Env, io: Io): Promise<number> {
  const { types, group, log } = options;
  // The files matter more than the lines: a reader that went away stops no export.
  const out = new EffectSink(io.stdout);
  const say = (line: string): Promise<void> => out.write(`${line}\n`);
  const common = commonArgs(options, options.isQuiet);
  const plan = planOf({ types, deliveries: options.deliveries, common }, settings);
  if (group !== undefined) {
    await say(`Starting ${group} group export consisting of ${types.join(", ")}, please wait...`);
  }
  await say(startingLine(types[0] ?? ""));

  const source = startSource(plan.source, env);
  const branches = plan.branches.map((branch) => {
    const started = startStages(branch.stages, env);
    return { branch, started, made: makeFiles(branch, started, options).catch(asProblem(started)) };
  });
  const fed = feed(
    source.output,
    branches.map(({ started }) => started.input),
  );
  const told = new Set<string>();
  for (const [index, type] of types.entries()) {
    const made = await branches.find(({ branch }) => branch.types.includes(type))?.made;
    const created = made?.files.get(type);
    if (created === undefined) continue;
    if (index > 0) await say(startingLine(type));
    await say(`Completed ${type} export, created ${created}.`);
    told.add(type);
  }
  await fed;
  if (group !== undefined && told.size === types.length) await say(`Completed ${group} group export.`);

  const pipelines: (readonly Ending[])[] = [];
  let hasProblem = false;
  const sourceEnding = await source.ended;
  for (const { branch, made } of branches) {
    const { endings, files, records, problem } = await made;
    pipelines.push([sourceEnding, ...endings]);
    if (problem !== undefined) {
      log.failure(problem, problem.status);
      hasProblem = true;
    }
    if (files.size > 0 && records.length > 0) pipelines.push(await passOn(branch, records, env, common));
  }
  const causes = [...new Set(pipelines.map(causeOf).filter((ending) => ending !== undefined))];
  for (const { program, status, problem } of causes) {
    const who = program === plan.source[0] && settings.source !== undefined ? "the source" : program;
    log.error(`export ${types.join(", ")}: ${who}: ${problem ?? `ended with status ${status}`}`);
  }
  out.settle();
  return hasProblem ? EXIT.failed : statusOf(causes);
}

/** What we could not do with the output of a pipeline is one more way for it to fail; it must not wait for us. */
function asProblem({ output, ended }: ReturnType<typeof startStages>): (error: unknown) => Promise<Made> {
  return async (error) => {
    output.destroy();
    const problem = asToolError("keep the files", error);
    return { endings: await ended, files: new Map(), records: new Uint8Array(), problem };
  };
}

function startingLine(type: string): string {
  return `Starting ${type} export, please wait...`;
}

/** Reads what the last stage of a branch says of its files. Takes part in the flow from the start. */
async function makeFiles(
  { types, stages }: Branch,
  { output, ended }: ReturnType<typeof startStages>,
  { clock, log }: Options,
): Promise<Made> {
  const isWhole = async (): Promise<boolean> => (await ended).every(({ status }) => status === 0);
  const nothing = new Uint8Array();
  if (types[0] === COUNT_TYPE) {
    const name = await keepCount(output as AsyncIterable<Uint8Array>, clock.now, isWhole, log);
    const files = new Map(name === undefined ? [] : [[COUNT_TYPE, name]]);
    return { endings: await ended, files, records: nothing };
  }
  const chunks: Uint8Array[] = [];
  for await (const chunk of output) chunks.push(chunk as Uint8Array);
  const files = new Map<string, string>();
  if (!(await isWhole())) return { endings: await ended, files, records: nothing };
  const records = Buffer.concat(chunks);
  const found: FileRecord[] = [];
  await readRecords(
    [records],
    { name: stages.at(-1)?.[0] ?? "" },
    {
      record: (record) => {
        if (record.type === "file") found.push(record as unknown as FileRecord);
      },
    },
  );
  for (const type of types) {
    const names = found.filter(({ format }) => format === `sde-${type}` || !format.startsWith("sde-"));
    // The archive first, as VOSS names them (guide, 1.4.1).
    const sorted = names.toSorted((a, b) => Number(isArchive(b)) - Number(isArchive(a)));
    files.set(type, sorted.map(({ name }) => name).join(", "));
  }
  return { endings: await ended, files, records };
}

function isArchive({ name }: FileRecord): boolean {
  return name.endsWith(".zip");
}

/** Delivers the files of a branch where it has destinations, and hands receipts and findings to `vlf-notify`. */
async function passOn(
  { delivery }: Branch,
  records: Uint8Array,
  env: Env,
  common: Command,
): Promise<readonly Ending[]> {
  const stages = [...(delivery === undefined ? [] : [delivery]), ["vlf-notify", ...common]];
  const { input, output, ended } = startStages(stages, env);
  output.resume();
  input.end(records);
  return ended;
}

/** The first that failed: what fails behind it is its echo. One that only lost its reader is no cause. */
function causeOf(pipeline: readonly Ending[]): Ending | undefined {
  return pipeline.find(({ status }) => status !== 0 && status !== SIGPIPE);
}

function statusOf(causes: readonly Ending[]): number {
  if (causes.length === 0) return EXIT.ok;
  return causes.every(({ status }) => status === EXIT.temporary) ? EXIT.temporary : EXIT.failed;
}

function commonArgs({ config, clock }: Options, isQuiet: boolean): string[] {
  return [
    ...(isQuiet ? ["--quiet"] : []),
    ...(clock.fixed ? ["--now", clock.now.toISOString()] : []),
    ...(config === undefined ? [] : ["--config", config]),
  ];
}
