import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { ToolError } from "./exit.ts";
import { readRecords, type RecordOptions, type StreamSummary } from "./ndjson.ts";
import type { AnyRecord } from "./records.ts";

const bytes = (text: string): Uint8Array => Buffer.from(text, "utf8");
const BEGIN = {
  type: "begin",
  schema: 1,
  tool: "vlf-collect",
  version: "0.1.0",
  run_id: "r",
  started_at: "2026-11-01T03:00:00Z",
  collected_at: "2026-11-01T03:00:00Z",
  platform: {},
};
const begin = JSON.stringify(BEGIN);
const note = (n: number, type = "note"): string => JSON.stringify({ type, n });
const end = (counts: object): string => JSON.stringify({ type: "end", tool: "vlf-collect", counts });

interface Reading {
  events: string[];
  summary: StreamSummary;
}

async function recordsOf(lines: readonly string[], options: Partial<RecordOptions> = {}): Promise<Reading> {
  const events: string[] = [];
  const source = [bytes(lines.map((line) => `${line}\n`).join(""))];
  const summary = await readRecords(
    source,
    { name: "stdin", ...options },
    {
      begin: (record) => {
        events.push(`begin ${record.tool}`);
      },
      record: (record, line) => {
        events.push(`${line} ${record.type} ${JSON.stringify(record["n"])}`);
      },
    },
  );
  return { events, summary };
}

