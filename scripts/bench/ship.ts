/**
 * Times deliveries of one large file on loopback beside the usual client, taking turns in one run, and prints
 * medians, ratios and peak memory. The tools are built (scripts/build.ts) and started by Node alone, as users
 * start them. Usage: ship.ts [--rounds N] [--megabytes N] [NAME-PART]
 * Needs nginx, openssl, curl, sshd, sftp and GNU time; keeps its data in bench-data/.
 */
import { execFileSync, spawn } from "node:child_process";
import { createHash, randomFillSync } from "node:crypto";
import {
  closeSync,
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
import { join } from "node:path";
import { parseArgs } from "node:util";
import { startNginx } from "../../test/peers/nginx.ts";
import { startSshd } from "../../test/peers/sshd.ts";

const root = join(import.meta.dirname, "../..");
const folder = join(root, "bench-data");
const { values, positionals } = parseArgs({
  options: { rounds: { type: "string", default: "5" }, megabytes: { type: "string", default: "1024" } },
  allowPositionals: true,
});
const rounds = Number(values.rounds);
const megabytes = Number(values.megabytes);
const input = join(folder, `ship-${megabytes}.bin`);

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
  /** The usual client. */
  readonly other: string;
  /** Takes away what arrived; throws when it is not all there. */
  readonly check: () => void;
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

function median(samples: readonly Sample[], what: keyof Sample): number {
  const sorted = samples.map((sample) => sample[what]).toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}

/** Random bytes: nothing on the way can squeeze them. */
function makeInput(): void {
  if (existsSync(input)) return;
  const file = openSync(input, "w");
  const block = Buffer.alloc(1024 ** 2);
  for (let n = 0; n < megabytes; n += 1) writeSync(file, randomFillSync(block));
  closeSync(file);
}

/** A folder with one file of the right size, which is removed. */
function takeFrom(place: string): () => void {
  return () => {
    const [name = ""] = readdirSync(place);
    const size = name === "" ? 0 : statSync(join(place, name)).size;
    if (size !== megabytes * 1024 ** 2) throw new Error(`${place}: ${name} has ${size} bytes`);
    rmSync(join(place, name));
  };
}

mkdirSync(folder, { recursive: true });
makeInput();
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
  const webFolder = nginx.folder("open");
  const cases: Case[] = [
    {
      name: "HTTP PUT, nothing read back, beside curl -T",
      settings: web("none"),
      other: curl,
      check: takeFrom(webFolder),
    },
    {
      name: "HTTP PUT, read back, beside curl -T and curl | sha256sum",
      settings: web("get"),
      other: `${curl} && curl -sS -f ${url} | sha256sum`,
      check: takeFrom(webFolder),
    },
    {
      name: "SFTP, size compared, beside OpenSSH's sftp",
      settings: sftp("size"),
      other: openssh,
      check: takeFrom(sshd.folder),
    },
    {
      name: "SFTP, read back, beside OpenSSH's sftp up and down, and sha256sum",
      settings: sftp("hash"),
      other: `${openssh} && sftp -q ${login} ${sshd.username}@127.0.0.1:${sshd.folder}/x back > /dev/null && sha256sum back`,
      check: takeFrom(sshd.folder),
    },
  ].filter(({ name }) => positionals.every((part) => name.includes(part)));

  // A record, as in a pipeline: a file without one is read once more for its hash.
  const sha256 = createHash("sha256").update(readFileSync(input)).digest("hex");
  const records = [
    {
      type: "begin",
      schema: 1,
      tool: "bench",
      version: "1",
      run_id: "r",
      started_at: "2026-11-01T03:00:00Z",
      collected_at: "2026-11-01T03:00:00Z",
      platform: {},
    },
    { type: "file", format: "f", path: input, name: "x", size_bytes: statSync(input).size, sha256 },
    { type: "end", tool: "bench", counts: { file: 1 } },
  ];
  writeFileSync(
    join(folder, "ship-records"),
    records.map((record) => `${JSON.stringify(record)}\n`).join(""),
  );

  console.log(`${megabytes} MB, medians of ${rounds} rounds\n`);
  console.log("| case | ours s | theirs s | ratio | ours CPU s | theirs CPU s | ours peak MB |");
  console.log("|---|---|---|---|---|---|---|");
  for (const { name, settings, other, check } of cases) {
    writeFileSync(join(folder, "ship.toml"), settings);
    const ours: Sample[] = [];
    const theirs: Sample[] = [];
    for (let round = 0; round < rounds; round += 1) {
      ours.push(
        await run(`${join(root, "dist/bin/vlf-ship")} --config ship.toml --delivery peer < ship-records`),
      );
      check();
      theirs.push(await run(other));
      check();
    }
    const ratio = median(ours, "seconds") / median(theirs, "seconds");
    const figures = [
      median(ours, "seconds"),
      median(theirs, "seconds"),
      ratio,
      median(ours, "cpuSeconds"),
      median(theirs, "cpuSeconds"),
    ];
    console.log(
      `| ${name} | ${figures.map((figure) => figure.toFixed(2)).join(" | ")} | ${median(ours, "peakMb").toFixed(0)} |`,
    );
  }
} finally {
  await Promise.all([nginx.stop(), sshd.close()]);
}
