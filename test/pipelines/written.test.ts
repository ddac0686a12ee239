import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { emptyFolder, ROOT } from "./_run.ts";

/** Writes to a pipe from one piece of memory, which is used again once an empty write has been waited for. */
const WRITER = `
  import { standardOutput } from ${JSON.stringify(join(ROOT, "tools/common/src/stdout.ts"))};
  const stdout = standardOutput();
  const memory = Buffer.alloc(200_000);
  for (let i = 0; i < 40; i += 1) {
    memory.fill(97 + (i % 26));
    await stdout.write(memory);
    await stdout.write("");
  }
  stdout.close();
`;

test("what was handed to a pipe is out when an empty write after it is done, however slow its reader", async (t) => {
  const script = join(emptyFolder(t), "writer.mts");
  writeFileSync(script, WRITER);
  // A pipe of the shell, as between two tools: what Node gives to a child is a socket.
  const pipe = `"${process.execPath}" --import tsx "${script}" | { sleep 1; cat; }`;
  const { stdout } = spawnSync("sh", ["-c", pipe], { cwd: ROOT, maxBuffer: 2 ** 26 });
  const wanted = Buffer.concat(Array.from({ length: 40 }, (_, i) => Buffer.alloc(200_000, 97 + (i % 26))));
  assert.equal(stdout.length, wanted.length);
  assert.ok(stdout.equals(wanted), "memory was used again too early");
});
