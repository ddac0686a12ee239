import assert from "node:assert/strict";
import { createReadStream } from "node:fs";
import { describe, test } from "node:test";
import fc from "fast-check";
import { DataError } from "./exit.ts";
import { type ByteSource, MAX_LINE_BYTES, readObjects } from "./ndjson.ts";
import type { AnyRecord } from "./records.ts";

const bytes = (text: string): Uint8Array => Buffer.from(text, "utf8");

/** All objects of a source with the numbers of their lines. */
async function objectsOf(
  source: ByteSource,
  maxLineBytes?: number,
): Promise<{ read: [line: number, object: unknown][]; lines: number }> {
  const read: [number, unknown][] = [];
  const options = { name: "stdin", ...(maxLineBytes === undefined ? {} : { maxLineBytes }) };
  const lines = await readObjects(source, options, (object, line) => {
    read.push([line, object]);
  });
  return { read, lines };
}

/** Cuts bytes into pieces at the given places. */
function cut(whole: Uint8Array, places: readonly number[]): Uint8Array[] {
  const at = [
    0,
    ...places.map((place) => place % (whole.length + 1)).toSorted((a, b) => a - b),
    whole.length,
  ];
  return at.slice(1).map((end, index) => whole.slice(at[index], end));
}

async function refused(source: ByteSource, message: string, maxLineBytes?: number): Promise<void> {
  await assert.rejects(objectsOf(source, maxLineBytes), { name: "DataError", message });
}

