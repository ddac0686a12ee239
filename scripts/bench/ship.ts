/**
 * Times deliveries of one large file on loopback beside the usual client, taking turns in one run, and prints
 * medians, the ratio round by round and peak memory; then what cannot be undercut: hashing alone, and sending alone by
 * Node and by the library. The tools are built (scripts/build.ts) and started by Node alone, as users start them.
 * Usage: ship.ts [--rounds N] [--megabytes N] [NAME-PART]...
 * Needs nginx, openssl, curl, sshd, sftp and GNU time; keeps its data in bench-data/.
 */
import { execFileSync, spawn } from "node:child_process";
import { createHash, randomFillSync } from "node:crypto";
import {
  closeSync,
  createReadStream,
  existsSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { createRequire } from "node:module";
import { loadavg } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { startNginx } from "../../test/peers/nginx.ts";
import { type Sshd, startSshd } from "../../test/peers/sshd.ts";

const root = join(import.meta.dirname, "../..");
const folder = join(root, "bench-data");
const { values, positionals } = parseArgs({
  options: { rounds: { type: "string", default: "5" }, megabytes: { type: "string", default: "1024" } },
  allowPositionals: true,
});
const rounds = Number(values.rounds);
const megabytes = Number(values.megabytes);
const input = join(folder, `ship-${megabytes}.bin`);
/** A quarter of it, to see whether memory goes with the size. */
const quarter = join(folder, `ship-${megabytes / 4}.bin`);

interface Sample {
  seconds: number;
  /** Of the client alone, user and system. */
  cpuSeconds: number;
  peakMb: number;
}

interface Case {
  readonly name: string;
  /** Text of vlf.toml, with a destination `peer`. */
  readonly settings: string;
  /** What others do, by name: what the usual client does for the same, or for less. */
  readonly others: Readonly<Record<string, string>>;
  /** Takes away what arrived; throws when it is not all there. */
  readonly check: (megabytes?: number) => void;
}

/** Runs a command once under GNU time; the event loop goes on, since the peers write to us. */
async function run(command: string): Promise<Sample> {
  const report = join(folder, "time.txt");
  const child = spawn("/usr/bin/time", ["-f", "%e %U %S %M", "-o", report, "bash", "-c", command], {
    cwd: folder,
    stdio: ["ignore", "ignore", "pipe"],
  });
  let said = "";
  child.stderr.on("data", (chunk: Buffer) => (said += chunk.toString()));
  const status = await new Promise((resolve) => void child.on("close", resolve));
  if (status !== 0) throw new Error(`${command}: status ${String(status)}\n${said}`);
  const [seconds = 0, user = 0, system = 0, peakKb = 0] = readFileSync(report, "utf8")
    .trim()
    .split(" ")
    .map(Number);
  return { seconds, cpuSeconds: user + system, peakMb: peakKb / 1024 };
}

function median(samples: readonly number[]): number {
  const sorted = samples.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}

/** Random bytes: nothing on the way can squeeze them. */
function makeInput(path: string, size: number): void {
  if (existsSync(path)) return;
  const file = openSync(path, "w");
  const block = Buffer.alloc(1024 ** 2);
  for (let n = 0; n < size; n += 1) writeSync(file, randomFillSync(block));
  closeSync(file);
}

/** A folder with one file of the right size, which is removed. */
function takeFrom(place: string): (size?: number) => void {
  return (wanted = megabytes) => {
    const [name = ""] = readdirSync(place);
    const size = name === "" ? 0 : statSync(join(place, name)).size;
    if (size !== wanted * 1024 ** 2) throw new Error(`${place}: ${name} has ${size} bytes`);
    rmSync(join(place, name));
  };
}

/** A stream with one file record, as in a pipeline: a file without one is read once more for its hash. */
async function writeRecordsOf(path: string, name: string): Promise<void> {
  const hash = createHash("sha256");
  for await (const chunk of createReadStream(path, { highWaterMark: 1024 ** 2 }))
    hash.update(chunk as Buffer);
  const time = "2026-11-01T03:00:00Z";
  const records = [
    {
      type: "begin",
      schema: 1,
      tool: "bench",
      version: "1",
      run_id: "r",
      started_at: time,
      collected_at: time,
      platform: {},
    },
    {
      type: "file",
      format: "f",
      path,
      name: "x",
      size_bytes: statSync(path).size,
      sha256: hash.digest("hex"),
    },
    { type: "end", tool: "bench", counts: { file: 1 } },
  ];
  writeFileSync(join(folder, name), records.map((record) => `${JSON.stringify(record)}\n`).join(""));
}

function row(name: string, figures: readonly number[], peaks: readonly number[]): void {
  const cells = [...figures.map((one) => one.toFixed(2)), ...peaks.map((one) => one.toFixed(0))];
  console.log(`| ${name} | ${cells.join(" | ")} |`);
}

async function benchCase({ name, settings, others, check }: Case): Promise<void> {
  writeFileSync(join(folder, "ship.toml"), settings);
  const ship = `${join(root, "dist/bin/vlf-ship")} --config ship.toml --delivery peer`;
  const ours: Sample[] = [];
  const theirs = new Map<string, Sample[]>(Object.keys(others).map((other) => [other, []]));
  for (let round = 0; round < rounds; round += 1) {
    ours.push(await run(`${ship} < ship-records`));
    check();
    for (const [other, command] of Object.entries(others)) {
      theirs.get(other)?.push(await run(command));
      check();
    }
  }
  const { peakMb } = await run(`${ship} < ship-records-quarter`);
  check(megabytes / 4);
  const of = (samples: readonly Sample[], what: keyof Sample): number =>
    median(samples.map((sample) => sample[what]));
  for (const [other, samples] of theirs) {
    const ratios = samples.map(({ seconds }, round) => (ours[round]?.seconds ?? Number.NaN) / seconds);
    row(
      `${name}, beside ${other}`,
      [
        of(ours, "seconds"),
        of(samples, "seconds"),
        median(ratios),
        of(ours, "cpuSeconds"),
        of(samples, "cpuSeconds"),
      ],
      [of(ours, "peakMb"), peakMb],
    );
  }
}

/** What hashing costs, and sending without anything that makes it sure. */
async function benchFloors(
  url: string,
  sshd: Sshd,
  checks: Record<"web" | "sftp", () => void>,
): Promise<void> {
  const floors: Record<string, readonly [command: string, check?: () => void]> = {
    sha256sum: [`sha256sum ${input}`],
    "node:crypto alone": [
      `node -e 'const h = crypto.createHash("sha256"); fs.createReadStream("${input}", { highWaterMark: 1 << 20 }).on("data", (c) => h.update(c))'`,
    ],
    "node:http, nothing but PUT": [
      `node -e 'fs.createReadStream("${input}", { highWaterMark: 1 << 20 }).pipe(http.request("${url}", { method: "PUT", headers: { "content-length": ${megabytes * 1024 ** 2} } }, (r) => r.resume()))'`,
      checks.web,
    ],
    "ssh2-sftp-client, nothing but fastPut": [
      `node -e 'const C = require("${createRequire(join(root, "tools/vlf-ship/package.json")).resolve("ssh2-sftp-client")}"); const c = new C(); c.connect({ host: "127.0.0.1", port: ${sshd.port}, username: "${sshd.username}", privateKey: fs.readFileSync("${sshd.keys.ed25519}") }).then(() => { c.client.setNoDelay(true); return c.fastPut("${input}", "${sshd.folder}/x"); }).then(() => c.end())'`,
      checks.sftp,
    ],
  };
  for (const [name, [command, check]] of Object.entries(floors)) {
    const samples: Sample[] = [];
    for (let round = 0; round < rounds; round += 1) {
      samples.push(await run(command));
      check?.();
    }
    const of = (what: keyof Sample): number => median(samples.map((sample) => sample[what]));
    row(name, [of("seconds"), of("cpuSeconds")], [of("peakMb")]);
  }
}

const load = (): string =>
  loadavg()
    .map((one) => one.toFixed(1))
    .join(" ");

mkdirSync(folder, { recursive: true });
makeInput(input, megabytes);
makeInput(quarter, megabytes / 4);
await writeRecordsOf(input, "ship-records");
await writeRecordsOf(quarter, "ship-records-quarter");
execFileSync(process.execPath, ["--import", "tsx", join(root, "scripts/build.ts")], { cwd: root });
const [nginx, sshd] = await Promise.all([startNginx(), startSshd()]);
try {
  const web = (verify: string): string =>
    `[destinations.peer]\ntype = "http"\nhost = "127.0.0.1"\nport = ${nginx.port}\nsecure = false\nmethod = "PUT"\nurl = "/open/"\nverify = "${verify}"\n`;
  const sftp = (verify: string): string =>
    `[destinations.peer]\ntype = "sftp"\nhost = "127.0.0.1"\nport = ${sshd.port}\nusername = "${sshd.username}"\nprivate_key_file = "${sshd.keys.ed25519}"\nknown_hosts_file = "${sshd.knownHosts}"\ndirectory = "${sshd.folder}"\nverify = "${verify}"\n`;
  const url = `http://127.0.0.1:${nginx.port}/open/x`;
  const curl = `curl -sS -f -T ${input} ${url}`;
  const batch = join(folder, "sftp-batch");
  writeFileSync(batch, `put ${input} ${sshd.folder}/x\n`);
  const login = `-i ${sshd.keys.ed25519} -o UserKnownHostsFile=${sshd.knownHosts} -o IdentitiesOnly=yes -P ${sshd.port}`;
  const openssh = `sftp -q -b ${batch} ${login} ${sshd.username}@127.0.0.1`;
  const back = `sftp -q ${login} ${sshd.username}@127.0.0.1:${sshd.folder}/x back > /dev/null && sha256sum back`;
  const fromWeb = takeFrom(nginx.folder("open"));
  const fromSftp = takeFrom(sshd.folder);
  const cases: Case[] = [
    {
      name: "HTTP PUT, read back",
      settings: web("get"),
      others: { "curl -T, curl back and sha256sum": `${curl} && curl -sS -f ${url} | sha256sum` },
      check: fromWeb,
    },
    {
      name: "HTTP PUT, nothing read back",
      settings: web("none"),
      others: { "sha256sum and curl -T": `sha256sum ${input} && ${curl}`, "curl -T": curl },
      check: fromWeb,
    },
    {
      name: "SFTP, read back",
      settings: sftp("hash"),
      others: { "sftp up, sftp back and sha256sum": `${openssh} && ${back}` },
      check: fromSftp,
    },
    {
      name: "SFTP, size compared",
      settings: sftp("size"),
      others: { "sha256sum and sftp": `sha256sum ${input} && ${openssh}`, sftp: openssh },
      check: fromSftp,
    },
  ].filter(({ name }) => positionals.every((part) => name.includes(part)));

  console.log(`${megabytes} MB, medians of ${rounds} rounds, load before ${load()}\n`);
  console.log(
    "| case | ours s | theirs s | ratio | ours CPU s | theirs CPU s | ours peak MB | peak MB of a quarter |",
  );
  console.log("| --- | --: | --: | --: | --: | --: | --: | --: |");
  for (const one of cases) await benchCase(one);
  if (positionals.length === 0) {
    console.log("\n| floor | s | CPU s | peak MB |\n| --- | --: | --: | --: |");
    await benchFloors(url, sshd, { web: fromWeb, sftp: fromSftp });
  }
  console.log(`\nload after ${load()}`);
} finally {
  await Promise.all([nginx.stop(), sshd.close()]);
}
