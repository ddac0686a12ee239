/**
 * How fast the tools start, beside a bare `node -e 0`: medians of one run, in which all take turns.
 * Usage: startup.ts [--rounds N] [--built FOLDER] [--quick] [--page FILE]
 */
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { build, environment, median } from "./_measure.ts";
import { type Goal, OPTIONS, report } from "./_page.ts";

const { values } = parseArgs({ options: { ...OPTIONS, built: { type: "string" } } });
const rounds = Number(values.rounds ?? (values.quick ? 3 : 11));
const folder = mkdtempSync(join(tmpdir(), "vlf-startup-"));
const built = values.built ?? join(folder, "dist");
if (values.built === undefined) build(built);
const env: NodeJS.ProcessEnv = { ...environment(built), HOME: folder };

const EMPTY = "vlf-collect demo --customers 1 --subscribers 0 --now 2026-11-01T03:00:00Z";
const run = (command: string): void => {
  const { status } = spawnSync("sh", ["-c", command], { cwd: folder, env, stdio: "ignore" });
  if (status !== 0) throw new Error(`measure "${command}": status ${status}`);
};
run("vlf-collect demo --customers 1 --subscribers 10 --now 2026-11-01T03:00:00Z > small");

const bare = "node -e 0";
// What no watcher in Node can go below: a lock, the command and a record, or the command alone.
const FLOORS: Readonly<Record<string, string>> = {
  "the least that watches in Node": join(import.meta.dirname, "peers/run-floor.cjs"),
  "the least that starts a command in Node": join(import.meta.dirname, "peers/start-floor.cjs"),
};
const SMALL = "vlf-audit, one customer of 10 subscribers";
const PIPE = "collect demo, audit, pack, ship and notify in a pipe, an empty system";
const five = Array.from({ length: 5 }, () => "node -e 0").join(" | ");
const jobs: Readonly<Record<string, string>> = {
  [bare]: "exec node -e 0",
  "vlf-audit --version": "exec vlf-audit --version",
  [SMALL]: "exec vlf-audit < small",
  [PIPE]: `${EMPTY} | vlf-audit -q | vlf-pack -q | vlf-ship -q --to to | vlf-notify -q`,
  "five times node -e 0 in a pipe": five,
  true: "exec true",
  "vlf-notify run -- true": "exec vlf-notify run -- true",
  "sleep 0.3": "exec sleep 0.3",
  "vlf-notify run -- sleep 0.3": "exec vlf-notify run -- sleep 0.3",
  ...Object.fromEntries(
    Object.entries(FLOORS).flatMap(([name, script]) =>
      ["true", "sleep 0.3"].map((command) => [`${name} -- ${command}`, `exec node ${script} ${command}`]),
    ),
  ),
};

/** Takes away what the pipe wrote, which would be there already the next time. */
function clean(): void {
  for (const path of ["media", "to"]) rmSync(join(folder, path), { recursive: true, force: true });
  mkdirSync(join(folder, "to"));
}

/** Milliseconds of each job by round. */
const times = new Map<string, number[]>(Object.keys(jobs).map((name) => [name, []]));
for (const command of Object.values(jobs)) {
  clean();
  run(command); // files into memory
}
for (let round = 0; round < rounds; round += 1) {
  for (const [name, command] of Object.entries(jobs)) {
    clean();
    const started = performance.now();
    run(command);
    times.get(name)?.push(performance.now() - started);
  }
}
rmSync(folder, { recursive: true });

const ms = (name: string): number => median(times.get(name) ?? []);
const unit = ms(bare);
const starts = (milliseconds: number): number => milliseconds / unit;
/** What a watcher adds to a command. */
const added = (command: string, watcher = "vlf-notify run"): number =>
  ms(`${watcher} -- ${command}`) - ms(command);
const row = (name: string, milliseconds: number): string[] => [
  name,
  milliseconds.toFixed(1),
  starts(milliseconds).toFixed(2),
];
const goals: Goal[] = [
  {
    text: "vlf-audit --version, in starts of Node",
    limit: 1.5,
    measured: starts(ms("vlf-audit --version")),
  },
  {
    text: "vlf-audit of one customer of 10 subscribers, in starts of Node",
    limit: 2.5,
    measured: starts(ms(SMALL)),
  },
  {
    text: "five stages in a pipe on an empty system, in starts of Node",
    limit: 5,
    measured: starts(ms(PIPE)),
  },
  ...["true", "sleep 0.3"].map((command): Goal => ({
    text: `what vlf-notify run adds to ${command}, in starts of Node`,
    limit: 1,
    kind: "under",
    measured: starts(added(command)),
  })),
];
report(
  {
    name: "startup",
    how: `\`npm run bench -- startup\`: medians of ${rounds}; a bare \`node -e 0\` took ${unit.toFixed(1)} ms`,
    tables: [
      {
        head: ["command", "ms", "times `node -e 0`"],
        rows: [
          ...Object.keys(jobs).map((name) => row(name, ms(name))),
          ...["true", "sleep 0.3"].flatMap((command) => [
            row(`added by vlf-notify run to ${command}`, added(command)),
            ...Object.keys(FLOORS).map((name) => row(`added by ${name} to ${command}`, added(command, name))),
          ]),
        ],
      },
    ],
    goals,
  },
  values,
);
