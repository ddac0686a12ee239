import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { JsonText } from "./json-text.ts";

function jsonOf(value: unknown): string {
  const text = new JsonText();
  const start = text.end;
  text.json(value);
  return text.textFrom(start);
}

test("values are what JSON.stringify makes of them", () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      assert.equal(jsonOf(value), JSON.stringify(value));
    }),
  );
});

test("what JSON does not have is null in a list, and left out of an object", () => {
  for (const value of [[undefined, 1], { a: undefined, b: 1 }, [{ a: undefined }], [1.5, -0, Number.NaN]])
    assert.equal(jsonOf(value), JSON.stringify(value));
});

test("texts too, with characters that JSON escapes and halves of pairs, short and long", () => {
  const unit = fc.constantFrom(
    "a",
    '"',
    "\\",
    "\n",
    "\0",
    "\u001f",
    " ",
    "é",
    "\u2028",
    "\ud83d",
    "\ude00",
    "\ud83d\ude00",
  );
  fc.assert(
    fc.property(fc.array(unit, { maxLength: 90 }), (units) => {
      const text = units.join("");
      assert.equal(jsonOf(text), JSON.stringify(text));
    }),
    { numRuns: 500 },
  );
});
