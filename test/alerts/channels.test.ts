import assert from "node:assert/strict";
import { test, type TestContext } from "node:test";
import { freePorts } from "../peers/_process.ts";
import { SMTP_DOMAIN, SMTP_SKIP as skip, type Smtp, type SmtpOptions, startSmtp } from "../peers/smtp.ts";
import { startSnmptrapd, TRAPD_PROGRAMS } from "../peers/snmptrapd.ts";
import { bash, emptyFolder, missing, NOW } from "../pipelines/_run.ts";
import {
  guideTrap,
  hooked,
  LICENSE_ALERT,
  recordsIn,
  secretFile,
  startHook,
  writeSettings,
} from "./_alerts.ts";

async function smtp(t: TestContext, options: SmtpOptions = {}): Promise<Smtp> {
  const peer = await startSmtp(options);
  t.after(() => peer.close());
  return peer;
}

const mailTarget = (name: string, to: string, ...lines: string[]): string =>
  [`[notify.targets.${name}]`, 'type = "email"', `to = ["${to}@${SMTP_DOMAIN}"]`, ...lines, ""].join("\n");

/** Header lines by name, and the text. */
function partsOf(message: string): { readonly headers: string; readonly text: string } {
  const at = message.search(/\r?\n\r?\n/);
  return {
    headers: message.slice(0, at).replaceAll("\r", ""),
    text: message.slice(at).replaceAll("\r", "").trim(),
  };
}

test("a failed run is mailed in the guide's words, through the relay", { skip }, async (t) => {
  const relay = await smtp(t, { hasTls: false });
  const folder = emptyFolder(t);
  secretFile(folder, "targets", `error mailto:sysadmin@${SMTP_DOMAIN}`);
  const settings = [
    'targets_file = "targets"',
    `emailrelay = "127.0.0.1:${relay.port}"`,
    `from = "platform@${SMTP_DOMAIN}"`,
  ];
  writeSettings(folder, settings.join("\n"));
  const ran = await bash(`vlf-notify run --now ${NOW} -- sh -c 'exit 2'`, folder);
  assert.equal(ran.status, 2);
  const [message = "", ...more] = await relay.messages();
  assert.deepEqual(more, []);
  const { headers, text } = partsOf(message);
  assert.match(headers, /^Subject: ERROR: License file generation failed$/m);
  assert.match(headers, new RegExp(`^From: platform@${SMTP_DOMAIN}$`, "m"));
  assert.match(headers, new RegExp(`^To: sysadmin@${SMTP_DOMAIN}$`, "m"));
  assert.match(headers, /^Date: Sun, 01 Nov 2026 03:00:00 \+0000$/m);
  assert.deepEqual(text.split("\n"), [
    "ERROR: License file generation failed",
    "The license audit report scheduled for November 2026 was not successful.",
    "Please contact your VOSS account manager.",
    "",
    "System: VOSS",
    "Alert: license-audit, code job-failed",
    "Job: license-audit",
    `Started: ${NOW}`,
    `Ended: ${NOW}, it ended with status 2`,
  ]);
});

test("mail goes through a server with TLS and login, and what it refuses is told", { skip }, async (t) => {
  const server = await smtp(t, { mustLogIn: true });
  const folder = emptyFolder(t);
  const login = [
    'host = "localhost"',
    `port = ${server.port}`,
    `username = "${server.username}"`,
    `password_file = "${server.passwordFile}"`,
    `ca_file = "${server.caFile}"`,
  ].join("\n");
  const tables = [
    `[smtp_servers.relay]\n${login}\n`,
    mailTarget("good", "ops"),
    mailTarget("refused", "refused-ops"),
    mailTarget("later", "later-ops"),
  ];
  writeSettings(folder, 'smtp_server = "relay"', tables.join("\n"));
  const { status, stdout, stderr } = await bash(`vlf-notify test --level error --now ${NOW}`, folder);
  assert.equal(status, 2, stderr);
  const answers = recordsIn(stdout)
    .filter(({ type }) => type === "alert")
    .map(({ target, status: how, answer }) => [target, how, String(answer)] as const);
  assert.deepEqual(
    answers.map(([target, how]) => [target, how]),
    [
      ["good", "acknowledged"],
      ["refused", "failed"],
      ["later", "failed"],
    ],
  );
  assert.match(answers[0]?.[2] ?? "", /^250 /);
  assert.match(answers[1]?.[2] ?? "", /550 no such user here/);
  assert.match(answers[2]?.[2] ?? "", /451 mailbox busy/);
  assert.ok(!`${stdout}${stderr}`.includes(server.password));
  assert.equal((await server.messages("ops")).length, 1);
});

