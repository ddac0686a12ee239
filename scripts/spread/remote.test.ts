/** Commands for the shells of hosts. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { localCommand, quoted, remoteCommand } from "./remote.ts";

const SCHEMES = ["voss-4", "voss-5"];

test("remoteCommand() without settings reads none that lie on the host", () => {
  assert.equal(
    remoteCommand({ program: "vlf-audit", schemes: SCHEMES, settings: "" }),
    "sh -c 'vlf-audit --quiet --config /dev/null --scheme voss-4,voss-5'",
  );
});

test("remoteCommand() hands settings on, keeps the status, and leaves no file, whatever the login shell", () => {
  const folder = mkdtempSync(join(tmpdir(), "vlf-remote-"));
  try {
    const settings = `[audit.standalone_allocation]\ndefault = 1 # 'quotes', "more" and $HOME\n`;
    for (const status of [0, 2]) {
      const command = remoteCommand({
        program: `sh -c 'cat "$2"; cat; exit ${status}'`,
        schemes: SCHEMES,
        settings,
      });
      const ran = spawnSync("sh", ["-c", command], {
        input: "the part",
        encoding: "utf8",
        env: { PATH: process.env["PATH"], TMPDIR: folder },
      });
      assert.equal(ran.stderr, "");
      assert.equal(ran.stdout, `${settings}the part`);
      assert.equal(ran.status, status);
    }
    assert.deepEqual(readdirSync(folder), []);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test("localCommand() and quoted() keep names with blanks and quotes in one word", () => {
  assert.equal(quoted("a b'c"), `'a b'\\''c'`);
  assert.equal(quoted("/a/b-c.toml"), "/a/b-c.toml");
  assert.equal(
    localCommand({ program: "vlf-audit", schemes: SCHEMES, settings: "" }, "my work/settings.toml"),
    "exec vlf-audit --quiet --config 'my work/settings.toml' --scheme voss-4,voss-5",
  );
});
