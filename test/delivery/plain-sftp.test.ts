/**
 * What the plain calls of ssh2-sftp-client and ssh2 make of OpenSSH's sshd: the reasons why the tool does not use them
 * so. Each of these is a trap that a case of `sftp-sshd.test.ts` holds the tool to; README.md has the table.
 */
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { randomBytes } from "node:crypto";
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { after, test, type TestContext } from "node:test";
import { promisify } from "node:util";
import ssh2, { type ConnectConfig } from "ssh2";
import SftpClient from "ssh2-sftp-client";
import { type Sshd, SSHD_SKIP, type SshdOptions, startSshd } from "../peers/sshd.ts";
import { emptyFolder, ROOT } from "../pipelines/_run.ts";
import { ship } from "./suite.ts";

let shared: Promise<Sshd> | undefined;
after(async () => (await shared)?.close());

/** One server for all cases that need no other. */
function sshdOf(t: TestContext, options?: SshdOptions): Promise<Sshd> {
  if (options === undefined) return (shared ??= startSshd());
  const own = startSshd(options);
  t.after(async () => (await own).close());
  return own;
}

const loginOf = (sshd: Sshd): ConnectConfig => ({
  host: "127.0.0.1",
  port: sshd.port,
  username: sshd.username,
  privateKey: readFileSync(sshd.keys.ed25519),
});

/** A client that says nothing by itself. */
const quietClient = (): SftpClient =>
  new (SftpClient as unknown as new (name: string, callbacks: object) => SftpClient)("plain", {});

/** `connect()`, then what is asked for, then `end()`. */
async function withClient<T>(sshd: Sshd, work: (client: SftpClient) => Promise<T>): Promise<T> {
  const client = quietClient();
  await client.connect(loginOf(sshd));
  try {
    return await work(client);
  } finally {
    await client.end().catch(() => {});
  }
}

const it = (name: string, work: (t: TestContext) => Promise<void>): void => {
  test(name, { skip: SSHD_SKIP }, work);
};

it("put() succeeds on a full disk, and a part of the file lies under its name", async (t) => {
  const sshd = await sshdOf(t);
  const place = join(sshd.fullDisk(), "a.bin");
  const said = await withClient(sshd, (client) => client.put(randomBytes(3_000_000), place));
  assert.match(said, /^Uploaded data stream to /);
  assert.ok(statSync(place).size <= 1_048_576, "the disk holds a megabyte");
});

it("put() of a file that changes while it is sent succeeds, and sends a mixture", async (t) => {
  const sshd = await sshdOf(t);
  const path = join(emptyFolder(t), "a.bin");
  const place = join(sshd.folder, "changed.bin");
  const content = Buffer.alloc(2_000_000, "x");
  writeFileSync(path, content);
  await withClient(sshd, async (client) => {
    const sent = client.put(path, place);
    await until(() => existsSync(place) && statSync(place).size > 0);
    writeFileSync(path, Buffer.alloc(content.length, "y"));
    await sent;
  });
  const arrived = readFileSync(place);
  assert.deepEqual([arrived.length, arrived.at(0), arrived.at(-1)], [content.length, 0x78, 0x79]);
});

it("put() replaces a file of that name", async (t) => {
  const sshd = await sshdOf(t);
  const place = join(sshd.folder, "taken.bin");
  await withClient(sshd, async (client) => {
    await client.put(Buffer.from("the one of another"), place);
    await client.put(Buffer.from("ours"), place);
  });
  assert.equal(readFileSync(place, "utf8"), "ours");
});

it("put() leaves a part of the file under its name when the connection is cut", async (t) => {
  const sshd = await sshdOf(t, {});
  const place = join(sshd.folder, "a.bin");
  const content = randomBytes(60_000_000);
  await assert.rejects(
    withClient(sshd, async (client) => {
      const sent = client.put(content, place);
      sent.catch(() => {});
      await until(() => existsSync(place) && statSync(place).size > 0);
      sshd.cut();
      return sent;
    }),
  );
  const { size } = statSync(place);
  assert.ok(size > 0 && size < content.length, `${size} bytes are there`);
  assert.deepEqual(readdirSync(sshd.folder), ["a.bin"]);
});

it("the server says no more than Failure to a full disk, and to a name that is taken", async (t) => {
  const sshd = await sshdOf(t);
  const codes = await withClient(sshd, async (client) => {
    writeFileSync(join(sshd.folder, "one"), "");
    writeFileSync(join(sshd.folder, "two"), "");
    const path = join(emptyFolder(t), "large.bin");
    writeFileSync(path, randomBytes(3_000_000));
    const attempts = [
      client.rename(join(sshd.folder, "one"), join(sshd.folder, "two")),
      client.fastPut(path, join(sshd.fullDisk(), "b.bin")),
    ];
    const ended = await Promise.allSettled(attempts);
    return ended.map((one) => (one.status === "rejected" ? (one.reason as Error).message : "none"));
  });
  for (const message of codes) assert.match(message, /Failure/);
  for (const message of codes) assert.doesNotMatch(message, /space|exist/i);
});

