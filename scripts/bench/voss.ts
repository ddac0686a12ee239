/**
 * Measures `vlf-collect voss` against the test server of test/voss, which runs in a process of its own:
 * the share of the allowed rate it uses, its speed beside curl and others that fetch the same pages from nginx
 * with as many connections, and its peak memory on systems of three sizes.
 * Usage: voss.ts [--rounds N] [--connections N] [--only rate|speed|memory] [--subscribers N] [--sizes N,N...]
 *   [--quick] [--page FILE]
 * Needs curl, nginx, openssl, jq and GNU time.
 */
import { type ChildProcess, fork } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { build as bundle } from "esbuild";
import { type NginxStore, startNginxStore } from "../../test/peers/nginx-store.ts";

import { build, job, measure, of, ratio, ROOT as root, takeTurns } from "./_measure.ts";
import { type Goal, OPTIONS, report, type Table } from "./_page.ts";

const { values } = parseArgs({
  options: {
    ...OPTIONS,
    connections: { type: "string", default: "8" },
    only: { type: "string" },
    subscribers: { type: "string" },
    sizes: { type: "string" },
  },
});
const rounds = Number(values.rounds ?? (values.quick ? 1 : 5));
const folder = mkdtempSync(join(tmpdir(), "vlf-bench-voss-"));
process.on("exit", () => rmSync(folder, { recursive: true, force: true }));

/** What the server says of itself: see test/voss/main.ts. */
interface Address {
  readonly url: string;
  readonly caFile: string;
  readonly username: string;
  readonly passwordFile: string;
}

interface Stats {
  readonly requests: number;
  readonly bytes: number;
  readonly most: number;
  readonly byStatus: Readonly<Record<string, number>>;
  readonly pages: Readonly<Record<string, number>>;
  readonly times: readonly number[];
}

function message<T>(child: ChildProcess): Promise<T> {
  return new Promise((resolve, reject) => {
    child.once("message", (said) => resolve(said as T));
    child.once("exit", (code) => reject(new Error(`the server ended with ${code}`)));
  });
}

/** Runs `use` beside a server of its own. */
async function withServer(
  args: readonly string[],
  use: (address: Address, stats: () => Promise<Stats>) => Promise<void>,
): Promise<void> {
  const child = fork(join(root, "test/voss/main.ts"), args, {
    execArgv: ["--import", "tsx", "--max-old-space-size=12000"],
    stdio: ["ignore", "ignore", "ignore", "ipc"],
  });
  try {
    const address = await message<Address>(child);
    await use(address, () => {
      const answer = message<Stats>(child);
      child.send("stats");
      return answer;
    });
  } finally {
    child.removeAllListeners("exit");
    child.disconnect();
    await new Promise((resolve) => child.once("exit", resolve));
  }
}

function collecting({ url, caFile, username, passwordFile }: Address, more: string): string {
  const access = `--url ${url} --username ${username} --password-file ${passwordFile} --ca-file ${caFile}`;
  return `vlf-collect voss ${access} --connections ${values.connections} --quiet ${more}`;
}

function ofSize(subscribers: number): string[] {
  const customers = Math.max(1, subscribers / 1000);
  return ["--subscribers", String(subscribers), "--customers", String(customers)];
}

/** What one part of this benchmark found. */
interface Part {
  readonly tables: readonly Table[];
  readonly goals: readonly Goal[];
}

/** Requests that came between two readings of the statistics. */
interface Came {
  /** When each came, in milliseconds. */
  readonly times: readonly number[];
  readonly throttled: number;
}

function since(before: Stats, after: Stats): Came {
  return {
    times: after.times.slice(before.times.length),
    throttled: (after.byStatus["429"] ?? 0) - (before.byStatus["429"] ?? 0),
  };
}

/** Requests a second from the first to the last of these times, without so many of them. */
function perSecond(times: readonly number[], without: number): number {
  return (1000 * (times.length - 1 - without)) / ((times.at(-1) ?? 0) - (times[0] ?? 0));
}

/** What a run is longer by than at a steady rate is at its ends. */
const END_MS = 2000;

/** The share of the allowed rate that was used for answers: from the first request to the last, and without the ends. */
async function rate(): Promise<Part> {
  const size = Number(values.subscribers ?? (values.quick ? 1000 : 10_000));
  const rows: string[][] = [];
  const goals: Goal[] = [];
  await withServer([...ofSize(size), "--throttle", "20", "--latency", "150"], async (address, stats) => {
    for (const allowed of values.quick ? [10, 20] : [10, 20, 20, 20]) {
      const before = await stats();
      await measure(collecting(address, `--rate ${allowed}`), { cwd: folder });
      const { times, throttled } = since(before, await stats());
      const [first = 0, last = 0] = [times[0], times.at(-1)];
      const middle = times.filter((time) => time > first + END_MS && time < last - END_MS);
      const share = (number: number): string => `${((100 * number) / allowed).toFixed(1)} %`;
      const reached = perSecond(times, throttled);
      rows.push([
        `--rate ${allowed}`,
        String(times.length),
        String(throttled),
        ((last - first) / 1000).toFixed(1),
        reached.toFixed(2),
        share(reached),
        share(perSecond(middle, throttled)),
      ]);
      const measured = (100 * reached) / allowed;
      goals.push({
        text: `vlf-collect voss: answers at --rate ${allowed}`,
        limit: 95,
        kind: "least",
        unit: " %",
        measured,
      });
      if (allowed === 10)
        goals.push({
          text: "vlf-collect voss: 429s at the rate without an option",
          limit: 0,
          measured: throttled,
        });
    }
  });
  const head = [
    "throttle 20/s, latency 150 ms",
    "requests",
    "429",
    "s",
    "answers/s",
    "share",
    "share but for the ends",
  ];
  return { tables: [{ head, rows }], goals };
}

