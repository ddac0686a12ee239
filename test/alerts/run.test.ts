import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { constants } from "node:os";
import { join } from "node:path";
import { test, type TestContext } from "node:test";
import { bash, emptyFolder, environment, NOW } from "../pipelines/_run.ts";
import { hooked, jobFile, openAlerts, writeSettings } from "./_alerts.ts";

for (const [what, command, status, found] of [
  ["a status", ["sh", "-c", "exit 3"], 3, "ended with status 3"],
  ["status 75", ["sh", "-c", "exit 75"], 75, "ended with status 75"],
  ["SIGTERM of its own", ["sh", "-c", "kill -TERM $$"], 143, "died of SIGTERM"],
  ["SIGSEGV", ["sh", "-c", "kill -SEGV $$"], 139, "died of SIGSEGV"],
  ["a command that is not there", ["no-such-command"], 127, "could not be started: no such command"],
  ["a file that is no program", ["./vlf.toml"], 126, "could not be started: permission denied (EACCES)"],
] as const) {
  test(`run ends as its command did: ${what}`, async (t) => {
    const { folder, hook } = await hooked(t);
    const words = command.map((word) => `'${word}'`).join(" ");
    const ran = await bash(`vlf-notify run --name nightly --now ${NOW} -- ${words}`, folder);
    assert.equal(ran.status, status);
    assert.match(
      ran.stderr,
      new RegExp(`^vlf-notify: error: run job "nightly": the command ${found.replace(/[()]/g, "\\$&")}\n`),
    );
    assert.equal(hook.alerts()[0]?.["title"], "ERROR: Job nightly failed");
    assert.equal(
      hook.alerts()[0]?.["message"],
      `The job nightly started at ${NOW} was not successful: it ${found}.`,
    );
  });
}

test("run leaves standard input to its command, byte for byte and no further than that reads", async (t) => {
  const { folder } = await hooked(t);
  const bytes = Buffer.from(Array.from({ length: 200_000 }, (_, index) => (index * 7) % 256));
  writeFileSync(join(folder, "in"), bytes);
  const piped = await bash("cat in | vlf-notify run -- cat > out && cmp in out", folder);
  assert.equal(piped.status, 0, piped.stderr);
  const rest = await bash("{ vlf-notify run -- head -c 5 > /dev/null; cat; } < in | wc -c", folder);
  assert.equal(rest.stdout.trim(), String(bytes.length - 5));
});

test("run stops a command at its time limit, with all that it started", async (t) => {
  const { folder, hook } = await hooked(t);
  const ran = await bash(
    "vlf-notify run --name slow --timeout 1s -- sh -c 'sleep 600 & echo $! > one; sleep 600 & echo $! > two; wait'",
    folder,
  );
  assert.equal(ran.status, 143);
  assert.match(ran.stderr, /the command was stopped at its time limit of 1 s and died of SIGTERM\n/);
  assert.equal(hook.alerts().length, 1);
  assert.equal(jobFile(folder, "slow").last?.["timed_out"], true);
  assertGone(folder, "one", "two");
});

test("run kills what does not heed SIGTERM at the limit, its children too", async (t) => {
  const { folder } = await hooked(t);
  const stubborn =
    'trap "" TERM; (trap "" TERM; echo $BASHPID > one; while :; do sleep 1; done) & while :; do sleep 1; done';
  const ran = await bash(`vlf-notify run --timeout 1s --kill-after 1s -- bash -c '${stubborn}'`, folder);
  assert.equal(ran.status, 137);
  assert.match(ran.stderr, /was stopped at its time limit of 1 s and died of SIGKILL\n/);
  assertGone(folder, "one");
});

test("run kills a child that outlives its command at the limit", async (t) => {
  const { folder } = await hooked(t);
  const child = '(trap "" TERM; echo $BASHPID > one; while :; do sleep 1; done)';
  const ran = await bash(
    `vlf-notify run --timeout 1s --kill-after 1s -- bash -c '${child} & sleep 600'`,
    folder,
  );
  assert.equal(ran.status, 143);
  assertGone(folder, "one");
});

test("a command that ends with 0 at its limit was cut short all the same: status 2", async (t) => {
  const { folder } = await hooked(t);
  const ran = await bash(
    `vlf-notify run --timeout 1s -- sh -c 'trap "exit 0" TERM; sleep 600 & wait'`,
    folder,
  );
  assert.equal(ran.status, 2);
  assert.match(ran.stderr, /was stopped at its time limit of 1 s and ended with status 2\n/);
});

