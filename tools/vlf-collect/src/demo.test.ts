import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { bytes } from "./_samples.ts";
import { brokenRecord, collect, NOW } from "./_testing.ts";

const SMALL = ["demo", "--customers", "2", "--subscribers", "20"];

describe("demo", () => {
  test("writes a stream of valid records, each customer closed", async () => {
    const { status, stderr, records } = await collect(SMALL);
    assert.deepEqual([status, stderr, brokenRecord(records)], [0, "", undefined]);
    assert.equal(records.filter(({ type }) => type === "scope-end").length, 2);
    const instances = records.filter(({ type }) => type === "instance").length;
    assert.deepEqual(records.at(-1), {
      type: "end",
      tool: "vlf-collect",
      counts: { instance: instances, "scope-end": 2 },
    });
  });

  test("is the same for the same numbers, and another for another seed", async () => {
    const one = await collect(SMALL);
    assert.equal(one.stdout, (await collect(SMALL)).stdout);
    const other = await collect([...SMALL, "--seed", "2"]);
    assert.notDeepEqual(one.places, other.places);
    assert.notEqual(one.records[0]?.["run_id"], other.records[0]?.["run_id"]);
  });

  test("was collected at the time of --collected-at, else now", async () => {
    assert.equal((await collect(SMALL)).records[0]?.["collected_at"], NOW);
    const { records } = await collect([...SMALL, "--collected-at", "2026-10-01T00:00:00Z"]);
    assert.deepEqual(
      [records[0]?.["collected_at"], records[0]?.["started_at"]],
      ["2026-10-01T00:00:00Z", NOW],
    );
  });

  test("shows on a terminal how far it is, and takes it away at the end", async () => {
    const { stderr } = await collect(["demo", "--subscribers", "200"], [], true);
    const clear = "\r\u001b[K";
    assert.match(stderr.split(clear)[1] ?? "", /^vlf-collect: \d+ records, 0\.1 MB, \d+%$/);
    assert.ok(stderr.endsWith(clear));
  });

  test("says its platform", async () => {
    const platform = (await collect(SMALL)).records[0]?.["platform"] as Record<string, string>;
    assert.equal(platform["provider_name"], "CS-P");
  });

  test("comes out of files unchanged, but for the begin record", async () => {
    const { stdout } = await collect(SMALL);
    const again = await collect(["files"], bytes(stdout));
    const withoutBegin = (text: string): string => text.slice(text.indexOf("\n"));
    assert.equal(withoutBegin(again.stdout), withoutBegin(stdout));
    assert.deepEqual(again.records[0]?.["platform"], JSON.parse(stdout.split("\n")[0] ?? "").platform);
  });
});
