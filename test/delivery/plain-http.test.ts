/**
 * What a plain `fetch` makes of nginx, and of servers that nginx cannot be made to be: the reasons why the tool asks
 * more of an upload. Redirects, answers that break off and files that change are in `http-traps.test.ts`, beside what
 * the tool does. README.md has the table.
 */
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { randomBytes } from "node:crypto";
import { test, type TestContext } from "node:test";
import { promisify } from "node:util";
import { startNginx, type NginxPeer } from "../peers/nginx.ts";
import { startProxy } from "../peers/proxy.ts";
import { emptyFolder, missing } from "../pipelines/_run.ts";
import { bodyOf, type FakeHttp, type Handler, startFake, store } from "./_fake-http.ts";
import { ship } from "./suite.ts";

const NGINX = { skip: missing("nginx", "openssl") };

async function nginxOf(t: TestContext): Promise<NginxPeer> {
  const nginx = await startNginx();
  t.after(() => nginx.stop());
  return nginx;
}

async function fake(t: TestContext, handler: Handler): Promise<FakeHttp> {
  const server = await startFake(handler);
  t.after(() => server.close());
  return server;
}

const put = (port: number, path: string, body: Uint8Array<ArrayBuffer> | string): Promise<Response> =>
  fetch(`http://127.0.0.1:${port}${path}`, { method: "PUT", body });

test("fetch() replaces what lies at nginx under the name, and resolves", NGINX, async (t) => {
  const nginx = await nginxOf(t);
  nginx.place("open/a.bin", Buffer.from("the one of another"));
  assert.equal((await put(nginx.port, "/open/a.bin", "ours")).status, 204);
  assert.equal(Buffer.from(nginx.read("open/a.bin") ?? "").toString(), "ours");
});

test("fetch() resolves although nginx takes no file of that size and takes none now", NGINX, async (t) => {
  const nginx = await nginxOf(t);
  const answers = await Promise.all([
    put(nginx.port, "/small/a.bin", randomBytes(2000)),
    put(nginx.port, "/busy/a.bin", "x"),
  ]);
  assert.deepEqual(
    answers.map(({ status }) => status),
    [413, 503],
  );
  assert.equal(answers[1].headers.get("retry-after"), "900"); // and nobody waits
});

test("fetch() resolves with 201 where other bytes are kept, and where nothing is", async (t) => {
  const files = new Map<string, Buffer>();
  const kept = store(files);
  const lies = await fake(t, async (request, response) => {
    await kept(request, response);
    for (const [path, bytes] of files) files.set(path, Buffer.from(bytes.toString().replace("c", "C")));
  });
  const forgets = await fake(t, async (request, response) => {
    await bodyOf(request);
    response.writeHead(request.method === "PUT" ? 201 : 404).end();
  });
  for (const server of [lies, forgets])
    assert.equal((await put(server.port, "/a.bin", "content")).status, 201);
  assert.equal(files.get("/a.bin")?.toString(), "Content");
});

test("fetch() gives the same error for an upload that broke off as for one of which the answer was lost", async (t) => {
  const files = new Map<string, Buffer>();
  const breaks = await fake(t, (request) => void request.once("data", () => request.socket.destroy()));
  const loses = await fake(t, async (request) => {
    files.set(request.url ?? "", await bodyOf(request));
    request.socket.destroy();
  });
  const errors: string[] = [];
  for (const server of [breaks, loses]) {
    await put(server.port, "/a.bin", randomBytes(1000)).catch((error: Error) => errors.push(error.message));
  }
  assert.deepEqual(errors, ["fetch failed", "fetch failed"]);
  assert.equal(files.get("/a.bin")?.length, 1000, "the second one has the file");
});

test("fetch() sends a POST again without anything by which the server could know it", async (t) => {
  const seen: unknown[] = [];
  const server = await fake(t, async (request, response) => {
    await bodyOf(request);
    seen.push(request.headers["idempotency-key"], request.headers["repr-digest"]);
    response.writeHead(201).end();
  });
  await fetch(`http://127.0.0.1:${server.port}/`, { method: "POST", body: "content" });
  assert.deepEqual(seen, [undefined, undefined]);
});

test("fetch() waits for a silent server beyond the limit at which the tool gives up", async (t) => {
  const server = await fake(t, (request) => void request.resume());
  let ended = "";
  const plain = put(server.port, "/in/a.bin", "x").then(
    () => (ended = "resolved"),
    (error: unknown) => (ended = String(error)),
  );
  const settings = `[destinations.peer]\ntype = "http"\nhost = "127.0.0.1"\nport = ${server.port}\nsecure = false\nmethod = "PUT"\nurl = "/in/"\ntimeout_seconds = 1\n`;
  const { status } = await ship({ secrets: [] }, settings, emptyFolder(t), { "a.bin": "x" });
  assert.equal(status, 75);
  assert.equal(ended, "");
  await server.close();
  await plain;
});

test(
  "fetch() of Node 20 goes past the web proxy that the environment names",
  { skip: missing("tinyproxy") || (!process.version.startsWith("v20.") && "of Node 20") },
  async (t) => {
    const proxy = await startProxy();
    t.after(() => proxy.stop());
    const server = await fake(t, store());
    const address = `http://127.0.0.1:${proxy.port}`;
    const env = {
      PATH: process.env["PATH"],
      HTTP_PROXY: address,
      http_proxy: address,
      NODE_USE_ENV_PROXY: "1",
    };
    const script = `fetch("http://127.0.0.1:${server.port}/a", { method: "PUT", body: "x" }).then((a) => console.log(a.status))`;
    const { stdout } = await promisify(execFile)(process.execPath, ["-e", script], { env });
    assert.equal(stdout, "201\n");
    assert.deepEqual(proxy.tunnels(), []);
    assert.deepEqual(server.requests, ["PUT /a"]);
  },
);
