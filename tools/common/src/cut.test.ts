import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import { Cutter, type Piece } from "./_cut.ts";

const END = '{"type":"scope-end","hierarchy":"sys.A"}\n';
const LINE = '{"type":"instance"}\n';

/** Cuts a text that comes in chunks of so many bytes, all in the same memory. */
function cut(
  text: string,
  chunk: number,
  limits: ConstructorParameters<typeof Cutter>[0],
  look: (piece: Piece, cutter: Cutter) => Piece = (piece) => piece,
): Piece[] {
  const bytes = Buffer.from(text);
  const cutter = new Cutter(limits);
  const pieces: Piece[] = [];
  const memory = Buffer.alloc(chunk);
  for (let at = 0; at < bytes.length; at += chunk) {
    const length = bytes.copy(memory, 0, at, at + chunk);
    for (const piece of cutter.push(memory.subarray(0, length))) pieces.push(look(piece, cutter));
  }
  for (const piece of cutter.finish()) pieces.push(look(piece, cutter));
  return pieces;
}

/** What is done with a piece: its memory is overwritten, and used again for others. */
function giveBack({ bytes, ends }: Piece, cutter: Cutter): Piece {
  const copy = Buffer.from(bytes);
  const memory = bytes.buffer as ArrayBuffer;
  assert.equal(bytes.byteOffset, 0);
  Buffer.from(memory).fill(END);
  cutter.giveBack(memory);
  return { bytes: copy, ends };
}

/** The scopes of a piece as texts, and how it is to be read. */
const scopesOf = ({ bytes, ends }: Piece): string[] =>
  ends.map((end, index) => bytes.toString("utf8", ends[index - 1] ?? 0, end));

describe("Cutter", () => {
  const small = { blockBytes: 1, scopeLimitBytes: 1000 };

  test("cuts behind the lines of scope-end records", () => {
    const pieces = cut(`${LINE}${END}${LINE}${LINE}${END}${LINE}`, 10_000, small);
    assert.deepEqual(pieces.flatMap(scopesOf), [LINE + END, LINE + LINE + END]);
    assert.equal(pieces.at(-1)?.bytes.toString(), LINE);
    assert.deepEqual(pieces.at(-1)?.ends, []);
  });

  test("finds a scope-end record at the start of a piece and in two chunks", () => {
    for (const chunk of [1, 7, END.length, END.length + 3]) {
      assert.deepEqual(cut(END + END + LINE + END, chunk, small).flatMap(scopesOf), [END, END, LINE + END]);
    }
  });

  test("gathers small scopes into blocks", () => {
    const [block, ...rest] = cut((LINE + END).repeat(10), 50, { blockBytes: 400, scopeLimitBytes: 1000 });
    assert.ok((block?.ends.length ?? 0) > 4, "one block has several scopes");
    assert.ok(rest.length < 5);
  });

  test("passes a scope on line by line that is larger than the limit, and goes on behind it", () => {
    const large = LINE.repeat(100);
    const pieces = cut(`${large}${END}${LINE}${END}`, 64, { blockBytes: 50, scopeLimitBytes: 300 });
    assert.equal(pieces.map(({ bytes }) => bytes.toString()).join(""), `${large}${END}${LINE}${END}`);
    const read = pieces.filter(({ ends }) => ends.length === 0);
    assert.ok(read.every(({ bytes }) => bytes.length <= 400));
    assert.equal(read.map(({ bytes }) => bytes.toString()).join(""), large + END);
    assert.deepEqual(pieces.flatMap(scopesOf), [LINE + END]);
  });

  test("takes no memory again that is smaller than what it needs by now", () => {
    const rest = LINE.repeat(5);
    const scope = rest.repeat(8);
    for (const isEarly of [true, false]) {
      const cutter = new Cutter({ blockBytes: END.length, scopeLimitBytes: 10_000 });
      const [small] = cutter.push(Buffer.from(END));
      assert.ok(small !== undefined && small.bytes.buffer.byteLength < rest.length);
      if (isEarly) cutter.giveBack(small.bytes.buffer as ArrayBuffer);
      assert.deepEqual(cutter.push(Buffer.from(scope)), []);
      if (!isEarly) cutter.giveBack(small.bytes.buffer as ArrayBuffer);
      const pieces = [...cutter.push(Buffer.from(END + rest)), ...cutter.finish()];
      assert.equal(pieces.map(({ bytes }) => bytes.toString()).join(""), scope + END + rest);
    }
  });

  test("does not take text inside a line for the end of a scope", () => {
    const inside = `{"type":"x","text":"{\\"type\\":\\"scope-end\\""} {"type":"scope-end"\n`;
    assert.deepEqual(cut(inside, 10, small).flatMap(scopesOf), []);
  });

  test("gives all bytes once and in order, whatever the chunks and limits, in memory of their own", () => {
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom(LINE, END, "\n", `${"x".repeat(90)}\n`, "no line feed")),
        fc.integer({ min: 1, max: 200 }),
        fc.integer({ min: 1, max: 300 }),
        fc.integer({ min: 1, max: 300 }),
        fc.boolean(),
        (lines, chunk, blockBytes, scopeLimitBytes, isGivenBack) => {
          const text = lines.join("");
          const limits = { blockBytes, scopeLimitBytes };
          const pieces = cut(text, chunk, limits, isGivenBack ? giveBack : undefined);
          const texts = pieces.map(({ bytes }) => bytes.toString());
          assert.equal(texts.join(""), text);
          if (!isGivenBack)
            assert.equal(new Set(pieces.map(({ bytes }) => bytes.buffer)).size, pieces.length);
          for (const scope of pieces.flatMap(scopesOf)) assert.ok(scope.endsWith(END));
          for (const { bytes, ends } of pieces) if (ends.length > 0) assert.equal(ends.at(-1), bytes.length);
        },
      ),
      { numRuns: 2000 },
    );
  });

  test("finds the ends of scopes where a search through all lines finds them, whatever the chunks", () => {
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom(LINE, END, "\n", "{", '"type":"scope-end"', '{"type":"scope-end"\n')),
        fc.integer({ min: 1, max: 100 }),
        (parts, chunk) => {
          const text = parts.join("");
          const scopes = cut(text, chunk, { blockBytes: 1, scopeLimitBytes: 1 << 20 }, giveBack).flatMap(
            scopesOf,
          );
          assert.deepEqual(scopes, text.match(/(?:.*\n)*?\{"type":"scope-end".*\n/gy) ?? []);
        },
      ),
      { numRuns: 1000 },
    );
  });
});
