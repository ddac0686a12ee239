/**
 * A run to all kinds of destinations at once, through the spool, is killed at points spread over its length;
 * then it is run again. With the kills of the suite, kind by kind, these are more than 50. Whatever point a machine hits, the same has to hold: all arrives, nothing is
 * half under its name, nothing is left over, and nothing comes twice where the destination can tell.
 */
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test, type TestContext } from "node:test";
import { startNginx } from "../peers/nginx.ts";
import { SMTP_DOMAIN, SMTP_SKIP, startSmtp } from "../peers/smtp.ts";
import { SSHD_SKIP, startSshd } from "../peers/sshd.ts";
import { bash, emptyFolder, environment, missing, ROOT } from "../pipelines/_run.ts";
import { attachmentsOf } from "./_mail.ts";
import { sha256 } from "./suite.ts";

const KILLS = 30;
/** A clean run after so many kills in a row, each of which finds what the one before it left. */
const KILLS_IN_A_ROW = 5;

const FILES: Readonly<Record<string, Buffer>> = {
  "vlf_a.bin": randomBytes(3_000_000),
  "vlf_b.bin": randomBytes(1_000_000),
  "vlf_c.bin": Buffer.alloc(0),
};
const HASHES = new Map(Object.entries(FILES).map(([name, content]) => [name, sha256(content)]));

interface Target {
  readonly name: string;
  readonly settings: string;
  /** Names and contents at the peer, leftovers too. */
  files(): Promise<readonly { readonly name: string; readonly content: Uint8Array }[]>;
  empty(): Promise<void>;
}

/** The files of a folder. */
function inFolder(folder: string): { name: string; content: Buffer }[] {
  return readdirSync(folder, { withFileTypes: true }).map((entry) => ({
    name: entry.name,
    content: entry.isFile() ? readFileSync(join(folder, entry.name)) : Buffer.from("a folder"),
  }));
}

async function startTargets(t: TestContext, folder: string): Promise<Target[]> {
  const [nginx, sshd, smtp] = await Promise.all([startNginx(), startSshd(), startSmtp()]);
  t.after(() => Promise.all([nginx.stop(), sshd.close(), smtp.close()]));
  const archive = join(folder, "archive");
  mkdirSync(archive);
  return [
    {
      name: "archive",
      settings: `type = "file"\npath = "${archive}"`,
      files: () => Promise.resolve(inFolder(archive)),
      empty: () => {
        for (const name of readdirSync(archive)) rmSync(join(archive, name), { recursive: true });
        return Promise.resolve();
      },
    },
    {
      name: "web",
      settings: `type = "http"\nhost = "127.0.0.1"\nport = ${nginx.port}\nsecure = false\nmethod = "PUT"\nurl = "/open/"`,
      files: () =>
        Promise.resolve(
          nginx
            .names("open")
            .map((name) => ({ name, content: nginx.read(`open/${name}`) ?? Buffer.from("") })),
        ),
      empty: () => Promise.resolve(nginx.empty()),
    },
    {
      name: "sftp",
      settings: `type = "sftp"\nhost = "127.0.0.1"\nport = ${sshd.port}\nusername = "${sshd.username}"\npassword_file = "${sshd.passwordFile}"\nhost_key = "${sshd.fingerprint}"\ndirectory = "${sshd.folder}"`,
      files: () => Promise.resolve(inFolder(sshd.folder)),
      empty: () => {
        for (const name of readdirSync(sshd.folder)) rmSync(join(sshd.folder, name), { recursive: true });
        return Promise.resolve();
      },
    },
    {
      name: "mail",
      settings: `type = "email"\nsmtp_server = "relay"\nfrom = "voss@${SMTP_DOMAIN}"\nto = ["ops@${SMTP_DOMAIN}"]\nsubject = "s"\n[smtp_servers.relay]\nhost = "127.0.0.1"\nport = ${smtp.port}\nca_file = "${smtp.caFile}"`,
      files: async () => (await smtp.messages()).flatMap(attachmentsOf),
      empty: () => smtp.empty(),
    },
  ];
}

/** Starts the run and kills it after a time, unless it ends before. Gives whether it was killed. */
async function killed(args: readonly string[], folder: string, afterMs: number): Promise<boolean> {
  const child = spawn(join(ROOT, "scripts/bin/vlf-ship"), args, {
    cwd: folder,
    env: environment(),
    stdio: "ignore",
  });
  const timer = setTimeout(() => child.kill("SIGKILL"), afterMs);
  const signal = await new Promise<NodeJS.Signals | null>((resolve) => {
    child.on("exit", (_code, signal) => resolve(signal));
  });
  clearTimeout(timer);
  return signal === "SIGKILL";
}

/** Names whose content is not the whole of their file. Hidden names are work under way. */
async function halves(targets: readonly Target[]): Promise<string[]> {
  const found: string[] = [];
  for (const target of targets) {
    for (const { name, content } of await target.files()) {
      if (!name.startsWith(".") && sha256(content) !== HASHES.get(name))
        found.push(`${target.name}: ${name}`);
    }
  }
  return found;
}

test(
  `a run that is killed at ${KILLS} points leaves nothing half, and the next one delivers all`,
  { skip: missing("nginx", "openssl", "python3") || SSHD_SKIP || SMTP_SKIP },
  async (t) => {
    const folder = emptyFolder(t);
    const targets = await startTargets(t, folder);
    const tables = targets.map(({ name, settings }) => `[destinations.${name}]\n${settings}\n`).join("");
    writeFileSync(join(folder, "vlf.toml"), `[ship]\nattempts = 2\npause_seconds = 0\n${tables}`);
    mkdirSync(join(folder, "from"));
    for (const [name, content] of Object.entries(FILES)) writeFileSync(join(folder, "from", name), content);
    const run = (spool: string): string[] => [
      "--spool",
      spool,
      ...targets.flatMap(({ name }) => ["--delivery", name]),
      ...Object.keys(FILES).map((name) => `from/${name}`),
    ];
    const clock = async (command: string): Promise<number> => {
      const started = performance.now();
      const { status, stderr } = await bash(command, folder);
      assert.equal(status, 0, stderr);
      return performance.now() - started;
    };
    const startMs = await clock("vlf-ship --version");
    const wholeMs = await clock(`vlf-ship ${run("calm").join(" ")}`);

    let kills = 0;
    for (let round = 0; kills < KILLS; round += 1) {
      for (const target of targets) await target.empty();
      const spool = `spool-${round}`;
      for (let n = 0; n < KILLS_IN_A_ROW; n += 1) {
        // 0.618...: points that spread evenly, however many there are.
        const share = ((round * KILLS_IN_A_ROW + n + 1) * 0.618_033_988_75) % 1;
        await killed(run(spool), folder, startMs * 0.9 + (wholeMs - startMs * 0.9) * share);
        kills += 1;
      }
      assert.deepEqual(await halves(targets), []);
      await clock(`vlf-ship ${run(spool).join(" ")}`);
      for (const target of targets) {
        const files = await target.files();
        const names = files.map(({ name }) => name).sort();
        if (target.name === "mail") {
          // A mail that was taken, of which the answer was never heard, is sent again.
          assert.deepEqual([...new Set(names)], [...HASHES.keys()]);
        } else assert.deepEqual(names, [...HASHES.keys()], target.name);
        for (const { name, content } of files) assert.equal(sha256(content), HASHES.get(name), target.name);
      }
      assert.deepEqual(readdirSync(join(folder, spool, "content")), []);
      const { stdout } = await bash(`vlf-ship list --spool ${spool}`, folder);
      assert.doesNotMatch(stdout, /"type":"delivery"/);
    }
  },
);
