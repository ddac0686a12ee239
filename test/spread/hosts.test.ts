/** An audit on two hosts, two servers of OpenSSH: the bytes of one, also when a host is lost or slow. */
import assert from "node:assert/strict";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { after, describe, test } from "node:test";
import { type Sshd, SSHD_SKIP, startSshd } from "../peers/sshd.ts";
import { bash, emptyFolder, missing } from "../pipelines/_run.ts";
import { type Bench, bench, hostEnvironment, loginOf, until } from "./_spread.ts";

const skip = SSHD_SKIP || missing("parallel", "ssh");

let shared: Promise<Sshd> | undefined;
after(async () => shared && stopped(await shared));
/** Stops a server, with what hangs on it by intention. */
async function stopped(host: Sshd): Promise<void> {
  host.cut();
  await host.close();
}
/** A host that outlives its test. */
const steady = (): Promise<Sshd> => (shared ??= startSshd());

async function joined({ run, whole }: Bench): Promise<void> {
  const { stdout, stderr, status } = await run("vlf-spread join --work work");
  assert.equal(stderr, "");
  assert.equal(status, 0);
  assert.equal(stdout, whole);
}

/** A vlf-audit that hangs on one host when it has read something of its part, and says so by a file. */
function hangsOn(
  folder: string,
  { username }: Sshd,
): { readonly program: string; readonly hangs: () => boolean } {
  const signs = join(folder, "signs");
  mkdirSync(signs);
  chmodSync(signs, 0o777);
  writeFileSync(
    join(folder, "audit.sh"),
    `if [ "$(id -un)" = ${username} ]; then head -c 100 > /dev/null; touch ${signs}/$$; exec sleep 600; fi\nexec vlf-audit "$@"\n`,
  );
  return {
    program: `${hostEnvironment()} sh ${join(folder, "audit.sh")}`,
    hangs: () => readdirSync(signs).length > 0,
  };
}

function writeHosts(folder: string, ...hosts: readonly Sshd[]): void {
  writeFileSync(join(folder, "hosts"), ["# two hosts", "", ...hosts.map(loginOf)].join("\n"));
}

