import assert from "node:assert/strict";
import { test } from "node:test";
import { Rests } from "./rests.ts";

test("Rests counts down for each destination by itself, and the latest time counts", () => {
  let now = Date.parse("2026-11-01T03:00:00.200Z");
  const rests = new Rests(() => new Date(now));
  assert.equal(rests.left("web"), 0);
  assert.equal(rests.until("web"), undefined);
  rests.ask("web", 60);
  assert.equal(rests.until("web")?.toISOString(), "2026-11-01T03:01:01.000Z");
  rests.note("web", new Date("2026-11-01T03:00:30Z"));
  assert.equal(rests.until("web")?.toISOString(), "2026-11-01T03:01:01.000Z");
  assert.equal(rests.left("other"), 0);
  now += 60_000;
  assert.equal(Math.round(rests.left("web") * 10), 8);
  now += 60_000;
  assert.equal(rests.left("web"), 0);
});
