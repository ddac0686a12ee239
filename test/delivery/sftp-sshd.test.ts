/** SFTP to OpenSSH's sshd: logins, keys of the host, folders, and what a real server shows of a fault. */
import assert from "node:assert/strict";
import { execFileSync, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { after, test, type TestContext } from "node:test";
import { startProxy } from "../peers/proxy.ts";
import { fingerprintOf, type Sshd, SSHD_SKIP, type SshdOptions, startSshd } from "../peers/sshd.ts";
import { bash, emptyFolder, environment, missing, ROOT } from "../pipelines/_run.ts";
import { ship, type Shipped } from "./suite.ts";

let shared: Promise<Sshd> | undefined;
after(async () => (await shared)?.close());

/** One server for all cases that need no other. */
function sshdOf(t: TestContext, options?: SshdOptions): Promise<Sshd> {
  if (options === undefined) return (shared ??= startSshd());
  const own = startSshd(options);
  t.after(async () => (await own).close());
  return own;
}

/** Settings with a login by key and the host's keys from the file; `lines` replace those of the same key. */
function settingsOf(
  sshd: Sshd,
  lines: Readonly<Record<string, string | number | boolean | undefined>> = {},
): string {
  const values = {
    type: "sftp",
    host: "127.0.0.1",
    port: sshd.port,
    username: sshd.username,
    directory: sshd.folder,
    known_hosts_file: sshd.knownHosts,
    private_key_file: sshd.keys.ed25519,
    ...lines,
  };
  const written = Object.entries(values).filter(([, value]) => value !== undefined);
  return [
    "[destinations.peer]",
    ...written.map(([key, value]) => `${key} = ${JSON.stringify(value)}`),
    "",
  ].join("\n");
}

async function shipTo(
  t: TestContext,
  sshd: Sshd,
  settings: string,
  content: Uint8Array | string = `content ${Math.random()}`,
  name = `${randomBytes(6).toString("hex")}.bin`,
  env: Record<string, string> = {},
): Promise<Shipped & { name: string }> {
  const peer = { secrets: [sshd.password, sshd.passphrase, "PRIVATE KEY"], env };
  return { ...(await ship(peer, settings, emptyFolder(t), { [name]: content })), name };
}

const pause = (ms: number): Promise<void> =>
  new Promise((resolve) => {
    setTimeout(resolve, ms);
  });

const it = (name: string, work: (t: TestContext) => Promise<void>): void => {
  test(name, { skip: SSHD_SKIP }, work);
};

const LOGINS: Readonly<Record<string, (sshd: Sshd) => Record<string, string | undefined>>> = {
  "an RSA key": ({ keys }) => ({ private_key_file: keys.rsa }),
  "a key with a passphrase": ({ keys, passphraseFile }) => ({
    private_key_file: keys.locked,
    passphrase_file: passphraseFile,
  }),
  "a password after a key that is not known": ({ strangerKey, passwordFile }) => ({
    private_key_file: strangerKey,
    password_file: passwordFile,
  }),
};

for (const [what, login] of Object.entries(LOGINS)) {
  it(`logs in with ${what}`, async (t) => {
    const sshd = await sshdOf(t);
    const { status, stderr, deliveries } = await shipTo(t, sshd, settingsOf(sshd, login(sshd)));
    assert.equal(status, 0, stderr);
    assert.equal(deliveries[0]?.status, "delivered");
  });
}

it("logs in with a key that an agent holds", async (t) => {
  const sshd = await sshdOf(t);
  const socket = join(emptyFolder(t), "agent");
  const agent = spawn("ssh-agent", ["-D", "-a", socket], { stdio: "ignore" });
  t.after(() => agent.kill());
  while (!existsSync(socket)) await pause(20);
  execFileSync("ssh-add", ["-q", sshd.keys.ed25519], {
    env: { ...process.env, SSH_AUTH_SOCK: socket },
    stdio: "ignore",
  });
  const settings = settingsOf(sshd, { private_key_file: undefined, agent: true });
  const { status, stderr } = await shipTo(t, sshd, settings, "x", undefined, { SSH_AUTH_SOCK: socket });
  assert.equal(status, 0, stderr);

  const none = await shipTo(t, sshd, settings);
  assert.equal(none.status, 2);
  assert.match(none.stderr, /SSH_AUTH_SOCK is not set/);
});

it("answers a server that asks for the password by questions alone", async (t) => {
  const sshd = await sshdOf(t, { asksQuestions: true });
  const login = { private_key_file: undefined, password_file: sshd.passwordFile };
  const { status, stderr } = await shipTo(t, sshd, settingsOf(sshd, login));
  assert.equal(status, 0, stderr);
});

it("delivers to the byte to a server that wants new keys every few megabytes", async (t) => {
  const sshd = await sshdOf(t, { config: ["RekeyLimit 2M"] });
  const content = randomBytes(12 * 1_048_576 + 3);
  const { status, stderr, name, deliveries } = await shipTo(t, sshd, settingsOf(sshd), content);
  assert.equal(status, 0, stderr);
  assert.equal(deliveries[0]?.proof, "read-back");
  assert.ok(readFileSync(join(sshd.folder, name)).equals(content));
});

it("refuses a private key that others may read, as ssh does", async (t) => {
  const sshd = await sshdOf(t);
  const key = join(emptyFolder(t), "key");
  writeFileSync(key, readFileSync(sshd.keys.ed25519));
  chmodSync(key, 0o640);
  const { status, stderr } = await shipTo(t, sshd, settingsOf(sshd, { private_key_file: key }));
  assert.equal(status, 2);
  assert.match(
    stderr,
    /error: read \[destinations\.peer\] private_key_file: ".*" has the permissions 0640, open to others$/m,
  );
  assert.match(stderr, /^vlf-ship: hint: run "chmod 600 /m);
  const asSsh = await bash(
    `ssh -o BatchMode=yes -o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null -o IdentitiesOnly=yes ` +
      `-i ${key} -p ${sshd.port} ${sshd.username}@127.0.0.1 true`,
    emptyFolder(t),
  );
  assert.notEqual(asSsh.status, 0);
  assert.match(asSsh.stderr, /UNPROTECTED PRIVATE KEY FILE/);
});

it("names the passphrase that is missing or wrong", async (t) => {
  const sshd = await sshdOf(t);
  for (const passphrase of [{}, { passphrase_file: sshd.passwordFile }]) {
    const settings = settingsOf(sshd, { private_key_file: sshd.keys.locked, ...passphrase });
    const { status, stderr } = await shipTo(t, sshd, settings);
    assert.equal(status, 2);
    assert.match(stderr, /id_locked": the passphrase is missing or wrong$/m);
  }
});

/** known_hosts files and what comes of them; undefined: delivered. */
const KNOWN_HOSTS: Readonly<
  Record<string, { file: (sshd: Sshd, folder: string) => string; wanted: RegExp | undefined }>
> = {
  "that ssh-keygen has hashed": {
    file: (sshd, folder) => {
      const path = join(folder, "kh");
      writeFileSync(path, readFileSync(sshd.knownHosts));
      execFileSync("ssh-keygen", ["-q", "-H", "-f", path], { stdio: "ignore" });
      assert.match(readFileSync(path, "utf8"), /^\|1\|/);
      return readFileSync(path, "utf8");
    },
    wanted: undefined,
  },
  "with the RSA key alone": {
    file: ({ port, hostKeys }) => `[127.0.0.*]:${port} ${hostKeys.rsa}\n`,
    wanted: undefined,
  },
  "with another key of the host": {
    file: (sshd) => `[127.0.0.1]:${sshd.port} ${readFileSync(`${sshd.keys.ed25519}.pub`, "utf8")}`,
    wanted: /the server shows ssh-ed25519 SHA256:.{43}, wanted ssh-ed25519 SHA256:.{43} \(.*kh\)/,
  },
  "that has revoked the key": {
    file: (sshd) => `${readFileSync(sshd.knownHosts, "utf8")}@revoked * ${sshd.hostKeys.ed25519}\n`,
    wanted: /the server shows ssh-ed25519 SHA256:.{43}, which .*kh has revoked/,
  },
  "without the host": {
    file: ({ hostKeys }) => `other ${hostKeys.ed25519}\n`,
    wanted: /kh: no key of "\[127\.0\.0\.1\]:\d+"$/m,
  },
  "that excludes the host": {
    file: ({ port, hostKeys }) => `*,![127.0.0.1]:${port} ${hostKeys.ed25519}\n`,
    wanted: /kh: no key of "\[127\.0\.0\.1\]:\d+"$/m,
  },
  "with a certificate authority alone": {
    file: ({ hostKeys }) => `@cert-authority * ${hostKeys.ed25519}\n`,
    wanted: /only a certificate authority, and host certificates are not supported/,
  },
};

for (const [what, { file, wanted }] of Object.entries(KNOWN_HOSTS)) {
  it(`holds the server's key against a file known_hosts ${what}`, async (t) => {
    const sshd = await sshdOf(t);
    const folder = emptyFolder(t);
    writeFileSync(join(folder, "kh"), file(sshd, folder));
    const settings = settingsOf(sshd, { known_hosts_file: join(folder, "kh") });
    const { status, stderr, name } = await shipTo(t, sshd, settings);
    assert.equal(status, wanted === undefined ? 0 : 2, stderr);
    if (wanted !== undefined) assert.match(stderr, wanted);
    assert.equal(existsSync(join(sshd.folder, name)), wanted === undefined);
  });
}

it("takes the pin that ssh-keygen prints, and no other", async (t) => {
  const sshd = await sshdOf(t);
  const pinned = (pin: string): string => settingsOf(sshd, { known_hosts_file: undefined, host_key: pin });
  assert.equal((await shipTo(t, sshd, pinned(sshd.fingerprint))).status, 0);
  const wrong = await shipTo(t, sshd, pinned(fingerprintOf(`${sshd.keys.rsa}.pub`)));
  assert.equal(wrong.status, 2);
  assert.equal(wrong.deliveries[0]?.failure, "configuration");
  assert.equal(wrong.deliveries[0].attempts, 1);
  // The library would say on standard output that a connection ended.
  const types = wrong.stdout
    .trim()
    .split("\n")
    .map((line) => (JSON.parse(line) as { type: string }).type);
  assert.deepEqual(types, ["begin", "delivery", "end"]);
});

it("does without a key of the host never", async (t) => {
  const sshd = await sshdOf(t);
  const { status, stderr } = await shipTo(t, sshd, settingsOf(sshd, { known_hosts_file: undefined }));
  assert.equal(status, 2);
  assert.match(stderr, /wanted the key of the host, by either known_hosts_file or host_key$/m);
});

it("makes no folder, and says what is wrong with the one named", async (t) => {
  const sshd = await sshdOf(t);
  writeFileSync(join(sshd.folder, "file"), "");
  for (const [directory, wanted] of [
    [join(sshd.folder, "missing"), /open folder ".*missing" on 127\.0\.0\.1: no such file or folder/],
    [join(sshd.folder, "file"), /open folder ".*file": is not a folder/],
    ["/etc", /permission denied/],
  ] as const) {
    const { status, deliveries } = await shipTo(t, sshd, settingsOf(sshd, { directory }));
    assert.equal(status, 2);
    assert.equal(deliveries[0]?.failure, "configuration");
    assert.match(deliveries[0].message, wanted);
  }
  assert.ok(!existsSync(join(sshd.folder, "missing")));
});

it("says that the disk of the server is full, and leaves nothing there", async (t) => {
  const sshd = await sshdOf(t);
  const directory = sshd.fullDisk();
  const { status, deliveries } = await shipTo(
    t,
    sshd,
    settingsOf(sshd, { directory }),
    randomBytes(3_000_000),
  );
  assert.equal(status, 75);
  assert.equal(deliveries[0]?.failure, "temporary");
  assert.match(deliveries[0].message, /no space left on the disk of the server$/);
  assert.deepEqual(readdirSync(directory), []);
});

it("never touches a folder or a link that has the name", async (t) => {
  const sshd = await sshdOf(t);
  mkdirSync(join(sshd.folder, "folder.bin"));
  symlinkSync("/nowhere", join(sshd.folder, "link.bin"));
  for (const name of ["folder.bin", "link.bin"]) {
    const { status, deliveries } = await shipTo(t, sshd, settingsOf(sshd), "x", name);
    assert.equal(status, 2);
    assert.equal(deliveries[0]?.failure, "permanent");
    assert.match(deliveries[0].message, /a file of that name with other content exists$/);
  }
});

it("does not replace a file that comes under the name during the upload", async (t) => {
  const sshd = await sshdOf(t, {});
  const folder = emptyFolder(t);
  writeFileSync(join(folder, "a.bin"), randomBytes(40_000_000));
  writeFileSync(join(folder, "vlf.toml"), settingsOf(sshd));
  const run = bash("vlf-ship --delivery peer a.bin", folder);
  while (!readdirSync(sshd.folder).some((name) => name.endsWith(".part"))) await pause(2);
  writeFileSync(join(sshd.folder, "a.bin"), "other", { flag: "wx" });
  const { status, stdout } = await run;
  assert.equal(status, 2);
  assert.match(stdout, /a file of that name with other content exists/);
  assert.equal(readFileSync(join(sshd.folder, "a.bin"), "utf8"), "other");
  assert.deepEqual(readdirSync(sshd.folder), ["a.bin"]);
});

it("compares sizes alone where that is asked for, and says so", async (t) => {
  const sshd = await sshdOf(t);
  const { status, deliveries } = await shipTo(t, sshd, settingsOf(sshd, { verify: "size" }));
  assert.equal(status, 0);
  assert.equal(deliveries[0]?.proof, "size");
  // What is there already is read all the same: a size is no content.
  await shipTo(t, sshd, settingsOf(sshd, { verify: "size" }), "right", "taken.bin");
  const other = await shipTo(t, sshd, settingsOf(sshd, { verify: "size" }), "wrong", "taken.bin");
  assert.equal(other.status, 2);
});

it("does not take a file for its own that it may not read", async (t) => {
  const sshd = await sshdOf(t);
  writeFileSync(join(sshd.folder, "root.bin"), "right", { mode: 0o600 });
  const { status, deliveries } = await shipTo(
    t,
    sshd,
    settingsOf(sshd, { verify: "size" }),
    "right",
    "root.bin",
  );
  assert.equal(status, 2);
  assert.equal(deliveries[0]?.failure, "permanent");
  assert.match(
    deliveries[0].message,
    /a file of that name and size exists, and may not be read to be compared$/,
  );
});

it("delivers to a folder that may not be listed", async (t) => {
  const sshd = await sshdOf(t, {});
  chmodSync(sshd.folder, 0o300);
  const { status, stderr, name } = await shipTo(t, sshd, settingsOf(sshd), "x");
  assert.equal(status, 0, stderr);
  assert.equal(readFileSync(join(sshd.folder, name), "utf8"), "x");
});

it("delivers to the folder that the login starts in", async (t) => {
  const sshd = await sshdOf(t);
  const { status, deliveries, name } = await shipTo(t, sshd, settingsOf(sshd, { directory: undefined }), "x");
  assert.equal(status, 0);
  assert.equal(deliveries[0]?.location, `sftp://127.0.0.1:${sshd.port}/~/${name}`);
  assert.equal(readFileSync(join(sshd.home, name), "utf8"), "x");
});

it("delivers a name of 255 bytes", async (t) => {
  const sshd = await sshdOf(t);
  const name = `${"ä".repeat(125)}x.bin`;
  const { status, stderr } = await shipTo(t, sshd, settingsOf(sshd), "x", name);
  assert.equal(status, 0, stderr);
  assert.equal(readFileSync(join(sshd.folder, name), "utf8"), "x");
});

it("fails for now when the connection is cut in mid-upload, and delivers the next time", async (t) => {
  const sshd = await sshdOf(t, {});
  const folder = emptyFolder(t);
  const content = randomBytes(60_000_000);
  writeFileSync(join(folder, "a.bin"), content);
  writeFileSync(join(folder, "vlf.toml"), `[ship]\nattempts = 1\n${settingsOf(sshd)}`);
  const run = spawn(join(ROOT, "scripts/bin/vlf-ship"), ["--delivery", "peer", "a.bin"], {
    cwd: folder,
    env: environment(),
    stdio: "pipe",
  });
  let stdout = "";
  run.stdout.on("data", (chunk: Buffer) => (stdout += chunk.toString()));
  const ended = new Promise<number | null>((resolve) => void run.on("close", resolve));
  while (!readdirSync(sshd.folder).some((name) => name.endsWith(".part")) && run.exitCode === null) {
    await pause(5);
  }
  sshd.cut();
  assert.equal(await ended, 75, stdout);
  assert.match(stdout, /"failure":"temporary"/);
  assert.match(stdout, /the connection was lost/);
  assert.ok(!existsSync(join(sshd.folder, "a.bin")));

  const again = await bash("vlf-ship --delivery peer a.bin", folder);
  assert.equal(again.status, 0, again.stderr);
  assert.deepEqual(readdirSync(sshd.folder), ["a.bin"]);
  assert.ok(readFileSync(join(sshd.folder, "a.bin")).equals(content));
});

test(
  "goes through a web proxy that asks for a login",
  { skip: SSHD_SKIP || missing("tinyproxy") },
  async (t) => {
    const sshd = await sshdOf(t);
    const proxy = await startProxy({ username: "voss", password: "proxy-word" });
    t.after(() => proxy.stop());
    const settings = (password: string): string =>
      `${settingsOf(sshd, { proxy: "dmz" })}\n[proxies.dmz]\naddress = "127.0.0.1"\nport = ${proxy.port}\n` +
      `username = "voss"\npassword_env = "${password}"\n`;
    const env = { RIGHT: "proxy-word", WRONG: "wrong-word" };
    const right = await shipTo(t, sshd, settings("RIGHT"), "x", undefined, env);
    assert.equal(right.status, 0, right.stderr);
    assert.deepEqual(proxy.tunnels(), [`127.0.0.1:${sshd.port}`]);
    const wrong = await shipTo(t, sshd, settings("WRONG"), "x", undefined, env);
    assert.equal(wrong.status, 2);
    assert.equal(wrong.deliveries[0]?.failure, "authentication");
    assert.ok(!`${wrong.stdout}${wrong.stderr}`.includes("wrong-word"));
  },
);