describe("vlf-spread on two hosts", { skip }, () => {
  test("gives the bytes of one audit, and leaves nothing on the hosts", async (t) => {
    const [one, two] = await Promise.all([steady(), startSshd()]);
    t.after(() => stopped(two));
    const set = await bench(t);
    writeHosts(set.folder, one, two);
    const { stderr, status } = await set.run(
      `vlf-spread count -q --work work --sshloginfile hosts --program '${hostEnvironment()} vlf-audit'`,
    );
    assert.equal(stderr, "");
    assert.equal(status, 0);
    await joined(set);
    const { stdout } = await set.run("vlf-spread list --work work | cut -f 2,3 | sort -u");
    for (const { username } of [one, two])
      assert.match(stdout, new RegExp(`counted\\t${username}@127.0.0.1\n`));
    for (const host of [one, two]) {
      const left = await bash(
        `find /tmp /dev/shm -newer ${join(set.folder, "work", "hosts")} -user ${host.username} -type f -not -path '*/.cache/*' -not -path '/tmp/tsx-*'`,
        "/",
      );
      assert.equal(left.stdout.replaceAll(/^.*\/(?:\.bash|\.profile).*\n/gm, ""), "");
    }
    assert.equal(statSync(join(set.folder, "work/parts")).mode & 0o77, 0);
    const [part = ""] = readdirSync(join(set.folder, "work/parts"));
    assert.equal(statSync(join(set.folder, "work/parts", part)).mode & 0o77, 0);
  });

  test("a host that is killed in the middle: another one does its part", async (t) => {
    const [one, two] = await Promise.all([steady(), startSshd()]);
    t.after(() => stopped(two));
    const set = await bench(t);
    writeHosts(set.folder, one, two);
    const { program, hangs } = hangsOn(set.folder, two);
    const counting = set.run(`vlf-spread count -q --work work --sshloginfile hosts --program '${program}'`);
    await until(hangs);
    two.cut();
    await two.close();
    const { status, stderr } = await counting;
    assert.equal(status, 0, stderr);
    assert.match(stderr, /^vlf-spread: warning: count part-000\d-\w{16} on \S+@127\.0\.0\.1: no connection/);
    await joined(set);
  });

  test("a host that is killed, and no other attempt: what is missing is named, and a resumed run is the whole", async (t) => {
    const [one, two] = await Promise.all([steady(), startSshd()]);
    t.after(() => stopped(two));
    const set = await bench(t);
    writeHosts(set.folder, one, two);
    const { program, hangs } = hangsOn(set.folder, two);
    const counting = set.run(
      `vlf-spread count -q --retries 1 --work work --sshloginfile hosts --program '${program}'`,
    );
    await until(hangs);
    two.cut();
    await two.close();
    const { status, stderr } = await counting;
    assert.equal(status, 75);
    const [, name = ""] = /error: count: [1-3] parts have no result: (part-000\d-\w{16})/.exec(stderr) ?? [];
    const refused = await set.run("vlf-spread join --work work");
    assert.equal(refused.status, 75);
    assert.equal(refused.stdout, "");
    assert.match(refused.stderr, new RegExp(`join "work": [1-3] parts have no result: .*${name}`));
    const before = readdirSync(join(set.folder, "work/results")).filter((file) => file.endsWith(".json"));
    assert.ok(before.length < 3);
    assert.deepEqual(
      readdirSync(join(set.folder, "work/results")).filter((file) => file.startsWith(".")),
      [],
    );
    // The host that is gone is still in the file.
    const again = await set.run(
      `vlf-spread count -q --work work --sshloginfile hosts --program '${hostEnvironment()} vlf-audit'`,
    );
    assert.equal(again.status, 0, again.stderr);
    await joined(set);
    const log = readFileSync(join(set.folder, "work/joblog"), "utf8");
    assert.ok(before.every((file) => !log.includes(file.slice(0, -5)))); // not counted again
  });

  test("a slow host: its part is counted here, its attempt is stopped, and the result is the same", async (t) => {
    const [one, two] = await Promise.all([steady(), startSshd()]);
    t.after(() => stopped(two));
    const set = await bench(t);
    writeHosts(set.folder, one, two);
    const { program, hangs } = hangsOn(set.folder, two);
    const counting = set.run(`vlf-spread count -q --work work --sshloginfile hosts --program '${program}'`);
    await until(hangs);
    const { stdout: names } = await set.run("vlf-spread list --work work | cut -f 1");
    const here = await set.run(`vlf-spread run -q --work work ${names.trim().split("\n").join(" ")}`);
    assert.equal(here.stderr, "");
    const { status, stderr } = await counting;
    assert.equal(stderr, "");
    assert.equal(status, 0);
    await joined(set);
  });

  test("a slow host: --timeout stops its attempt, and another host does its part", async (t) => {
    const [one, two] = await Promise.all([steady(), startSshd()]);
    t.after(() => stopped(two));
    const set = await bench(t);
    writeHosts(set.folder, one, two);
    const { program, hangs } = hangsOn(set.folder, two);
    const { status, stderr } = await set.run(
      `vlf-spread count -q --timeout 12 --work work --sshloginfile hosts --program '${program}'`,
    );
    assert.equal(status, 0, stderr);
    assert.ok(hangs());
    await joined(set);
  });

  test("says that a host is not there, or has no vlf-audit", async (t) => {
    const [one, gone] = await Promise.all([steady(), startSshd()]);
    await gone.close();
    const set = await bench(t);
    const count = "vlf-spread count -q --retries 1 --work work --sshloginfile hosts";
    writeHosts(set.folder, one);
    const without = await set.run(`${count} --program vlf-nothing`);
    assert.equal(without.status, 2);
    assert.match(
      without.stderr,
      /count part-0001-\w+ on \S+: vlf-audit cannot be started there: .*not found/,
    );
    writeFileSync(join(set.folder, "hosts"), loginOf({ ...one, port: gone.port }));
    const away = await set.run(count);
    assert.equal(away.status, 75);
    assert.match(away.stderr, /on \S+: no connection: .*Connection refused/);
    assert.match(away.stderr, /hint: run the same command again: it counts what is missing\n$/);
  });

  test("stops its attempts when it is stopped, and goes on later", async (t) => {
    const one = await steady();
    const set = await bench(t);
    writeHosts(set.folder, one);
    const { program, hangs } = hangsOn(set.folder, one);
    const counting = set.run(
      `vlf-spread count -q --work work --sshloginfile hosts --program '${program}' & echo $! > pid; wait $!`,
    );
    await until(hangs);
    await set.run("kill -TERM $(cat pid)");
    const { status } = await counting;
    assert.notEqual(status, 0);
    const results = join(set.folder, "work/results");
    await until(() => !existsSync(results) || readdirSync(results).length === 0);
    const again = await set.run(
      `vlf-spread count -q --work work --sshloginfile hosts --program '${hostEnvironment()} vlf-audit'`,
    );
    assert.equal(again.status, 0, again.stderr);
    await joined(set);
  });
});

test("says that parallel is not there, or another program of that name", async (t) => {
  const set = await bench(t);
  const folder = emptyFolder(t);
  const program = join(folder, "parallel");
  writeFileSync(program, "#!/bin/sh\necho parallel from moreutils\n");
  chmodSync(program, 0o755);
  const { status, stderr } = await set.run(`PATH=${folder}:$PATH vlf-spread count --work work -S :`);
  assert.equal(status, 2);
  assert.match(stderr, /error: start parallel: it is not GNU parallel\n/);
});
