/**
 * Times each stage on demo systems beside `jq -c .`, DuckDB counting by the same rules (peers/) and the floor (floor.ts:
 * read, split, parse), taking turns. All are built and started by Node alone, as users start them.
 * Usage: stages.ts [--rounds N] [--subscribers N] [--quick] [--page FILE]. Needs jq and GNU time.
 */
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import {
  build,
  demo,
  FLOOR,
  FOLDER,
  fullSystem,
  job,
  leanSystem,
  measure,
  ratio,
  takeTurns,
} from "./_measure.ts";
import { type Goal, jobTable, OPTIONS, report } from "./_page.ts";
import { duckdb } from "./peers/_duckdb.ts";
import { proveSame } from "./_prove.ts";

const { values } = parseArgs({ options: { ...OPTIONS, subscribers: { type: "string" } } });
const rounds = Number(values.rounds ?? (values.quick ? 1 : 5));
const subscribers = Number(values.subscribers ?? (values.quick ? 10_000 : 100_000));

build();
const lean = leanSystem(subscribers);
const full = fullSystem(subscribers / 5);
const [counts, files] = ["counts.ndjson", "files.ndjson"];
await measure(`vlf-audit < ${lean} > ${counts}`);
mkdirSync(join(FOLDER, "delivered"), { recursive: true });
const versions = [lean, full].map(proveSame);

/** The jobs that count a file, and what they are compared with. */
function counting(input: string): Record<"floor" | "one" | "two" | "jq" | "sql", ReturnType<typeof job>> {
  return {
    floor: job("floor", `${FLOOR} < ${input}`, { input }),
    one: job("vlf-audit --jobs 1", `vlf-audit --jobs 1 < ${input}`, { input }),
    two: job("vlf-audit --jobs 2", `vlf-audit --jobs 2 < ${input}`, { input }),
    jq: job("jq -c .", `jq -c . < ${input}`, { input }),
    sql: job("DuckDB", duckdb(input, 2), { input }),
  };
}

const needed = counting(lean);
const usual = job("vlf-audit", `vlf-audit < ${lean}`, { input: lean });
const sqlOne = job("DuckDB on one thread", duckdb(lean, 1), { input: lean });
// On a machine with one processor, its own floor beside it.
const alone = job("vlf-audit on one processor", `taskset -c 0 vlf-audit < ${lean}`, { input: lean });
const floorAlone = job("floor on one processor", `taskset -c 0 ${FLOOR} < ${lean}`, { input: lean });
const making = job("vlf-collect demo", demo(subscribers), { input: lean });
const reading = job("vlf-collect files", `vlf-collect files ${lean}`, { input: lean });
const leanJobs = [
  needed.floor,
  making,
  reading,
  usual,
  needed.one,
  needed.two,
  needed.jq,
  needed.sql,
  sqlOne,
  floorAlone,
  alone,
];
const all = counting(full);
const fullJobs = [
  all.floor,
  job("vlf-collect files", `vlf-collect files ${full}`, { input: full }),
  all.one,
  all.two,
  all.jq,
  all.sql,
];
const floorOfCounts = job("floor", `${FLOOR} < ${counts}`, { input: counts });
const countJobs = [
  floorOfCounts,
  job(
    "vlf-pack",
    `rm -rf license && vlf-pack --output license --now 2026-11-01T03:00:00Z < ${counts} > ${files}`,
    { input: counts },
  ),
  job("vlf-ship", `rm -rf delivered/* && vlf-ship --quiet --to delivered < ${files}`, { input: files }),
];
for (const jobs of [leanJobs, fullJobs, countJobs]) await takeTurns(jobs, rounds);

const goals: Goal[] = [
  {
    text: "vlf-audit beside the floor, two processors (--jobs 2)",
    limit: 0.4,
    measured: ratio(needed.two, needed.floor),
  },
  { text: "vlf-audit beside the floor, one processor", limit: 0.7, measured: ratio(alone, floorAlone) },
  {
    text: "vlf-audit as its user starts it, beside the floor",
    limit: 1.3,
    measured: ratio(usual, needed.floor),
  },
  {
    text: "vlf-audit: times as fast as jq -c .",
    limit: 10,
    kind: "least",
    measured: ratio(needed.jq, usual),
  },
  {
    text: "vlf-audit as its user starts it, beside DuckDB on two threads",
    limit: 1,
    measured: ratio(usual, needed.sql),
  },
  { text: "vlf-audit beside DuckDB, both on two threads", limit: 1, measured: ratio(needed.two, needed.sql) },
  {
    text: "vlf-audit beside DuckDB, all fields, both on two threads",
    limit: 1,
    measured: ratio(all.two, all.sql),
  },
];
report(
  {
    name: "stages",
    how: `\`npm run bench -- stages\`: medians of ${rounds}; DuckDB ${versions[0] ?? "?"}, whose counts were the same`,
    tables: [
      jobTable(`${subscribers} subscribers, the fields that are needed`, leanJobs, [
        needed.floor,
        needed.jq,
        needed.sql,
      ]),
      jobTable(`${subscribers / 5} subscribers, all fields`, fullJobs, [all.floor, all.jq, all.sql]),
      jobTable(`the counts of ${subscribers} subscribers`, countJobs, [floorOfCounts]),
    ],
    goals,
  },
  values,
);
