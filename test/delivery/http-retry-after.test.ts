/** A server that asks to be left alone (`Retry-After`) is left alone, in this run and in those after it. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { startNginx } from "../peers/nginx.ts";
import { emptyFolder, missing } from "../pipelines/_run.ts";
import { ship, type Shipped } from "./suite.ts";

test(
  "Retry-After holds between runs, for every file of the destination, and no longer than it says",
  { skip: missing("nginx", "openssl") },
  async (t) => {
    const nginx = await startNginx();
    t.after(() => nginx.stop());
    const folder = emptyFolder(t);
    const settings = `[destinations.peer]\ntype = "http"\nhost = "127.0.0.1"\nport = ${nginx.port}\nsecure = false\nmethod = "PUT"\nurl = "/busy/"\n`;
    const at = (time: string, files: Record<string, string>, command = ""): Promise<Shipped> => {
      const args = command === "" ? "--delivery peer" : command;
      const clock = `--now 2026-11-01T${time}Z --spool s`;
      return ship({ secrets: [] }, settings, folder, files, `${args} ${clock}`);
    };
    const outcomes = ({ deliveries }: Shipped): unknown[] =>
      deliveries.map(({ file, status, attempts }) => [file, status, attempts]);

    // nginx counts seconds from its answer on: 900 from some moment after 03:00:00.
    const first = await at("03:00:00", { "a.bin": "a", "b.bin": "b" });
    assert.equal(first.status, 75, first.stderr);
    assert.deepEqual(outcomes(first), [
      ["a.bin", "queued", 1],
      ["b.bin", "queued", 0],
    ]);
    const [, seconds = ""] =
      /503; not before 2026-11-01T03:15:(\d\d)Z$/.exec(first.deliveries[0]?.message ?? "") ?? [];
    assert.match(seconds, /^\d\d$/, first.deliveries[0]?.message);
    const asked = nginx.requests().length;

    nginx.free();
    const early = await at("03:09:00", {}, "retry");
    assert.equal(early.status, 75, early.stderr);
    assert.deepEqual(outcomes(early), [
      ["a.bin", "queued", 0],
      ["b.bin", "queued", 0],
    ]);
    const message = `deliver "a.bin" to "peer": it asked to be left alone; not before 2026-11-01T03:15:${seconds}Z`;
    assert.equal(early.deliveries[0]?.message, message);
    // The same file once more, and one that is new: the spool knows of the server what it knew before.
    const more = await at("03:09:30", { "a.bin": "a", "c.bin": "c" });
    assert.equal(more.status, 75, more.stderr);
    assert.deepEqual(outcomes(more), [
      ["a.bin", "queued", 0],
      ["c.bin", "queued", 0],
    ]);
    assert.equal(nginx.requests().length, asked);
    assert.deepEqual(nginx.names("busy"), []);

    const late = await at("03:17:00", {}, "retry");
    assert.equal(late.status, 0, late.stderr);
    assert.deepEqual(nginx.names("busy"), ["a.bin", "b.bin", "c.bin"]);
  },
);
