import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import { BrokenPipeError, ToolError, writeError } from "./exit.ts";
import { type ByteSink, readRecords, RecordWriter, writeRecords } from "./ndjson.ts";
import type { AnyRecord, Begin } from "./records.ts";

const BEGIN: Begin = {
  type: "begin",
  schema: 1,
  tool: "vlf-collect",
  version: "0.1.0",
  run_id: "r",
  started_at: "2026-11-01T03:00:00Z",
  collected_at: "2026-11-01T03:00:00Z",
  platform: {},
};

/** A sink that keeps what it was given, and counts the writes under way. */
class Kept implements ByteSink {
  readonly chunks: string[] = [];
  mostAtOnce = 0;
  #atOnce = 0;

  async write(chunk: string | Uint8Array): Promise<void> {
    this.#atOnce += 1;
    this.mostAtOnce = Math.max(this.mostAtOnce, this.#atOnce);
    this.chunks.push(typeof chunk === "string" ? chunk : Buffer.from(chunk).toString("utf8"));
    await new Promise((resolve) => {
      setTimeout(resolve, 1);
    });
    this.#atOnce -= 1;
  }

  get text(): string {
    return this.chunks.join("");
  }
}

const note = (n: number, text = ""): AnyRecord => ({ type: "note", n, text });

const WRITERS: Record<string, (sink: ByteSink, records: readonly AnyRecord[]) => Promise<void>> = {
  RecordWriter: async (sink, records) => {
    const writer = new RecordWriter(sink);
    await writer.begin(BEGIN);
    for (const record of records) {
      const waiting = writer.write(record);
      if (waiting !== undefined) await waiting;
    }
    await writer.end("vlf-collect");
  },
  "writeRecords()": (sink, records) => writeRecords(sink, BEGIN, records),
};

for (const [name, write] of Object.entries(WRITERS)) {
  describe(name, () => {
    test("writes begin, the records and the end with the counts, each on a line of its own", async () => {
      const sink = new Kept();
      await write(sink, [note(1), { type: "other" }, note(2, "a\nb\r\u2028€")]);
      assert.equal(
        sink.text,
        `${JSON.stringify(BEGIN)}\n{"type":"note","n":1,"text":""}\n{"type":"other"}\n` +
          `{"type":"note","n":2,"text":"a\\nb\\r\u2028€"}\n` +
          '{"type":"end","tool":"vlf-collect","counts":{"note":2,"other":1}}\n',
      );
    });

    test("writes a frame around no records", async () => {
      const sink = new Kept();
      await write(sink, []);
      assert.equal(sink.text, `${JSON.stringify(BEGIN)}\n{"type":"end","tool":"vlf-collect","counts":{}}\n`);
    });

    test("gives one write at a time to a slow sink", async () => {
      const sink = new Kept();
      await write(
        sink,
        Array.from({ length: 40 }, (_, n) => note(n, "x".repeat(5_000))),
      );
      assert.equal(sink.mostAtOnce, 1);
      assert.equal(sink.text.split("\n").length, 43);
    });

    test("stops at a failed write and passes its error on", async () => {
      const failure = new ToolError("write stdout: no space left on the device (ENOSPC)");
      const failing: ByteSink = { write: () => Promise.reject(failure) };
      await assert.rejects(
        write(failing, [note(1, "x".repeat(70_000)), note(2)]),
        (error) => error === failure,
      );
    });

    const record = fc
      .tuple(
        fc.string({ minLength: 1 }),
        fc.dictionary(fc.string(), fc.jsonValue({ maxDepth: 2 }), { maxKeys: 4 }),
      )
      .map(([type, fields]) => ({ ...fields, type: `x-${type}` }));
    test("writes what readRecords() reads as the same records, for any records", async () => {
      await fc.assert(
        fc.asyncProperty(fc.array(record, { maxLength: 6 }), async (records) => {
          const chunks: Uint8Array[] = [];
          const sink: ByteSink = {
            write: (chunk) => {
              chunks.push(Buffer.from(chunk));
              return Promise.resolve();
            },
          };
          await write(sink, records);
          const read: string[] = [];
          await readRecords(
            chunks,
            { name: "stdin" },
            { record: (one) => void read.push(JSON.stringify(one)) },
          );
          assert.deepEqual(
            read,
            records.map((one) => JSON.stringify(one)),
          );
        }),
        { numRuns: 60 },
      );
    });
  });
}

describe("RecordWriter", () => {
  test("gathers records to batches of some 64 KiB and gives a promise only for a full one", async () => {
    const sink = new Kept();
    const writer = new RecordWriter(sink);
    assert.equal(writer.begin(BEGIN), undefined);
    let waits = 0;
    for (let n = 0; n < 1000; n += 1) {
      const waiting = writer.write(note(n, "x".repeat(1000)));
      if (waiting === undefined) continue;
      waits += 1;
      await waiting;
    }
    assert.equal(sink.chunks.length, waits);
    for (const { length } of sink.chunks) assert.ok(length >= 65_536 && length < 65_536 + 1100, `${length}`);
    assert.equal(waits, 15); // 1000 records of some 1035 characters
    await writer.end("t");
    assert.equal(sink.chunks.length, 17); // the rest, and an empty write that waits for it
    assert.equal(sink.chunks.at(-1), "");
  });

  test("holds nothing back after flush()", async () => {
    const sink = new Kept();
    const writer = new RecordWriter(sink);
    void writer.begin(BEGIN);
    assert.equal(sink.text, "");
    await writer.flush();
    assert.equal(sink.text, `${JSON.stringify(BEGIN)}\n`);
  });

  test("counts types named as what every object has", async () => {
    const sink = new Kept();
    const writer = new RecordWriter(sink);
    for (const type of ["constructor", "__proto__", "constructor"]) void writer.write({ type });
    await writer.end("t");
    assert.match(sink.text, /"counts":\{"constructor":2,"__proto__":1\}\}\n$/);
  });
});