function assertGone(folder: string, ...files: string[]): void {
  for (const file of files) {
    const pid = readFileSync(join(folder, file), "utf8").trim();
    // A process that nobody has waited for yet is dead as well: state Z.
    const isAlive =
      existsSync(`/proc/${pid}/stat`) && !/\) Z /.test(readFileSync(`/proc/${pid}/stat`, "utf8"));
    assert.equal(isAlive, false, `process ${pid} of "${file}" is alive`);
  }
}

/** Starts vlf-notify, and waits until its command has made the file `started`. */
async function startRun(t: TestContext, folder: string, ...args: string[]): Promise<ChildProcess> {
  const child = spawn("vlf-notify", ["run", ...args], {
    cwd: folder,
    env: environment(),
    stdio: ["ignore", "pipe", "pipe"],
  });
  t.after(() => void child.kill("SIGKILL"));
  await waitFor(() => existsSync(join(folder, "started")));
  // Deno starts to listen in a thread of its own: a signal that comes sooner has its usual effect.
  await waitFor(() => ["SIGTERM", "SIGTSTP", "SIGUSR1"].every((signal) => catches(child.pid ?? 0, signal)));
  return child;
}

/** Whether a process handles a signal itself: the mask SigCgt of proc(5). */
function catches(pid: number, signal: string): boolean {
  const mask = /^SigCgt:\s*(\w+)$/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1] ?? "0";
  const number = constants.signals[signal as NodeJS.Signals];
  return ((BigInt(`0x${mask}`) >> BigInt(number - 1)) & 1n) === 1n;
}

async function waitFor(isTrue: () => boolean): Promise<void> {
  const deadline = Date.now() + 60_000;
  while (!isTrue()) {
    if (Date.now() > deadline) throw new Error(`waited in vain for ${String(isTrue)}`);
    await new Promise((resolve) => {
      setTimeout(resolve, 20);
    });
  }
}

// They end when the folder of the test is gone, should a test fail in between.
const LOOP = "while [ -e vlf.toml ]; do sleep 0.05; done";
const UNTIL_ENOUGH = "until [ -e enough ] || ! [ -e vlf.toml ]; do sleep 0.05; done";

test("run passes signals on, and ends with the status that the command answers with", async (t) => {
  const { folder } = await hooked(t);
  const answer = `trap "echo usr1 >> heard" USR1; trap "echo term >> heard; exit 7" TERM; touch started; ${LOOP}`;
  const child = await startRun(t, folder, "--", "sh", "-c", answer);
  child.kill("SIGUSR1");
  await waitFor(() => existsSync(join(folder, "heard")));
  child.kill("SIGTERM");
  const [code, signal] = (await once(child, "exit")) as [number | null, string | null];
  assert.deepEqual([code, signal], [7, null]);
  assert.equal(readFileSync(join(folder, "heard"), "utf8"), "usr1\nterm\n");
});

/** `T` for stopped, `S` for waiting, as in proc(5). */
function stateOf(pid: number): string {
  return /\) (\S) /.exec(readFileSync(`/proc/${pid}/stat`, "utf8"))?.[1] ?? "";
}

test("run stops and goes on with its command, as by Ctrl-Z and fg", async (t) => {
  const { folder } = await hooked(t);
  const child = await startRun(t, folder, "--", "sh", "-c", `echo $$ > pid; touch started; ${UNTIL_ENOUGH}`);
  const both = [Number(readFileSync(join(folder, "pid"), "utf8")), child.pid ?? 0];
  child.kill("SIGTSTP");
  await waitFor(() => both.every((pid) => stateOf(pid) === "T"));
  child.kill("SIGCONT");
  await waitFor(() => both.every((pid) => stateOf(pid) !== "T"));
  writeFileSync(join(folder, "enough"), "");
  assert.deepEqual(await once(child, "exit"), [0, null]);
});

for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
  test(`run dies of ${signal} when its command did, after it has told of it`, async (t) => {
    const { folder, hook } = await hooked(t);
    // A shell that waits for a program goes on when that one ends by itself just then: none is waited for.
    const child = await startRun(t, folder, "--", "bash", "-c", ": > started; exec sleep 60");
    child.kill(signal);
    const [code, how] = (await once(child, "exit")) as [number | null, string | null];
    assert.deepEqual([code, how], [null, signal]);
    assert.match(String(hook.alerts()[0]?.["details"]), new RegExp(`it died of ${signal}`));
  });
}

