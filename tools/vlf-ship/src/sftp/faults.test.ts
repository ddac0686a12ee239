/** Uploads to servers that lie, fall silent or break off; beside each what the library's own call makes of it. */
import assert from "node:assert/strict";
import { createHash, randomBytes } from "node:crypto";
import { type AddressInfo, createServer } from "node:net";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test, type TestContext } from "node:test";
import { Secret } from "@vlf/common/secrets";
import ssh2 from "ssh2";
import SftpClient from "ssh2-sftp-client";
import type { Receipt } from "../destinations/destination.ts";
import { failureOf } from "../failure.ts";
import type { Source } from "../source.ts";
import { type FakeServer, type Faults, startFakeSftp } from "./_fake-server.ts";
import { fingerprint } from "./host-key.ts";
import { Session } from "./session.ts";
import type { SftpSettings } from "./settings.ts";
import { upload } from "./upload.ts";

const NAME = "a.zip";
const FINAL = `/in/${NAME}`;

async function serverOf(t: TestContext, faults: Faults = {}): Promise<FakeServer> {
  const server = await startFakeSftp(faults);
  t.after(() => server.close());
  return server;
}

function settingsOf(server: FakeServer, more: Partial<SftpSettings> = {}): SftpSettings {
  return {
    host: "127.0.0.1",
    port: server.port,
    username: "u",
    directory: "/in",
    password: new Secret("right"),
    privateKey: undefined,
    passphrase: undefined,
    agent: undefined,
    hostKey: {
      pins: [fingerprint(server.hostKey)],
      known: { keys: [], revoked: [], hasAuthority: false },
      where: "settings",
    },
    verify: "hash",
    proxy: undefined,
    timeoutSeconds: 20,
    ...more,
  };
}

function sourceWith(t: TestContext, content: Uint8Array): Source {
  const folder = mkdtempSync(join(tmpdir(), "vlf-test-"));
  t.after(() => rmSync(folder, { recursive: true }));
  writeFileSync(join(folder, NAME), content);
  const sha256 = createHash("sha256").update(content).digest("hex");
  return { path: join(folder, NAME), name: NAME, expected: { sizeBytes: content.length, sha256 } };
}

async function deliver(settings: SftpSettings, source: Source, signal?: AbortSignal): Promise<Receipt> {
  const session = await Session.open(settings, signal);
  try {
    const { directory, verify } = settings;
    return await upload({ session, directory, verify, location: "there", signal }, source);
  } finally {
    await session.close();
  }
}

/** Delivers, and gives what was thrown. */
async function failureWith(
  settings: SftpSettings,
  source: Source,
): Promise<{ failure: string; message: string }> {
  try {
    await deliver(settings, source);
  } catch (error) {
    return { failure: failureOf(error), message: (error as Error).message };
  }
  return assert.fail("was delivered");
}

/** The plain call of the library, as its manual shows it. */
async function plainPut(server: FakeServer, path: string): Promise<void> {
  const client = new (SftpClient as unknown as new (name: string, callbacks: object) => SftpClient)(
    "plain",
    {},
  );
  await client.connect({ host: "127.0.0.1", port: server.port, username: "u", password: "right" });
  try {
    await client.put(path, FINAL);
  } finally {
    await client.end();
  }
}

test("upload() delivers what a server without extensions takes, and reads it back", async (t) => {
  const content = randomBytes(1_500_000);
  for (const faults of [{}, { readBytes: 1000 }, { isBlind: true }, { writeDelayMs: 20 }]) {
    const server = await serverOf(t, faults);
    const receipt = await deliver(settingsOf(server), sourceWith(t, content));
    assert.equal(receipt.status, "delivered");
    assert.equal(receipt.proof, "read-back");
    assert.deepEqual([...server.files.keys()], [FINAL]);
    assert.ok(server.files.get(FINAL)?.equals(content));
    assert.equal(server.requests.filter((name) => name === "RENAME").length, 1);
  }
});

test("upload() fails on a full disk, which the library's put() takes for a success", async (t) => {
  const server = await serverOf(t, { room: 1_048_576 });
  const source = sourceWith(t, randomBytes(3_000_000));
  const { failure, message } = await failureWith(settingsOf(server), source);
  assert.equal(failure, "temporary");
  assert.match(
    message,
    /^write "\/in\/\.a\.zip\.[0-9a-f]{16}\.part" on 127\.0\.0\.1: the server says "failure"/,
  );
  assert.deepEqual([...server.files.keys()], []);

  await plainPut(server, source.path); // no error
  assert.ok((server.files.get(FINAL)?.length ?? 0) <= 1_048_576);
});

test("upload() finds out a server that keeps less than it took", async (t) => {
  const server = await serverOf(t, { keeps: 100_000 });
  const source = sourceWith(t, randomBytes(300_000));
  const { failure, message } = await failureWith(settingsOf(server, { verify: "size" }), source);
  assert.equal(failure, "integrity");
  assert.match(message, /the server holds 100000 bytes, wanted 300000, although it reported no error$/);
  assert.deepEqual([...server.files.keys()], []);
  await plainPut(server, source.path); // no error
  assert.equal(server.files.get(FINAL)?.length, 100_000);
});

