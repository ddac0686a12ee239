import assert from "node:assert/strict";
import { test } from "node:test";
import { EffectSink } from "./effect-sink.ts";
import { BrokenPipeError, ToolError } from "./exit.ts";

function failingAfter(writes: number, error: Error): { sink: EffectSink; written: string[] } {
  const written: string[] = [];
  const sink = new EffectSink({
    async write(chunk) {
      if (written.length === writes) throw error;
      written.push(String(chunk));
      await Promise.resolve();
    },
  });
  return { sink, written };
}

test("EffectSink passes writes on and settles when none failed", async () => {
  const { sink, written } = failingAfter(9, new Error("not reached"));
  await sink.write("a");
  await sink.write("b");
  sink.settle();
  assert.deepEqual(written, ["a", "b"]);
});

test("EffectSink drops what follows a failed write and throws the failure at the end", async () => {
  const { sink, written } = failingAfter(1, new ToolError("write stdout: no space left"));
  await sink.write("a");
  await sink.write("b");
  await sink.write("c");
  assert.deepEqual(written, ["a"]);
  assert.throws(() => sink.settle(), /^ToolError: write stdout: no space left$/);
});

test("EffectSink takes a reader that went away for no failure", async () => {
  const { sink } = failingAfter(0, new BrokenPipeError("write stdout: the reader went away"));
  await sink.write("a");
  assert.doesNotThrow(() => sink.settle());
});
