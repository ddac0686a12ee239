import assert from "node:assert/strict";
import { existsSync, mkdtempSync, rmSync, statSync, truncateSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { PkidFile } from "./run-voss-pkids.ts";

test("what is put on the shelf is there again, in a file of the user alone that is made when it is needed", () => {
  const root = mkdtempSync(join(tmpdir(), "vlf-pkids-"));
  const folder = join(root, "runs");
  const file = new PkidFile(() => folder);
  try {
    assert.ok(!existsSync(folder));
    assert.equal(file.append(Uint8Array.of(1, 2, 3)), 0);
    assert.equal(file.append(Uint8Array.of(4, 5, 6, 7)), 3);
    const found = new Uint8Array(3);
    file.read(2, found);
    assert.deepEqual([...found], [3, 4, 5]);
    assert.equal(statSync(folder).mode & 0o777, 0o700);
    assert.equal(statSync(join(folder, "pkids")).mode & 0o777, 0o600);
    truncateSync(join(folder, "pkids"), 4);
    assert.throws(() => file.read(2, found), /^DataError: read ".*\/runs\/pkids": cut off$/);
  } finally {
    file.close();
    rmSync(root, { recursive: true });
  }
});

test("a file that cannot be written is told", () => {
  const file = new PkidFile(() => "/dev/null/runs");
  assert.throws(() => file.append(Uint8Array.of(1)), /^ToolError: write "\/dev\/null\/runs\/pkids": /);
  file.close();
});
