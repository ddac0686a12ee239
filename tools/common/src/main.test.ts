import assert from "node:assert/strict";
import { EventEmitter } from "node:events";
import { Writable } from "node:stream";
import { test } from "node:test";
import { BrokenPipeError, DataError, TemporaryError, ToolError, UsageError } from "./exit.ts";
import { commonOptions, execute, type Io, type Tool } from "./main.ts";
import { streamSink } from "./stdout.ts";
import { RecordWriter } from "./ndjson.ts";

interface Outcome {
  status: number;
  stdout: string;
  stderr: string;
}

interface World {
  io: Io;
  stdout: string[];
  stderr: string[];
}

function world(isTerminal = false): World {
  const stdout: string[] = [];
  const stderr: string[] = [];
  const io: Io = {
    stdin: [],
    stdout: {
      write: (chunk) => {
        stdout.push(String(chunk));
        return Promise.resolve();
      },
      isTerminal: false,
    },
    stderr: { write: (text) => void stderr.push(text), isTerminal },
    env: {},
    now: () => new Date(Date.UTC(2026, 10, 1, 3)),
  };
  return { io, stdout, stderr };
}

const toolThat = (run: Tool["run"]): Tool => ({
  name: "vlf-x",
  version: "0.1.0",
  help: "usage: vlf-x\n",
  run,
});

async function outcome(argv: readonly string[], run: Tool["run"]): Promise<Outcome> {
  const { io, stdout, stderr } = world();
  const status = await execute(toolThat(run), argv, io);
  return { status, stdout: stdout.join(""), stderr: stderr.join("") };
}

const notRun = (): never => assert.fail("the tool ran");

test("execute() gives the status of the run and hands it the arguments and streams", async () => {
  const { io, stdout } = world();
  for (const wanted of [0, 1]) {
    const status = await execute(
      toolThat(async (argv, given) => {
        assert.equal(given, io);
        await given.stdout.write(argv.join());
        return wanted;
      }),
      ["a", "--b"],
      io,
    );
    assert.equal(status, wanted);
  }
  assert.deepEqual(stdout, ["a,--b", "a,--b"]);
});

for (const argv of [["--help"], ["-h"], ["x", "--nope", "--help"], ["--help", "--version"]]) {
  test(`execute() prints the help for ${argv.join(" ")} and runs nothing`, async () => {
    assert.deepEqual(await outcome(argv, notRun), { status: 0, stdout: "usage: vlf-x\n", stderr: "" });
  });
}

test("execute() prints name and version for --version and runs nothing", async () => {
  const wanted = { status: 0, stdout: "vlf-x 0.1.0\n", stderr: "" };
  assert.deepEqual(await outcome(["x", "--version"], notRun), wanted);
});

test("execute() takes what stands after -- for no option", async () => {
  const wanted = { status: 0, stdout: "", stderr: "" };
  assert.deepEqual(await outcome(["--", "--help", "-h", "--version"], () => Promise.resolve(0)), wanted);
});

const FAILURES: [what: string, error: Error, status: number, stderr: string][] = [
  [
    "a usage error with a hint to the help",
    new UsageError("read options: no"),
    2,
    'vlf-x: error: read options: no\nvlf-x: hint: run "vlf-x --help"\n',
  ],
  [
    "a usage error that has its own hint",
    new UsageError("read options: no", { hint: "say yes" }),
    2,
    "vlf-x: error: read options: no\nvlf-x: hint: say yes\n",
  ],
  ["a data error", new DataError("read stdin:3: no"), 2, "vlf-x: error: read stdin:3: no\n"],
  [
    "a tool error",
    new ToolError("write a: no", { hint: "b" }),
    2,
    "vlf-x: error: write a: no\nvlf-x: hint: b\n",
  ],
  ["a temporary error", new TemporaryError("ship a: refused"), 75, "vlf-x: error: ship a: refused\n"],
  ["nothing, and quietly, where the reader went away", new BrokenPipeError("write stdout: gone"), 0, ""],
];
for (const [what, error, status, stderr] of FAILURES) {
  test(`execute() fails with ${status} for ${what}`, async () => {
    assert.deepEqual(await outcome([], () => Promise.reject(error)), { status, stdout: "", stderr });
    const thrown = await outcome([], () => {
      throw error;
    });
    assert.deepEqual(thrown, { status, stdout: "", stderr });
  });
}

