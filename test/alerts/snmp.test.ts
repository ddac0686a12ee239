import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { createSocket } from "node:dgram";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test, type TestContext } from "node:test";
import { freePorts } from "../peers/_process.ts";
import { startSnmptrapd, TRAPD_PROGRAMS, type Trapd, type TrapdOptions } from "../peers/snmptrapd.ts";
import { bash, emptyFolder, missing, NOW } from "../pipelines/_run.ts";
import { guideTrap, recordsIn, secretFile, writeSettings } from "./_alerts.ts";

const skip = missing(...TRAPD_PROGRAMS);
const skipTrap = missing(...TRAPD_PROGRAMS, "snmptrap");
const ENGINE = "8000b983050102030405060708";
const AUTH = "auth secret 1";
const PRIV = "priv secret 1";

async function trapd(t: TestContext, options: TrapdOptions): Promise<Trapd> {
  const peer = await startSnmptrapd(options);
  t.after(() => peer.stop());
  return peer;
}

/** A folder with the secrets of the targets below. */
function folderOf(t: TestContext): string {
  const folder = emptyFolder(t);
  for (const [name, content] of [
    ["community", "c0mmunity"],
    ["other", "0ther-c0mmunity"],
    ["auth", AUTH],
    ["auth-wrong", "not the auth one"],
    ["priv", PRIV],
    ["priv-wrong", "not the priv one"],
  ] as const) {
    secretFile(folder, name, content);
  }
  return folder;
}

const target = (name: string, port: number, ...lines: string[]): string =>
  [`[notify.targets.${name}]`, 'type = "snmp"', 'host = "127.0.0.1"', `port = ${port}`, ...lines, ""].join(
    "\n",
  );
const community = (file: string): string => `community_file = "${file}"`;
const user = (name: string, auth: string, priv = "aes"): string =>
  [
    `user = "${name}"`,
    `auth_protocol = "${auth}"`,
    'auth_password_file = "auth"',
    `priv_protocol = "${priv}"`,
    'priv_password_file = "priv"',
  ].join("\n");

const withoutUpTime = (text: string): string => text.replace(/Timeticks: .*?\t/, "Timeticks: *\t");

test(
  "a failed run reaches snmptrapd in the guide's words, by every version and kind",
  { skip },
  async (t) => {
    const users = (["sha", "sha-224", "sha-256", "sha-384", "sha-512"] as const).map((auth) => ({
      name: `inform-${auth}`,
      auth: [auth.toUpperCase(), AUTH] as const,
      priv: ["AES", PRIV] as const,
    }));
    const peer = await trapd(t, {
      communities: ["c0mmunity"],
      users: [
        ...users,
        { name: "aes256", auth: ["SHA-512", AUTH], priv: ["AES-256", PRIV] },
        { name: "auth-only", auth: ["SHA-256", AUTH] },
        { name: "trap", auth: ["SHA-256", AUTH], priv: ["AES", PRIV], engineId: ENGINE },
      ],
    });
    const folder = folderOf(t);
    const tables = [
      target("v2c-trap", peer.port, community("community")),
      target("v2c-inform", peer.port, community("community"), 'kind = "inform"'),
      ...users.map(({ name, auth }) => target(name, peer.port, user(name, auth[0].toLowerCase()))),
      target("aes256", peer.port, user("aes256", "sha-512", "aes-256")),
      target("auth-only", peer.port, 'user = "auth-only"', 'auth_password_file = "auth"'),
      target("v3-trap", peer.port, user("trap", "sha-256"), 'kind = "trap"', `engine_id = "0x${ENGINE}"`),
    ];
    writeSettings(folder, "", tables.join("\n"));
    const { status, stderr } = await bash(`vlf-notify run --now ${NOW} -- sh -c 'exit 2'`, folder);
    assert.equal(status, 2);
    const got = await peer.received(tables.length);
    assert.deepEqual(
      got.map(withoutUpTime),
      tables.map(() => guideTrap("*", "November 2026")),
    );
    assert.equal(
      stderr.split("\n").filter((line) => line.includes("acknowledged by the receiver")).length,
      8,
    );
    assert.match(stderr, /told "v2c-trap": .*: trap sent; a receiver does not say whether it got one\n/);
    assert.match(stderr, new RegExp(`told "v3-trap": .*: trap sent from engine 0x${ENGINE}, boot 1;`));
  },
);