describe("readObjects()", () => {
  test("reads one object per line and counts the lines, blank ones and CRLF included", async () => {
    const text = '{"a":1}\n\n  \t\n{"b":[2,null]}\r\n\r\n{"c":"\\n"}\n';
    assert.deepEqual(await objectsOf([bytes(text)]), {
      read: [
        [1, { a: 1 }],
        [4, { b: [2, null] }],
        [6, { c: "\n" }],
      ],
      lines: 6,
    });
  });

  test("takes an empty source, empty chunks and a source of blank lines for no objects", async () => {
    assert.deepEqual(await objectsOf([]), { read: [], lines: 0 });
    assert.deepEqual(await objectsOf([bytes(""), bytes("")]), { read: [], lines: 0 });
    assert.deepEqual(await objectsOf([bytes("\n\r\n")]), { read: [], lines: 2 });
    assert.deepEqual(await objectsOf([bytes("\n "), bytes(" ")]), { read: [], lines: 2 });
  });

  test("takes a complete last line without a line feed, whole and in pieces", async () => {
    const wanted = {
      read: [
        [1, { a: 1 }],
        [2, { b: 2 }],
      ],
      lines: 2,
    };
    assert.deepEqual(await objectsOf([bytes('{"a":1}\n{"b":2}')]), wanted);
    assert.deepEqual(await objectsOf([bytes('{"a":1}\n{"b'), bytes('":2'), bytes("}")]), wanted);
  });

  test("puts characters together that a chunk cuts in the middle", async () => {
    const line = bytes('{"name":"Ä € 𝄞"}\n');
    const single = Array.from(line, (byte) => Uint8Array.of(byte));
    assert.deepEqual(await objectsOf(single), { read: [[1, { name: "Ä € 𝄞" }]], lines: 1 });
  });

  test("keeps a __proto__ key as data", async () => {
    const { read } = await objectsOf([bytes('{"__proto__":{"type":"x"},"a":1}\n')]);
    const object = read[0]?.[1] as AnyRecord;
    assert.deepEqual(Object.keys(object), ["__proto__", "a"]);
    assert.equal(object.type, undefined);
    assert.equal(Object.getPrototypeOf(object), Object.prototype);
  });

  const good = '{"a":1}\n';
  const bad = Buffer.concat([bytes('{"a":"'), Uint8Array.of(0xff), bytes('"}')]);
  const lf = bytes("\n");
  const NOT_UTF8: [where: string, source: Uint8Array[], line: number][] = [
    ["on the first line", [bad, lf, bytes(good)], 1],
    ["in the middle of a chunk", [Buffer.concat([bytes(good), bytes("\n"), bad, lf, bytes(good)])], 3],
    ["on the last line of a chunk", [Buffer.concat([bytes(good), bad, lf])], 2],
    ["in a later chunk", [bytes(good), bytes(good), Buffer.concat([bad, lf])], 3],
    ["on a last line without line feed", [bytes(good), bad], 2],
    [
      "as a character that a line feed cuts",
      [Buffer.concat([bytes(good), bytes('"€').subarray(0, 3), lf])],
      2,
    ],
    ["as an overlong form", [bytes(good), Buffer.concat([Uint8Array.of(0xc0, 0xaf), lf])], 2],
    ["as half of a surrogate pair", [Buffer.concat([Uint8Array.of(0xed, 0xa0, 0x80), lf])], 1],
    ["on two lines, at the first", [Buffer.concat([bytes(good), bad, lf, bad, lf])], 2],
  ];
  for (const [where, source, line] of NOT_UTF8) {
    test(`refuses bytes that are not UTF-8 ${where}, with its number`, async () => {
      await refused(source, `read stdin:${line}: bytes that are not UTF-8`);
    });
  }

  test("hands out the good lines before a line that is not UTF-8", async () => {
    const seen: number[] = [];
    const source = [Buffer.concat([bytes(good), bytes(good), bad, lf])];
    await assert.rejects(
      readObjects(source, { name: "stdin" }, async (_, line) => {
        await Promise.resolve();
        seen.push(line);
      }),
    );
    assert.deepEqual(seen, [1, 2]);
  });

  const REFUSED: [what: string, text: string, message: string][] = [
    ["a byte order mark", "\uFEFF{}\n", "read stdin:1: a byte order mark, wanted UTF-8 without one"],
    [
      "a byte order mark on the only line",
      "\uFEFF{}",
      "read stdin:1: a byte order mark, wanted UTF-8 without one",
    ],
    ["text that is not JSON", `${good}hello\n`, 'read stdin:2: not JSON, wanted one JSON object: "hello"'],
    ["two objects on a line", "{}{}\n", 'read stdin:1: not JSON, wanted one JSON object: "{}{}"'],
    [
      "a cut line before others",
      `{"a":\n${good}`,
      'read stdin:1: not JSON, wanted one JSON object: "{\\"a\\":"',
    ],
    ["null", "null\n", 'read stdin:1: not an object, wanted one JSON object: "null"'],
    ["a number", `${good}\n7\n`, 'read stdin:3: not an object, wanted one JSON object: "7"'],
    ["a text", '"a"\n', 'read stdin:1: not an object, wanted one JSON object: "\\"a\\""'],
    ["true at the end", "true", 'read stdin:1: not an object, wanted one JSON object: "true"'],
    ["an array", "[{}]\r\n", 'read stdin:1: not an object, wanted one JSON object: "[{}]\\r"'],
    [
      "a last line that is cut off",
      `${good}{"a":"x`,
      'read stdin:2: the last line is cut off: "{\\"a\\":\\"x"',
    ],
    [
      "control characters, shown as escapes",
      "\u001b[31m\n",
      'read stdin:1: not JSON, wanted one JSON object: "\\u001b[31m"',
    ],
    [
      "a long line, of which 80 characters are shown",
      `${"y".repeat(200)}\n`,
      `read stdin:1: not JSON, wanted one JSON object: "${"y".repeat(80)}..."`,
    ],
  ];
  for (const [what, text, message] of REFUSED) {
    test(`refuses ${what}, however the bytes come`, async () => {
      await refused([bytes(text)], message);
      await refused(
        Array.from(bytes(text), (byte) => Uint8Array.of(byte)),
        message,
      );
    });
  }

  test("refuses a last line that is cut off inside a character", async () => {
    const line = bytes('{"a":"€');
    for (const missing of [1, 2]) {
      const source = [bytes(good), line.subarray(0, -missing)];
      await refused(source, 'read stdin:2: the last line is cut off: "{\\"a\\":\\"\uFFFD"');
    }
  });

  test("names the source as it was told to", async () => {
    await assert.rejects(
      readObjects([bytes("x\n")], { name: "a b.ndjson" }, () => {}),
      { message: 'read a b.ndjson:1: not JSON, wanted one JSON object: "x"' },
    );
  });

  const eight = '{"a":12}'; // 8 bytes
  test("takes a line of exactly the limit and refuses one byte more", async () => {
    assert.equal((await objectsOf([bytes(`${eight}\n${eight}`)], 8)).lines, 2);
    await refused([bytes(`${eight}\n${eight}`)], "read stdin:1: line is longer than 7 bytes", 7);
  });

  const LONG: [where: string, chunks: string[], line: number][] = [
    ["inside a chunk", [`{}\n{}\n${eight}9\n{}\n`], 3],
    ["at the end of a chunk that holds other lines", [`{}\n{}\n${eight}9`, "\n"], 3],
    ["over several chunks", ["{}\n", "{ ", "    ", "    ", "}\n"], 2],
    ["that ends in a later chunk", ["{}\n{     ", "   }\n{}\n"], 2],
    ["without line feed at the end", ["{}\n", `${eight}9`], 2],
    ["of blanks", ["{}\n", "         \n"], 2],
  ];
  for (const [where, chunks, line] of LONG) {
    test(`names the line that is too long ${where}`, async () => {
      await refused(chunks.map(bytes), `read stdin:${line}: line is longer than 8 bytes`, 8);
    });
    test(`names the line that is too long ${where}, after handlers that wait`, async () => {
      const source = chunks.map(bytes);
      await assert.rejects(
        readObjects(source, { name: "stdin", maxLineBytes: 8 }, () => Promise.resolve()),
        { message: `read stdin:${line}: line is longer than 8 bytes` },
      );
    });
  }

  test("gives up a line of 100 MB at the limit and holds no more than that", async () => {
    const before = process.memoryUsage();
    let given = 0;
    let peak = 0;
    function* endless(): Generator<Uint8Array> {
      while (given < 100_000_000) {
        const { external, heapUsed } = process.memoryUsage();
        peak = Math.max(peak, external + heapUsed - before.external - before.heapUsed);
        given += 65_536;
        yield Buffer.alloc(65_536, 0x78);
      }
    }
    await refused(endless(), `read stdin:1: line is longer than ${MAX_LINE_BYTES} bytes`);
    assert.equal(MAX_LINE_BYTES, 16 * 1024 * 1024);
    assert.equal(given, MAX_LINE_BYTES + 65_536);
    assert.ok(peak < 1.5 * MAX_LINE_BYTES, `${peak} bytes held`);
  });

  test("waits for a handler before the next line, in the same chunk and in the next", async () => {
    const events: string[] = [];
    function* source(): Generator<Uint8Array> {
      yield bytes('{"n":1}\n{"n":2}\n{"n":');
      events.push("chunk");
      yield bytes('3}\n{"n":4}');
    }
    await readObjects(source(), { name: "stdin" }, (object) => {
      events.push(`${String(object["n"])} begins`);
      if (object["n"] === 2) return undefined; // some wait, some do not
      return new Promise((resolve) => {
        setTimeout(() => {
          events.push(`${String(object["n"])} ends`);
          resolve();
        }, 5);
      });
    });
    const wanted = "1 begins,1 ends,2 begins,chunk,3 begins,3 ends,4 begins,4 ends";
    assert.equal(events.join(), wanted);
  });

  test("passes on what a handler throws or rejects with, and reads no further", async () => {
    for (const fail of [
      () => {
        throw new RangeError("mine");
      },
      () => Promise.reject(new RangeError("mine")),
    ]) {
      let calls = 0;
      let closed = false;
      const source = function* (): Generator<Uint8Array> {
        try {
          for (;;) yield bytes("{}\n{}\n");
        } finally {
          closed = true;
        }
      };
      const reading = readObjects(source(), { name: "stdin" }, () => {
        calls += 1;
        return fail();
      });
      await assert.rejects(reading, { name: "RangeError", message: "mine" });
      assert.equal(calls, 1);
      assert.equal(closed, true);
    }
  });

  test("names the source that the system fails to read", async () => {
    const reading = (path: string): Promise<number> =>
      readObjects(createReadStream(path), { name: path }, () => {});
    await assert.rejects(reading("/nowhere.ndjson"), {
      name: "ToolError",
      message: "read /nowhere.ndjson: no such file or folder (ENOENT)",
    });
    await assert.rejects(reading("/"), { message: "read /: is a folder, wanted a file (EISDIR)" });
  });

  test("leaves an error of a source alone that is ours or a bug", async () => {
    for (const error of [new TypeError("bug"), new DataError("ours")]) {
      const source = function* (): Generator<Uint8Array> {
        yield bytes("{}\n");
        throw error;
      };
      await assert.rejects(objectsOf(source()), (thrown) => thrown === error);
    }
  });

  const json = fc.dictionary(
    fc.string({ unit: "binary" }),
    fc.jsonValue({ maxDepth: 3, stringUnit: "binary" }),
    {
      maxKeys: 4,
      noNullPrototype: true,
    },
  );

  test("gives the same objects and lines for any cut of the bytes, and what was printed", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(json, fc.constantFrom("\n", "\r\n", "\n\n", "\n \n")), { maxLength: 8 }),
        fc.boolean(),
        fc.array(fc.nat(2000), { maxLength: 12 }),
        async (rows, lastFeed, places) => {
          const text = rows.map(([object, feed]) => JSON.stringify(object) + feed).join("");
          const whole = bytes(lastFeed ? text : text.replace(/\s+$/, ""));
          const read = await objectsOf([whole]);
          assert.deepEqual(await objectsOf(cut(whole, places)), read);
          // -0 is printed as 0
          const printed = rows.map(([object]) => JSON.parse(JSON.stringify(object)) as unknown);
          assert.deepEqual(
            read.read.map(([, object]) => object),
            printed,
          );
        },
      ),
      { numRuns: 200 },
    );
  });

  test("gives the same error for any cut of bytes that are wrong", async () => {
    const pieces = fc.constantFrom(
      good,
      good,
      "\n",
      "x\n",
      "null\n",
      "\u00ff".repeat(30),
      '{"a"',
      "€\n",
      "\xff\n",
    );
    await fc.assert(
      fc.asyncProperty(fc.array(pieces, { maxLength: 8 }), fc.array(fc.nat(300)), async (texts, places) => {
        const whole = Buffer.concat(
          texts.map((text) => (text === "\xff\n" ? Uint8Array.of(0xff, 10) : bytes(text))),
        );
        const outcome = (source: ByteSource): Promise<unknown> =>
          objectsOf(source, 40).catch((error: unknown) => (error as Error).message);
        assert.deepEqual(await outcome(cut(whole, places)), await outcome([whole]));
      }),
      { numRuns: 200 },
    );
  });
});
