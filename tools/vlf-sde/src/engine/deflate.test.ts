import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { describe, test } from "node:test";
import { deflateRawSync, inflateRawSync } from "node:zlib";
import fc from "fast-check";
import { deflate as deflateAt, placeOf } from "./deflate.ts";

function deflate(bytes: Uint8Array): Uint8Array {
  return deflateAt(placeOf(bytes));
}

/** An empty block with fixed codes, the last one. */
const END = Uint8Array.of(3, 0);

function isKept(bytes: Uint8Array): void {
  assert.ok(inflateRawSync(Buffer.concat([deflate(bytes), END])).equals(bytes), `${bytes.length} bytes`);
}

/** Bytes without a pattern, the same in each run. */
function noise(length: number, values = 256): Uint8Array {
  let state = 1;
  return Uint8Array.from({ length }, () => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    return (state >>> 16) % values;
  });
}

describe("zlib reads what went in", () => {
  test("texts of rows that resemble each other", () => {
    const row = fc.record({
      name: fc.string({ maxLength: 12 }),
      at: fc.nat(3),
      path: fc.constant("sys.hcs"),
    });
    fc.assert(
      fc.property(fc.array(row, { maxLength: 200 }), (rows) => {
        isKept(Buffer.from(JSON.stringify(rows)));
      }),
    );
  });

  test("any bytes", () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 500 }), isKept));
  });

  test("of few values, where matches are short and many", () => {
    for (const values of [1, 2, 3, 5]) isKept(noise(100_000, values));
  });

  test("of every length up to the first match and beyond", () => {
    for (let length = 0; length < 40; length += 1) isKept(Buffer.alloc(length, "ab"));
  });

  test("matches of all lengths", () => {
    const unit = noise(300);
    const parts: Uint8Array[] = [unit];
    for (let length = 3; length <= 300; length += 1) parts.push(unit.subarray(0, length), noise(3, length));
    isKept(Buffer.concat(parts));
  });

  test("matches at all distances, up to the end of the window and not beyond it", () => {
    const unit = noise(40);
    for (const distance of [40, 41, 257, 4096, 32_767, 32_768, 32_769, 40_000]) {
      const between = Buffer.alloc(distance - unit.length, "0123456789");
      const bytes = Buffer.concat([unit, between, unit]);
      isKept(bytes);
      const isInside = distance <= 32_768;
      const isFound =
        deflate(bytes).length < deflate(Buffer.concat([unit, between])).length + unit.length / 2;
      assert.equal(isFound, isInside, `distance ${distance}`);
    }
  });

  test("more than one block holds", () => {
    isKept(noise(32_768));
    isKept(noise(32_769));
    isKept(noise(200_000));
  });
});

test("bytes that do not compress hardly grow", () => {
  assert.ok(deflate(noise(200_000)).length < 202_000);
});

const ROWS = Buffer.from(
  JSON.stringify(
    Array.from({ length: 2000 }, (_, nth) => ({
      hierarchy: `sys.hcs.CS-P.Innovia.Site-${Math.floor(nth / 50)}`,
      device_name: `SEP${Buffer.from(noise(2000 + nth).subarray(-6))
        .toString("hex")
        .toUpperCase()}`,
      device_type: nth % 3 === 0 ? "Cisco 8811" : "Cisco 8845",
      description: `Phone ${nth}`,
      lines: [{ line_order: 1, cucm_dn: String(20_000 + nth), E164: `\\+4402079${20_000 + nth}` }],
    })),
  ),
);

test("rows come out as small as zlib makes them on its first level", () => {
  assert.ok(deflate(ROWS).length <= 1.05 * deflateRawSync(ROWS, { level: 1 }).length);
});

test("the same text gives the same bytes, whatever came before: those of the releases before", () => {
  const sha256 = (bytes: Uint8Array): string => createHash("sha256").update(deflate(bytes)).digest("hex");
  for (let time = 0; time < 2; time += 1) {
    assert.equal(sha256(ROWS), "51bedd7e2bce8b5150ad9f3a642e5dde31866a8bcc0987758217dc3ad002372e");
    assert.equal(
      sha256(noise(200_000, 40)),
      "11612985e39924458d5fd1d75b517839d66721d5a077f290976d0f4b555749d8",
    );
  }
});
