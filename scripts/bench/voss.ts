/**
 * Measures `vlf-collect voss` against the test server of test/voss, which runs in a process of its own:
 * the share of the allowed rate it uses, its speed beside curl fetching the same pages with as many
 * connections, and its peak memory on systems of three sizes.
 * Usage: voss.ts [--rounds N] [--connections N] [--only rate|speed|memory] [--sizes N,N...]
 * Needs curl and GNU time.
 */
import { type ChildProcess, fork, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { cpus, tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { parseArgs } from "node:util";
import { listPath, protocolOf } from "../../tools/vlf-collect/src/voss/protocol.ts";

const root = join(import.meta.dirname, "../..");
const { values } = parseArgs({
  options: {
    rounds: { type: "string", default: "3" },
    connections: { type: "string", default: "8" },
    only: { type: "string" },
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
  return `vlf-collect voss ${access} --connections ${values.connections} ${more} > /dev/null`;
}

function ofSize(subscribers: number): string[] {
  const customers = Math.max(1, subscribers / 1000);
  return ["--subscribers", String(subscribers), "--customers", String(customers)];
}

/** What came between two readings of the statistics. */
function since(before: Stats, after: Stats): { requests: number; throttled: number; seconds: number } {
  const times = after.times.slice(before.times.length);
  return {
    requests: times.length,
    throttled: (after.byStatus["429"] ?? 0) - (before.byStatus["429"] ?? 0),
    seconds: ((times.at(-1) ?? 0) - (times[0] ?? 0)) / 1000,
  };
}

async function rate(): Promise<void> {
  console.log("| throttle 20/s, latency 150 ms | requests | s | requests/s | share | 429 |");
  console.log("| --- | --: | --: | --: | --: | --: |");
  await withServer([...ofSize(10_000), "--throttle", "20", "--latency", "150"], async (address, stats) => {
    for (const allowed of [10, 19, 20]) {
      const before = await stats();
      run(collecting(address, `--rate ${allowed}`));
      const { requests, throttled, seconds } = since(before, await stats());
      const reached = (requests - 1) / seconds;
      const share = `${((100 * reached) / allowed).toFixed(1)} %`;
      const cells = [requests, seconds.toFixed(1), reached.toFixed(2), share, throttled];
      console.log(`| --rate ${allowed} | ${cells.join(" | ")} |`);
    }
  });
}

function median(numbers: readonly number[]): number {
  return numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? Number.NaN;
}

/** A file of options for curl: the pages that were fetched, and the password. */
function curlConfig({ url, username, passwordFile, caFile }: Address, pages: readonly string[]): string {
  const protocol = protocolOf();
  const password = readFileSync(passwordFile, "utf8").trim();
  const lines = pages.map((page) => {
    const [model = "", hierarchy = "", skip, limit] = page.split(" ");
    const path = listPath(protocol, model, { hierarchy, skip: Number(skip), limit: Number(limit) });
    return `url = "${url}${path}"\noutput = "/dev/null"`;
  });
  const file = join(folder, "curl.conf");
  const head = `user = "${username}:${password}"\ncacert = "${caFile}"\nfail\nsilent\nhttp1.1\n`;
  writeFileSync(file, head + lines.join("\n"), { mode: 0o600 });
  return file;
}

async function speed(): Promise<void> {
  const collects: Sample[] = [];
  const curls: Sample[] = [];
  await withServer([...ofSize(50_000), "--throttle", "0"], async (address, stats) => {
    run(collecting(address, "--rate 0"));
    const { bytes, pages, requests } = await stats();
    const file = curlConfig(address, Object.keys(pages));
    for (let round = 0; round < rounds; round += 1) {
      collects.push(run(collecting(address, "--rate 0")));
      curls.push(run(`curl --parallel --parallel-max ${values.connections} --config ${file}`));
    }
    const mb = bytes / 1e6;
    const count = Object.keys(pages).length;
    console.log(
      `\n| ${requests} requests, ${count} pages, ${mb.toFixed(0)} MB | s | CPU s | MB/s | peak MB | time / curl |`,
    );
    console.log("| --- | --: | --: | --: | --: | --: |");
    const base = median(curls.map(({ seconds }) => seconds));
    const rows: readonly (readonly [string, readonly Sample[]])[] = [
      ["curl", curls],
      ["vlf-collect voss", collects],
    ];
    for (const [name, samples] of rows) {
      const of = (what: keyof Sample): number => median(samples.map((sample) => sample[what]));
      const seconds = of("seconds");
      const cells = [
        seconds.toFixed(2),
        of("cpuSeconds").toFixed(2),
        (mb / seconds).toFixed(1),
        of("peakMb").toFixed(0),
        (seconds / base).toFixed(2),
      ];
      console.log(`| ${name} | ${cells.join(" | ")} |`);
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
