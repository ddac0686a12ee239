/**
 * Every example of the guide's sections 2.3.1 to 2.3.23: instances in, its rows out. Where the rows differ
 * from what is printed, a correction says why; each is needed. 2.3.8 has no example, those of 2.3.6 and
 * 2.3.11 are lost in the copy that was read.
 */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, test } from "node:test";
import type { Correction, ExampleRow } from "./_example.ts";
import { CISCO_EXAMPLES } from "./_examples-cisco.ts";
import { CLOUD_EXAMPLES } from "./_examples-cloud.ts";
import { rowsOf } from "./_system.ts";
import { REPORTS } from "./index.ts";

const PRINTED = JSON.parse(
  readFileSync(new URL("./fixtures/guide-examples.json", import.meta.url), "utf8"),
) as Record<string, ExampleRow[]>;

const EXAMPLES = [...CISCO_EXAMPLES, ...CLOUD_EXAMPLES];

function corrected(printed: readonly ExampleRow[], corrections: readonly Correction[]): ExampleRow[] {
  const rows = structuredClone(printed) as ExampleRow[];
  for (const [, correct] of corrections) correct(rows);
  return rows;
}

for (const { type, of = type, options, instances, corrections = [] } of EXAMPLES) {
  describe(`the example of ${of}`, () => {
    const printed = PRINTED[of] ?? [];

    test("is what its instances give", () => {
      assert.ok(printed.length > 0);
      assert.deepEqual(rowsOf(type, instances, options), corrected(printed, corrections));
    });

    for (const [nth, [why]] of corrections.entries()) {
      test(`differs from what is printed: ${why}`, () => {
        const others = corrections.filter((_one, at) => at !== nth);
        assert.notDeepEqual(corrected(printed, others), corrected(printed, corrections));
      });
    }
  });
}

test("there is a case for every example, and an example for every type that has one", () => {
  assert.deepEqual(Object.keys(PRINTED).toSorted(), EXAMPLES.map(({ type, of = type }) => of).toSorted());
  const without = REPORTS.filter(({ type }) => !Object.hasOwn(PRINTED, type)).map(({ type }) => type);
  assert.deepEqual(without, ["customer", "fmc", "line"]);
});