test("upload() publishes nothing that reads back otherwise", async (t) => {
  const server = await serverOf(t, { alters: 123_456 });
  const source = sourceWith(t, randomBytes(300_000));
  const { failure, message } = await failureWith(settingsOf(server), source);
  assert.equal(failure, "integrity");
  assert.match(message, /^read back ".*\.part": other content than was written$/);
  assert.deepEqual([...server.files.keys()], []);
  await plainPut(server, source.path); // no error
  assert.equal(server.files.get(FINAL)?.length, 300_000);
});

test("upload() says that the connection was lost, and the next run takes the leftover away; put() leaves half a file under its name", async (t) => {
  const server = await serverOf(t, { breaksAtWrite: 3 });
  const source = sourceWith(t, randomBytes(2_000_000));
  const { failure, message } = await failureWith(settingsOf(server), source);
  assert.equal(failure, "temporary");
  assert.match(message, /the connection was lost/);
  const [leftover = ""] = server.files.keys();
  assert.match(leftover, /^\/in\/\.a\.zip\.[0-9a-f]{16}\.part$/);
  server.files.set("/in/.a.zip.0123456789abcdef.part.bak", Buffer.from("not ours"));
  server.files.set("/in/.b.zip.0123456789abcdef.part", Buffer.from("of another file"));

  const receipt = await deliver(settingsOf(server), source);
  assert.equal(receipt.status, "delivered");
  assert.deepEqual([...server.files.keys()].toSorted(), [
    "/in/.a.zip.0123456789abcdef.part.bak",
    "/in/.b.zip.0123456789abcdef.part",
    FINAL,
  ]);

  const plain = await serverOf(t, { breaksAtWrite: 3 });
  await assert.rejects(plainPut(plain, source.path));
  const half = plain.files.get(FINAL)?.length ?? -1;
  assert.ok(half >= 0 && half < 2_000_000, String(half));
});

test("upload() waits for no answer longer than its limit", async (t) => {
  const waits = (["WRITE", "CLOSE", "READ", "RENAME"] as const).map(async (silentOn) => {
    const server = await serverOf(t, { silentOn });
    const source = sourceWith(t, randomBytes(1000));
    // Long enough for a busy machine to connect.
    const { failure, message } = await failureWith(settingsOf(server, { timeoutSeconds: 4 }), source);
    assert.equal(failure, "temporary", silentOn);
    assert.match(message, /on 127\.0\.0\.1: no answer within 4 seconds$/);
    assert.ok(!server.files.has(FINAL));
  });
  await Promise.all(waits);
});

test("upload() does not replace a file that appears at the last moment; put() replaces what has the name", async (t) => {
  const source = sourceWith(t, Buffer.from("right"));
  const other = await serverOf(t, { appears: { [FINAL]: "other" } });
  const { failure, message } = await failureWith(settingsOf(other), source);
  assert.equal(failure, "permanent");
  assert.match(message, /a file of that name with other content exists$/);
  assert.equal(other.files.get(FINAL)?.toString(), "other");
  assert.deepEqual([...other.files.keys()], [FINAL]);

  const same = await serverOf(t, { appears: { [FINAL]: "right" } });
  assert.equal((await deliver(settingsOf(same), source)).status, "already-delivered");
  assert.deepEqual([...same.files.keys()], [FINAL]);

  await plainPut(other, source.path); // no error
  assert.equal(other.files.get(FINAL)?.toString(), "right");
});

test("upload() takes a file that changes under its hands for a failure; put() sends what it finds", async (t) => {
  const server = await serverOf(t);
  const source = sourceWith(t, randomBytes(500_000));
  writeFileSync(source.path, randomBytes(500_000));
  const { failure, message } = await failureWith(settingsOf(server), source);
  assert.equal(failure, "integrity");
  assert.match(message, /changed since it was packed/);
  assert.deepEqual([...server.files.keys()], []);

  await plainPut(server, source.path); // no error
  assert.equal(server.files.get(FINAL)?.length, 500_000);
});

test("upload() takes back what is half done when it is stopped", async (t) => {
  const server = await serverOf(t, { writeDelayMs: 50 });
  const source = sourceWith(t, randomBytes(5_000_000));
  const controller = new AbortController();
  const stopped = new Error("stopped");
  const watch = setInterval(() => {
    if (server.requests.includes("WRITE")) controller.abort(stopped);
  }, 5);
  await assert.rejects(deliver(settingsOf(server), source, controller.signal), stopped);
  clearInterval(watch);
  assert.deepEqual([...server.files.keys()], []);
});

