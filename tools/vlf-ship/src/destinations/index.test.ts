import assert from "node:assert/strict";
import { readdir } from "node:fs/promises";
import { test } from "node:test";
import { KINDS } from "./index.ts";

test("KINDS lists every kind of destination in the folder", async () => {
  const files = (await readdir(import.meta.dirname)).filter(
    (name) => !/\.test\.ts$|^(index|destination)\.ts$/.test(name),
  );
  const kinds = await Promise.all(Object.values(KINDS).map((load) => load()));
  assert.deepEqual(kinds.map(({ type }) => `${type}.ts`).toSorted(), files.toSorted());
  assert.deepEqual(
    kinds.map(({ type }) => type),
    Object.keys(KINDS),
  );
});