test("URIs of VOSS's notify command are targets, each at its levels", { skip }, async (t) => {
  const peer = await trapd(t, {
    communities: ["p@ss:word"],
    users: [{ name: "voss", auth: ["SHA", "auth:secret"], priv: ["AES", "priv@secret"] }],
  });
  const folder = emptyFolder(t);
  const lines = [
    "# level URI",
    `error snmp://p%40ss%3Aword@127.0.0.1:${peer.port}`,
    `info  snmp://voss:auth%3Asecret:priv%40secret@127.0.0.1:${peer.port}`,
    `warn  snmp://p%40ss%3Aword@127.0.0.1:${peer.port}?kind=inform&complete=true`,
  ];
  secretFile(folder, "targets", lines.join("\n"));
  writeSettings(folder, 'targets_file = "targets"');
  const { status, stdout, stderr } = await bash(`vlf-notify test --now ${NOW}`, folder);
  assert.equal(status, 0, stderr);
  const name = `snmp://127.0.0.1:${peer.port}`;
  assert.deepEqual(
    recordsIn(stdout)
      .filter(({ type }) => type === "alert")
      .map(({ severity, target: to, channel, status: how }) => [severity, to, channel, how]),
    [
      ["info", name, "snmp-inform", "acknowledged"],
      ["warning", name, "snmp-inform", "acknowledged"],
      ["error", name, "snmp-trap", "sent"],
    ],
  );
  assert.doesNotMatch(`${stdout}${stderr}`, /p@ss|word|secret|%40|voss:/);
  const [info = "", warning = "", error = ""] = await peer.received(3);
  assert.match(info, /88\.2\.1\.1\.0 = STRING: "INFO: Test of level info"/);
  assert.match(
    warning,
    /STRING: "WARNING: Test of level warn"\tiso\.3\.6\.1\.2\.1\.88\.2\.1\.2\.0 = STRING: "VOSS"\t/,
  );
  assert.match(
    warning,
    /\tiso\.3\.6\.1\.2\.1\.88\.2\.1\.4\.0 = OID: ccitt\.0\tiso\.3\.6\.1\.2\.1\.88\.2\.1\.5\.0 = INTEGER: 1\t/,
  );
  assert.match(error, /STRING: "ERROR: Test of level error"\tiso\.3\.6\.1\.2\.1\.88\.2\.1\.3\.0/);
});

test("what a receiver refuses is told apart from what nobody answers", { skip }, async (t) => {
  const peer = await trapd(t, {
    communities: ["c0mmunity"],
    users: [{ name: "inform", auth: ["SHA-256", AUTH], priv: ["AES", PRIV] }],
  });
  const [nobody = 0] = await freePorts(1);
  const folder = folderOf(t);
  const quick = ["timeout_seconds = 1", "retries = 0"];
  const wrong = (which: string): string =>
    user("inform", "sha-256").replace(`"${which}"`, `"${which}-wrong"`);
  const tables = [
    target("nobody", nobody, community("community"), 'kind = "inform"', ...quick),
    target("community", peer.port, community("other"), 'kind = "inform"', ...quick),
    target("priv", peer.port, wrong("priv"), ...quick),
    target("user", peer.port, user("stranger", "sha-256"), ...quick),
    target("auth", peer.port, wrong("auth"), ...quick),
    target("protocol", peer.port, user("inform", "sha-512"), ...quick),
    target("host", peer.port, community("community")).replace("127.0.0.1", "no-such-host.invalid"),
    target("trap", peer.port, community("other")),
    target("good", peer.port, community("community")),
  ];
  writeSettings(folder, "", tables.join("\n"));
  const { status, stdout, stderr } = await bash(`vlf-notify test --level error --now ${NOW}`, folder);
  assert.equal(status, 2);
  const told = recordsIn(stdout).filter(({ type }) => type === "alert");
  const answers = Object.fromEntries(
    told.map((record) => [record["target"], [record["status"], record["answer"]]]),
  );
  const failed = (port: number, found: string): string[] => [
    "failed",
    `send inform to snmp://127.0.0.1:${port}: ${found}`,
  ];
  const silence = "no answer to 1 try of 1 s";
  const digest =
    "the receiver refuses the authentication: Wrong Digest (incorrect password, community or key)";
  const { host, ...others } = answers;
  assert.deepEqual(others, {
    nobody: failed(nobody, silence),
    community: failed(peer.port, silence),
    priv: failed(peer.port, silence),
    user: failed(peer.port, "the receiver does not know the user: Unknown User Name"),
    auth: failed(peer.port, digest),
    protocol: failed(peer.port, digest),
    // A trap with the wrong community looks like any other from here.
    trap: ["sent", "trap sent; a receiver does not say whether it got one"],
    good: ["sent", "trap sent; a receiver does not say whether it got one"],
  });
  assert.match(
    String(host?.[1]),
    /^send trap to snmp:\/\/no-such-host\.invalid:\d+: .*(ENOTFOUND|EAI_AGAIN)/,
  );
  assert.match(stderr, /hint: compare auth_protocol and auth_password with the user at the receiver\n/);
  assert.match(stderr, /hint: nobody listens there, something between drops it, or the community is wrong/);
  assert.doesNotMatch(`${stdout}${stderr}`, /c0mmunity|secret|stranger|not the/);
  const got = await peer.received(1);
  assert.equal(got.length, 1, "only the good one arrived");
});