test("execute() fails with 2 for a bug and shows its stack, with --quiet too", async () => {
  for (const argv of [[], ["--quiet"]]) {
    const { status, stderr } = await outcome(argv, () => Promise.reject(new TypeError("x is undefined")));
    assert.equal(status, 2);
    assert.match(stderr, /^vlf-x: error: bug: TypeError: x is undefined\n {4}at .*main\.test/);
    assert.match(stderr, /\nvlf-x: hint: please report this with the command and the stack above\n$/);
  }
});

test("execute() with --log-format json says the failure as exit_error with the status", async () => {
  for (const argv of [["--log-format", "json"], ["--log-format=json"]]) {
    const { status, stderr } = await outcome(argv, () =>
      Promise.reject(new TemporaryError("ship a: refused")),
    );
    assert.equal(status, 75);
    assert.deepEqual(JSON.parse(stderr), {
      type: "exit_error",
      tool: "vlf-x",
      status: 75,
      message: "ship a: refused",
    });
  }
  const usage = await outcome(["--log-format=json"], () =>
    Promise.reject(new UsageError("read options: no")),
  );
  assert.equal((JSON.parse(usage.stderr) as { hint: string }).hint, 'run "vlf-x --help"');
});

test("execute() takes the progress line of the tool away before the error", async () => {
  const { io, stderr } = world(true);
  await execute(
    toolThat((argv, given) => {
      commonOptions({ name: "vlf-x" }, argv, given).log.progress(() => "1 record");
      return Promise.reject(new DataError("read a: no"));
    }),
    [],
    io,
  );
  assert.deepEqual(stderr, ["\r\u001b[Kvlf-x: 1 record", "\r\u001b[K", "vlf-x: error: read a: no\n"]);
});

test("execute() gives 0 where the help has no reader, and 2 where the disk is full", async () => {
  for (const [error, status] of [
    [new BrokenPipeError("gone"), 0],
    [new ToolError("full"), 2],
  ] as const) {
    const { io } = world();
    const stdout = { write: () => Promise.reject(error), isTerminal: false };
    assert.equal(await execute(toolThat(notRun), ["--help"], { ...io, stdout }), status);
  }
});

test("commonOptions() reads --config, --now, --quiet and --log-format wherever they stand", () => {
  const { io, stderr } = world();
  const argv = ["x", "--now", "2026-12-24T18:00:00Z", "-q", "--config=c.toml", "--log-format", "json", "y"];
  const options = commonOptions({ name: "vlf-x" }, argv, io);
  assert.equal(options.config, "c.toml");
  assert.equal(options.clock.fixed, true);
  assert.equal(options.clock.now.toISOString(), "2026-12-24T18:00:00.000Z");
  options.log.info("left out");
  options.log.warning("w");
  assert.deepEqual(stderr, ['{"type":"log","tool":"vlf-x","level":"warning","message":"w"}\n']);
});

test("commonOptions() without options has the system's time and a log in text", () => {
  const { io, stderr } = world();
  const options = commonOptions({ name: "vlf-x" }, ["--", "--now", "x", "-q"], io);
  assert.equal(options.config, undefined);
  assert.equal(options.clock.fixed, false);
  assert.deepEqual(options.clock.now, io.now());
  options.log.info("n");
  assert.deepEqual(stderr, ["vlf-x: n\n"]);
});

