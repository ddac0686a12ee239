/**
 * What looks like success over HTTP and is none: each case shows first what a plain `fetch` makes of it, then
 * that the tool is not taken in.
 */
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { createHash, randomBytes } from "node:crypto";
import {
  closeSync,
  createReadStream,
  mkdirSync,
  openSync,
  readFileSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { join } from "node:path";
import { Readable } from "node:stream";
import { test, type TestContext } from "node:test";
import { startNginx } from "../peers/nginx.ts";
import { bash, emptyFolder, environment, missing, ROOT } from "../pipelines/_run.ts";
import { bodyOf, type FakeHttp, type Handler, startFake, store } from "./_fake-http.ts";
import { sha256, ship, type Shipped } from "./suite.ts";

const NO_SECRETS = { secrets: [] };

/** Settings of a plain destination at a port. */
function settingsOf(port: number, method: "PUT" | "POST", more = ""): string {
  const url = method === "PUT" ? "/in/" : "/in";
  return `[destinations.peer]\ntype = "http"\nhost = "127.0.0.1"\nport = ${port}\nsecure = false\nmethod = "${method}"\nurl = "${url}"\n${more}`;
}

async function fake(t: TestContext, handler: Handler): Promise<FakeHttp> {
  const server = await startFake(handler);
  t.after(() => server.close());
  return server;
}

/** Ships one file and gives its receipt beside the run. */
async function shipOne(
  t: TestContext,
  settings: string,
  content: Uint8Array | string = "content",
): Promise<Shipped & { receipt: Shipped["deliveries"][number] }> {
  const ran = await ship(NO_SECRETS, settings, emptyFolder(t), { "a.bin": content });
  const [receipt] = ran.deliveries;
  assert.ok(receipt !== undefined, ran.stderr);
  return { ...ran, receipt };
}

test("a redirect of a POST is a failure, where fetch sends a GET and reports its status", async (t) => {
  const server = await fake(t, async (request, response) => {
    await bodyOf(request);
    if (request.url === "/in") response.writeHead(302, { location: "/elsewhere" }).end();
    else response.writeHead(201).end();
  });
  const plain = await fetch(`http://127.0.0.1:${server.port}/in`, { method: "POST", body: "content" });
  assert.equal(plain.status, 201);
  assert.deepEqual(server.requests, ["POST /in", "GET /elsewhere"]);
  const { status, receipt } = await shipOne(t, settingsOf(server.port, "POST"));
  assert.equal(status, 2);
  assert.equal(receipt.failure, "configuration");
  assert.match(receipt.message, /redirected \(302\), which is not followed$/);
  assert.deepEqual(server.requests.slice(2), ["POST /in"]);
});

test("a redirect of a PUT is a failure, where fetch sends the file to the other place", async (t) => {
  const files = new Map<string, Buffer>();
  const kept = store(files);
  const server = await fake(t, async (request, response) => {
    if (request.method === "PUT" && request.url?.startsWith("/in/") === true) {
      response.writeHead(307, { location: "/elsewhere" }).end();
    } else await kept(request, response);
  });
  await fetch(`http://127.0.0.1:${server.port}/in/a.bin`, { method: "PUT", body: new Blob(["content"]) });
  assert.equal(files.get("/elsewhere")?.toString(), "content");
  files.clear();
  const { status, receipt } = await shipOne(t, settingsOf(server.port, "PUT"));
  assert.equal(status, 2);
  assert.equal(receipt.failure, "configuration");
  assert.deepEqual([...files], []);
});

test("a refusal is a failure, where fetch resolves", async (t) => {
  const server = await fake(t, async (request, response) => {
    await bodyOf(request);
    response.writeHead(422, { "content-type": "text/plain" }).end("no such\ncustomer");
  });
  assert.equal((await fetch(`http://127.0.0.1:${server.port}/in`, { method: "POST", body: "x" })).ok, false);
  const { status, receipt } = await shipOne(t, settingsOf(server.port, "POST"));
  assert.equal(status, 2);
  assert.equal(receipt.failure, "permanent");
  assert.match(receipt.message, /the server answered 422: no such customer$/);
});

test(
  "a server that refuses the size before it has the file is heard",
  { skip: missing("nginx", "openssl") },
  async (t) => {
    const nginx = await startNginx();
    t.after(() => nginx.stop());
    const settings = settingsOf(nginx.port, "PUT").replace("/in/", "/small/");
    const { status, receipt } = await shipOne(t, settings, randomBytes(8_000_000));
    assert.equal(status, 2);
    assert.equal(receipt.failure, "permanent");
    assert.equal(receipt.attempts, 1);
    assert.match(receipt.message, /the server answered 413$/);
    assert.deepEqual(nginx.names("small"), []);
  },
);

test("a 413 after the first bytes, with the connection closed behind it, is heard", async (t) => {
  const server = await fake(t, (request, response) => {
    if (request.method === "GET") {
      response.writeHead(404).end();
      return;
    }
    request.once("data", () => {
      // As servers do that want to be heard: the answer, then what still comes is read for a while.
      request.socket.write("HTTP/1.1 413 Too Large\r\nconnection: close\r\ncontent-length: 0\r\n\r\n");
      request.resume();
      setTimeout(() => request.socket.destroySoon(), 2000).unref();
    });
  });
  const { status, receipt } = await shipOne(t, settingsOf(server.port, "PUT"), randomBytes(8_000_000));
  assert.equal(status, 2, receipt.message);
  assert.equal(receipt.failure, "permanent");
  assert.match(receipt.message, /the server answered 413$/);
});

test("a connection that breaks in the middle of an upload is tried again", async (t) => {
  const files = new Map<string, Buffer>();
  const kept = store(files);
  let broken = 0;
  const server = await fake(t, async (request, response) => {
    if (request.method === "PUT" && broken === 0) {
      broken += 1;
      request.once("data", () => request.socket.destroy());
    } else await kept(request, response);
  });
  const content = randomBytes(4_000_000);
  const { status, receipt } = await shipOne(t, settingsOf(server.port, "PUT"), content);
  assert.equal(status, 0, receipt.message);
  assert.equal(receipt.attempts, 2);
  assert.equal(sha256(files.get("/in/a.bin") ?? ""), sha256(content));
});

test("an upload of which the answer was lost is recognized, not sent twice", async (t) => {
  const files = new Map<string, Buffer>();
  const kept = store(files);
  const server = await fake(t, async (request, response) => {
    if (request.method === "PUT") {
      files.set(request.url ?? "", await bodyOf(request));
      request.socket.destroy();
    } else await kept(request, response);
  });
  const { status, receipt } = await shipOne(t, settingsOf(server.port, "PUT"));
  assert.equal(status, 0, receipt.message);
  assert.deepEqual([receipt.status, receipt.attempts, receipt.proof], ["already-delivered", 2, "read-back"]);
  assert.deepEqual(server.requests, ["GET /in/a.bin", "PUT /in/a.bin", "GET /in/a.bin"]);
});

/** 412: somebody put a file there between our look and our upload. */
for (const [what, content, wanted] of [
  ["the same content", "content", "already-delivered"],
  ["other content", "other", "failed"],
] as const) {
  test(`a 412 with ${what} under the name is ${wanted}`, async (t) => {
    let looks = 0;
    const server = await fake(t, async (request, response) => {
      if (request.method === "PUT") {
        await bodyOf(request);
        response.writeHead(request.headers["if-none-match"] === "*" ? 412 : 201).end();
        return;
      }
      looks += 1;
      if (looks === 1) response.writeHead(404).end();
      else response.writeHead(200).end(content);
    });
    const { receipt } = await shipOne(t, settingsOf(server.port, "PUT"));
    assert.equal(receipt.status, wanted);
    if (wanted === "failed") assert.match(receipt.message, /a file of that name with other content exists/);
  });
}

test('a 412 without anything to compare is a failure with verify = "none"', async (t) => {
  const server = await fake(t, async (request, response) => {
    await bodyOf(request);
    response.writeHead(412).end();
  });
  const { status, receipt } = await shipOne(t, settingsOf(server.port, "PUT", 'verify = "none"\n'));
  assert.equal(status, 2);
  assert.match(receipt.message, /a file of that name exists \(412\), and what is in it is not known/);
});

test("an answer that breaks off is none, where fetch has its status already", async (t) => {
  const server = await fake(t, async (request, response) => {
    await bodyOf(request);
    response.writeHead(201, { "content-length": 100 });
    response.write("begun");
    setImmediate(() => request.socket.destroy());
  });
  const plain = await fetch(`http://127.0.0.1:${server.port}/in`, { method: "POST", body: "x" });
  assert.equal(plain.status, 201);
  await assert.rejects(plain.text());
  const { status, receipt } = await shipOne(t, settingsOf(server.port, "POST"));
  assert.equal(status, 75, receipt.message);
  assert.equal(receipt.failure, "temporary");
});

test("a server that answers late is waited for", async (t) => {
  const server = await fake(t, async (request, response) => {
    await bodyOf(request);
    setTimeout(() => response.writeHead(201).end(), 1500);
  });
  const { status, receipt } = await shipOne(t, settingsOf(server.port, "POST", "timeout_seconds = 20\n"));
  assert.equal(status, 0, receipt.message);
  assert.deepEqual([receipt.attempts, receipt.proof, receipt.message], [1, "accepted", "answered 201"]);
});

test("a server that never answers is given up after timeout_seconds", async (t) => {
  const server = await fake(t, (request) => void request.resume());
  const { status, receipt } = await shipOne(t, settingsOf(server.port, "POST", "timeout_seconds = 1\n"));
  assert.equal(status, 75);
  assert.deepEqual([receipt.failure, receipt.attempts], ["temporary", 2]);
  assert.equal(server.requests.length, 2);
});

test("a server that keeps other bytes than it was sent is found out", async (t) => {
  const files = new Map<string, Buffer>();
  const kept = store(files);
  const server = await fake(t, async (request, response) => {
    await kept(request, response);
    for (const [path, bytes] of files) files.set(path, Buffer.from(bytes.toString().replace("c", "C")));
  });
  const { status, receipt } = await shipOne(t, settingsOf(server.port, "PUT"));
  assert.equal(status, 2);
  assert.equal(receipt.failure, "integrity");
  assert.match(receipt.message, /^read back ".*": other content than was sent: found 7 bytes/);
});

test("a server that says 201 and keeps nothing is found out", async (t) => {
  const server = await fake(t, async (request, response) => {
    await bodyOf(request);
    response.writeHead(request.method === "PUT" ? 201 : 404).end();
  });
  const { status, receipt } = await shipOne(t, settingsOf(server.port, "PUT"));
  assert.equal(status, 2);
  assert.equal(receipt.failure, "integrity");
  assert.match(receipt.message, /the server answered 201 to the upload, and now has no such file$/);
});

for (const [what, header, proof] of [
  ["its size", {}, "size"],
  [
    "its digest",
    { "repr-digest": `sha-256=:${createHash("sha256").update("content").digest("base64")}:` },
    "digest",
  ],
] as const) {
  test(`verify = "head" rests on ${what} and says so`, async (t) => {
    let isThere = false;
    const server = await fake(t, async (request, response) => {
      await bodyOf(request);
      if (request.method === "PUT") {
        isThere = true;
        response.writeHead(204).end();
      } else if (isThere) response.writeHead(200, { "content-length": 7, ...header }).end();
      else response.writeHead(404).end();
    });
    const { status, receipt } = await shipOne(t, settingsOf(server.port, "PUT", 'verify = "head"\n'));
    assert.equal(status, 0, receipt.message);
    assert.equal(receipt.proof, proof);
    assert.deepEqual(server.requests, ["HEAD /in/a.bin", "PUT /in/a.bin", "HEAD /in/a.bin"]);
  });
}

test("a file of the name and size of ours is not taken for ours by HEAD alone", async (t) => {
  const server = await fake(
    t,
    (_request, response) => void response.writeHead(200, { "content-length": 7 }).end(),
  );
  const { status, receipt } = await shipOne(t, settingsOf(server.port, "PUT", 'verify = "head"\n'));
  assert.equal(status, 2);
  assert.match(receipt.message, /a file of that name and size exists, and HEAD does not tell its content$/);
});

test("a file that changes while it is sent never arrives whole, where fetch sends what it finds", async (t) => {
  const folder = emptyFolder(t);
  const path = join(folder, "from/a.bin");
  const content = Buffer.alloc(48_000_000, "x");
  let whole = 0;
  let lastByte: number | undefined;
  /** Changes the last byte as soon as the first ones arrive. */
  const server = await fake(t, async (request, response) => {
    if (request.method !== "PUT") {
      response.writeHead(404).end();
      return;
    }
    request.once("data", () => {
      const file = openSync(path, "r+");
      writeSync(file, "y", content.length - 1);
      closeSync(file);
    });
    const sent = await bodyOf(request);
    whole += 1;
    lastByte = sent.at(-1);
    response.writeHead(201).end();
  });
  mkdirSync(join(folder, "from"));
  writeFileSync(path, content);
  const plain = await fetch(`http://127.0.0.1:${server.port}/in/a.bin`, {
    method: "PUT",
    headers: { "content-length": String(content.length) },
    body: Readable.toWeb(createReadStream(path)) as ReadableStream<Uint8Array>,
    duplex: "half",
  });
  assert.deepEqual([plain.status, whole, lastByte], [201, 1, 0x79]);
  whole = 0;
  const { status, deliveries } = await ship(NO_SECRETS, settingsOf(server.port, "PUT"), folder, {
    "a.bin": content,
  });
  assert.equal(status, 2);
  assert.equal(deliveries[0]?.failure, "integrity");
  assert.match(deliveries[0].message, /changed since it was packed/);
  assert.equal(whole, 0);
  assert.equal(readFileSync(path).at(-1), 0x79);
  // With a spool the content is the one of the beginning, whatever becomes of the source.
  writeFileSync(path, content);
  const files = new Map<string, Buffer>();
  const kept = store(files);
  const honest = await fake(t, async (request, response) => {
    request.once("data", () => writeFileSync(path, "changed"));
    await kept(request, response);
  });
  const again = await ship(
    NO_SECRETS,
    settingsOf(honest.port, "PUT"),
    folder,
    { "a.bin": content },
    "--spool spool --delivery peer",
  );
  assert.equal(again.status, 0, again.stderr);
  assert.equal(sha256(files.get("/in/a.bin") ?? ""), sha256(content));
});

test("the same upload has the same Idempotency-Key at every attempt, and a digest", async (t) => {
  const seen: unknown[] = [];
  const server = await fake(t, async (request, response) => {
    await bodyOf(request);
    seen.push([
      request.headers["idempotency-key"],
      request.headers["content-digest"],
      request.headers["repr-digest"],
    ]);
    response.writeHead(seen.length === 1 ? 503 : 201).end();
  });
  const { status, receipt } = await shipOne(t, settingsOf(server.port, "POST"));
  assert.equal(status, 0, receipt.message);
  const digest = `sha-256=:${createHash("sha256").update("content").digest("base64")}:`;
  assert.match(String((seen[0] as unknown[])[0]), /^"[0-9a-f]{32}"$/);
  assert.deepEqual(seen[0], seen[1]);
  assert.deepEqual((seen[0] as unknown[]).slice(1), [digest, digest]);
});

test("a server that asks for more patience than a run has is left to the next run", async (t) => {
  const server = await fake(t, async (request, response) => {
    await bodyOf(request);
    response.writeHead(503, { "retry-after": "3600" }).end();
  });
  const { status, receipt } = await shipOne(t, settingsOf(server.port, "POST"));
  assert.equal(status, 75);
  assert.equal(receipt.attempts, 1);
});

test("a form holds the file to the byte, under its name", async (t) => {
  let parts: [string, string, string, string][] = [];
  const server = await fake(t, async (request, response) => {
    // Another parser than ours: the one of the platform.
    const form = await new Response(new Uint8Array(await bodyOf(request)), {
      headers: { "content-type": request.headers["content-type"] ?? "" },
    }).formData();
    parts = await Promise.all(
      [...form].map(async ([name, value]): Promise<[string, string, string, string]> =>
        typeof value === "string"
          ? [name, "", "", value]
          : [name, value.name, value.type, sha256(new Uint8Array(await value.arrayBuffer()))],
      ),
    );
    response.writeHead(200).end("thanks");
  });
  const content = randomBytes(100_000);
  const name = "vlf_Größe_license_2026-11-01_0300.zip";
  const settings = settingsOf(server.port, "POST", 'body = "multipart"\nfield = "upload"\n');
  const { status, stderr } = await ship(NO_SECRETS, settings, emptyFolder(t), { [name]: content });
  assert.equal(status, 0, stderr);
  assert.deepEqual(parts, [["upload", name, "application/zip", sha256(content)]]);
});

for (const signal of ["SIGINT", "SIGTERM"] as const) {
  test(`${signal} in the middle of an upload ends it, and leaves it to the next run`, async (t) => {
    const folder = emptyFolder(t);
    const content = randomBytes(30_000_000);
    const files = new Map<string, Buffer>();
    const kept = store(files);
    let started: (() => void) | undefined;
    const server = await fake(t, async (request, response) => {
      if (request.method === "PUT" && started !== undefined) {
        request.once("data", started);
        request.pause(); // the signal comes before the end, however fast the machine is
        setTimeout(() => request.resume(), 300);
      }
      await kept(request, response);
    });
    await ship(
      NO_SECRETS,
      settingsOf(server.port, "PUT"),
      folder,
      { "a.bin": content },
      "--dry-run --delivery peer",
    );
    const arrived = new Promise<void>((resolve) => void (started = resolve));
    const child = spawn(
      join(ROOT, "scripts/bin/vlf-ship"),
      ["--spool", "s", "--delivery", "peer", "from/a.bin"],
      {
        cwd: folder,
        env: environment(),
        stdio: "ignore",
      },
    );
    const ended = new Promise((resolve) => void child.on("exit", (code, died) => resolve(died ?? code)));
    await arrived;
    started = undefined;
    child.kill(signal);
    assert.equal(await ended, signal);
    assert.deepEqual([...files], []);
    const { status, stdout } = await bash("vlf-ship retry --spool s", folder);
    assert.equal(status, 0, stdout);
    assert.equal(sha256(files.get("/in/a.bin") ?? ""), sha256(content));
  });
}
