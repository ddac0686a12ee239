import assert from "node:assert/strict";
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { test } from "node:test";
import { missing } from "../pipelines/_run.ts";
import { inNamespace, noNamespace } from "../peers/cron.ts";
import { fakeProgram, homeFolder, script, scriptEnvironment } from "./_schedule.ts";

const UNITS = [
  "vlf-alert@.service",
  "vlf-daily-count.service",
  "vlf-daily-count.timer",
  "vlf-data-export.service",
  "vlf-data-export.timer",
  "vlf-license-audit.service",
  "vlf-license-audit.timer",
  "vlf-report-check.service",
  "vlf-report-check.timer",
  "vlf-ship-retry.service",
  "vlf-ship-retry.timer",
];

test(
  "the units pass systemd-analyze verify, and their times are what they say",
  { skip: missing("systemd-analyze") },
  async (t) => {
    const home = homeFolder(
      t,
      '[ship]\nspool = "spool"\n[notify.jobs.license-audit]\nping_url_credential = "ping"\n',
    );
    await script("mkdir credentials; echo x > credentials/ping; chmod 600 credentials/ping", home);
    const made = await script("vlf-schedule --systemd --install --units units --as root", home);
    assert.equal(made.status, 0, made.stderr);
    assert.deepEqual(readdirSync(join(home, "units")).sort(), UNITS);
    for (const name of UNITS) {
      assert.ok(
        made.stdout.includes(`# units/${name}\n${readFileSync(join(home, "units", name), "utf8")}`),
        name,
      );
    }
    // The alert unit is checked by an instance, and found by the others in the same folder.
    const all = UNITS.map((name) => `units/${name.replace("@.", "@vlf-license-audit.")}`).join(" ");
    const verified = await script(`SYSTEMD_UNIT_PATH=units: systemd-analyze verify --man=no ${all}`, home);
    assert.deepEqual([verified.status, verified.stdout, verified.stderr], [0, "", ""]);
    const bad = await script(
      "sed -i s/Type=oneshot/Type=onceshot/ units/vlf-daily-count.service; systemd-analyze verify --man=no units/vlf-daily-count.service",
      home,
    );
    assert.match(bad.stderr, /onceshot/, "the check sees what is wrong");
    const next = await script(
      "sed -n s/^OnCalendar=//p units/vlf-license-audit.timer units/vlf-data-export.timer | while read -r line; do systemd-analyze calendar --base-time='2026-11-23 12:00:00 UTC' \"$line\" | sed -n 's/.*(in UTC): //p; s/.*Next elapse: //p'; done",
      home,
      { TZ: "UTC" },
    );
    assert.match(next.stdout, /2026-12-01 03:00:00 UTC/);
    assert.match(next.stdout, /2026-11-29 06:00:00 UTC/);
  },
);

test(
  "install and remove touch units of ours only, and stop timers that are left out",
  { skip: noNamespace() },
  async (t) => {
    const home = homeFolder(t);
    const fake = fakeProgram(home, "systemctl", `echo "$*" >> ${join(home, "systemctl.log")}`);
    const env = scriptEnvironment(home);
    const path = [fake, env["PATH"] ?? ""].join(delimiter);
    mkdirSync(join(home, "etc"));
    writeFileSync(join(home, "etc/vlf-other.service"), "[Unit]\n");
    const run = `
mkdir -p /etc/systemd/system
mount --bind etc /etc/systemd/system
mkdir -p /run/systemd/system
vlf-schedule --systemd --install --as root > /dev/null
vlf-schedule --systemd --install --as root --count no > /dev/null
ls etc > after
vlf-schedule --systemd --remove
`;
    const isolated = inNamespace(run, home, { ...env, PATH: path });
    assert.equal(await isolated.ended, 0, isolated.output());
    const timers = "vlf-license-audit.timer vlf-data-export.timer vlf-report-check.timer";
    assert.deepEqual(readFileSync(join(home, "systemctl.log"), "utf8").trim().split("\n"), [
      "daemon-reload",
      "enable --now vlf-license-audit.timer vlf-daily-count.timer vlf-data-export.timer vlf-report-check.timer",
      "disable --now vlf-daily-count.timer",
      "daemon-reload",
      `enable --now ${timers}`,
      `disable --now ${timers.split(" ").sort().join(" ")}`,
      "daemon-reload",
    ]);
    assert.doesNotMatch(readFileSync(join(home, "after"), "utf8"), /daily-count/);
    assert.deepEqual(readdirSync(join(home, "etc")), ["vlf-other.service"]);
  },
);

test("a unit of that name that is not ours is not written over", async (t) => {
  const home = homeFolder(t);
  mkdirSync(join(home, "units"));
  writeFileSync(join(home, "units/vlf-data-export.timer"), "[Timer]\n");
  const { status, stderr } = await script("vlf-schedule --systemd --install --units units --as root", home);
  assert.equal(status, 2);
  assert.match(
    stderr,
    /error: write "units\/vlf-data-export\.timer": a unit of that name exists, and not from here\n/,
  );
  assert.deepEqual(readdirSync(join(home, "units")), ["vlf-data-export.timer"]);
});

test("a service that could not start or was killed is told once, and not after vlf-notify told it", async (t) => {
  const home = homeFolder(t, '[notify]\nstate = "notify"\n');
  const env = { MONITOR_SERVICE_RESULT: "signal", MONITOR_EXIT_CODE: "killed", MONITOR_EXIT_STATUS: "KILL" };
  const killed = await script("vlf-schedule unit-failed vlf-license-audit", home, env);
  assert.equal(killed.status, 0, killed.stderr);
  const alerts = readFileSync(join(home, "notify/alerts.json"), "utf8");
  assert.match(alerts, /the service vlf-license-audit failed: signal, killed, KILL/);
  await script("vlf-notify clear --all; vlf-notify run --name license-audit -- false", home);
  const told = await script("vlf-schedule unit-failed vlf-license-audit", home, env);
  assert.equal(told.stderr, "vlf-schedule: vlf-license-audit failed, and that was told already\n");
  assert.equal(existsSync(join(home, "notify/alerts.json")), true);
});
