/**
 * Times the data export with all types on the demo systems of scale.ts, with the fields that are needed and with all,
 * beside the audit of the same, `jq` making one report (phones.jq) and the floor (floor.ts: read, split, parse), taking
 * turns; then the memory with ten times as many customers of the same size.
 * Usage: sde.ts [--rounds N] [--subscribers N]... [--full N] [--quick] [--page FILE]. Needs jq and GNU time.
 */
import { join } from "node:path";
import { parseArgs } from "node:util";
import {
  build,
  demo,
  FLOOR,
  fullSystem,
  type Job,
  job,
  leanSystem,
  make,
  of,
  ratio,
  ROOT,
  takeTurns,
} from "./_measure.ts";
import { type Goal, jobTable, OPTIONS, report, type Table } from "./_page.ts";

const { values } = parseArgs({
  options: { ...OPTIONS, subscribers: { type: "string", multiple: true }, full: { type: "string" } },
});
const rounds = Number(values.rounds ?? (values.quick ? 1 : 5));
const sizes = (values.subscribers ?? (values.quick ? ["2000", "4000"] : ["100000", "1000000"])).map(Number);
const full = Number(values.full ?? (values.quick ? 2000 : 200_000));

const SDE = "rm -rf sde && vlf-sde --quiet --no-prune --output sde";

interface Jobs {
  readonly floor: Job;
  readonly audit: Job;
  readonly all: Job;
  readonly one: Job;
  readonly jq: Job;
}

interface Group {
  readonly subscribers: number;
  readonly name: string;
  readonly jobs: Jobs;
}

function groupOf(subscribers: number, fields: string, input: string): Group {
  const phones = join(ROOT, "scripts/bench/phones.jq");
  const jobs = {
    floor: job("floor", `${FLOOR} < ${input}`, { input }),
    audit: job("vlf-audit", `vlf-audit < ${input}`, { input }),
    all: job("vlf-sde, 23 types", `${SDE} < ${input}`, { input }),
    one: job("vlf-sde --jobs 1, 23 types", `${SDE} --jobs 1 < ${input}`, { input }),
    jq: job("jq, 1 type", `jq -c -f ${phones} < ${input} > phones.json`, { input, once: true }),
  };
  return { subscribers, name: `${subscribers} subscribers${fields}`, jobs };
}

build();
const lean = sizes.map((subscribers) => groupOf(subscribers, "", leanSystem(subscribers)));
const groups = [...lean, groupOf(full, ", all fields", fullSystem(full))];
const small = (sizes[0] ?? 100_000) / 10;
const memory = [1, 10].map((times) => {
  const customers = Math.max(1, (small / 100) * times);
  const input = make(`small-${small * times}.ndjson`, demo(small * times, "", customers));
  return job(`${customers} customers`, `${SDE} < ${input}`, { input });
});
for (const { jobs } of groups) await takeTurns(Object.values(jobs) as Job[], rounds);
await takeTurns(memory, rounds);

/** Time grows with the input where this stays the same. */
const linear: Table = {
  head: ["CPU s for each 100,000 subscribers", ...sizes.map(String)],
  rows: Object.values(lean[0]?.jobs ?? {}).map(({ name }: Job, at) => [
    name,
    ...lean.map(({ subscribers, jobs }) => {
      const one = (Object.values(jobs) as Job[])[at];
      return one === undefined ? "" : ((of(one, "cpuSeconds") / subscribers) * 100_000).toFixed(2);
    }),
  ]),
};
const goals = groups.map(({ name, jobs: { all, audit } }): Goal => ({
  text: `${name}: vlf-sde, all types, beside vlf-audit`,
  limit: 2,
  measured: ratio(all, audit),
}));
report(
  {
    name: "sde",
    how: `\`npm run bench -- sde\`: medians of ${rounds}, \`jq\` once`,
    tables: [
      ...groups.map(({ name, jobs }) =>
        jobTable(name, Object.values(jobs) as Job[], [jobs.floor, jobs.audit, jobs.jq]),
      ),
      linear,
      jobTable("memory of vlf-sde", memory, [memory.at(-1)]),
    ],
    goals,
  },
  values,
);
