import assert from "node:assert/strict";
import { Writable } from "node:stream";
import { test } from "node:test";
import { streamSink } from "./stdout.ts";

test("streamSink() tells of a stream that throws instead of calling back, as Deno's do", async () => {
  const stream = new Writable();
  stream.write = () => {
    throw Object.assign(new Error("No space left on device (os error 28)"), { code: "ENOSPC" });
  };
  await assert.rejects(
    streamSink(stream, "stdout").write("x"),
    /^ToolError: write stdout: no space left on the device \(ENOSPC\)$/,
  );
});
