/** Blocks of whole lines, whatever the chunks. */
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { WholeLines } from "./lines.ts";

test("blocks and the rest are the input, and every block ends with a line feed", () => {
  fc.assert(
    fc.property(fc.array(fc.string().map((text) => text.replaceAll("x", "\n"))), (chunks) => {
      const lines = new WholeLines(1000);
      const blocks = chunks.flatMap((chunk) => lines.push(Buffer.from(chunk)).map(String));
      for (const block of blocks) assert.ok(block.endsWith("\n"));
      const rest = lines.rest().toString();
      assert.ok(!rest.includes("\n"));
      assert.equal(blocks.join("") + rest, chunks.join(""));
    }),
  );
});