test("Session.open() refuses a host of another key, and shows no password to it", async (t) => {
  const server = await serverOf(t);
  const right = settingsOf(server);
  const pins = [`SHA256:${"A".repeat(43)}`];
  const wrong = { ...right, hostKey: { ...right.hostKey, pins } };
  await assert.rejects(Session.open(wrong), (error: Error) => {
    assert.equal(failureOf(error), "configuration");
    assert.match(
      error.message,
      /the server shows ssh-ed25519 SHA256:.{43}, wanted SHA256:A{43} \(settings\)$/,
    );
    return true;
  });
  assert.deepEqual(server.logins, []);
});

test("Session.open() tries a refused password once", async (t) => {
  const server = await serverOf(t);
  await assert.rejects(
    Session.open(settingsOf(server, { password: new Secret("wrong") })),
    (error: Error) => {
      assert.equal(failureOf(error), "authentication");
      assert.ok(!error.message.includes("wrong"));
      return true;
    },
  );
  assert.deepEqual(server.logins, ["none", "password"]);
});

test("Session.open() says that the settings are wrong when server and client have nothing in common", async (t) => {
  const old = settingsOf(await serverOf(t, { cipher: "aes256-cbc" }));
  const right = settingsOf(await serverOf(t));
  const rsa = { type: "ssh-rsa", blob: Buffer.from("x") };
  const known = { keys: [rsa], revoked: [], hasAuthority: false };
  const otherType = { ...right, hostKey: { pins: [], known, where: "kh" } };
  for (const [settings, message] of [
    [old, /no matching .*cipher/i],
    [otherType, /no matching host key/i],
  ] as const) {
    await assert.rejects(Session.open(settings), (error: Error) => {
      assert.equal(failureOf(error), "configuration");
      assert.match(error.message, message);
      return true;
    });
  }
});

test("Session.open() says that a login has no SFTP, and waits for it no longer than its limit", async (t) => {
  for (const [sftp, failure, message] of [
    ["none", "configuration", /^connect to 127\.0\.0\.1:\d+: .*subsystem/],
    ["silent", "temporary", /^connect to 127\.0\.0\.1:\d+: no answer within 2 seconds$/],
  ] as const) {
    const server = await serverOf(t, { sftp });
    await assert.rejects(Session.open(settingsOf(server, { timeoutSeconds: 1 })), (error: Error) => {
      assert.equal(failureOf(error), failure);
      assert.match(error.message, message);
      return true;
    });
  }
});

test("Session.open() tells a host that speaks no SSH 2 from one that is not there", async (t) => {
  const answer = await new Promise<{ port: number; close: () => void }>((resolve) => {
    const server = createServer((socket) => socket.on("error", () => {}).end("SSH-1.5-old\r\n"));
    server.listen(0, "127.0.0.1", () => {
      resolve({ port: (server.address() as AddressInfo).port, close: () => server.close() });
    });
  });
  const right = settingsOf(await serverOf(t), { timeoutSeconds: 1 });
  const failureAt = async (host: string, port: number): Promise<string> => {
    const opened = Session.open({ ...right, host, port });
    return opened.then(() => "none", failureOf);
  };
  assert.equal(await failureAt("127.0.0.1", answer.port), "configuration");
  answer.close();
  assert.equal(await failureAt("127.0.0.1", answer.port), "temporary");
  assert.equal(await failureAt("no-host.invalid", 22), "configuration");
});

/** What ssh2 makes of a verifier: the reason why ours is a plain function to true or false. */
test("ssh2 connects unless its verifier gives false at once", async (t) => {
  const server = await serverOf(t);
  const verifiers: Readonly<Record<string, unknown>> = {
    none: undefined,
    "a promise of false": () => Promise.resolve(false),
    null: () => null,
    zero: () => 0,
    "an empty text": () => "",
  };
  for (const [what, hostVerifier] of Object.entries(verifiers)) {
    const client = new ssh2.Client();
    const isConnected = await new Promise<boolean>((resolve) => {
      client.on("ready", () => resolve(true)).on("error", () => resolve(false));
      const verifier = hostVerifier === undefined ? {} : { hostVerifier: hostVerifier as () => boolean };
      client.connect({ host: "127.0.0.1", port: server.port, username: "u", password: "right", ...verifier });
    });
    client.destroy();
    assert.ok(isConnected, what);
  }
});

test("Session writes nothing to standard output when a connection ends; the library's client does", async (t) => {
  const server = await serverOf(t);
  const lines: unknown[] = [];
  const { log, error } = console;
  const keep = (...words: unknown[]): void => void lines.push(words.join(" "));
  Object.assign(console, { log: keep, error: keep });
  try {
    const session = await Session.open(settingsOf(server));
    await server.close();
    await assert.rejects(session.ask("look", (sftp, done) => sftp.lstat("/in", done)));
    await session.close();
    assert.deepEqual(lines, []);

    const other = await serverOf(t);
    const client = new SftpClient();
    await client.connect({ host: "127.0.0.1", port: other.port, username: "u", password: "right" });
    await other.close();
    await client.end();
    assert.match(lines.join("\n"), /Global (end|close|error) listener/);
  } finally {
    Object.assign(console, { log, error });
  }
});
