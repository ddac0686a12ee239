/** Runs that are killed, or that give up for now, and go on from their checkpoint. */
import assert from "node:assert/strict";
import type { ChildProcess } from "node:child_process";
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test, type TestContext } from "node:test";
import { Random } from "../../tools/vlf-collect/src/demo/random.ts";
import { emptyFolder, filesBelow } from "../pipelines/_run.ts";
import { collect, failed, holdsNone, serve, succeeded, system } from "./_collect.ts";
import type { VossServer } from "./server.ts";

const ARGS = ["--page-size", "20", "--checkpoint", "state"];
const SYSTEM = { customers: 4, subscribers: 200 };

/** Kills a run when the server has seen so many requests; `later` puts it off by so many turns. */
interface Killing {
  at: number;
  child: ChildProcess | undefined;
}

async function serveToKill(t: TestContext, args: object = {}): Promise<[VossServer, Killing]> {
  const killing: Killing = { at: 0, child: undefined };
  const server = await serve(t, {
    system: system(SYSTEM),
    onRequest: (number) => {
      if (number === killing.at) killing.child?.kill("SIGKILL");
    },
    ...args,
  });
  return [server, killing];
}

test("a run that is killed ten times gives the stream of an undisturbed one, and fetches no page twice over", async (t) => {
  const seed = Date.now() % 2 ** 32;
  t.diagnostic(`seed ${seed}`);
  const random = new Random(seed);
  const undisturbed = await serve(t, { system: system(SYSTEM) });
  const wanted = await collect(t, undisturbed, ["--page-size", "20"]);
  succeeded(wanted);
  // One run's worth of requests, cut in eleven: each kill at a random place of a part, so that all ten come in time.
  const share = Math.floor(undisturbed.stats.requests / 11);
  const [server, killing] = await serveToKill(t);
  const folder = emptyFolder(t);
  const started = (child: ChildProcess): void => void (killing.child = child);
  for (let kill = 0; kill < 10; kill++) {
    // The second half of a part: what a run lost is there again before the next kill.
    killing.at = server.stats.requests + 1 + Math.floor(share / 2) + random.below(Math.floor(share / 2));
    const ran = await collect(t, server, ARGS, { folder, started });
    assert.notEqual(ran.status, 0, `kill ${kill} of seed ${seed} came too late`);
    assert.ok(!ran.isComplete);
    leaksNothing(server, folder);
  }
  killing.child = undefined;
  const ran = await collect(t, server, ARGS, { folder });
  succeeded(ran);
  assert.equal(streamOf(ran.stdout), streamOf(wanted.stdout));
  const most = Math.max(...server.stats.pages.values());
  assert.ok(most <= 2, `a page was fetched ${most} times, seed ${seed}`);
  assert.deepEqual(filesBelow(folder), []);
});

/** A stream but for its run id, which is made of the options, and one has a checkpoint more. */
function streamOf(text: string): string {
  return text.replace(/"run_id":"[^"]*"/, "");
}

/** The checkpoint holds people: it is the user's alone, and without a secret. */
function leaksNothing(server: VossServer, folder: string): void {
  const state = join(folder, "state");
  if (!existsSync(state)) return;
  assert.equal(statSync(state).mode & 0o777, 0o700);
  for (const name of filesBelow(state)) {
    const path = join(state, name);
    assert.equal(statSync(path).mode & 0o777, 0o600, path);
    holdsNone(readFileSync(path, "latin1"), server.secrets(), path);
  }
}

