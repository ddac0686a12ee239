/**
 * Times the data export with all types on demo systems, beside the audit of the same, `jq` making one report
 * (phones.jq) and the floor (floor.ts: read, split, parse), taking turns; then the memory with ten times as many
 * customers of the same size. Usage: sde.ts [--rounds N] [--subscribers N]... [--quick] [--page FILE]
 * Needs jq and GNU time.
 */
import { join } from "node:path";
import { parseArgs } from "node:util";
import { build, demo, FLOOR, type Job, job, make, of, ratio, ROOT, takeTurns } from "./_measure.ts";
import { type Goal, jobTable, OPTIONS, report, type Table } from "./_page.ts";

const { values } = parseArgs({
  options: { ...OPTIONS, subscribers: { type: "string", multiple: true } },
});
const rounds = Number(values.rounds ?? (values.quick ? 1 : 5));
const sizes = (values.subscribers ?? (values.quick ? ["2000", "4000"] : ["100000", "500000"])).map(Number);

/** A demo system as a stream for the export. */
function system(subscribers: number, customers: number): string {
  return make(`sde-${subscribers}-${customers}.ndjson`, demo(subscribers, "--for sde", customers));
}

const SDE = "rm -rf sde && vlf-sde --quiet --no-prune --output sde";

interface Jobs {
  readonly floor: Job;
  /** Of the same subscribers: the stream for the export lacks fields that the audit reads, and has others. */
  readonly audit: Job;
  readonly all: Job;
  readonly one: Job;
  readonly jq: Job;
}

function jobsOf(subscribers: number): Jobs {
  const input = system(subscribers, Math.max(1, subscribers / 1000));
  return {
    floor: job("floor", `${FLOOR} < ${input}`, { input }),
    audit: job("vlf-audit", `vlf-audit < ${input}`, { input }),
    all: job("vlf-sde, 23 types", `${SDE} < ${input}`, { input }),
    one: job("vlf-sde --jobs 1, 23 types", `${SDE} --jobs 1 < ${input}`, { input }),
    jq: job("jq, 1 type", `jq -c -f ${join(ROOT, "scripts/bench/phones.jq")} < ${input} > phones.json`, {
      input,
    }),
  };
}

build();
const groups = sizes.map((subscribers) => ({ subscribers, jobs: jobsOf(subscribers) }));
const small = (sizes[0] ?? 100_000) / 10;
const memory = [1, 10].map((times) => {
  const customers = Math.max(1, (small / 100) * times);
  const input = system(small * times, customers);
  return job(`${customers} customers`, `${SDE} < ${input}`, { input });
});
for (const { jobs } of groups) await takeTurns(Object.values(jobs) as Job[], rounds);
await takeTurns(memory, rounds);

/** Time grows with the input where this stays the same. */
const linear: Table = {
  head: ["CPU s for each 100,000 subscribers", ...sizes.map(String)],
  rows: Object.values(groups[0]?.jobs ?? {}).map(({ name }: Job, at) => [
    name,
    ...groups.map(({ subscribers, jobs }) => {
      const one = (Object.values(jobs) as Job[])[at];
      return one === undefined ? "" : ((of(one, "cpuSeconds") / subscribers) * 100_000).toFixed(2);
    }),
  ]),
};
const goals = groups.map(({ subscribers, jobs: { all, audit } }): Goal => ({
  text: `${subscribers} subscribers: vlf-sde, all types, beside vlf-audit`,
  limit: 2,
  measured: ratio(all, audit),
}));
report(
  {
    name: "sde",
    how: `\`npm run bench -- sde\`: medians of ${rounds}`,
    tables: [
      ...groups.map(({ subscribers, jobs }) =>
        jobTable(`${subscribers} subscribers`, Object.values(jobs) as Job[], [
          jobs.floor,
          jobs.audit,
          jobs.jq,
        ]),
      ),
      linear,
      jobTable("memory of vlf-sde", memory, [memory.at(-1)]),
    ],
    goals,
  },
  values,
);