test(
  "a relay that is down stops no other channel, and changes no status",
  { skip: missing(...TRAPD_PROGRAMS) },
  async (t) => {
    const [nobody = 0] = await freePorts(1);
    const peer = await startSnmptrapd({ communities: ["c0mmunity"] });
    t.after(() => peer.stop());
    const hook = await startHook(t);
    const folder = emptyFolder(t);
    const targets = [
      "error mailto:sysadmin@mail.test",
      `error snmp://c0mmunity@127.0.0.1:${peer.port}?kind=inform`,
      `error ${hook.url}/hook`,
    ];
    secretFile(folder, "targets", targets.join("\n"));
    writeSettings(folder, `targets_file = "targets"\nemailrelay = "127.0.0.1:${nobody}"`);
    const ran = await bash(`vlf-notify run --now ${NOW} -- sh -c 'exit 9'`, folder);
    assert.equal(ran.status, 9);
    assert.match(
      ran.stderr,
      new RegExp(`vlf-notify: error: .*mail server 127\\.0\\.0\\.1:${nobody}.*ECONNREFUSED`),
    );
    const [trap = ""] = await peer.received(1);
    assert.equal(trap.replace(/Timeticks: .*?\t/, "Timeticks: *\t"), guideTrap("*", "November 2026"));
    assert.equal(hook.alerts()[0]?.["text"], LICENSE_ALERT);
  },
);

test("a web hook gets the alert as JSON, and every answer but 2xx is a failure", async (t) => {
  const hook = await startHook(t, { "/down": 503, "/gone": 404, "/moved": 302 });
  const folder = emptyFolder(t);
  const target = (name: string): string =>
    `[notify.targets.${name}]\ntype = "webhook"\nurl_file = "${name}"\n`;
  for (const name of ["hook", "down", "gone", "moved"])
    secretFile(folder, name, `${hook.url}/${name}?key=t0ken`);
  writeSettings(folder, "", ["hook", "down", "gone", "moved"].map(target).join("\n"));
  const { status, stdout, stderr } = await bash(`vlf-notify test --level error --now ${NOW}`, folder);
  assert.equal(status, 2);
  const [, ...records] = recordsIn(stdout).slice(0, -1);
  assert.deepEqual(
    records.map(({ target: to, status: how, answer }) => [to, how, answer]),
    [
      ["hook", "acknowledged", "HTTP 200"],
      ["down", "failed", `post to ${hook.url}: HTTP 503, wanted 2xx`],
      ["gone", "failed", `post to ${hook.url}: HTTP 404, wanted 2xx`],
      ["moved", "failed", `post to ${hook.url}: HTTP 302, wanted 2xx`],
    ],
  );
  assert.equal(hook.posts.length, 4, "a redirect is not followed");
  const post = hook.posts.find(({ url }) => url === "/hook?key=t0ken");
  assert.equal(post?.method, "POST");
  const { raise_id: raiseId, ...body } = JSON.parse(post.body) as Record<string, unknown>;
  assert.match(String(raiseId), /^[0-9a-f-]{36}$/);
  assert.deepEqual(body, {
    text: "ERROR: Test of level error: This is a test of the alerts. Nothing has happened.",
    id: "test",
    code: "test",
    category: "Test",
    severity: "error",
    title: "ERROR: Test of level error",
    message: "This is a test of the alerts. Nothing has happened.",
    details: [],
    system: "VOSS",
    raised_at: NOW,
  });
  assert.doesNotMatch(`${stdout}${stderr}`, /t0ken|\/gone|\/down/);
});

test("a web hook that nobody answers on is a failure that may pass, and shows no path", async (t) => {
  const [nobody = 0] = await freePorts(1);
  const folder = emptyFolder(t);
  secretFile(folder, "targets", `error http://127.0.0.1:${nobody}/secret-path`);
  writeSettings(folder, 'targets_file = "targets"');
  const { status, stdout, stderr } = await bash("vlf-notify test --level error", folder);
  assert.equal(status, 75);
  assert.match(stderr, /ECONNREFUSED/);
  assert.doesNotMatch(`${stdout}${stderr}`, /secret-path/);
});