/** The programs that fetch the same pages: curl alone, curl with `jq` behind it, and the floor of ours. */
async function beside(
  { username, passwordFile }: Address,
  store: NginxStore,
): Promise<[name: string, command: string][]> {
  const { url, caFile } = store;
  const urls = store.pages().map(({ path }) => `${url}${path}`);
  const password = readFileSync(passwordFile, "utf8").trim();
  const head = `user = "${username}:${password}"\ncacert = "${caFile}"\nfail\nsilent\nno-progress-meter\nhttp1.1\n`;
  const config = (name: string, output: (index: number) => string): string => {
    const lines = urls.map((one, index) => `url = "${one}"\noutput = "${output(index)}"`);
    const file = join(folder, name);
    writeFileSync(file, head + lines.join("\n"), { mode: 0o600 });
    return `curl --parallel --parallel-max ${values.connections} --config ${file}`;
  };
  writeFileSync(join(folder, "urls"), `${urls.join("\n")}\n`);
  const halves = [0, 1].map((odd) => urls.filter((_, nth) => nth % 2 === odd).join("\n"));
  for (const [nth, half] of halves.entries()) writeFileSync(join(folder, `urls-${nth}`), `${half}\n`);
  const floor = join(folder, "floor.cjs");
  await bundle({
    entryPoints: [join(root, "scripts/bench/voss-floor.ts")],
    outfile: floor,
    bundle: true,
    platform: "node",
    format: "cjs",
    supported: { "dynamic-import": false },
  });
  const fetching = `node ${floor} ${caFile} ${values.connections}`;
  const fetchingHalf = `node ${floor} ${caFile} ${Math.ceil(Number(values.connections) / 2)}`;
  return [
    ["curl", config("drop.conf", () => "/dev/null")],
    ["floor: Node, fetched and dropped", `${fetching} < urls`],
    [
      "floor: two processes of Node, half of the pages fetched and dropped by each",
      `${fetchingHalf} < urls-0 & ${fetchingHalf} < urls-1; wait`,
    ],
    ["floor: Node, fetched and `JSON.parse`", `${fetching} --parse < urls`],
    [
      "curl into files, `jq -c .resources[]`",
      `${config("keep.conf", (index) => join(folder, `page-${index}`))} && cat page-* | jq -c '.resources[]'`,
    ],
  ];
}

/** All fetch the same stored pages from nginx, so that no server stands in the way; they take turns. */
async function speed(): Promise<Part> {
  const subscribers = Number(values.subscribers ?? (values.quick ? 3000 : 30_000));
  let part: Part = { tables: [], goals: [] };
  await withServer([...ofSize(subscribers), "--throttle", "0"], async (address) => {
    const store = await startNginxStore(address.url);
    try {
      const ours = collecting({ ...address, url: store.url, caFile: store.caFile }, "--rate 0");
      await measure(ours, { cwd: folder });
      const others = (await beside(address, store)).map(([name, command]) => job(name, command));
      const voss = job("vlf-collect voss", ours);
      const jobs = [...others, voss];
      await takeTurns(jobs, rounds, folder);
      const pages = store.pages();
      const mb = pages.reduce((sum, { bytes }) => sum + bytes, 0) / 1e6;
      const curl = jobs[0] ?? voss;
      const rows = jobs.map((one) => [
        one.name,
        of(one, "seconds").toFixed(2),
        of(one, "cpuSeconds").toFixed(2),
        (mb / of(one, "seconds")).toFixed(1),
        of(one, "peakMb").toFixed(0),
        ratio(one, curl).toFixed(1),
      ]);
      const head = [
        `${pages.length} pages, ${mb.toFixed(0)} MB`,
        "s",
        "CPU s",
        "MB/s",
        "peak MB",
        "time / curl",
      ];
      const goals = [{ text: "vlf-collect voss beside curl", limit: 1, measured: ratio(voss, curl) }];
      part = { tables: [{ head, rows }], goals };
    } finally {
      await store.stop();
    }
  });
  return part;
}

async function memory(): Promise<Part> {
  const sizes = (values.sizes ?? (values.quick ? "1000,3000" : "10000,100000,1000000"))
    .split(",")
    .map(Number);
  const rows: string[][] = [];
  const peaks: number[] = [];
  for (const subscribers of sizes) {
    await withServer([...ofSize(subscribers), "--throttle", "0"], async (address, stats) => {
      const { seconds, cpuSeconds, peakMb } = await measure(collecting(address, "--rate 0"), { cwd: folder });
      const mb = (await stats()).bytes / 1e6;
      const figures = [mb.toFixed(0), seconds.toFixed(1), cpuSeconds.toFixed(1), (mb / seconds).toFixed(1)];
      rows.push([String(subscribers), ...figures, peakMb.toFixed(0)]);
      peaks.push(peakMb);
    });
  }
  const text = `vlf-collect voss: peak memory of ${sizes.at(-1)} subscribers beside that of ${sizes[0]}`;
  const measured = (peaks.at(-1) ?? Number.NaN) / (peaks[0] ?? Number.NaN);
  return {
    tables: [{ head: ["subscribers", "MB", "s", "CPU s", "MB/s", "peak MB"], rows }],
    goals: [{ text, limit: 1.2, measured }],
  };
}

build();
const parts = { rate, speed, memory };
const found: Part[] = [];
for (const [name, part] of Object.entries(parts)) {
  if (values.only === undefined || values.only === name) found.push(await part());
}
report(
  {
    name: "voss",
    how: `\`npm run bench -- voss\`: speeds are medians of ${rounds}, rates and memory single runs`,
    tables: found.flatMap(({ tables }) => tables),
    goals: found.flatMap(({ goals }) => goals),
  },
  values,
);
