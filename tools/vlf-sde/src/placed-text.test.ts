import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import { moduleMemory } from "./module.ts";
import { PlacedText } from "./placed-text.ts";
import { integerOf } from "./reports/_column.ts";

/** A text where lines of a scope stand, with others around it. */
function placed(text: string): PlacedText {
  const memory = moduleMemory();
  const bytes = Buffer.from(`7${text}7`);
  const start = memory.putLines(bytes) + 1;
  return new PlacedText(start, start + bytes.length - 2);
}

describe("PlacedText", () => {
  test("is a text beyond ASCII too", () => {
    assert.equal(String(placed("Zoë 電話")), "Zoë 電話");
    assert.equal(JSON.stringify({ name: placed("Zoë") }), '{"name":"Zoë"}');
    assert.equal(placed("Zoë").slice(0, 2), "Zo");
  });

  test("has no digit where a byte is none of ASCII", () => {
    assert.ok(placed("٣").charCodeAt(0) > 127);
    assert.equal(placed("٣").integer(), undefined);
  });

  test("is the number that the text is, or the text", () => {
    const texts = fc.oneof(
      fc.array(fc.nat(9), { minLength: 1, maxLength: 20, size: "max" }).map((digits) => digits.join("")),
      fc.constantFrom("1e3", "0x10", "-1", "1.0", " 5", "½"),
      fc.string({ minLength: 1 }),
    );
    fc.assert(
      fc.property(texts, (text) => assert.deepEqual(integerOf(placed(text)), integerOf(text))),
      { numRuns: 1000 },
    );
  });
});