test("only silence is a failure that may pass: status 75", async (t) => {
  const [nobody = 0] = await freePorts(1);
  const folder = folderOf(t);
  writeSettings(
    folder,
    "",
    target("nobody", nobody, community("community"), 'kind = "inform"', "timeout_seconds = 1", "retries = 0"),
  );
  const { status } = await bash("vlf-notify test --level error", folder);
  assert.equal(status, 75);
});

test(
  "a v3 trap is dropped by a receiver that saw a higher boot count, and taken above it",
  { skip: skipTrap },
  async (t) => {
    const peer = await trapd(t, {
      communities: ["c0mmunity"],
      users: [{ name: "trap", auth: ["SHA-256", AUTH], priv: ["AES", PRIV], engineId: ENGINE }],
    });
    const login = [
      "-v3",
      "-e",
      `0x${ENGINE}`,
      "-u",
      "trap",
      "-l",
      "authPriv",
      "-a",
      "SHA-256",
      "-A",
      AUTH,
      "-x",
      "AES",
      "-X",
      PRIV,
    ];
    const env = { PATH: process.env["PATH"], MIBS: "", SNMP_PERSISTENT_DIR: emptyFolder(t) };
    const trap = ["127.0.0.1:".concat(String(peer.port)), "1", "1.3.6.1.2.1.88.2.0.1"];
    execFileSync("snmptrap", [...login, "-Z", "2,1000", ...trap], { env, stdio: "pipe" });
    await peer.received(1);

    const folder = folderOf(t);
    const v3 = target("v3", peer.port, user("trap", "sha-256"), 'kind = "trap"', `engine_id = "${ENGINE}"`);
    // The second target, in the clear, shows that the receiver listens.
    writeSettings(
      folder,
      "",
      `${v3}\n${target("v2c", peer.port, community("community"), 'kind = "inform"')}`,
    );
    const first = await bash("vlf-notify test --level error", folder);
    assert.match(first.stderr, /boot 1; a receiver does not say whether it got one/);
    const second = await bash("vlf-notify test --level error", folder);
    assert.match(second.stderr, /boot 2;/);
    const dropped = await peer.received(3);
    assert.equal(dropped.length, 3, "one of Net-SNMP, two in the clear, none of ours by v3");
    await bash("vlf-notify test --level error", folder);
    assert.equal((await peer.received(5)).length, 5, "boot 3 is above what the receiver saw");
  },
);

