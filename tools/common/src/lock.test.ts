import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test, type TestContext } from "node:test";
import { holderOf, type Lock, tryLock, tryLocks, withLock } from "./lock.ts";

async function lockPath(t: TestContext): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "vlf-lock-"));
  t.after(() => rm(folder, { recursive: true, force: true }));
  return join(folder, "state/run.lock");
}

/** Another process that holds the lock until it is killed. */
async function otherHolder(path: string): Promise<{ kill: () => Promise<void> }> {
  await (await tryLock(path))?.release();
  const child = spawn("flock", ["--no-fork", path, "sh", "-c", "echo held; exec cat"], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  await once(child.stdout, "data");
  return {
    async kill() {
      child.kill("SIGKILL");
      await once(child, "close");
    },
  };
}

test("tryLock() gives a lock to one, and again after its release", async (t) => {
  const path = await lockPath(t);
  const first = await tryLock(path);
  assert.ok(first);
  assert.equal(await tryLock(path), undefined);
  await first.release();
  await first.release();
  const second = await tryLock(path);
  assert.ok(second);
  await second.release();
});

test("tryLock() makes folder and file for the owner alone, and leaves them", async (t) => {
  const path = await lockPath(t);
  await (await tryLock(path))?.release();
  assert.equal((await stat(path)).mode & 0o777, 0o600);
  assert.equal((await stat(join(path, ".."))).mode & 0o777, 0o700);
});

test("tryLock() is refused by another process, until that one was killed outright", async (t) => {
  const path = await lockPath(t);
  const other = await otherHolder(path);
  assert.equal(await tryLock(path), undefined);
  await other.kill();
  const lock = await tryLock(path);
  assert.ok(lock, "the holder is dead");
  await lock.release();
});

test("tryLock() with a wait gets the lock when the holder is done, and gives up after the wait", async (t) => {
  const path = await lockPath(t);
  const first = await tryLock(path);
  assert.ok(first);
  assert.equal(await tryLock(path, { waitSeconds: 0.05 }), undefined);
  const waiting = tryLock(path, { waitSeconds: 30 });
  await first.release();
  const second = await waiting;
  assert.ok(second);
  await second.release();
});

test("tryLocks() takes locks in their order, up to the first that another holds", async (t) => {
  const path = await lockPath(t);
  const [a = "", b = "", c = ""] = ["a", "b", "c"].map((name) => `${path}.${name}`);
  const all = await tryLocks([a, b, c], "job x");
  assert.deepEqual([...all.keys()], [a, b, c]);
  assert.equal(await holderOf(c), ` by job x, process ${process.pid}`);
  assert.equal(await tryLock(b), undefined);
  for (const lock of all.values()) await lock.release();
  const other = await otherHolder(b);
  const some = await tryLocks([a, b, c], "job x");
  assert.deepEqual([...some.keys()], [a]);
  assert.equal(await tryLock(a), undefined);
  const third = await tryLock(c);
  assert.ok(third, "what comes after is free");
  for (const lock of [third, ...some.values()]) await lock.release();
  await other.kill();
});

test("tryLocks() takes none where one cannot be made, and none without flock", async (t) => {
  const path = await lockPath(t);
  assert.equal((await tryLocks([path, "/dev/null/x.lock"], "x")).size, 0);
  const known = process.env["PATH"];
  process.env["PATH"] = "/nowhere";
  try {
    assert.equal((await tryLocks([path], "x")).size, 0);
  } finally {
    process.env["PATH"] = known;
  }
  const lock = await tryLock(path);
  assert.ok(lock, "it was let go");
  await lock.release();
});

test("a program that inherits the file holds the lock after its starter let go", async (t) => {
  const path = await lockPath(t);
  const lock = await tryLock(path);
  assert.ok(lock);
  const child = spawn("cat", { stdio: ["pipe", "ignore", "inherit", lock.fd] });
  await once(child, "spawn");
  await lock.release();
  assert.equal(await tryLock(path), undefined);
  child.stdin?.end();
  await once(child, "close");
  const next = await tryLock(path);
  assert.ok(next);
  await next.release();
});

test("withLock() gives what the action gives, and frees the lock when the action fails", async (t) => {
  const path = await lockPath(t);
  assert.equal(await withLock(path, {}, ({ fd }) => Promise.resolve(fd > 2)), true);
  await assert.rejects(
    withLock(path, {}, () => Promise.reject(new Error("no"))),
    { message: "no" },
  );
  const lock: Lock | undefined = await tryLock(path);
  assert.ok(lock);
  await lock.release();
});

test("withLock() says who holds the lock, as a failure that may pass", async (t) => {
  const path = await lockPath(t);
  await withLock(path, { holder: "vlf-ship" }, async () => {
    await assert.rejects(
      withLock(path, { waitSeconds: 0.05 }, () => Promise.resolve()),
      {
        name: "TemporaryError",
        status: 75,
        message: `lock "${path}": still held after 0.05 s by vlf-ship, process ${process.pid}`,
        hint: "wait for it to end: two at once would get in each other's way",
      },
    );
    await assert.rejects(
      withLock(path, {}, () => Promise.resolve()),
      { message: `lock "${path}": still held by vlf-ship, process ${process.pid}` },
    );
  });
});

test("holderOf() says nothing of a file that is not there, or holds no holder", async (t) => {
  const path = await lockPath(t);
  assert.equal(await holderOf(path), "");
  await withLock(path, {}, async () => assert.equal(await holderOf(path), ` by process ${process.pid}`));
  await writeFile(path, "what\u001b[2J");
  assert.equal(await holderOf(path), "");
});

test("tryLock() names the file that cannot be made", async (t) => {
  const path = await lockPath(t);
  await (await tryLock(path))?.release();
  await assert.rejects(tryLock(join(path, "below")), {
    name: "ToolError",
    message: /^lock ".*run\.lock\/below": .*\((EEXIST|ENOTDIR)\)$/,
  });
});

test("tryLock() says what to install where flock is missing", async (t) => {
  const path = await lockPath(t);
  const before = process.env["PATH"];
  process.env["PATH"] = "/nowhere";
  try {
    const message = `lock "${path}": the program flock is not there`;
    await assert.rejects(tryLock(path), { name: "ToolError", message, hint: "install util-linux" });
  } finally {
    process.env["PATH"] = before;
  }
});
