/**
 * What benchmarks print: tables, and goals with what was measured. `--page FILE` also writes them into a page, each
 * section between its markers, so that the text around them stays; and all goals together at `bench:goals`.
 */
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { cpus, loadavg } from "node:os";
import { join } from "node:path";
import { FOLDER, type Job, megabytes, of, ratio, takenByOthers } from "./_measure.ts";

/** All benchmarks, in the order of the page. */
export const NAMES: readonly string[] = ["stages", "scale", "sde", "explain", "ship", "voss", "startup"];

/** Options that all benchmarks have, for `parseArgs`. */
export const OPTIONS = {
  rounds: { type: "string" },
  quick: { type: "boolean", default: false },
  page: { type: "string" },
} as const;

export interface Table {
  readonly head: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

export interface Goal {
  readonly text: string;
  /** At most this, or with `least` at least this; `under`: less than this. */
  readonly limit: number;
  readonly kind?: "most" | "least" | "under";
  readonly measured: number;
  readonly unit?: string;
}

/** What one benchmark found. */
export interface Section {
  /** Of its markers: `bench:NAME`. */
  readonly name: string;
  /** What was run, by whom, how often; machine and versions are added. */
  readonly how: string;
  readonly tables: readonly Table[];
  readonly goals: readonly Goal[];
}

export function tableOf({ head, rows }: Table): string {
  const rule = head.map((_, column) => (column === 0 ? "---" : "--:"));
  return [head, rule, ...rows].map((cells) => `| ${cells.join(" | ")} |`).join("\n");
}

/** Cells of a command: MB of its input, seconds, CPU seconds, MB/s, peak MB. */
export const JOB_HEAD: readonly string[] = ["MB", "s", "CPU s", "MB/s", "peak MB"];

export function jobCells(one: Job): string[] {
  const mb = one.input === undefined ? undefined : megabytes(one.input);
  const seconds = of(one, "seconds");
  return [
    mb?.toFixed(mb < 10 ? 2 : 0) ?? "",
    seconds.toFixed(2),
    of(one, "cpuSeconds").toFixed(2),
    mb === undefined ? "" : (mb / seconds).toFixed(1),
    of(one, "peakMb").toFixed(0),
  ];
}

/** A table of commands with the time of each as so many times that of others. */
export function jobTable(title: string, jobs: readonly Job[], beside: readonly (Job | undefined)[]): Table {
  const others = beside.filter((one) => one !== undefined);
  return {
    head: [title, ...JOB_HEAD, ...others.map(({ name }) => `time / ${name}`)],
    rows: jobs.map((one) => [
      one.once === true ? `${one.name}, one run` : one.name,
      ...jobCells(one),
      ...others.map((other) => ratio(one, other).toFixed(2)),
    ]),
  };
}

function isReached({ limit, kind, measured }: Goal): boolean {
  if (kind === "least") return measured >= limit;
  return kind === "under" ? measured < limit : measured <= limit;
}

/** A goal that is missed by less than a digit shows is missed all the same, and shows more digits. */
function figure(goal: Goal): string {
  const { measured, limit } = goal;
  if (Number.isNaN(measured)) return "not measured";
  const short = measured.toFixed(measured >= 100 ? 0 : measured >= 10 ? 1 : 2);
  return Number(short) === limit && !isReached(goal) ? measured.toFixed(4) : short;
}

export function goalTable(goals: readonly Goal[]): Table {
  const words = { most: "at most", least: "at least", under: "less than" } as const;
  return {
    head: ["goal", "wanted", "measured", "reached"],
    rows: goals.map((goal) => [
      goal.text,
      `${words[goal.kind ?? "most"]} ${goal.limit}${goal.unit ?? ""}`,
      `${figure(goal)}${goal.unit ?? ""}`,
      isReached(goal) ? "yes" : "**no**",
    ]),
  };
}

const loadBefore = load();

function load(): string {
  return loadavg()[0]?.toFixed(1) ?? "?";
}

function machine(): string {
  const jq = execFileSync("jq", ["--version"], { encoding: "utf8" }).trim();
  const processors = `${cpus().length} x ${cpus()[0]?.model ?? "?"}`;
  const day = new Date().toISOString().slice(0, 10);
  const taken = takenByOthers();
  const strangers = Number.isNaN(taken)
    ? ""
    : `, ${taken.toFixed(0)} % of the processors' time taken by others`;
  return `Node ${process.versions.node}, ${jq}, ${processors}, load ${loadBefore} before and ${load()} after${strangers}; ${day}`;
}

function textOf({ how, tables, goals }: Omit<Section, "name">, where: string): string {
  const parts = [`${how}. ${where}.`, ...tables.map(tableOf)];
  if (goals.length > 0) parts.push(tableOf(goalTable(goals)));
  return parts.join("\n\n");
}

/** Puts a text between the markers of a name, which the page must have. */
export function replaceBlock(page: string, name: string, text: string): string {
  const [begin, end] = [`<!-- bench:${name} -->`, `<!-- /bench:${name} -->`];
  const [from, to] = [page.indexOf(begin), page.indexOf(end)];
  if (from < 0 || to < from) throw new Error(`write page: no "${begin}" with "${end}" behind it`);
  return `${page.slice(0, from + begin.length)}\n\n${text}\n\n${page.slice(to)}`;
}

/** Where what was found is kept, so that all goals can stand together whichever benchmark ran last. */
export function resultsFolder(quick: boolean): string {
  return join(FOLDER, quick ? "results-quick" : "results");
}

/** Prints a section, and writes it into the page where one is wanted. */
export function report(section: Section, { page, quick }: { page?: string; quick: boolean }): void {
  const where = `${machine()}${quick ? "; quick: small systems, of which nothing follows" : ""}`;
  const text = textOf(section, where);
  console.log(`\n${text}\n`);
  if (page === undefined) return;
  const results = resultsFolder(quick);
  mkdirSync(results, { recursive: true });
  writeFileSync(join(results, `${section.name}.json`), JSON.stringify(section));
  let written = replaceBlock(readFileSync(page, "utf8"), section.name, text);
  const goals = NAMES.map((name) => join(results, `${name}.json`))
    .filter((file) => existsSync(file))
    .flatMap((file) => (JSON.parse(readFileSync(file, "utf8")) as Section).goals);
  written = replaceBlock(written, "goals", tableOf(goalTable(goals)));
  writeFileSync(page, written);
}

/** Checks a page before an hour of measuring: it exists, and has all markers. */
export function checkPage(page: string): void {
  if (!existsSync(page)) throw new Error(`write page: no "${page}"`);
  const text = readFileSync(page, "utf8");
  for (const name of ["goals", ...NAMES]) replaceBlock(text, name, "");
}