/** Verifiers that mean to refuse the host. */
const REFUSALS: Readonly<Record<string, unknown>> = {
  "no verifier at all": undefined,
  "a verifier that gives a promise of false": () => Promise.resolve(false),
  "a verifier that gives null": () => null,
  "a verifier that gives 0": () => 0,
  "a verifier that gives an empty text": () => "",
  "a verifier that calls back with null": (_key: Buffer, done: (isRight: unknown) => void) => done(null),
};
for (const [what, hostVerifier] of Object.entries(REFUSALS)) {
  it(`connect() succeeds with ${what}`, async (t) => {
    const sshd = await sshdOf(t);
    const isConnected = await connects({ ...loginOf(sshd), ...verifier(hostVerifier) });
    assert.equal(isConnected, true);
  });
}

it("connect() fails with a verifier that gives false, which is all that refuses", async (t) => {
  const sshd = await sshdOf(t);
  assert.equal(await connects({ ...loginOf(sshd), ...verifier(() => false) }), false);
});

it("connect() reads no file known_hosts, though one of the user has another key for the host", async (t) => {
  const sshd = await sshdOf(t);
  const home = emptyFolder(t);
  const other = readFileSync(`${sshd.keys.rsa}.pub`, "utf8");
  const script = `
    const { Client } = require("ssh2");
    new Client()
      .on("ready", function () { console.log("connected"); this.end(); })
      .on("error", (error) => console.log(error.message))
      .connect({ host: "127.0.0.1", port: ${sshd.port}, username: "${sshd.username}",
        privateKey: require("node:fs").readFileSync("${sshd.keys.ed25519}") });`;
  mkdirSync(join(home, ".ssh"), { mode: 0o700 });
  writeFileSync(join(home, ".ssh/known_hosts"), `[127.0.0.1]:${sshd.port} ${other}`);
  const { stdout } = await promisify(execFile)(process.execPath, ["-e", script], {
    cwd: ROOT,
    env: { HOME: home, PATH: process.env["PATH"] },
  });
  assert.equal(stdout, "connected\n");
});

it("a verifier gets the fingerprint in hexadecimal, and nothing like it for a name in capitals", async (t) => {
  const sshd = await sshdOf(t);
  const seen: unknown[] = [];
  for (const hostHash of ["sha256", "SHA256"]) {
    const hostVerifier = (key: unknown): boolean => seen.push(key) > 0;
    await connects({ ...loginOf(sshd), hostHash, hostVerifier });
  }
  assert.match(String(seen[0]), /^[0-9a-f]{64}$/);
  const [, base64 = ""] = sshd.fingerprint.split(":");
  assert.equal(Buffer.from(String(seen[0]), "hex").toString("base64").replace("=", ""), base64);
  assert.ok(Buffer.isBuffer(seen[1]), "the key itself, to compare with a fingerprint in vain");
});

it("a private key that others may read is taken without a word", async (t) => {
  const sshd = await sshdOf(t);
  const key = join(emptyFolder(t), "key");
  copyFileSync(sshd.keys.ed25519, key);
  chmodSync(key, 0o644);
  assert.equal(await connects({ ...loginOf(sshd), privateKey: readFileSync(key) }), true);
});

it("a client writes to standard output when its connection ends", async (t) => {
  const sshd = await sshdOf(t, {});
  const script = `
    const Client = require("ssh2-sftp-client");
    const client = new Client();
    client.connect({ host: "127.0.0.1", port: ${sshd.port}, username: "${sshd.username}",
      privateKey: require("node:fs").readFileSync("${sshd.keys.ed25519}") })
      .then(() => { console.error("connected"); client.client.once("close", () => process.exitCode = 0); });`;
  const running = promisify(execFile)(process.execPath, ["-e", script], { cwd: ROOT });
  running.child.stderr?.once("data", () => sshd.cut());
  const { stdout } = await running;
  assert.match(stdout, /Global (end|close|error) listener/);
});

it("a server that never answers is waited for beyond any limit of the client", async (t) => {
  const sshd = await sshdOf(t, { config: ["ForceCommand sleep 600"] });
  const client = quietClient();
  let ended = "";
  const opened = client.connect(loginOf(sshd)).then(
    () => (ended = "connected"),
    (error: unknown) => (ended = String(error)),
  );
  // The tool gives up meanwhile, which is the clock of this case.
  const settings = `[destinations.peer]\ntype = "sftp"\nhost = "127.0.0.1"\nport = ${sshd.port}\nusername = "${sshd.username}"\nprivate_key_file = "${sshd.keys.ed25519}"\nhost_key = "${sshd.fingerprint}"\ntimeout_seconds = 2\n`;
  const { status, deliveries } = await ship({ secrets: [] }, settings, emptyFolder(t), { "a.bin": "x" });
  assert.equal(status, 75);
  assert.match(deliveries[0]?.message ?? "", /no answer within/);
  assert.equal(ended, "");
  sshd.cut();
  await opened;
});

const until = async (isSo: () => boolean): Promise<void> => {
  while (!isSo()) {
    await new Promise((resolve) => {
      setTimeout(resolve, 2);
    });
  }
};

function verifier(hostVerifier: unknown): ConnectConfig {
  return hostVerifier === undefined ? {} : { hostVerifier: hostVerifier as () => boolean };
}

async function connects(config: ConnectConfig): Promise<boolean> {
  const client = new ssh2.Client();
  try {
    return await new Promise<boolean>((resolve) => {
      client.on("ready", () => resolve(true)).on("error", () => resolve(false));
      client.connect(config);
    });
  } finally {
    client.destroy();
  }
}