describe("writeRecords()", () => {
  test("names the tool that ends the stream, where a filter passes another's begin on", async () => {
    const sink = new Kept();
    await writeRecords(sink, BEGIN, [], "vlf-ship");
    assert.match(sink.text, /^\{"type":"begin",.*"tool":"vlf-collect".*\n\{"type":"end","tool":"vlf-ship"/);
  });

  test("has each record out before it asks for the next", async () => {
    const events: string[] = [];
    async function* records(): AsyncGenerator<AnyRecord> {
      for (const n of [1, 2, 3]) {
        events.push(`ask ${n}`);
        yield note(n);
        await Promise.resolve();
      }
    }
    const sink: ByteSink = {
      write: async (chunk) => {
        await new Promise((resolve) => {
          setTimeout(resolve, 5);
        });
        const { type, n } = JSON.parse(String(chunk)) as AnyRecord;
        events.push(`out ${type} ${typeof n === "number" ? n : ""}`);
      },
    };
    await writeRecords(sink, BEGIN, records());
    const wanted = "out begin ,ask 1,out note 1,ask 2,out note 2,ask 3,out note 3,out end ";
    assert.equal(events.join(), wanted);
  });

  test("passes on what the records fail with, and writes no end", async () => {
    const sink = new Kept();
    async function* records(): AsyncGenerator<AnyRecord> {
      yield note(1);
      await Promise.resolve();
      throw new RangeError("mine");
    }
    await assert.rejects(writeRecords(sink, BEGIN, records()), { name: "RangeError", message: "mine" });
    assert.doesNotMatch(sink.text, /"type":"end"/);
  });

  test("lets the records clean up before it fails with a failed write", async () => {
    let clean = false;
    async function* records(): AsyncGenerator<AnyRecord> {
      try {
        for (let n = 0; ; n += 1) yield note(n);
      } finally {
        await new Promise((resolve) => {
          setTimeout(resolve, 5);
        });
        clean = true;
      }
    }
    let writes = 0;
    const sink: ByteSink = {
      write: () => {
        writes += 1;
        return writes > 3 ? Promise.reject(new BrokenPipeError("write stdout: gone")) : Promise.resolve();
      },
    };
    await assert.rejects(writeRecords(sink, BEGIN, records()), BrokenPipeError);
    assert.equal(clean, true);
    assert.equal(writes, 4);
  });
});

describe("writeError()", () => {
  const GONE = [
    Object.assign(new Error("write EPIPE"), { code: "EPIPE" }),
    Object.assign(new Error("destroyed"), { code: "ERR_STREAM_DESTROYED" }),
    Object.assign(new Error("Broken pipe (os error 32)"), { name: "BrokenPipe" }),
  ];
  test("tells a reader that went away", () => {
    for (const cause of GONE) {
      const error = writeError("stdout", cause);
      assert.ok(error instanceof BrokenPipeError);
      assert.equal(error.message, "write stdout: the reader went away");
      assert.equal(error.cause, cause);
    }
  });

  test("tells a full disk and anything else from it", () => {
    const full = writeError("stdout", Object.assign(new Error("x"), { code: "ENOSPC" }));
    assert.equal(full instanceof BrokenPipeError, false);
    assert.equal(full.message, "write stdout: no space left on the device (ENOSPC)");
    assert.equal(full.status, 2);
    assert.equal(writeError("stdout", new Error("odd")).message, "write stdout: odd");
  });
});