describe("readRecords()", () => {
  test("hands out begin once, then every record, and gives the counts", async () => {
    const { events, summary } = await recordsOf([
      begin,
      note(1),
      "",
      note(2, "other"),
      note(3),
      end({ other: 1, note: 2 }),
    ]);
    assert.deepEqual(events, ["begin vlf-collect", "2 note 1", "4 other 2", "5 note 3"]);
    assert.deepEqual(summary, { begin: BEGIN, counts: { note: 2, other: 1 } });
  });

  test("reads a stream of no records, and one without a begin handler", async () => {
    assert.deepEqual((await recordsOf([begin, end({})])).summary, { begin: BEGIN, counts: {} });
    const source = [bytes(`${begin}\n${end({ note: 0 })}\n\n`)];
    const summary = await readRecords(source, { name: "stdin" }, { record: () => assert.fail("no record") });
    assert.deepEqual(summary.counts, {});
  });

  test("passes on types and fields that it does not know, unchanged", async () => {
    const records: AnyRecord[] = [];
    const strange = '{"type":"__proto__","__proto__":1,"a":{"b":[null,1.5,"x"]}}';
    const lines = [
      begin,
      strange,
      '{"type":"constructor"}',
      '{"type":"scope-end","hierarchy":"sys","more":1}',
    ];
    const source = [
      bytes(
        [...lines, end(JSON.parse('{"__proto__":1,"constructor":1,"scope-end":1}') as object)].join("\n"),
      ),
    ];
    const { counts } = await readRecords(
      source,
      { name: "stdin" },
      { record: (record) => void records.push(record) },
    );
    assert.deepEqual(
      records.map((record) => JSON.stringify(record)),
      lines.slice(1),
    );
    assert.equal(JSON.stringify(counts), '{"__proto__":1,"constructor":1,"scope-end":1}');
  });

  test("waits for the handlers of begin and of records", async () => {
    const events: string[] = [];
    const slow = (what: string): Promise<void> =>
      new Promise((resolve) => {
        setTimeout(() => {
          events.push(what);
          resolve();
        }, 3);
      });
    await readRecords(
      [bytes(`${begin}\n${note(1)}\n${note(2)}\n${end({ note: 2 })}`)],
      { name: "stdin" },
      {
        begin: () => slow("begin"),
        record: (record) => {
          events.push(`${String(record["n"])} comes`);
          return slow(`${String(record["n"])} done`);
        },
      },
    );
    assert.deepEqual(events, ["begin", "1 comes", "1 done", "2 comes", "2 done"]);
  });

  const ORDER: [what: string, lines: string[], message: string, events: string[]][] = [
    [
      "a record before begin",
      [note(1), begin],
      'read stdin:1: "note" record first, wanted the begin record',
      [],
    ],
    ["end before begin", [end({})], 'read stdin:1: "end" record first, wanted the begin record', []],
    [
      "a second begin",
      [begin, note(1), begin],
      "read stdin:3: second begin record, wanted one",
      ["begin vlf-collect", "2 note 1"],
    ],
    [
      "a record after end",
      [begin, end({}), "", note(1)],
      'read stdin:4: "note" record after the end record',
      ["begin vlf-collect"],
    ],
    [
      "a stream after the stream",
      [begin, end({}), begin],
      'read stdin:3: "begin" record after the end record',
      ["begin vlf-collect"],
    ],
    [
      "a second end",
      [begin, end({}), end({})],
      'read stdin:3: "end" record after the end record',
      ["begin vlf-collect"],
    ],
    ["a record without type", [begin, "{}"], 'read stdin:2: record has no "type"', ["begin vlf-collect"]],
    [
      "a record without type after end",
      [begin, end({}), "{}"],
      'read stdin:3: record has no "type"',
      ["begin vlf-collect"],
    ],
    ["an empty type", [begin, '{"type":""}'], 'read stdin:2: record has no "type"', ["begin vlf-collect"]],
    [
      "a type that is no text",
      [begin, '{"type":7}'],
      'read stdin:2: record has no "type"',
      ["begin vlf-collect"],
    ],
    [
      "a type from __proto__",
      [begin, '{"__proto__":{"type":"note"}}'],
      'read stdin:2: record has no "type"',
      ["begin vlf-collect"],
    ],
    [
      "a wrong record",
      [begin, '{"type":"scope-end"}'],
      'read stdin:2: scope-end record has no "hierarchy", wanted a text that is not empty',
      ["begin vlf-collect"],
    ],
    [
      "a schema that is too new",
      [begin.replace('"schema":1', '"schema":2')],
      'read stdin:1: begin record has a wrong "schema", wanted a schema version up to 1',
      [],
    ],
    [
      "an end without counts",
      [begin, '{"type":"end","tool":"t"}'],
      'read stdin:2: end record has no "counts", wanted an object of whole numbers',
      ["begin vlf-collect"],
    ],
  ];
  for (const [what, lines, message, wanted] of ORDER) {
    test(`refuses ${what}, with allowPartial too`, async () => {
      const events: string[] = [];
      const handlers = {
        begin: (record: { tool: string }) => void events.push(`begin ${record.tool}`),
        record: (record: AnyRecord, line: number) =>
          void events.push(`${line} ${record.type} ${String(record["n"])}`),
      };
      const source = (): Uint8Array[] => [bytes(`${lines.join("\n")}\n`)];
      await assert.rejects(readRecords(source(), { name: "stdin" }, handlers), {
        name: "DataError",
        message,
      });
      assert.deepEqual(events, wanted);
      await assert.rejects(readRecords(source(), { name: "stdin", allowPartial: true }, handlers), {
        message,
      });
    });
  }

  test("says how to join parts where a stream goes on after its end", async () => {
    await assert.rejects(recordsOf([begin, end({}), begin]), {
      hint: "one stream at a time: join parts with vlf-collect files",
    });
  });

  test("refuses empty input, with allowPartial too", async () => {
    const message = "read stdin: empty input, wanted a begin record";
    for (const lines of [[], ["", " "]]) {
      await assert.rejects(recordsOf(lines), { name: "DataError", message });
      await assert.rejects(recordsOf(lines, { allowPartial: true }), { name: "DataError", message });
    }
  });

  const PARTIAL: [what: string, lines: string[], problem: string, counts: object][] = [
    ["nothing after begin", [begin], "input ends after line 1 without an end record", {}],
    ["no end", [begin, note(1), ""], "input ends after line 3 without an end record", { note: 1 }],
    [
      "a record lost",
      [begin, note(1), end({ note: 2 })],
      'the end record announces 2 "note" records, but 1 came',
      { note: 1 },
    ],
    [
      "a record too many",
      [begin, note(1), note(2), end({ note: 1 })],
      'the end record announces 1 "note" records, but 2 came',
      { note: 2 },
    ],
    [
      "a type that end does not announce",
      [begin, note(1), end({})],
      'the end record announces 0 "note" records, but 1 came',
      { note: 1 },
    ],
    [
      "a type of which none came",
      [begin, end({ note: 3 })],
      'the end record announces 3 "note" records, but 0 came',
      {},
    ],
    [
      "a type named as what every object has",
      [begin, end({ toString: 1 })],
      'the end record announces 1 "toString" records, but 0 came',
      {},
    ],
  ];
  for (const [what, lines, problem, counts] of PARTIAL) {
    test(`refuses a stream with ${what}, and tells the problem with allowPartial`, async () => {
      await assert.rejects(recordsOf(lines), {
        name: "DataError",
        message: `read stdin: ${problem}`,
        hint: "the tool before this one failed or was stopped: nothing of this stream is used",
      });
      const { summary } = await recordsOf(lines, { allowPartial: true });
      assert.deepEqual(summary, { begin: BEGIN, counts, problem });
    });
  }

  test("refuses a stream that any cut but the last line feed made short", async () => {
    const whole = bytes(`${[begin, note(1), '{"type":"note","t":"€"}', end({ note: 2 })].join("\n")}\n`);
    for (let length = 0; length < whole.length - 1; length += 1) {
      const reading = readRecords([whole.subarray(0, length)], { name: "stdin" }, { record: () => {} });
      await assert.rejects(reading, ToolError, `cut after ${length} bytes`);
    }
    await readRecords([whole.subarray(0, -1)], { name: "stdin" }, { record: () => {} });
  });
});
