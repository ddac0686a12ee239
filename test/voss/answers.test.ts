/** Answers that are no pages: what is tried again, what is given up, and with which status. */
import { test } from "node:test";
import assert from "node:assert/strict";
import { collect, contentOf, failed, serve, succeeded, undisturbed } from "./_collect.ts";
import type { Act, Fault } from "./faults.ts";

const MODEL = "device/cucm/Phone";
const HTML = { status: 500, headers: { "content-type": "text/html" }, body: "<html><h1>Oops</h1></html>" };

/** What passes: the request is sent again, and the stream is the same as without. */
const PASSING: readonly (readonly [what: string, act: Act, times: number])[] = [
  ["a 429 without Retry-After", { status: 429 }, 1],
  ["a 500", { status: 500, body: '{"error": "later"}' }, 1],
  ["a 500 as a page for people", HTML, 1],
  ["a 502", { status: 502 }, 1],
  ["a 503", { status: 503 }, 1],
  ["a 504", { status: 504 }, 1],
  ["a connection that breaks before the answer", "reset", 1],
  ["a body that is cut off", "cut", 1],
  ["an answer that is no JSON", "wrong-json", 1],
  ["a page for people with status 200", "html", 1],
];

for (const [what, act, times] of PASSING) {
  test(`${what} is tried again`, async (t) => {
    const server = await serve(t, { faults: [{ model: MODEL, after: 1, times, act }] });
    const ran = await collect(t, server, ["--page-size", "20"]);
    succeeded(ran);
    assert.equal(server.faults.struck, times);
    assert.deepEqual(contentOf(ran.lines), contentOf((await undisturbed()).lines));
  });
}

test("a Retry-After of a 429 is waited for, in seconds and as a date", async (t) => {
  for (const after of [(): string => "2", (): string => new Date(Date.now() + 3000).toUTCString()]) {
    const times: number[] = [];
    const server = await serve(t, { onRequest: () => times.push(performance.now()) });
    const headers = (): Record<string, string> => ({ "retry-after": after() });
    server.faults.add({ model: MODEL, times: 1, act: { status: 429, headers } });
    succeeded(await collect(t, server, ["--connections", "1"]));
    const gaps = times.slice(1).map((time, i) => time - (times[i] ?? 0));
    // A date has whole seconds: of three there are at least two left.
    assert.ok(Math.max(...gaps) >= 1900, `longest gap ${Math.max(...gaps)} ms`);
  }
});

/** What does not pass: given up, and never taken for a list without instances. */
const LASTING: readonly (readonly [what: string, fault: Fault, status: 2 | 75, message: RegExp])[] = [
  ["a 429", { model: MODEL, act: { status: 429 } }, 75, /429/],
  ["a 500", { model: MODEL, act: { status: 500 } }, 75, /500/],
  ["a 503", { model: MODEL, after: 1, act: { status: 503 } }, 75, /503/],
  ["a connection that breaks", { model: MODEL, act: "reset" }, 75, /device\/cucm\/Phone/],
  ["a body that is cut off", { model: MODEL, act: "cut" }, 75, /device\/cucm\/Phone/],
  ["an answer that is no JSON", { model: MODEL, act: "wrong-json" }, 2, /JSON/],
  ["a page for people with status 200", { model: MODEL, act: "html" }, 2, /Please wait/],
  ["JSON of another form", { model: MODEL, act: "other-json" }, 2, /resources/],
  ["a body without end", { model: MODEL, act: "flood" }, 2, /device\/cucm\/Phone/],
  ["no answer at all", { model: MODEL, act: "hang" }, 75, /device\/cucm\/Phone/],
  ["a body that never comes to its end", { model: MODEL, act: "trickle" }, 75, /device\/cucm\/Phone/],
  ["a 400", { model: MODEL, act: { status: 400, body: '{"error": "odd"}' } }, 2, /400.*odd/],
];

for (const [what, fault, status, message] of LASTING) {
  test(`${what} that lasts ends with ${status}`, async (t) => {
    const server = await serve(t, { faults: [fault] });
    const ran = await collect(t, server, ["--page-size", "20", "--timeout", "1", "--retries", "0"]);
    failed(ran, status, message);
    assert.match(ran.stderr, /device\/cucm\/Phone/);
  });
}

test("a request is tried again as often as was said", async (t) => {
  const server = await serve(t, { faults: [{ model: MODEL, act: { status: 503 } }] });
  const ran = await collect(t, server, ["--connections", "1", "--retries", "2"]);
  failed(ran, 75, /503/);
  assert.equal(server.stats.byStatus[503], 3);
});
