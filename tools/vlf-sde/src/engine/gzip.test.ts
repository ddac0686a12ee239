import assert from "node:assert/strict";
import { test } from "node:test";
import { gunzipSync, inflateRawSync } from "node:zlib";
import fc from "fast-check";
import { placeOf } from "./deflate.ts";
import { gzip, type Segment, segmentOf as segmentAt } from "./gzip.ts";

const BYTES = fc.oneof(
  fc.uint8Array({ maxLength: 300 }),
  fc.tuple(fc.uint8Array({ minLength: 1, maxLength: 40 }), fc.nat(3000)).map(([unit, times]) => {
    return new Uint8Array(Buffer.concat(Array.from({ length: times }, () => unit)));
  }),
);

function segmentOf(bytes: Uint8Array): Segment {
  return segmentAt(placeOf(bytes));
}

function file(pieces: readonly (Uint8Array | Segment)[]): Buffer {
  return Buffer.concat([...gzip(pieces)]);
}

test("segments of any content and length can follow each other", () => {
  fc.assert(
    fc.property(fc.array(BYTES, { maxLength: 6 }), (texts) => {
      const stream = Buffer.concat([...texts.map((bytes) => segmentOf(bytes).deflated), Uint8Array.of(3, 0)]);
      assert.deepEqual(inflateRawSync(stream), Buffer.concat(texts));
    }),
  );
});

test("a segment that is long and hardly compresses", () => {
  let state = 1;
  const bytes = Uint8Array.from({ length: 300_000 }, () => {
    state = (state * 1_103_515_245 + 12_345) % 2 ** 31;
    return state >> 16;
  });
  const stream = Buffer.concat([segmentOf(bytes).deflated, segmentOf(bytes).deflated, Uint8Array.of(3, 0)]);
  assert.deepEqual(inflateRawSync(stream), Buffer.concat([bytes, bytes]));
});

test("segments and raw pieces are one member with the CRC-32 and length of the whole", () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(BYTES, fc.boolean()), { maxLength: 8 }), (pieces) => {
      const bytes = file(pieces.map(([raw, compressed]) => (compressed ? segmentOf(raw) : raw)));
      const whole = Buffer.concat(pieces.map(([raw]) => raw));
      assert.deepEqual(gunzipSync(bytes), whole); // checks CRC-32 and length
      assert.equal(bytes.readUInt32LE(bytes.length - 4), whole.length);
    }),
  );
});

test("a text of the same piece twice has another CRC-32 than once: pieces are moved by their length", () => {
  const segment = segmentOf(Buffer.alloc(100_000, "phones"));
  assert.equal(gunzipSync(file([segment, segment, segment])).length, 300_000);
});

test("the header names no time, no file and no system", () => {
  assert.deepEqual([...file([]).subarray(0, 10)], [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255]);
});