test("a long list, of which pkids wait on disk, goes on from where it was, and its duplicates are told", async (t) => {
  const records = [...system({ customers: 1, subscribers: 5 })];
  const like = records.find(
    ({ type, model }: { type: string; model?: string }) => type === "instance" && model === "data/User",
  );
  assert.ok(like?.type === "instance");
  const many = Array.from({ length: 100_000 }, (_, i) => ({
    ...like,
    // The last two are the first two.
    pkid: (2 ** 40 + (i % 99_998)).toString(16).padStart(24, "5"),
  }));
  const at = records.indexOf(like);
  records.splice(at, 1, ...many);
  const args = ["--page-size", "2000", "--checkpoint", "state"];
  const killing: Killing = { at: 0, child: undefined };
  const server = await serve(t, {
    system: records,
    onRequest: (number) => {
      if (number === killing.at) killing.child?.kill("SIGKILL");
    },
  });
  const wanted = await collect(t, server, ["--page-size", "2000"]);
  succeeded(wanted);
  const pkids = wanted.records.map(({ pkid }) => String(pkid)).filter((pkid) => pkid.startsWith("5555"));
  assert.ok(wanted.stdout.includes("duplicate-instances"));
  assert.deepEqual([pkids.length, new Set(pkids).size], [99_998, 99_998]);
  const folder = emptyFolder(t);
  // The list is read twice, since rows of it came twice.
  const requests = server.stats.requests;
  killing.at = requests + Math.floor(requests * 0.9);
  const started = (child: ChildProcess): void => void (killing.child = child);
  const temporary = emptyFolder(t);
  const env = { TMPDIR: temporary };
  assert.notEqual((await collect(t, server, args, { folder, started })).status, 0);
  leaksNothing(server, folder);
  const ran = await collect(t, server, args, { folder, env });
  succeeded(ran);
  assert.equal(streamOf(ran.stdout), streamOf(wanted.stdout));
  const left = readdirSync(temporary).filter((name) => name.startsWith("vlf-"));
  assert.deepEqual([...filesBelow(folder), ...left], []);
});

test("a run that is killed while it writes its output gives all of it the next time", async (t) => {
  const [server, killing] = await serveToKill(t);
  const folder = emptyFolder(t);
  const wanted = await collect(t, await serve(t, { system: system(SYSTEM) }), ["--page-size", "20"]);
  const ran = await collect(t, server, ARGS, {
    folder,
    started: (child) => {
      killing.child = child;
      let seen = 0;
      child.stdout?.on("data", (chunk: Buffer) => {
        seen += chunk.length;
        if (seen > 100_000) child.kill("SIGKILL");
      });
    },
  });
  // Where the pipe took all of it at once, it was done before it could be killed.
  if (ran.status !== 0) {
    const requests = server.stats.requests;
    const again = await collect(t, server, ARGS, { folder });
    succeeded(again);
    assert.equal(streamOf(again.stdout), streamOf(wanted.stdout));
    assert.ok(server.stats.requests - requests < 5);
  } else assert.equal(streamOf(ran.stdout), streamOf(wanted.stdout));
});

test("a session of a run that goes on is a new one, and is nowhere in the checkpoint", async (t) => {
  const [server, killing] = await serveToKill(t);
  const folder = emptyFolder(t);
  killing.at = 40;
  const args = [...ARGS, "--login", "session"];
  await collect(t, server, args, { folder, started: (child) => void (killing.child = child) });
  leaksNothing(server, folder);
  succeeded(await collect(t, server, args, { folder }));
  assert.equal(server.stats.logins, 2);
});

test("what ends with 75 goes on from where it was", async (t) => {
  const server = await serve(t, { system: system(SYSTEM) });
  server.faults.add({ model: "device/cucm/Phone", after: 2, act: { status: 503 } });
  const folder = emptyFolder(t);
  failed(await collect(t, server, [...ARGS, "--retries", "0"], { folder }), 75, /503/);
  leaksNothing(server, folder);
  server.faults.clear();
  const before = server.stats.pages.size;
  const ran = await collect(t, server, [...ARGS, "--retries", "0"], { folder });
  succeeded(ran);
  const wanted = await collect(t, await serve(t, { system: system(SYSTEM) }), ["--page-size", "20"]);
  assert.equal(streamOf(ran.stdout), streamOf(wanted.stdout));
  assert.ok(before > 5);
  assert.ok(Math.max(...server.stats.pages.values()) <= 2);
  assert.ok(!existsSync(join(folder, "state")));
});

