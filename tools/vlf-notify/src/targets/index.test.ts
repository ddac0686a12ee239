import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test, type TestContext } from "node:test";
import { parseConfig } from "@vlf/common/config";
import { readTargets } from "./index.ts";

const ENV = {
  COMMUNITY: "s3cret-community",
  AUTH: "s3cret-auth",
  PRIV: "s3cret-priv",
  SHORT: "s3cret7",
  URL: "https://hooks.test/s3cret",
};

async function read(
  text: string,
  env: Record<string, string> = ENV,
): Promise<{ targets: unknown[]; problems: string[] }> {
  const { targets, problems } = await readTargets(parseConfig("vlf.toml", text), env);
  return {
    targets: targets.map(({ name, levels, channel, address }) => [name, levels.join(), channel, address]),
    problems: problems.map(({ message }) => message),
  };
}

const table = (name: string, ...lines: string[]): string => `[notify.targets.${name}]\n${lines.join("\n")}\n`;
const SNMP = ['type = "snmp"', 'host = "h"'];
const V3 = [...SNMP, 'user = "u"', 'auth_password_env = "AUTH"', 'priv_password_env = "PRIV"'];

test("readTargets() reads tables in their order: traps for v2c, informs for v3, errors alone", async () => {
  const text = [
    table("a", ...SNMP, 'community_env = "COMMUNITY"'),
    table("b", ...V3, 'levels = ["info", "warn"]', "port = 1162"),
    table("c", ...V3, 'kind = "trap"', 'host = "::1"').replace('host = "h"\n', ""),
    table("d", 'type = "email"', 'to = "a@b.test"', 'levels = "warn"'),
    table("e", 'type = "webhook"', 'url_env = "URL"'),
    '[notify]\nemailrelay = "relay.test"\n',
  ].join("\n");
  assert.deepEqual(await read(text), {
    targets: [
      ["a", "error", "snmp-trap", "snmp://h:162"],
      ["b", "info,warn", "snmp-inform", "snmp://h:1162"],
      ["c", "error", "snmp-trap", "snmp://[::1]:162"],
      ["d", "warn", "email", "mailto:a@b.test"],
      ["e", "error", "webhook", "https://hooks.test"],
    ],
    problems: [],
  });
});

const WRONG: readonly (readonly [what: string, lines: readonly string[], problem: string])[] = [
  ["an unknown type", ['type = "pager"'], 'type: wanted "snmp" or "email" or "webhook"'],
  [
    "an unknown level",
    [...SNMP, 'levels = ["fatal"]'],
    'levels: wanted a list of "info", "warn" and "error"',
  ],
  ["no levels at all", [...SNMP, "levels = []"], 'levels: wanted a list of "info", "warn" and "error"'],
  ["an unknown key", [...SNMP, 'comunity_env = "COMMUNITY"'], "comunity_env: unknown key"],
  ["a community in the settings", [...SNMP, 'community = "s3cret"'], "community: unknown key"],
  [
    "no community",
    SNMP,
    "community: wanted community_file, community_env or community_credential: a community is a password",
  ],
  [
    "a user for v2c",
    [...SNMP, 'version = "2c"', 'user = "u"', 'community_env = "COMMUNITY"'],
    "user: wanted no user for version 2c",
  ],
  ["no user for v3", [...SNMP, 'version = "3"'], "user: wanted a user for version 3"],
  [
    "DES",
    [...V3, 'priv_protocol = "des"'],
    'priv_protocol: wanted "aes": DES is broken, and no cipher of this platform any more',
  ],
  ["MD5", [...V3, 'auth_protocol = "MD5"'], 'auth_protocol: wanted "sha" or better: MD5 is broken'],
  [
    "AES-192",
    [...V3, 'priv_protocol = "aes-192"'],
    'priv_protocol: wanted "aes" or "aes-256" or "aes-256-cisco"',
  ],
  [
    "a short password",
    [...SNMP, 'user = "u"', 'auth_password_env = "SHORT"'],
    "wanted auth_password of 8 characters or more (RFC 3414)",
  ],
  [
    "encryption without authentication",
    [...SNMP, 'user = "u"', 'priv_password_env = "PRIV"'],
    "wanted auth_password: what is encrypted is authenticated as well",
  ],
  ["a wrong engine id", [...V3, 'engine_id = "xyz"'], "wanted engine_id of 10 to 64 hexadecimal digits"],
  ["a wrong port", [...V3, "port = 70000"], "port: wanted a port from 1 to 65535"],
  ["no time to answer", [...V3, "timeout_seconds = 0"], "timeout_seconds: wanted 1 to 300"],
  ["tries without end", [...V3, "retries = 1000"], "retries: wanted 0 to 20"],
  [
    "mail without a relay",
    ['type = "email"', 'to = "a@b.test"'],
    '[notify] emailrelay: wanted a mail relay, or [notify] smtp_server = "NAME"',
  ],
  ["a wrong address", ['type = "email"', 'to = "a b"'], "to: wanted plain mail addresses: voss@example.com"],
  [
    "a web hook without address",
    ['type = "webhook"'],
    "url: wanted url, url_file, url_env or url_credential",
  ],
  [
    "a login in an address",
    ['type = "webhook"', 'url = "https://u:s3cret@h/"'],
    "url: wanted https://HOST/PATH, without a login in it",
  ],
  [
    "two addresses",
    ['type = "webhook"', 'url = "https://h/"', 'url_env = "URL"'],
    "url: wanted one of url and url_file, not both",
  ],
];
for (const [what, lines, problem] of WRONG) {
  test(`readTargets() reports ${what}, shows no secret, and keeps the others`, async () => {
    const good = table("good", ...SNMP, 'community_env = "COMMUNITY"');
    const { targets, problems } = await read(`${table("bad", ...lines)}\n${good}`);
    assert.equal(targets.length, 1);
    assert.equal(problems.length, 1);
    const where = problem.startsWith("[notify]") ? "" : "[notify.targets.bad]";
    const message = `read vlf.toml: ${where}${problem.startsWith("wanted") ? ":" : ""} ${problem}`.replace(
      ": [",
      ": [",
    );
    assert.equal(problems[0], message.replace("vlf.toml:  [", "vlf.toml: ["));
    assert.doesNotMatch(problems.join(), /s3cret/);
  });
}

