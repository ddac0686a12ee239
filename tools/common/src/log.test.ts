import assert from "node:assert/strict";
import { test } from "node:test";
import { TemporaryError, ToolError } from "./exit.ts";
import { Log, type LogOptions } from "./log.ts";

interface Watched {
  log: Log;
  written: string[];
}

function watched(options: Partial<LogOptions> & { isTerminal?: boolean } = {}): Watched {
  const written: string[] = [];
  const target = {
    write: (text: string) => void written.push(text),
    isTerminal: options.isTerminal ?? false,
  };
  return { log: new Log({ tool: "vlf-x", target, format: "text", quiet: false, ...options }), written };
}

function sayAll(log: Log): void {
  log.info("3 files");
  log.warning('no "org_id"');
  log.error("read a: no");
  log.hint("say b");
}

test("Log writes a line per message that begins with the tool and says its kind", () => {
  const { log, written } = watched();
  sayAll(log);
  assert.deepEqual(written, [
    "vlf-x: 3 files\n",
    'vlf-x: warning: no "org_id"\n',
    "vlf-x: error: read a: no\n",
    "vlf-x: hint: say b\n",
  ]);
});

test("Log in JSON writes the same as records", () => {
  const { log, written } = watched({ format: "json" });
  sayAll(log);
  const line = (level: string, message: string): string =>
    `${JSON.stringify({ type: "log", tool: "vlf-x", level, message })}\n`;
  assert.deepEqual(written, [
    line("info", "3 files"),
    line("warning", 'no "org_id"'),
    line("error", "read a: no"),
    line("hint", "say b"),
  ]);
});

test("Log with quiet leaves news and progress out, and nothing else", () => {
  for (const format of ["text", "json"] as const) {
    const { log, written } = watched({ quiet: true, format, isTerminal: true });
    log.progress(() => assert.fail("not asked for"));
    sayAll(log);
    assert.equal(written.length, 3);
    assert.ok(written.every((text) => !text.includes("3 files")));
  }
});

test("Log.failure() says one of our errors and its hint", () => {
  const { log, written } = watched();
  log.failure(new ToolError("read a: no", { hint: "say b", cause: new Error("below") }), 2);
  log.failure(new ToolError("read c: no"), 2);
  assert.deepEqual(written, [
    "vlf-x: error: read a: no\n",
    "vlf-x: hint: say b\n",
    "vlf-x: error: read c: no\n",
  ]);
});

test("Log.failure() shows a bug with its stack and asks for a report", () => {
  const { log, written } = watched();
  log.failure(new TypeError("x is undefined"), 2);
  const [error, hint] = written;
  assert.match(error ?? "", /^vlf-x: error: bug: TypeError: x is undefined\n {4}at .*log\.test/);
  assert.equal(hint, "vlf-x: hint: please report this with the command and the stack above\n");
  log.failure("a text", 2);
  assert.equal(written[2], "vlf-x: error: bug: a text\n");
});

test("Log.failure() in JSON is one exit_error with the status", () => {
  const { log, written } = watched({ format: "json" });
  log.failure(new TemporaryError("ship a: refused", { hint: "later" }), 75);
  log.failure(new ToolError("read c: no"), 2);
  log.failure(new RangeError("mine"), 2);
  const records = written.map((text) => JSON.parse(text) as Record<string, unknown>);
  assert.deepEqual(records.slice(0, 2), [
    { type: "exit_error", tool: "vlf-x", status: 75, message: "ship a: refused", hint: "later" },
    { type: "exit_error", tool: "vlf-x", status: 2, message: "read c: no" },
  ]);
  assert.match(String(records[2]?.["message"]), /^bug: RangeError: mine\n/);
  assert.ok(written.every((text) => text.endsWith("}\n") && text.indexOf("\n") === text.length - 1));
});

test("Log.progress() is shown on a terminal only, and never in JSON", () => {
  for (const options of [{}, { format: "json" as const, isTerminal: true }]) {
    const { log, written } = watched(options);
    log.progress(() => assert.fail("not asked for"));
    log.done();
    assert.deepEqual(written, []);
  }
});

test("Log.progress() shows a line, not more often than four times a second", async () => {
  const { log, written } = watched({ isTerminal: true });
  log.progress(() => "1 record");
  log.progress(() => assert.fail("too soon"));
  assert.deepEqual(written, ["\r\u001b[Kvlf-x: 1 record"]);
  await new Promise((resolve) => {
    setTimeout(resolve, 260);
  });
  log.progress(() => "2 records");
  assert.deepEqual(written.slice(1), ["\r\u001b[Kvlf-x: 2 records"]);
});

const LAST_WORDS: [what: string, say: (log: Log) => void][] = [
  ["a line", (log) => log.warning("w")],
  ["a failure", (log) => log.failure(new ToolError("e"), 2)],
];
for (const [what, say] of LAST_WORDS) {
  test(`Log takes the progress line away before ${what}, once`, () => {
    const { log, written } = watched({ isTerminal: true });
    log.progress(() => "1 record");
    say(log);
    say(log);
    assert.deepEqual(
      [written[1], ...written.slice(2).map((text) => text.includes("\u001b"))],
      ["\r\u001b[K", false, false],
    );
  });
}

test("Log takes the progress line of another log on the same terminal away", () => {
  const written: string[] = [];
  const target = { write: (text: string) => void written.push(text), isTerminal: true };
  const options = { tool: "vlf-x", target, format: "text" as const, quiet: false };
  new Log(options).progress(() => "1 record");
  new Log(options).error("read a: no");
  assert.deepEqual(written.slice(1), ["\r\u001b[K", "vlf-x: error: read a: no\n"]);
});

test("Log.done() takes the progress line away, and writes nothing where there is none", () => {
  const { log, written } = watched({ isTerminal: true });
  log.done();
  log.progress(() => "1 record");
  log.done();
  log.done();
  assert.deepEqual(written, ["\r\u001b[Kvlf-x: 1 record", "\r\u001b[K"]);
});