test("a run goes on from a checkpoint whose last page was cut off in the middle", async (t) => {
  const [server, killing] = await serveToKill(t);
  const folder = emptyFolder(t);
  killing.at = 60;
  await collect(t, server, ARGS, { folder, started: (child) => void (killing.child = child) });
  const state = join(folder, "state");
  const [largest = ""] = readdirSync(state).sort(
    (a, b) => statSync(join(state, b)).size - statSync(join(state, a)).size,
  );
  const whole = readFileSync(join(state, largest));
  assert.ok(whole.length > 1000);
  writeFileSync(join(state, largest), whole.subarray(0, whole.length - 333));
  const ran = await collect(t, server, ARGS, { folder });
  succeeded(ran);
  const wanted = await collect(t, await serve(t, { system: system(SYSTEM) }), ["--page-size", "20"]);
  assert.equal(streamOf(ran.stdout), streamOf(wanted.stdout));
});

test("a part of the hierarchy goes on from where it was, and so do the nodes above it", async (t) => {
  const records = [...system(SYSTEM)];
  const customer = records.find(({ type }) => type === "scope-end")?.hierarchy ?? "";
  const [server, killing] = await serveToKill(t, { system: records });
  const folder = emptyFolder(t);
  killing.at = 30;
  const args = [...ARGS, "--hierarchy", customer];
  await collect(t, server, args, { folder, started: (child) => void (killing.child = child) });
  const nodes = server.stats.byModel["data/HierarchyNode"] ?? 0;
  const ran = await collect(t, server, args, { folder });
  succeeded(ran);
  // And one at the end, which tells whether the hierarchy is still the same.
  assert.equal(server.stats.byModel["data/HierarchyNode"], nodes + 1);
  const wanted = await collect(t, await serve(t, { system: records }), [
    "--page-size",
    "20",
    "--hierarchy",
    customer,
  ]);
  assert.equal(streamOf(ran.stdout), streamOf(wanted.stdout));
});

test("a checkpoint of another system, user or hierarchy is refused", async (t) => {
  const [server, killing] = await serveToKill(t);
  const folder = emptyFolder(t);
  killing.at = 40;
  await collect(t, server, ARGS, { folder, started: (child) => void (killing.child = child) });
  const other = await serve(t, { system: system(SYSTEM) });
  failed(await collect(t, other, ARGS, { folder }), 2, /checkpoint.*url/);
  assert.equal(other.stats.requests, 0);
  const requests = server.stats.requests;
  failed(await collect(t, { ...server, username: "somebody" }, ARGS, { folder }), 2, /checkpoint.*username/);
  failed(await collect(t, server, [...ARGS, "--hierarchy", "sys.hcs"], { folder }), 2, /checkpoint.*options/);
  failed(await collect(t, server, [...ARGS, "--for", "audit"], { folder }), 2, /checkpoint.*options/);
  assert.equal(server.stats.requests, requests);
  succeeded(await collect(t, server, ARGS, { folder }));
});

test("two runs at once do not share a checkpoint: the later one ends with 75", async (t) => {
  const folder = emptyFolder(t);
  let first: ChildProcess | undefined;
  let second: Promise<void> | undefined;
  const server: VossServer = await serve(t, {
    onRequest: (number) => {
      if (number !== 3) return;
      // The first one stands still until the other has ended.
      first?.kill("SIGSTOP");
      second = collect(t, server, ARGS, { folder })
        .then((ran) => failed(ran, 75, /checkpoint "state": another run uses it by vlf-collect, process \d+/))
        .finally(() => first?.kill("SIGCONT"));
      second.catch(() => {});
    },
  });
  const ran = await collect(t, server, ARGS, { folder, started: (child) => void (first = child) });
  assert.ok(second !== undefined);
  await second;
  succeeded(ran);
  assert.deepEqual(filesBelow(folder), []);
});

test("the process list shows no password, token or cookie", async (t) => {
  const seen: string[] = [];
  let pid = 0;
  const server = await serve(t, {
    onRequest: (number) => {
      if (number % 10 === 1) seen.push(readFileSync(`/proc/${pid}/cmdline`, "latin1"));
    },
  });
  const ran = await collect(t, server, ["--login", "session"], {
    started: (child) => void (pid = child.pid ?? 0),
  });
  succeeded(ran);
  assert.ok(seen.length > 3 && seen.every((line) => line.includes("--password-file")));
  for (const line of seen) holdsNone(line, server.secrets(), "the process list");
});
