/**
 * Times deliveries of one large file on loopback beside the usual client, taking turns in one run, and prints
 * medians, the ratio round by round and peak memory; then what cannot be undercut: hashing alone, and sending alone by
 * Node and by the library. The tools are built (scripts/build.ts) and started by Node alone, as users start them.
 * Usage: ship.ts [--rounds N] [--megabytes N] [--quick] [--page FILE] [NAME-PART]...
 * Needs nginx, openssl, curl, sshd, sftp and GNU time; keeps its data in bench-data/.
 */
import { createHash, randomFillSync } from "node:crypto";
import {
  closeSync,
  createReadStream,
  existsSync,
  openSync,
  readdirSync,
  rmSync,
  statSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { startNginx } from "../../test/peers/nginx.ts";
import { type Sshd, startSshd } from "../../test/peers/sshd.ts";
import {
  build,
  FOLDER as folder,
  type Job,
  job,
  measure,
  of,
  ratio,
  ROOT as root,
  takeTurns,
} from "./_measure.ts";
import { type Goal, OPTIONS, report, type Table } from "./_page.ts";

const { values, positionals } = parseArgs({
  options: { ...OPTIONS, megabytes: { type: "string" } },
  allowPositionals: true,
});
const rounds = Number(values.rounds ?? (values.quick ? 1 : 5));
const megabytes = Number(values.megabytes ?? (values.quick ? 64 : 1024));
const input = join(folder, `ship-${megabytes}.bin`);
/** A quarter of it, to see whether memory goes with the size. */
const quarter = join(folder, `ship-${megabytes / 4}.bin`);

interface Case {
  readonly name: string;
  /** Text of vlf.toml, with a destination `peer`. */
  readonly settings: string;
  /** What others do, by name: what the usual client does for the same, or for less. */
  readonly others: Readonly<Record<string, string>>;
  /** Takes away what arrived; throws when it is not all there. */
  readonly check: (megabytes?: number) => void;
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

const two = (figure: number): string => figure.toFixed(2);

/** The rows of a case, and the goals that are about it. */
async function benchCase({
  name,
  settings,
  others,
  check,
}: Case): Promise<{ rows: string[][]; goals: Goal[] }> {
  writeFileSync(join(folder, "ship.toml"), settings);
  const ship = "vlf-ship --config ship.toml --delivery peer";
  const isWhole = { check: (): void => check() };
  const ours = job(name, `${ship} < ship-records`, isWhole);
  const theirs = Object.entries(others).map(([other, command]) => job(other, command, isWhole));
  await takeTurns([ours, ...theirs], rounds);
  const { peakMb } = await measure(`${ship} < ship-records-quarter`);
  check(megabytes / 4);
  const rows = theirs.map((other) => [
    `${name}, beside ${other.name}`,
    two(of(ours, "seconds")),
    two(of(other, "seconds")),
    two(ratio(ours, other)),
    two(of(ours, "cpuSeconds")),
    two(of(other, "cpuSeconds")),
    of(ours, "peakMb").toFixed(0),
    peakMb.toFixed(0),
  ]);
  const goals = theirs.map((other): Goal => ({
    text: `vlf-ship: ${name}, beside ${other.name}`,
    limit: 1.2,
    measured: ratio(ours, other),
  }));
  return { rows, goals };
}

/** What hashing costs, and sending without anything that makes it sure. */
async function benchFloors(
  url: string,
  sshd: Sshd,
  usual: Record<"web" | "sftp", string>,
  checks: Record<"web" | "sftp", () => void>,
): Promise<Table> {
  const send = `http.request("${url}", { method: "PUT", headers: { "content-length": ${megabytes * 1024 ** 2} } }, (r) => r.resume())`;
  const floors: Record<string, readonly [command: string, check?: () => void]> = {
    "curl -T": [usual.web, checks.web],
    sftp: [usual.sftp, checks.sftp],
    sha256sum: [`sha256sum ${input}`],
    "node:crypto alone": [
      `node -e 'const h = crypto.createHash("sha256"); fs.createReadStream("${input}", { highWaterMark: 1 << 20 }).on("data", (c) => h.update(c))'`,
    ],
    "openssl dgst -sha256": [`openssl dgst -sha256 ${input}`],
    "curl -T, and openssl dgst -sha256 at the same time": [
      `openssl dgst -sha256 ${input} & ${usual.web}; status=$?; wait; test $status = 0`,
      checks.web,
    ],
    "node:http, nothing but PUT": [
      `node -e 'fs.createReadStream("${input}", { highWaterMark: 1 << 20 }).pipe(${send})'`,
      checks.web,
    ],
    "node:http and node:crypto, nothing but PUT of what is hashed": [
      `node -e 'const h = crypto.createHash("sha256"); fs.createReadStream("${input}", { highWaterMark: 1 << 20 }).on("data", (c) => h.update(c)).pipe(${send})'`,
      checks.web,
    ],
    "ssh2-sftp-client, nothing but fastPut": [
      `node -e 'const C = require("${createRequire(join(root, "tools/vlf-ship/package.json")).resolve("ssh2-sftp-client")}"); const c = new C(); c.connect({ host: "127.0.0.1", port: ${sshd.port}, username: "${sshd.username}", privateKey: fs.readFileSync("${sshd.keys.ed25519}") }).then(() => { c.client.setNoDelay(true); return c.fastPut("${input}", "${sshd.folder}/x"); }).then(() => c.end())'`,
      checks.sftp,
    ],
  };
  const jobs = Object.entries(floors).map(([name, [command, check]]): Job =>
    job(name, command, check === undefined ? {} : { check }),
  );
  await takeTurns(jobs, rounds);
  const [curl, sftp] = jobs;
  return {
    head: ["floor", "s", "CPU s", "peak MB", "time / curl -T", "time / sftp"],
    rows: jobs.map((one) => [
      one.name,
      two(of(one, "seconds")),
      two(of(one, "cpuSeconds")),
      of(one, "peakMb").toFixed(0),
      ...[curl, sftp].map((other) => (other === undefined ? "" : two(ratio(one, other)))),
    ]),
  };
}

makeInput(input, megabytes);
makeInput(quarter, megabytes / 4);
await writeRecordsOf(input, "ship-records");
await writeRecordsOf(quarter, "ship-records-quarter");
build();
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

  const table: Table & { rows: string[][] } = {
    head: [
      "case",
      "ours s",
      "theirs s",
      "ratio",
      "ours CPU s",
      "theirs CPU s",
      "ours peak MB",
      "peak MB of a quarter",
    ],
    rows: [],
  };
  const goals: Goal[] = [];
  for (const one of cases) {
    const found = await benchCase(one);
    table.rows.push(...found.rows);
    goals.push(...found.goals);
  }
  const tables: Table[] = [table];
  if (positionals.length === 0) {
    const usual = { web: curl, sftp: openssh };
    tables.push(await benchFloors(url, sshd, usual, { web: fromWeb, sftp: fromSftp }));
  }
  const how = `\`npm run bench -- ship\`: a file of ${megabytes} MiB, medians of ${rounds}`;
  report({ name: "ship", how, tables, goals }, values);
} finally {
  await Promise.all([nginx.stop(), sshd.close()]);
}