test("a dead man's switch hears of start and end, by status, with one id for both", async (t) => {
  const hook = await startHook(t);
  const folder = emptyFolder(t);
  secretFile(folder, "ping", `${hook.url}/uuid`);
  const job = (name: string): string => `[notify.jobs.${name}]\nping_url_file = "ping"\n`;
  writeSettings(folder, "", `${job("nightly")}${job("license-audit")}`);
  const pings = (): string[] => hook.posts.splice(0).map(({ url }) => url.replace(/[0-9a-f-]{36}$/, "ID"));
  await bash("vlf-notify run --name nightly -- true", folder);
  const ids = new Set(hook.posts.map(({ url }) => /rid=(.*)/.exec(url)?.[1]));
  assert.equal(ids.size, 1);
  assert.deepEqual(pings(), ["/uuid/start?rid=ID", "/uuid?rid=ID"]);
  await bash("vlf-notify run --name nightly -- sh -c 'exit 3'", folder);
  assert.deepEqual(pings(), ["/uuid/start?rid=ID", "/uuid/3?rid=ID"]);
  await bash("vlf-notify run --name nightly -- sh -c 'kill -9 $$'", folder);
  assert.deepEqual(pings(), ["/uuid/start?rid=ID", "/uuid/137?rid=ID"]);
  await bash("vlf-notify check", folder);
  assert.deepEqual(pings(), ["/uuid/fail?rid=ID"]);
});

test("a ping that fails never stops the job, nor shows its address", async (t) => {
  const hook = await startHook(t, { "/uuid/start": 500, "/uuid": 404 });
  const [nobody = 0] = await freePorts(1);
  const folder = emptyFolder(t);
  secretFile(folder, "ping", `${hook.url}/uuid`);
  secretFile(folder, "dead", `http://127.0.0.1:${nobody}/uuid`);
  const jobs = ["ping", "dead", "missing"].map(
    (name) => `[notify.jobs.${name}]\nping_url_file = "${name}"\n`,
  );
  writeSettings(folder, "", jobs.join("\n"));
  const refused = await bash("vlf-notify run --name ping -- echo ran", folder);
  assert.deepEqual([refused.status, refused.stdout], [0, "ran\n"]);
  const warning = (status: number): string =>
    `vlf-notify: warning: ping ${hook.url}: HTTP ${status}, wanted 2xx\n`;
  assert.equal(refused.stderr, `${warning(500)}${warning(404)}`);
  const dead = await bash("vlf-notify run --name dead -- echo ran", folder);
  assert.deepEqual([dead.status, dead.stdout], [0, "ran\n"]);
  assert.match(dead.stderr, /warning: .*ECONNREFUSED/);
  assert.doesNotMatch(`${refused.stderr}${dead.stderr}`, /uuid/);
  const missingFile = await bash("vlf-notify run --name missing -- echo ran", folder);
  assert.deepEqual([missingFile.status, missingFile.stdout], [0, "ran\n"]);
  assert.match(
    missingFile.stderr,
    /warning: read \[notify\.jobs\.missing\] ping_url: "missing": no such file/,
  );
});

test("the same alert again is one entry with a count, and is sent each time", async (t) => {
  const { folder, hook } = await hooked(t);
  await bash(
    "vlf-notify run -- false; vlf-notify run -- false; vlf-notify run --name other -- false",
    folder,
  );
  assert.equal(hook.alerts().length, 3);
  const { stdout } = await bash("vlf-notify list", folder);
  const listed = recordsIn(stdout).filter(({ type }) => type === "alert");
  assert.deepEqual(
    listed.map(({ id, code, count }) => [id, code, count]),
    [
      ["license-audit", "job-failed", 2],
      ["other", "job-failed", 1],
    ],
  );
  const cleared = await bash("vlf-notify clear other && vlf-notify list", folder);
  assert.equal(cleared.stderr, "vlf-notify: cleared 1 alert\n");
  assert.deepEqual(
    recordsIn(cleared.stdout)
      .filter(({ type }) => type === "alert")
      .map(({ id }) => id),
    ["license-audit"],
  );
  const unknown = await bash("vlf-notify clear other", folder);
  assert.equal(unknown.status, 2);
  assert.match(unknown.stderr, /error: clear "other": no open alert has this id\n/);
});

test("--dry-run says what would go where, and sends and keeps nothing", async (t) => {
  const { folder, hook } = await hooked(t);
  const { status, stderr } = await bash("vlf-notify test --dry-run", folder);
  assert.equal(status, 0);
  assert.match(
    stderr,
    new RegExp(`^vlf-notify: would send to ${hook.url}: WARNING: Test of level warn: This is`, "m"),
  );
  const run = await bash("vlf-notify run --dry-run -- touch ran; vlf-notify check --dry-run; ls", folder);
  assert.match(run.stderr, /would run \["touch","ran"\] as job "license-audit", state in "state"/);
  assert.match(run.stderr, /would send to .*: ERROR: License file generation failed/);
  assert.doesNotMatch(run.stdout, /^(ran|state)$/m);
  assert.equal(hook.posts.length, 0);
});