test("commonOptions() refuses a wrong --now and a wrong --log-format", () => {
  const { io } = world();
  const read = (argv: string[]): unknown => commonOptions({ name: "vlf-x" }, argv, io);
  assert.throws(() => read(["--now", "today"]), {
    name: "UsageError",
    message: 'read --now: "today" is not a time, wanted RFC 3339 with a zone',
  });
  assert.throws(() => read(["--log-format=xml"]), {
    name: "UsageError",
    message: 'read options: --log-format is "xml", wanted text or json',
  });
});

/** A stream whose reader takes `delayMs` for each write, or fails. */
function slowStream(delayMs: number, failAt = Infinity, code = ""): { stream: Writable; taken: string[] } {
  const taken: string[] = [];
  const stream = new Writable({
    decodeStrings: false,
    write: (chunk: string, _encoding, done) => {
      if (taken.length + 1 >= failAt) return done(Object.assign(new Error(`write ${code}`), { code }));
      setTimeout(() => {
        taken.push(chunk);
        done();
      }, delayMs);
      return undefined;
    },
  });
  return { stream, taken };
}

test("streamSink() gives every byte to a slow reader, and never queues more than two writes", async () => {
  const { stream, taken } = slowStream(2);
  const sink = streamSink(stream, "stdout");
  const big = "x".repeat(70_000);
  for (let n = 0; n < 20; n += 1) {
    await sink.write(big);
    assert.ok(stream.writableLength <= 2 * big.length, `${stream.writableLength} queued`);
    assert.ok(taken.length >= n - 1, `${taken.length} of ${n} taken`);
  }
  await sink.write("end");
  assert.equal(taken.length, 21);
  assert.equal(taken.at(-1), "end");
});

test("streamSink() resolves a small write when it is out", async () => {
  const { stream, taken } = slowStream(5);
  await streamSink(stream, "stdout").write("a");
  assert.deepEqual(taken, ["a"]);
});

for (const [code, Kind, message] of [
  ["EPIPE", BrokenPipeError, "write stdout: the reader went away"],
  ["ENOSPC", ToolError, "write stdout: no space left on the device (ENOSPC)"],
] as const) {
  test(`streamSink() rejects a small write at once on ${code}, and every one after it`, async () => {
    const sink = streamSink(slowStream(0, 1, code).stream, "stdout");
    for (let n = 0; n < 3; n += 1) {
      await assert.rejects(sink.write("a"), (error) => error instanceof Kind && error.message === message);
    }
  });

  test(`streamSink() rejects the write after a large one that failed with ${code}`, async () => {
    const sink = streamSink(slowStream(0, 1, code).stream, "stdout");
    await sink.write("x".repeat(70_000));
    await assert.rejects(sink.write(""), { message });
  });

  test(`RecordWriter on streamSink() does not end well on ${code}`, async () => {
    const writer = new RecordWriter(streamSink(slowStream(0, 2, code).stream, "stdout"));
    const writing = async (): Promise<void> => {
      for (let n = 0; n < 5; n += 1) await writer.write({ type: "note", text: "x".repeat(70_000) } as never);
      await writer.end("t");
    };
    await assert.rejects(writing(), { message });
  });

  test(`RecordWriter on streamSink() does not end well on ${code} in a last batch that is not waited for`, async () => {
    const writer = new RecordWriter(streamSink(slowStream(0, 1, code).stream, "stdout"));
    const note = { type: "note", text: "" };
    note.text = "x".repeat(65_530 - JSON.stringify(note).length);
    assert.equal(writer.write(note), undefined); // with the end record it is just too large
    await assert.rejects(writer.end("t"), { message });
  });

  test(`streamSink() hears ${code} that comes as an event alone`, async () => {
    const stream = Object.assign(new EventEmitter(), {
      write: (_chunk: string, done: () => void) => void setImmediate(done),
    });
    const sink = streamSink(stream as unknown as Writable, "stdout");
    await sink.write("a");
    stream.emit("error", Object.assign(new Error("x"), { code }));
    await assert.rejects(sink.write("b"), { message });
  });
}
