/**
 * Times `vlf-audit` on systems of three sizes with customers of one size, on the last also beside the floor, DuckDB and
 * `jq -c .`, and on a large one with all fields: whether time goes with the number of subscribers, and memory does not.
 * Usage: scale.ts [--rounds N] [--sizes N,N...] [--full N] [--quick] [--page FILE]. Needs jq, GNU time and 8 GB of disk.
 */
import { parseArgs } from "node:util";
import { build, FLOOR, fullSystem, type Job, job, leanSystem, of, ratio, takeTurns } from "./_measure.ts";
import { type Goal, jobTable, OPTIONS, report, type Table } from "./_page.ts";
import { proveSame } from "./_prove.ts";
import { duckdb } from "./peers/_duckdb.ts";

const { values } = parseArgs({
  options: { ...OPTIONS, sizes: { type: "string" }, full: { type: "string" } },
});
const rounds = Number(values.rounds ?? (values.quick ? 1 : 5));
const sizes = (values.sizes ?? (values.quick ? "1000,5000,20000" : "10000,100000,1000000"))
  .split(",")
  .map(Number);
const fullSize = Number(values.full ?? (values.quick ? 2000 : 200_000));
const most = sizes.at(-1) ?? 0;

build();
const inputs = sizes.map((subscribers) => leanSystem(subscribers));
const empty = leanSystem(0);
const large = inputs.at(-1) ?? "";
const full = fullSystem(fullSize);
const version = [large, full].map(proveSame)[0] ?? "?";

/** Counts a file, and what that is compared with. */
function counting(input: string): Job[] {
  return [
    job("floor", `${FLOOR} < ${input}`, { input }),
    job("vlf-audit --jobs 1", `vlf-audit --jobs 1 < ${input}`, { input }),
    job("vlf-audit --jobs 2", `vlf-audit --jobs 2 < ${input}`, { input }),
    job("DuckDB", duckdb(input, 2), { input }),
    job("DuckDB on one thread", duckdb(input, 1), { input }),
    job("DuckDB, no subscriber", duckdb(empty, 2), { input: empty }),
    job("jq -c .", `jq -c . < ${input}`, { input, once: true }),
  ];
}

const start = job("no subscriber", `vlf-audit --jobs 1 < ${empty}`, { input: empty });
const ofSizes = inputs.map((input, index) =>
  job(`${sizes[index]} subscribers`, `vlf-audit --jobs 1 < ${input}`, { input }),
);
const largeJobs = counting(large);
const fullJobs = counting(full);
for (const jobs of [[start, ...ofSizes], largeJobs, fullJobs]) await takeTurns(jobs, rounds);

/** Microseconds of time for each subscriber, start-up apart. */
function each(one: Job, index: number, what: "seconds" | "cpuSeconds"): number {
  return (1e6 * (of(one, what) - of(start, what))) / (sizes[index] ?? Number.NaN);
}

const linear: Table = {
  head: [
    "vlf-audit --jobs 1",
    "s",
    "CPU s",
    "peak MB",
    "µs each",
    "CPU µs each",
    "each / each of the smallest",
  ],
  rows: [start, ...ofSizes].map((one, at) => {
    const cells = [
      of(one, "seconds").toFixed(2),
      of(one, "cpuSeconds").toFixed(2),
      of(one, "peakMb").toFixed(0),
    ];
    if (one === start) return [one.name, ...cells, "", "", ""];
    const first = ofSizes[0] ?? one;
    const times = each(one, at - 1, "seconds") / each(first, 0, "seconds");
    return [
      one.name,
      ...cells,
      each(one, at - 1, "seconds").toFixed(1),
      each(one, at - 1, "cpuSeconds").toFixed(1),
      times.toFixed(2),
    ];
  }),
};

/** By how much the time for one subscriber is above that of the smallest system, at most; below 0 it is less in all. */
const growth = Math.max(
  ...ofSizes
    .slice(1)
    .map((one, at) => each(one, at + 1, "seconds") / each(ofSizes[0] ?? one, 0, "seconds") - 1),
);
const [floor, one, two, sql, , , jq] = largeJobs as [Job, Job, Job, Job, Job, Job, Job];
const [fullFloor, fullOne, fullTwo, fullSql, , , fullJq] = fullJobs as [Job, Job, Job, Job, Job, Job, Job];
const goals: Goal[] = [
  {
    text: `${most} subscribers: vlf-audit --jobs 2 beside the floor`,
    limit: 0.4,
    measured: ratio(two, floor),
  },
  {
    text: `${most} subscribers: vlf-audit --jobs 1 beside the floor`,
    limit: 0.7,
    measured: ratio(one, floor),
  },
  { text: `${most} subscribers: vlf-audit --jobs 2 beside DuckDB`, limit: 1, measured: ratio(two, sql) },
  {
    text: `${most} subscribers: times as fast as jq -c .`,
    limit: 10,
    kind: "least",
    measured: ratio(jq, two),
  },
  {
    text: `${fullSize} subscribers, all fields: vlf-audit --jobs 2 beside the floor`,
    limit: 0.4,
    measured: ratio(fullTwo, fullFloor),
  },
  {
    text: `${fullSize} subscribers, all fields: vlf-audit --jobs 1 beside the floor`,
    limit: 0.7,
    measured: ratio(fullOne, fullFloor),
  },
  {
    text: `${fullSize} subscribers, all fields: vlf-audit --jobs 2 beside DuckDB`,
    limit: 1,
    measured: ratio(fullTwo, fullSql),
  },
  {
    text: `${fullSize} subscribers, all fields: times as fast as jq -c .`,
    limit: 10,
    kind: "least",
    measured: ratio(fullJq, fullTwo),
  },
  ...[one, two].map((measured): Goal => ({
    text: `${most} subscribers: peak memory of ${measured.name}`,
    limit: 400,
    kind: "under",
    unit: " MB",
    measured: of(measured, "peakMb"),
  })),
  {
    text: `time for a subscriber, from ${sizes[0]} to ${most} of them: growth`,
    limit: 10,
    unit: " %",
    measured: 100 * growth,
  },
];
report(
  {
    name: "scale",
    how: `\`npm run bench -- scale\`: medians of ${rounds}, \`jq\` once; DuckDB ${version}, whose counts were the same`,
    tables: [
      linear,
      jobTable(`${most} subscribers, the fields that are needed`, largeJobs, [floor, jq, sql]),
      jobTable(`${fullSize} subscribers, all fields`, fullJobs, [fullFloor, fullJq, fullSql]),
    ],
    goals,
  },
  values,
);
