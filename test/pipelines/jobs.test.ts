/** Threads count faster, and nothing else: the bytes are those of one thread. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { bash, emptyFolder } from "./_run.ts";

test("vlf-audit gives the same bytes on one thread and on three", async (t) => {
  const folder = emptyFolder(t);
  const { status, stderr } = await bash(
    `vlf-collect demo --customers 12 --subscribers 6000 --now 2026-11-01T03:00:00Z --quiet > system &&
      vlf-audit --jobs 1 < system > one && vlf-audit --jobs 3 < system > three && cmp one three`,
    folder,
  );
  assert.equal(stderr, "");
  assert.equal(status, 0);
  // Large enough for several blocks, so that threads had work to do.
  assert.ok(readFileSync(join(folder, "system")).length > 10 << 20);
});

test("an error is that of one thread, with its line", async (t) => {
  const { status, stderr } = await bash(
    `vlf-collect demo --customers 4 --subscribers 4000 --now 2026-11-01T03:00:00Z --quiet |
      sed '20000s/.*/{"type":/' | vlf-audit --jobs 3 | cat > counts`,
    emptyFolder(t),
  );
  assert.equal(
    stderr,
    'vlf-audit: error: read stdin:20000: not JSON, wanted one JSON object: "{\\"type\\":"\n',
  );
  assert.equal(status, 2);
});
