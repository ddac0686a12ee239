import assert from "node:assert/strict";
import { test } from "node:test";
import { isTemporaryOf, temporaryName } from "./upload.ts";

const HEX = "0123456789abcdef";

test("temporaryName() hides a file and stays within 255 bytes, the longest name of a file system", () => {
  assert.equal(temporaryName("a.zip", HEX), ".a.zip.0123456789abcdef.part");
  for (const length of [232, 233, 234, 255]) {
    const name = temporaryName("x".repeat(length), HEX);
    assert.ok(Buffer.byteLength(name) <= 255, `${length}`);
    assert.equal(name.includes("xxx"), length <= 232, `${length}`);
  }
  assert.ok(Buffer.byteLength(temporaryName("ä".repeat(127), HEX)) <= 255);
});

test("isTemporaryOf() knows leftovers of the same file, and no other name", () => {
  for (const name of ["a.zip", "x".repeat(255), "a[1].zip", ".part"]) {
    assert.ok(isTemporaryOf(temporaryName(name, HEX), name), name);
  }
  for (const other of [
    "a.zip",
    ".a.zip.part",
    `.b.zip.${HEX}.part`,
    `.a.zip.${HEX}.part.bak`,
    `.aXzip.${HEX}.part`,
    ".a.zip.0123456789ABCDEF.part",
    `a.zip.${HEX}.part`,
  ]) {
    assert.ok(!isTemporaryOf(other, "a.zip"), other);
  }
});
