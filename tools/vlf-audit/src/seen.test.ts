import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import { runInMemory, streamOf } from "@vlf/common/_testing";
import { tool } from "./cli.ts";
import { Seen } from "./seen.ts";
import { CUSTOMER, node, nodes, PROVIDER, user } from "./_system.ts";

const BEGIN = {
  type: "begin",
  schema: 1,
  tool: "vlf-collect",
  version: "9",
  run_id: "r",
  started_at: "2026-11-01T03:00:00Z",
  collected_at: "2026-11-01T02:00:00Z",
  platform: {},
};

describe("what was seen", () => {
  test("may repeat when two are equal, whatever came between", () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.tuple(
            fc.nat(60_000).map((number) => number.toString(16)),
            fc.nat(2),
          ),
          { maxLength: 3000 },
        ),
        fc.nat(3000),
        (added, cut) => {
          const seen = new Seen();
          for (const [pkid, model] of added.slice(0, cut)) seen.add(pkid, model);
          seen.forget();
          const rest = added.slice(cut);
          for (const [pkid, model] of rest) seen.add(pkid, model);
          const different = new Set(rest.map(([pkid, model]) => `${pkid} ${model}`)).size;
          assert.ok(seen.mayRepeat || different === rest.length);
        },
      ),
      { numRuns: 200 },
    );
  });

  test("seldom says so when none are equal", () => {
    let said = 0;
    for (let customer = 0; customer < 50; customer += 1) {
      const seen = new Seen();
      for (let at = 0; at < 8000; at += 1) {
        seen.add(`8a47${(customer * 1e6 + at * 7919).toString(16).padStart(20, "0")}`, at % 20);
      }
      if (seen.mayRepeat) said += 1;
    }
    assert.ok(said <= 5, `${said} of 50`);
  });

  test("says so of more than it remembers", () => {
    const seen = new Seen();
    for (let at = 0; at < 3_000_000 && !seen.mayRepeat; at += 1) seen.add(String(at), 0);
    assert.equal(seen.mayRepeat, true);
    seen.forget();
    assert.equal(seen.mayRepeat, false);
  });
});

describe("an instance that comes twice is counted once", () => {
  const other = `${PROVIDER}.Resel.Other`;
  const before = [...nodes(), node(other, "Customer", "0ther")];
  const anna = user("anna");
  const end = (hierarchy: string): { type: string; hierarchy: string } => ({ type: "scope-end", hierarchy });
  for (const [name, records] of Object.entries({
    "one after the other": [anna, anna],
    "with the end of another scope between": [anna, end(other), anna],
    "both before the end of another scope": [anna, anna, end(other)],
    "at two nodes": [anna, { ...anna, hierarchy: CUSTOMER }, end(other)],
    "at a site, with another after": [anna, end(other), anna, user("bert")],
  })) {
    test(name, async () => {
      const { status, stdout } = await runInMemory(tool, ["--jobs", "1"], {
        stdin: [Buffer.from(streamOf(BEGIN, [...before, ...records, end(CUSTOMER)]))],
      });
      assert.equal(status, 0);
      const [finding] = stdout
        .split("\n")
        .filter((line) => line.includes('"duplicate-instance"'))
        .map((line) => JSON.parse(line) as { count: number });
      assert.equal(finding?.count, 1);
    });
  }
});
