/**
 * Times explaining, and a what-if with one change, beside plain counting on one thread, on demo systems of two
 * sizes with customers of one size: what explaining costs, and whether its memory goes with the system. Takes
 * turns. Usage: explain.ts [--rounds N] [--subscribers N]... [--quick] [--page FILE]. Needs GNU time.
 */
import { closeSync, mkdtempSync, openSync, readSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { build, FOLDER, type Job, job, leanSystem, ratio, takeTurns } from "./_measure.ts";
import { JOB_HEAD, jobCells, OPTIONS, report } from "./_page.ts";

const { values } = parseArgs({
  options: { ...OPTIONS, subscribers: { type: "string", multiple: true } },
});
const rounds = Number(values.rounds ?? (values.quick ? 1 : 5));
const sizes = (values.subscribers ?? (values.quick ? ["2000", "4000"] : ["100000", "1000000"])).map(Number);
const folder = mkdtempSync(join(tmpdir(), "vlf-bench-"));
process.on("exit", () => rmSync(folder, { recursive: true, force: true }));

/** A file with one change: a phone comes at the first site of a system. */
function changes(input: string): string {
  const head = Buffer.alloc(1 << 20);
  const file = openSync(join(FOLDER, input), "r");
  readSync(file, head);
  closeSync(file);
  const site = head
    .toString()
    .split("\n")
    .find((line) => line.includes('"node_type":"Site"'));
  const [, path] = /"hierarchy":"([^"]+)"/.exec(site ?? "") ?? [];
  const name = join(folder, `${input}.toml`);
  writeFileSync(name, `[[change]]\nphone = "SEP-what-if"\nadd = true\nhierarchy = "${path ?? ""}"\n`);
  return name;
}

build();
const groups = sizes.map((subscribers): [title: string, jobs: Job[]] => {
  const input = leanSystem(subscribers);
  const reading = (name: string, command: string): Job => job(name, `${command} < ${input}`, { input });
  return [
    `${subscribers} subscribers`,
    [
      reading("vlf-audit --jobs 1", "vlf-audit --jobs 1"),
      reading("vlf-audit --what-if", `vlf-audit --what-if ${changes(input)}`),
      reading("vlf-audit explain", "vlf-audit explain"),
      reading("vlf-audit explain --scheme voss-5", "vlf-audit explain --scheme voss-5"),
    ],
  ];
});
for (const [, jobs] of groups) await takeTurns(jobs, rounds);
report(
  {
    name: "explain",
    how: `\`npm run bench -- explain\`: medians of ${rounds}`,
    tables: groups.map(([title, jobs]) => ({
      head: [title, ...JOB_HEAD, "CPU / counting"],
      rows: jobs.map((one) => [
        one.name,
        ...jobCells(one),
        ratio(one, jobs[0] ?? one, "cpuSeconds").toFixed(2),
      ]),
    })),
    goals: [],
  },
  values,
);
