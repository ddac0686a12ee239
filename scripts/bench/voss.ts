/**
 * Measures `vlf-collect voss` against the test server of test/voss, which runs in a process of its own:
 * the share of the allowed rate it uses, its speed beside curl and others that fetch the same pages from nginx
 * with as many connections, and its peak memory on systems of three sizes.
 * Usage: voss.ts [--rounds N] [--connections N] [--only rate|speed|memory] [--subscribers N] [--sizes N,N...]
 * Needs curl, nginx, openssl, jq and GNU time.
 */
import { type ChildProcess, fork, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { cpus, tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { parseArgs } from "node:util";
import { build } from "esbuild";
import { type NginxStore, startNginxStore } from "../../test/peers/nginx-store.ts";

const root = join(import.meta.dirname, "../..");
const { values } = parseArgs({
  options: {
    rounds: { type: "string", default: "3" },
    connections: { type: "string", default: "8" },
    only: { type: "string" },
    subscribers: { type: "string" },
    sizes: { type: "string", default: "10000,100000,1000000" },
  },
});
const rounds = Number(values.rounds);
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

interface Sample {
  readonly seconds: number;
  readonly cpuSeconds: number;
  readonly peakMb: number;
}

const env: NodeJS.ProcessEnv = {
  ...process.env,
  PATH: [join(root, "dist/bin"), process.env["PATH"] ?? ""].join(delimiter),
};
delete env["NODE_EXTRA_CA_CERTS"];
spawnSync(process.execPath, ["--import", "tsx", join(root, "scripts/build.ts")], {
  cwd: root,
  stdio: "inherit",
});

/** Runs a shell command under GNU time. */
function run(command: string): Sample {
  const report = join(folder, "time.txt");
  const all = ["-f", "%e %U %S %M", "-o", report, "bash", "-c", command];
  const { status, stderr } = spawnSync("/usr/bin/time", all, { cwd: folder, env, encoding: "utf8" });
  if (status !== 0) throw new Error(`${command}: status ${status}\n${stderr}`);
  const [seconds = 0, user = 0, system = 0, peakKb = 0] = readFileSync(report, "utf8")
    .trim()
    .split(" ")
    .map(Number);
  return { seconds, cpuSeconds: user + system, peakMb: peakKb / 1024 };
}

function collecting({ url, caFile, username, passwordFile }: Address, more: string): string {
  const access = `--url ${url} --username ${username} --password-file ${passwordFile} --ca-file ${caFile}`;
  return `vlf-collect voss ${access} --connections ${values.connections} --quiet ${more} > /dev/null`;
}

function ofSize(subscribers: number): string[] {
  const customers = Math.max(1, subscribers / 1000);
  return ["--subscribers", String(subscribers), "--customers", String(customers)];
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
async function rate(): Promise<void> {
  console.log(
    "| throttle 20/s, latency 150 ms | requests | 429 | s | answers/s | share | share but for the ends |",
  );
  console.log("| --- | --: | --: | --: | --: | --: | --: |");
  const server = [...ofSize(values.subscribers === undefined ? 10_000 : Number(values.subscribers))];
  await withServer([...server, "--throttle", "20", "--latency", "150"], async (address, stats) => {
    for (const allowed of [10, 20, 20, 20]) {
      const before = await stats();
      run(collecting(address, `--rate ${allowed}`));
      const { times, throttled } = since(before, await stats());
      const [first = 0, last = 0] = [times[0], times.at(-1)];
      const middle = times.filter((time) => time > first + END_MS && time < last - END_MS);
      const share = (number: number): string => `${((100 * number) / allowed).toFixed(1)} %`;
      const reached = perSecond(times, throttled);
      const cells = [
        times.length,
        throttled,
        ((last - first) / 1000).toFixed(1),
        reached.toFixed(2),
        share(reached),
        share(perSecond(middle, throttled)),
      ];
      console.log(`| --rate ${allowed} | ${cells.join(" | ")} |`);
    }
  });
}

function median(numbers: readonly number[]): number {
  return numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? Number.NaN;
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
  const floor = join(folder, "floor.cjs");
  await build({
    entryPoints: [join(root, "scripts/bench/voss-floor.ts")],
    outfile: floor,
    bundle: true,
    platform: "node",
    format: "cjs",
    supported: { "dynamic-import": false },
  });
  const fetching = `node ${floor} ${caFile} ${values.connections}`;
  return [
    ["curl", config("drop.conf", () => "/dev/null")],
    ["floor: Node, fetched and dropped", `${fetching} < urls`],
    ["floor: Node, fetched and `JSON.parse`", `${fetching} --parse < urls`],
    [
      "curl into files, `jq -c .resources[]`",
      `${config("keep.conf", (index) => join(folder, `page-${index}`))} && cat page-* | jq -c '.resources[]' > /dev/null`,
    ],
  ];
}

/** All fetch the same stored pages from nginx, so that no server stands in the way; they take turns. */
async function speed(): Promise<void> {
  const subscribers = Number(values.subscribers ?? 30_000);
  await withServer([...ofSize(subscribers), "--throttle", "0"], async (address) => {
    const store = await startNginxStore(address.url);
    try {
      const ours = collecting({ ...address, url: store.url, caFile: store.caFile }, "--rate 0");
      run(ours);
      const commands: [string, string][] = [...(await beside(address, store)), ["vlf-collect voss", ours]];
      const samples = new Map<string, Sample[]>(commands.map(([name]) => [name, []]));
      for (let round = 0; round < rounds; round += 1) {
        for (const [name, command] of commands) samples.get(name)?.push(run(command));
      }
      const pages = store.pages();
      const mb = pages.reduce((sum, { bytes }) => sum + bytes, 0) / 1e6;
      console.log(
        `\n| ${pages.length} pages, ${mb.toFixed(0)} MB | s | CPU s | MB/s | peak MB | time / curl |`,
      );
      console.log("| --- | --: | --: | --: | --: | --: |");
      const curls = samples.get("curl") ?? [];
      for (const [name, all] of samples) {
        const of = (what: keyof Sample): number => median(all.map((sample) => sample[what]));
        // Pair by pair: what the machine does besides strikes both.
        const ratio = median(
          all.map(({ seconds }, round) => seconds / (curls[round]?.seconds ?? Number.NaN)),
        );
        const cells = [
          of("seconds").toFixed(2),
          of("cpuSeconds").toFixed(2),
          (mb / of("seconds")).toFixed(1),
          of("peakMb").toFixed(0),
          ratio.toFixed(1),
        ];
        console.log(`| ${name} | ${cells.join(" | ")} |`);
      }
    } finally {
      await store.stop();
    }
  });
}

async function memory(): Promise<void> {
  console.log("\n| subscribers | MB | s | CPU s | MB/s | peak MB |");
  console.log("| --: | --: | --: | --: | --: | --: |");
  for (const subscribers of values.sizes.split(",").map(Number)) {
    await withServer([...ofSize(subscribers), "--throttle", "0"], async (address, stats) => {
      const { seconds, cpuSeconds, peakMb } = run(collecting(address, "--rate 0"));
      const mb = (await stats()).bytes / 1e6;
      const cells = [mb.toFixed(0), seconds.toFixed(1), cpuSeconds.toFixed(1), (mb / seconds).toFixed(1)];
      console.log(`| ${subscribers} | ${cells.join(" | ")} | ${peakMb.toFixed(0)} |`);
    });
  }
}

console.log(`Node ${process.versions.node}, ${cpus().length} x ${cpus()[0]?.model ?? "?"}\n`);
const parts = { rate, speed, memory };
for (const [name, part] of Object.entries(parts)) {
  if (values.only === undefined || values.only === name) await part();
}
