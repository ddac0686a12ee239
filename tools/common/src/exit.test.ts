import assert from "node:assert/strict";
import { test } from "node:test";
import {
  asToolError,
  BrokenPipeError,
  DataError,
  errorCode,
  EXIT,
  systemMessage,
  TemporaryError,
  ToolError,
  UsageError,
} from "./exit.ts";

test("EXIT is the list of docs/exit-status.md", () => {
  assert.deepEqual(EXIT, { ok: 0, no: 1, failed: 2, temporary: 75 });
});

const STATUSES = [
  [ToolError, "ToolError", 2],
  [UsageError, "UsageError", 2],
  [DataError, "DataError", 2],
  [BrokenPipeError, "BrokenPipeError", 2],
  [TemporaryError, "TemporaryError", 75],
] as const;
for (const [Kind, name, status] of STATUSES) {
  test(`${name} has status ${status}, its name, its hint and its cause`, () => {
    const cause = new Error("below");
    const error = new Kind("read x: no", { hint: "say y", cause });
    assert.ok(error instanceof ToolError);
    assert.equal(error.name, name);
    assert.equal(error.status, status);
    assert.equal(error.hint, "say y");
    assert.equal(error.cause, cause);
  });
}

test("ToolError without options has neither hint nor cause", () => {
  const error = new ToolError("no");
  assert.equal(error.hint, undefined);
  assert.equal(Object.hasOwn(error, "cause"), false);
});

test("errorCode() gives the code of a system error and nothing for anything else", () => {
  assert.equal(errorCode(Object.assign(new Error("x"), { code: "ENOENT" })), "ENOENT");
  for (const other of [undefined, null, "ENOENT", new Error("x"), { code: 5 }]) {
    assert.equal(errorCode(other), "");
  }
});

const MESSAGES: [unknown, string][] = [
  [
    Object.assign(new Error("ENOSPC: no space, write"), { code: "ENOSPC" }),
    "no space left on the device (ENOSPC)",
  ],
  [
    Object.assign(new Error("Is a directory (os error 21)"), { code: "EISDIR" }),
    "is a folder, wanted a file (EISDIR)",
  ],
  [Object.assign(new Error("connect failed"), { code: "ECONNREFUSED" }), "connect failed (ECONNREFUSED)"],
  [
    Object.assign(new Error("connect ECONNREFUSED ::1"), { code: "ECONNREFUSED" }),
    "connect ECONNREFUSED ::1",
  ],
  [Object.assign(new Error(""), { code: "ECONNREFUSED" }), " (ECONNREFUSED)"],
  [new Error("odd"), "odd"],
  ["a text", "a text"],
];
test("systemMessage() says the same words on every runtime and always names the code", () => {
  for (const [error, message] of MESSAGES) assert.equal(systemMessage(error), message);
});

test("asToolError() names the action and keeps the system's error as the cause", () => {
  const cause = Object.assign(new Error("x"), { code: "EACCES" });
  const error = asToolError('write "a.csv"', cause);
  assert.equal(error.message, 'write "a.csv": permission denied (EACCES)');
  assert.equal(error.status, EXIT.failed);
  assert.equal(error.cause, cause);
});

test("asToolError() passes our own errors on as they are", () => {
  const own = new TemporaryError("connect to peer: refused");
  assert.equal(asToolError("ship", own), own);
});
