import assert from "node:assert/strict";
import { Readable, type Writable } from "node:stream";
import { test } from "node:test";
import { feed, startSource, startStages } from "./processes.ts";

const ENV = { PATH: process.env["PATH"] };
const SIZE = 300_000;

async function bytesOf(stream: Readable): Promise<number> {
  let size = 0;
  for await (const chunk of stream) size += (chunk as Uint8Array).length;
  return size;
}

test("each branch gets every byte, also when another one dies at any point", async () => {
  for (const other of [
    "cat > /dev/null",
    "true",
    "exec 0<&-; sleep 0.01",
    "head -c 70000 > /dev/null",
    "kill -KILL $$",
  ]) {
    const source = startSource(["head", "-c", String(SIZE), "/dev/zero"], ENV);
    const good = startStages([["cat"], ["cat"]], ENV);
    const bad = startStages([["sh", "-c", other]], ENV);
    const size = bytesOf(good.output);
    bad.output.resume();
    await feed(source.output, [bad.input, good.input]);
    assert.equal(await size, SIZE, other);
    assert.deepEqual(
      (await good.ended).map(({ status }) => status),
      [0, 0],
    );
    await bad.ended;
  }
});

test("when all branches went away the source is stopped by SIGPIPE, as in a shell", async () => {
  const source = startSource(["cat", "/dev/zero"], ENV);
  const { input, output, ended } = startStages([["true"]], ENV);
  output.resume();
  await feed(source.output, [input]);
  assert.deepEqual(await ended, [{ program: "true", status: 0 }]);
  assert.deepEqual(await source.ended, { program: "cat", status: 141 });
});

test("statuses are those of the shell: of signals, and of programs that are not there", async () => {
  const stages = startStages([["sh", "-c", "kill -TERM $$"], ["/no/such/program"]], ENV);
  stages.output.resume();
  stages.input.end();
  assert.deepEqual(await stages.ended, [
    { program: "sh", status: 143 },
    { program: "/no/such/program", status: 127, problem: "no such program" },
  ]);
});

test("a reading that breaks off ends the branches, which see it cut off", async () => {
  const broken = Readable.from(
    (async function* () {
      await Promise.resolve();
      yield Buffer.from("part");
      throw new Error("broken");
    })(),
  );
  const { input, output, ended } = startStages([["cat"]], ENV);
  const size = bytesOf(output);
  await feed(broken, [input satisfies Writable]);
  assert.equal(await size, 4);
  await ended;
});
