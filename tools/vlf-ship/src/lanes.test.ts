import assert from "node:assert/strict";
import { test } from "node:test";
import { inLanes } from "./lanes.ts";

test("inLanes() works on lanes at the same time and within one in turn, and gives results in order", async () => {
  const events: string[] = [];
  const gates = new Map<string, () => void>();
  const results: string[] = [];
  const lanes = inLanes(
    ["a1", "b1", "a2", "b2"],
    (job) => job.slice(0, 1),
    async (job) => {
      events.push(job);
      await new Promise<void>((resolve) => void gates.set(job, resolve));
      return job;
    },
  );
  const reading = (async () => {
    for await (const result of lanes) results.push(result);
  })();
  const settle = (): Promise<void> => new Promise((resolve) => void setImmediate(resolve));
  await settle();
  assert.deepEqual(events, ["a1", "b1"]);
  gates.get("b1")?.();
  await settle();
  assert.deepEqual(events, ["a1", "b1", "b2"], "a slow lane does not hold up the other");
  assert.deepEqual(results, [], "the first result comes first");
  for (const job of ["a1", "b2"]) gates.get(job)?.();
  await settle();
  gates.get("a2")?.();
  await reading;
  assert.deepEqual(results, ["a1", "b1", "a2", "b2"]);
});

test("inLanes() finishes the other lanes when one throws", async () => {
  const done: string[] = [];
  const lanes = inLanes(
    ["a", "b", "c"],
    (job) => job,
    async (job) => {
      await Promise.resolve();
      if (job === "a") throw new Error("a fails");
      done.push(job);
      return job;
    },
  );
  await assert.rejects(async () => {
    for await (const _ of lanes) assert.fail("no result comes before that of a");
  }, /a fails/);
  assert.deepEqual(done, ["b", "c"]);
});
