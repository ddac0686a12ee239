import assert from "node:assert/strict";
import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { test, type TestContext } from "node:test";
import { missing } from "../pipelines/_run.ts";
import { inNamespace, noNamespace } from "../peers/cron.ts";
import { fakeProgram, homeFolder, script, scriptEnvironment } from "./_schedule.ts";

const LACKS = missing("crontab", "cron") || noNamespace();

/** A crontab program on a file, as the real one behaves. */
function fakeCrontab(home: string): { env: Record<string, string>; file: string } {
  const file = join(home, "crontab");
  const folder = fakeProgram(
    home,
    "crontab",
    `f=${file}
case $1 in
  -l) [ -e "$f" ] || { echo "no crontab for voss" >&2; exit 1; }; cat "$f" ;;
  -r) rm "$f" ;;
  -) cat > "$f" ;;
esac`,
  );
  const { PATH = "" } = scriptEnvironment(home);
  return { env: { PATH: [folder, PATH].join(delimiter) }, file };
}

test("without --install the lines are shown and nothing is changed", async (t) => {
  const home = homeFolder(t);
  const { env, file } = fakeCrontab(home);
  const { status, stdout, stderr } = await script("vlf-schedule --zone UTC", home, env);
  assert.equal(status, 0, stderr);
  assert.equal(stderr, "vlf-schedule: shown, and not installed: --install does that\n");
  const times = stdout.split("\n").filter((line) => line !== "" && !line.startsWith("#"));
  assert.deepEqual(
    times.map((line) => /^(\S+ \S+ \S+ \S+ \S+) .*? -- (.*)$/.exec(line)?.slice(1)),
    [
      ["0 3 1 * *", "voss export type license_initial_audit --force"],
      ["0 1 * * *", "voss license-audit-counting --force"],
      ["0 6 * * 0", "voss export group subscriber --force"],
      ["30 5 * * *", "vlf-notify check --quiet"],
    ],
  );
  assert.equal(existsSync(file), false);
});

test("install, replace and remove leave the other lines of the crontab as they were", async (t) => {
  const home = homeFolder(t);
  const { env, file } = fakeCrontab(home);
  const others = "MAILTO=ops@example.com\n\n# backup\n0 2 * * * backup --keep 5 \\% x\n";
  writeFileSync(file, others);
  const first = await script("vlf-schedule --zone UTC --install --quiet", home, env);
  assert.equal(first.status, 0, first.stderr);
  assert.equal(readFileSync(file, "utf8"), others + first.stdout);
  writeFileSync(file, `${others}${first.stdout}5 5 * * * later\n`);
  const second = await script("vlf-schedule --zone UTC --install --export no", home, env);
  assert.equal(second.stderr, "vlf-schedule: replaced the lines in the crontab\n");
  assert.equal(readFileSync(file, "utf8"), `${others}${second.stdout}5 5 * * * later\n`);
  assert.doesNotMatch(second.stdout, /subscriber/);
  const again = await script("vlf-schedule --zone UTC --install --export no", home, env);
  assert.equal(again.stderr, "vlf-schedule: the crontab holds these lines already\n");
  const removed = await script("vlf-schedule --remove", home, env);
  assert.deepEqual(
    [removed.stdout, removed.stderr],
    ["", "vlf-schedule: removed the lines from the crontab\n"],
  );
  assert.equal(readFileSync(file, "utf8"), `${others}5 5 * * * later\n`);
  rmSync(file);
  await script("vlf-schedule --zone UTC --install && vlf-schedule --remove", home, env);
  assert.equal(existsSync(file), false, "no crontab before, none after");
});

