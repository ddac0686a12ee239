import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { parseConfig } from "@vlf/common/config";
import { UsageError } from "@vlf/common/exit";
import { type SftpSettings, sftpSettings } from "./settings.ts";

const PIN = `host_key = "SHA256:${"A".repeat(43)}"`;
const LOGIN = 'host = "h"\nusername = "u"\npassword_env = "WORD"';

function read(lines: string): SftpSettings {
  const config = parseConfig("vlf.toml", `[destinations.x]\ntype = "sftp"\n${lines}\n`);
  return sftpSettings("x", config.tables("destinations")["x"] ?? {}, config, { WORD: "s3cret-word" });
}

test("sftpSettings() has the guide's form and defaults for the rest", () => {
  const settings = read(`${LOGIN}\n${PIN}`);
  assert.equal(settings.port, 22);
  assert.equal(settings.directory, "");
  assert.equal(settings.verify, "hash");
  assert.equal(settings.timeoutSeconds, 60);
  assert.equal(settings.password?.reveal(), "s3cret-word");
  assert.deepEqual(settings.hostKey.pins, [`SHA256:${"A".repeat(43)}`]);
});

test("sftpSettings() names the key that is missing or wrong, and shows no value", () => {
  for (const [lines, message] of [
    [PIN, /\[destinations\.x\] host: wanted a text in quotes$/],
    [`host = "h"\n${PIN}`, /username: wanted a text in quotes$/],
    [
      `host = "h"\nusername = "u"\n${PIN}`,
      /\[destinations\.x\]: wanted a login: password_file, private_key_file or agent = true$/,
    ],
    [
      `${LOGIN}\npassword_file = "x"\n${PIN}`,
      /password: wanted one of password_file, password_env and password_credential/,
    ],
    [`${LOGIN}\npassword = "s3cret-word"\n${PIN}`, /password: unknown key$/],
    [LOGIN, /wanted the key of the host, by either known_hosts_file or host_key$/],
    [`${LOGIN}\n${PIN}\nknown_hosts_file = "kh"`, /by either known_hosts_file or host_key$/],
    [`${LOGIN}\nhost_key = "MD5:00"`, /host_key: wanted "SHA256:" and 43 characters/],
    [`${LOGIN}\nhost_key = []`, /host_key: wanted "SHA256:" and 43 characters/],
    [`${LOGIN}\nknown_hosts_file = "/none"`, /known_hosts_file: "\/none": no such file or folder/],
    [`${LOGIN}\n${PIN}\nport = 0`, /port: wanted a port from 1 to 65535$/],
    [`${LOGIN}\n${PIN}\nverify = "none"`, /verify: wanted "hash" or "size"$/],
    [`${LOGIN}\n${PIN}\nproxy = "dmz"`, /no web proxy "dmz"$/],
    [`${LOGIN}\n${PIN}\nagent = true`, /agent: SSH_AUTH_SOCK is not set$/],
    [`${LOGIN}\n${PIN}\nprivate_key_file = "/none"`, /private_key_file: "\/none": no such file or folder/],
  ] as const) {
    assert.throws(
      () => read(lines),
      (error) =>
        error instanceof UsageError && message.test(error.message) && !error.message.includes("s3cret-word"),
      lines,
    );
  }
});

test("sftpSettings() refuses a file that is no private key", (t) => {
  const folder = mkdtempSync(join(tmpdir(), "vlf-test-"));
  t.after(() => rmSync(folder, { recursive: true }));
  writeFileSync(join(folder, "key"), "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n", {
    mode: 0o600,
  });
  assert.throws(() => read(`${LOGIN}\n${PIN}\nprivate_key_file = "${join(folder, "key")}"`), {
    message: `read [destinations.x] private_key_file: "${join(folder, "key")}": no private key`,
  });
});
