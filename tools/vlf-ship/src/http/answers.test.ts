import assert from "node:assert/strict";
import { test } from "node:test";
import { TemporaryError, ToolError, UsageError } from "@vlf/common/exit";
import { ConnectionError, type HttpAnswer } from "@vlf/common/http";
import { DeliveryError, type Failure, failureOf } from "../failure.ts";
import { connectionFailure, failureOfStatus, refusal } from "./answers.ts";

/** An answer without a server. */
function answer(status: number, headers: Record<string, string> = {}, text = ""): HttpAnswer {
  return {
    status,
    headers,
    body: { async *[Symbol.asyncIterator]() {} },
    read: () => Promise.resolve(),
    text: (limit = text.length) => Promise.resolve(text.slice(0, limit)),
    discard: () => Promise.resolve(),
  };
}

/** Every status with a meaning of its own. */
const STATUSES: Readonly<Record<Failure, readonly number[]>> = {
  temporary: [408, 425, 429, 500, 502, 503, 504, 507, 522, 524],
  authentication: [401, 407],
  configuration: [301, 302, 303, 307, 308, 403, 404, 405, 409, 410, 501],
  permanent: [400, 402, 406, 411, 412, 413, 414, 415, 422, 451, 505],
  integrity: [],
};

for (const [failure, statuses] of Object.entries(STATUSES)) {
  for (const status of statuses) {
    test(`failureOfStatus() takes ${status} for ${failure}`, () => {
      assert.equal(failureOfStatus(status), failure);
    });
  }
}

test("refusal() gives the words of a plain or JSON answer, on one line and cut", async () => {
  const plain = await refusal("PUT u", answer(400, { "content-type": "text/plain" }, "bad\r\n\tthing"));
  assert.equal(plain.message, "PUT u: the server answered 400: bad thing");
  const long = await refusal("PUT u", answer(400, { "content-type": "application/json" }, "x".repeat(999)));
  assert.equal(long.message.length, "PUT u: the server answered 400: ".length + 200);
  const page = await refusal("PUT u", answer(404, { "content-type": "text/html" }, "<html>"));
  assert.equal(page.message, "PUT u: the server answered 404");
});

test("refusal() keeps what Retry-After asks for, in seconds or as a date", async () => {
  const seconds = await refusal("PUT u", answer(503, { "retry-after": "120" }));
  assert.equal(seconds.retryAfterSeconds, 120);
  const date = await refusal(
    "PUT u",
    answer(503, { "retry-after": new Date(Date.now() + 90_000).toUTCString() }),
  );
  assert.ok(Math.abs((date.retryAfterSeconds ?? 0) - 90) < 30);
});

test("refusal() does not show where a redirect leads: its query may hold a token", async () => {
  const error = await refusal("PUT u", answer(302, { location: "http://h/?token=secret" }));
  assert.doesNotMatch(`${error.message}${error.hint ?? ""}`, /secret/);
});

test("connectionFailure() tells errors of the connection apart", () => {
  const failures = [
    new TemporaryError("down"),
    new ConnectionError("tls", "certificate"),
    new ConnectionError("proxy", "no"),
    new ConnectionError("proxy-login", "login"),
  ].map((error) => failureOf(connectionFailure(error)));
  assert.deepEqual(failures, ["temporary", "configuration", "configuration", "authentication"]);
  for (const error of [
    new DeliveryError("integrity", "x"),
    new UsageError("x"),
    new ToolError("x"),
    new TypeError("x"),
  ]) {
    assert.equal(connectionFailure(error), error);
  }
});
