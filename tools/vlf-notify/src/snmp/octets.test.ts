import assert from "node:assert/strict";
import { test } from "node:test";
import { adminString, displayString } from "./octets.ts";

test("adminString() holds 255 octets and cuts before a character that does not fit whole", () => {
  for (const [text, octets] of [
    ["", 0],
    ["a".repeat(255), 255],
    ["a".repeat(256), 255],
    [`${"a".repeat(254)}é`, 254],
    [`${"a".repeat(253)}é`, 255],
    [`${"a".repeat(253)}€`, 253],
    [`${"a".repeat(252)}😀`, 252],
    [`${"a".repeat(251)}😀b`, 255],
    ["€".repeat(100), 255],
    ["😀".repeat(100), 252],
  ] as const) {
    const bytes = adminString(text);
    assert.equal(bytes.length, octets, JSON.stringify(text.slice(-5)));
    const back = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
    assert.ok(text.startsWith(back));
  }
});

test("adminString() keeps line feeds and the blank at the end", () => {
  assert.equal(adminString("a.\nb. ").toString(), "a.\nb. ");
});

test("displayString() is ASCII of at most 255 characters", () => {
  assert.equal(displayString("VOSS").toString(), "VOSS");
  assert.equal(displayString("Zürich 😀\n\u007f").toString(), "Z?rich ???");
  assert.equal(displayString("é".repeat(300)).length, 255);
});