test("a second run of a job is not started: status 75, a warning, the first goes on", async (t) => {
  const { folder, hook } = await hooked(t);
  const child = await startRun(t, folder, "--", "sh", "-c", `touch started; ${UNTIL_ENOUGH}`);
  const second = await bash(`vlf-notify run --now ${NOW} -- touch ran`, folder);
  assert.equal(second.status, 75);
  const held = new RegExp(
    `^vlf-notify: error: start job "license-audit": the run before is still under way, held by job license-audit, process ${child.pid}\n`,
  );
  assert.match(second.stderr, held);
  assert.equal(existsSync(join(folder, "ran")), false);
  assert.equal(hook.alerts()[0]?.["title"], "WARNING: Job license-audit was not started");
  writeFileSync(join(folder, "enough"), "");
  const [code] = (await once(child, "exit")) as [number];
  assert.equal(code, 0);
  assert.equal(jobFile(folder).last?.["result"], "success");
});

test("runs of one group never overlap: the second waits, or is not started after its wait", async (t) => {
  const { folder } = await hooked(t, "", "[notify.jobs.free]\ngroups = []");
  const child = await startRun(
    t,
    folder,
    "--",
    "sh",
    "-c",
    `touch started; ${UNTIL_ENOUGH}; touch first-done`,
  );
  const impatient = await bash("vlf-notify run --name export --wait 0 -- touch ran", folder);
  assert.equal(impatient.status, 75);
  assert.match(
    impatient.stderr,
    /another run of group "exports" is still under way after 0 s, held by job license-audit/,
  );
  const other = await bash(
    "vlf-notify run --name free -- true && vlf-notify run --name another --group db -- true",
    folder,
  );
  assert.equal(other.status, 0, other.stderr);
  const patient = bash("vlf-notify run --name export --wait 1m -- test -e first-done", folder);
  writeFileSync(join(folder, "enough"), "");
  await once(child, "exit");
  assert.equal((await patient).status, 0, "it ran after the first was done");
});

test("a run whose vlf-notify was killed keeps its lock until the command ends, and is seen as not ended", async (t) => {
  const { folder } = await hooked(t);
  const child = await startRun(t, folder, "--", "sh", "-c", `touch started; ${UNTIL_ENOUGH}; touch done`);
  child.kill("SIGKILL");
  await once(child, "exit");
  assert.equal((await bash("vlf-notify run -- true", folder)).status, 75);
  const check = await bash("vlf-notify check --exit-status", folder);
  assert.equal(check.status, 1);
  assert.match(check.stderr, /the run that started at \S+ has not ended\n/);
  writeFileSync(join(folder, "enough"), "");
  await waitFor(() => existsSync(join(folder, "done")));
  const next = await bash("vlf-notify run --wait 1m -- true", folder);
  assert.ok([0, 75].includes(next.status ?? -1));
});

test("run starts its command although its targets are wrong, and says so when they matter", async (t) => {
  const folder = emptyFolder(t);
  writeSettings(folder, 'targets_file = "missing"', '[notify.targets.nms]\ntype = "snmp"\nhost = "h"\n');
  const good = await bash("vlf-notify run -- echo ran", folder);
  assert.deepEqual([good.status, good.stdout, good.stderr], [0, "ran\n", ""]);
  const bad = await bash("vlf-notify run -- sh -c 'exit 4'", folder);
  assert.equal(bad.status, 4);
  assert.match(
    bad.stderr,
    /error: read vlf\.toml: \[notify\.targets\.nms\] community: wanted community_file/,
  );
  assert.match(bad.stderr, /error: read \[notify\] targets: "missing": no such file or folder \(ENOENT\)/);
  assert.match(
    bad.stderr,
    /warning: no target for level error: nobody is told "ERROR: License file generation failed"/,
  );
  assert.equal(openAlerts(folder)[0]?.told, false);
});

test("run does its work although the state cannot be kept", async (t) => {
  const { folder, hook } = await hooked(t);
  await bash("vlf-notify run -- true", folder);
  const ran = await bash(
    "rm -r state/jobs && touch state/jobs && vlf-notify run -- sh -c 'echo ran; exit 5'",
    folder,
  );
  assert.equal(ran.status, 5);
  assert.equal(ran.stdout, "ran\n");
  assert.match(ran.stderr, /error: write "state\/jobs\/license-audit\.json": .*\((EEXIST|ENOTDIR)\)/);
  assert.equal(hook.alerts().length, 1);
});

test("run does its work although there is no place for state and locks", async (t) => {
  const { folder, hook } = await hooked(t);
  writeFileSync(join(folder, "state"), "");
  const ran = await bash("vlf-notify run -- sh -c 'echo ran; exit 5'", folder);
  assert.equal(ran.status, 5);
  assert.equal(ran.stdout, "ran\n");
  assert.match(ran.stderr, /error: lock "state\/locks\/jobs-license-audit\.lock": .*\((EEXIST|ENOTDIR)\)\n/);
  assert.equal(hook.alerts().length, 1);
});
