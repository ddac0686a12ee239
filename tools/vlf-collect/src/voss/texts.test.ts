import assert from "node:assert/strict";
import { test } from "node:test";
import { Texts } from "./texts.ts";

test("texts have the numbers in which they came, and others have none", () => {
  const all = Array.from({ length: 1000 }, (_, i) => `sys.${["hcs", "Zoë", "名前", "🙂"][i % 4]}.${i}`);
  const texts = new Texts(all);
  assert.equal(texts.length, 1000);
  for (const [i, text] of all.entries()) {
    assert.equal(texts.indexOf(text), i);
    assert.equal(texts.at(i), text);
    assert.equal(texts.indexOf(`${text}0000`), -1);
  }
});

test("of equal ones the first has the number, and the empty one is a text as well", () => {
  const texts = new Texts(["a", "", "a", "b", ""]);
  assert.deepEqual(
    ["a", "b", "", "c"].map((text) => texts.indexOf(text)),
    [0, 3, 1, -1],
  );
  assert.equal(texts.at(2), "a");
  assert.equal(new Texts([]).indexOf(""), -1);
});

test("a text that has no form in UTF-8 is itself, and no other", () => {
  const texts = new Texts(["sys.\ud83d", "sys.\ufffd", "sys.é"]);
  assert.deepEqual(
    [0, 1, 2].map((i) => texts.at(i)),
    ["sys.\ud83d", "sys.\ufffd", "sys.é"],
  );
  assert.deepEqual(
    ["sys.\ufffd", "sys.\ud83d", "sys.\ude42"].map((text) => texts.indexOf(text)),
    [1, 0, -1],
  );
});
