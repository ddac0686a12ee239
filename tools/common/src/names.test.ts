/** Numbers of names are those of a plain table of texts, whatever the names are and whatever is forgotten. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import { joinKey } from "./axl.ts";
import { Names } from "./names.ts";

/** The same as a table of texts. */
class Plain {
  readonly #texts: string[] = [];

  number(owner: number, text: string): number {
    const key = `${owner} ${text}`;
    if (owner === 0 && text === "") return 0;
    const known = this.#texts.indexOf(key) + 1;
    return known > 0 ? known : this.#texts.push(key);
  }

  keep(last: number): void {
    this.#texts.splice(last);
  }

  get last(): number {
    return this.#texts.length;
  }
}

const name = fc.oneof(
  fc.constantFrom(
    "",
    " ",
    "Anna",
    "ANNA ",
    " anna",
    "sep1",
    "Zoë",
    "ZOË",
    "\u212a",
    "k",
    "a\nb",
    "a\u0000",
    "\u007f",
    "\ud800",
  ),
  fc.string({ maxLength: 40 }),
  fc.string({ maxLength: 10, unit: "grapheme" }),
  fc.integer({ min: 250, max: 262 }).map((length) => "x".repeat(length)),
  fc.integer({ min: 80, max: 90 }).map((length) => "日".repeat(length)),
);
const step = fc.oneof(
  { arbitrary: name.map((text) => ({ name: text })), weight: 6 },
  { arbitrary: fc.record({ pkid: name, model: fc.integer({ min: 1, max: 3 }) }), weight: 3 },
  { arbitrary: fc.record({ keep: fc.nat(60) }), weight: 1 },
);

function play(names: Names): void {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      names.keep(0);
      const plain = new Plain();
      const texts = new Map<number, string>();
      for (const one of steps) {
        if ("keep" in one) {
          names.keep(one.keep);
          plain.keep(one.keep);
        } else if ("pkid" in one) {
          const { last } = plain;
          const number = plain.number(one.model, one.pkid);
          assert.deepEqual(names.pkid(one.pkid, one.model), { number, isNew: number > last });
          texts.set(number, one.pkid);
        } else {
          const number = plain.number(0, joinKey(one.name));
          assert.equal(names.number(one.name), number);
          texts.set(number, joinKey(one.name));
        }
        assert.equal(names.last, plain.last);
      }
      for (const [number, text] of texts) if (number <= plain.last) assert.equal(names.text(number), text);
    }),
    { numRuns: 1000 },
  );
}

describe("names as numbers", () => {
  test("are those of a table of texts", () => {
    play(new Names());
  });

  test("are the same where there is no WebAssembly", () => {
    const kept = Object.getOwnPropertyDescriptor(globalThis, "WebAssembly");
    assert.ok(kept);
    Reflect.deleteProperty(globalThis, "WebAssembly");
    try {
      const names = new Names();
      assert.equal(names.scanner, undefined);
      play(names);
    } finally {
      Object.defineProperty(globalThis, "WebAssembly", kept);
    }
  });

  test("stay what they are while there are more and more of them, and after most were forgotten", () => {
    const names = new Names();
    const text = (at: number): string => (at % 100 === 0 ? `zoë ${at}` : `name ${at}${"x".repeat(at % 60)}`);
    const check = (from: number, to: number): void => {
      for (let at = from; at <= to; at += 1) {
        assert.equal(names.number(text(at)), at);
        assert.equal(names.text(at), text(at));
      }
    };
    for (const [kept, many] of [
      [0, 100_000],
      [50, 20_000],
      [19_000, 40_000],
      [10, 9000],
    ] as const) {
      names.keep(kept);
      assert.equal(names.last, kept);
      check(1, kept);
      check(kept + 1, many);
      check(1, many);
      assert.equal(names.last, many);
    }
  });
});