test("what could only fail is not installed: no source, credentials that others may read", async (t) => {
  const home = homeFolder(t, '[notify.jobs.license-audit]\nping_url_credential = "ping"\n');
  const { env, file } = fakeCrontab(home);
  const none = await script("vlf-schedule --install", home, env);
  assert.equal(none.status, 2);
  assert.match(
    none.stderr,
    /^vlf-schedule: error: read credential ping: ".*\/credentials\/ping": no such file/,
  );
  await script("mkdir credentials; echo s3cret > credentials/ping; chmod 644 credentials/ping", home);
  const open = await script("vlf-schedule --install", home, env);
  assert.match(open.stderr, /read credential ping: .* has the permissions 0644, open to others/);
  const good = await script("chmod 600 credentials/ping; vlf-schedule --install", home, env);
  assert.equal(good.status, 0, good.stderr);
  assert.doesNotMatch(readFileSync(file, "utf8"), /s3cret/);
  assert.match(readFileSync(file, "utf8"), / --credentials \S+\/credentials (--deno )?license-audit /);
  writeFileSync(join(home, "vlf.toml"), "");
  const bare = await script("vlf-schedule --install", home, { ...env, VLF_SOURCE: "vlf-collect demo" });
  assert.equal(bare.status, 2);
  assert.match(bare.stderr, /neither \[voss\] nor \[export\] source: nothing to read from/);
});

test("an audit at another time than [notify] due_time is worth a warning", async (t) => {
  const home = homeFolder(t);
  const { stderr } = await script("vlf-schedule --audit 04:00", home);
  assert.match(
    stderr,
    /^vlf-schedule: warning: the audit runs at 04:00, and \[notify\] due_time is "03:00": give both the same\n/,
  );
});

test("the crontab program of Debian takes the lines, in any zone", { skip: LACKS }, async (t) => {
  const home = homeFolder(t);
  const run = `
echo '5 5 * * * before' > before
crontab before
for zone in UTC America/St_Johns Australia/Lord_Howe; do
  vlf-schedule --quiet --install --zone $zone > block
  crontab -l > now
  cat before block | diff - now
done
vlf-schedule --quiet --remove
crontab -l | diff before -
`;
  const isolated = inNamespace(run, home, scriptEnvironment(home));
  assert.equal(await isolated.ended, 0, isolated.output());
});

/** A minute that begins at least 15 seconds from now: the lines have to stand in the crontab before. */
function nextMinute(): string {
  return new Date(Date.now() + 75_000).toISOString().slice(11, 16);
}

/** Waits for a text in a file, for 100 seconds at most: a minute until it starts, and the run. */
async function waitForText(t: TestContext, path: string, text: string): Promise<string> {
  const deadline = Date.now() + 140_000;
  let content = "";
  while (!content.includes(text)) {
    assert.ok(Date.now() < deadline, `no "${text}" in "${path}" with: ${content}`);
    await new Promise((resolve) => {
      setTimeout(resolve, 200);
    });
    if (existsSync(path)) content = readFileSync(path, "utf8");
  }
  t.diagnostic(`found after ${new Date().toISOString()}`);
  return content;
}

test("cron of Debian runs the lines, on a machine whose clock is not UTC", { skip: LACKS }, async (t) => {
  // cron sets HOME to that of the user, which is not the test's to write into.
  const home = homeFolder(t, '[notify]\nstate = "state"\n');
  const zone = "America/St_Johns";
  const at = nextMinute();
  // cron is told the zone as a machine would, by its environment; the job inherits nothing of ours but the zone.
  const run = `
vlf-schedule --quiet --install --zone ${zone} --count ${at} --export "daily ${at}" > block
TZ=${zone} PATH=/usr/sbin:/usr/bin:/bin exec cron -f -L 15
`;
  const isolated = inNamespace(run, home, { ...scriptEnvironment(home), HOME: home });
  const stop = (): void => {
    try {
      process.kill(-(isolated.child.pid ?? 0), "SIGKILL");
    } catch {
      // it has ended
    }
  };
  t.after(stop);
  const counted = await waitForText(t, join(home, "log/daily-count.log"), "daily-count: ended");
  assert.match(counted, /Z daily-count: started\n(vlf-notify: waiting .*\n)?Starting license count export/);
  assert.match(
    counted,
    /Completed license count export, created \S+_count\.ndjson\.\n\S+Z daily-count: ended with status 0\n$/,
  );
  const exported = await waitForText(t, join(home, "log/data-export.log"), "data-export: ended");
  assert.match(exported, /Completed subscriber group export\.\n\S+Z data-export: ended with status 0\n$/);
  assert.equal(existsSync(join(home, "log/license-audit.log")), false, "it is not day 1, 03:00");
  stop();
  await isolated.ended;
});