test("the engine of our own traps keeps its id, and starts anew with each run", { skip }, async (t) => {
  const folder = folderOf(t);
  const peer = await trapd(t, { communities: ["c0mmunity"] });
  writeSettings(folder, "", target("v3", peer.port, user("trap", "sha-256"), 'kind = "trap"'));
  const runs = [
    await bash("vlf-notify test --level error", folder),
    await bash("vlf-notify test --level error", folder),
  ];
  const engines = runs.map(({ stderr }) => /engine 0x([0-9a-f]+), boot (\d+)/.exec(stderr)?.slice(1));
  const { own } = JSON.parse(readFileSync(join(folder, "state/snmp-engine.json"), "utf8")) as { own: string };
  assert.match(own, /^8000b98305[0-9a-f]{16}$/);
  assert.deepEqual(engines, [
    [own, "1"],
    [own, "2"],
  ]);
});

/** A value of BER: its tag, and its bytes or the values in it. */
type Ber = readonly [tag: number, content: string | readonly Ber[]];

function parseBer(bytes: Buffer): Ber[] {
  const values: Ber[] = [];
  for (let at = 0; at < bytes.length;) {
    const tag = bytes.readUInt8(at);
    const short = bytes.readUInt8(at + 1);
    const extra = short < 0x80 ? 0 : short & 0x7f;
    const length = extra === 0 ? short : bytes.readUIntBE(at + 2, extra);
    const from = at + 2 + extra;
    const content = bytes.subarray(from, from + length);
    values.push([tag, (tag & 0x20) === 0 ? content.toString("hex") : parseBer(content)]);
    at = from + length;
  }
  return values;
}

/** The parts of a v2c trap: version, community, tag of the PDU, error fields, variables; no request id. */
function trapParts(packet: Buffer): unknown {
  const [[, message] = [0, []]] = parseBer(packet);
  const [version, sender, pdu] = message as Ber[];
  const [, ...rest] = (pdu?.[1] ?? []) as Ber[];
  return [version, sender, pdu?.[0], rest];
}

test(
  "the v2c trap has the values of Net-SNMP's own for the example of the guide, byte by byte",
  { skip: skipTrap },
  async (t) => {
    const packets: Buffer[] = [];
    const socket = createSocket("udp4");
    const arrived = (count: number): Promise<void> =>
      new Promise((resolve) => {
        const look = (): void => {
          if (packets.length >= count) resolve();
        };
        socket.on("message", look);
        look();
      });
    socket.on("message", (packet) => void packets.push(packet));
    await new Promise<void>((resolve) => {
      socket.bind(0, "127.0.0.1", resolve);
    });
    t.after(() => socket.close());
    const { port } = socket.address();
    const folder = folderOf(t);
    writeSettings(folder, "", target("nms", port, community("community")));
    await bash(`vlf-notify run --now 2018-05-01T03:00:00Z -- false`, folder);
    await arrived(1);
    const [ours = Buffer.alloc(0)] = packets;
    const [, , , parts] = trapParts(ours) as [unknown, unknown, unknown, Ber[]];
    const [, , [, variables]] = parts as unknown as [Ber, Ber, [number, Ber[]]];
    const [[, sysUpTime] = [0, []]] = variables;
    const upTime = Number.parseInt(String(sysUpTime[1]?.[1]), 16);
    const text =
      "The license audit report scheduled for May 2018 was not successful.\nPlease contact your VOSS account manager. ";
    const values = [
      "1.3.6.1.2.1.88.2.1.1.0 s ERROR: License file generation failed",
      `1.3.6.1.2.1.88.2.1.3.0 s ${text}`,
      "1.3.6.1.2.1.88.2.1.5.0 i 1",
      "1.3.6.1.2.1.1.5.0 s VOSS",
    ].flatMap((variable) => /^(\S+) (\S) (.*)$/s.exec(variable)?.slice(1) ?? []);
    const env = { PATH: process.env["PATH"], MIBS: "", SNMP_PERSISTENT_DIR: emptyFolder(t) };
    const args = [
      "-v2c",
      "-c",
      "c0mmunity",
      `127.0.0.1:${port}`,
      String(upTime),
      "1.3.6.1.2.1.88.2.0.1",
      ...values,
    ];
    execFileSync("snmptrap", args, { env, stdio: "pipe" });
    await arrived(2);
    assert.deepEqual(trapParts(ours), trapParts(packets[1] ?? Buffer.alloc(0)));
    assert.equal(variables.length, 6);
  },
);