function targetsFile(t: TestContext, mode: number, ...lines: string[]): string {
  const folder = mkdtempSync(join(tmpdir(), "vlf-targets-"));
  t.after(() => rmSync(folder, { recursive: true }));
  const path = join(folder, "targets");
  writeFileSync(path, lines.join("\n"), { mode });
  return `[notify]\nemailrelay = "r"\ntargets_file = "${path}"\n`;
}

test("readTargets() reads a targets file: one target for a URI at several levels", async (t) => {
  const text = targetsFile(
    t,
    0o600,
    "# who wants to know",
    "error snmp://s3cret@nms.test",
    "",
    "  warn\tsnmp://s3cret@nms.test  ",
    "error mailto:ops@example.com",
    "info snmp://u:s3cret-auth:s3cret-priv@nms.test:1162?kind=trap&auth_protocol=sha-512",
    "error https://hooks.test/s3cret",
  );
  assert.deepEqual(await read(text), {
    targets: [
      ["snmp://nms.test", "error,warn", "snmp-trap", "snmp://nms.test:162"],
      ["mailto:ops@example.com", "error", "email", "mailto:ops@example.com"],
      ["snmp://nms.test:1162", "info", "snmp-trap", "snmp://nms.test:1162"],
      ["https://hooks.test", "error", "webhook", "https://hooks.test"],
    ],
    problems: [],
  });
});

test("readTargets() reads the list of targets from the environment as well", async () => {
  const env = { TARGETS: "error snmp://a@b" };
  assert.equal((await read('[notify]\ntargets_env = "TARGETS"\n', env)).targets.length, 1);
});

test("readTargets() refuses a targets file that others may read", async (t) => {
  const { targets, problems } = await read(targetsFile(t, 0o644, "error snmp://s3cret@h"));
  assert.deepEqual(targets, []);
  assert.match(problems[0] ?? "", /^read \[notify\] targets: ".*" has the permissions 0644, open to others$/);
});

for (const [what, line, problem] of [
  ["an unknown level", "fatal snmp://s3cret@h", "wanted a level (info, warn or error), a blank, and a URI"],
  [
    "a line of three words",
    "error snmp://s3cret@h x",
    "wanted a level (info, warn or error), a blank, and a URI",
  ],
  ["a wrong URI", "error smtp:s3cret", "wanted a URI that begins with snmp://, mailto: or https://"],
] as const) {
  test(`readTargets() names the line of ${what}, and nothing of it`, async (t) => {
    const { problems } = await read(targetsFile(t, 0o600, "# first", line));
    assert.deepEqual(problems, [`read [notify] targets:2: ${problem}`]);
  });
}

for (const [what, query, problem] of [
  ["an unknown option", "retires=3", 'read [notify] targets: unknown option after the "?" of a URI'],
  ["a wrong value", "complete=maybe", "read vlf.toml: [notify] targets:1 complete: wanted true or false"],
  ["a wrong number", "retries=-1", "read vlf.toml: [notify] targets:1 retries: wanted a whole number from 0"],
  [
    "DES",
    "priv_protocol=DES",
    'read vlf.toml: [notify] targets:1 priv_protocol: wanted "aes": DES is broken, and no cipher of this platform any more',
  ],
] as const) {
  test(`readTargets() refuses a URI with ${what}`, async (t) => {
    const { targets, problems } = await read(targetsFile(t, 0o600, `error snmp://s3cret@h?${query}`));
    assert.deepEqual([targets, problems], [[], [problem]]);
  });
}
