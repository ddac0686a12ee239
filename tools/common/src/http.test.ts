import assert from "node:assert/strict";
import { subscribe, unsubscribe } from "node:diagnostics_channel";
import { chmod, mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer, type RequestListener } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { parseConfig } from "./config.ts";
import { TemporaryError, ToolError } from "./exit.ts";
import { basic, ConnectionError, HttpClient, httpError, proxyOf, retryAfterMs, shown } from "./http.ts";
import { Secret } from "./secrets.ts";

/** A client and the URL of a server that answers so. */
async function withServer(
  listener: RequestListener,
  work: (url: string, client: HttpClient) => Promise<void>,
  timeoutSeconds = 20,
): Promise<void> {
  const server = createServer(listener);
  await new Promise<void>((resolve) => {
    server.listen(0, "127.0.0.1", resolve);
  });
  const client = new HttpClient({ timeoutSeconds });
  try {
    await work(`http://127.0.0.1:${(server.address() as AddressInfo).port}`, client);
  } finally {
    await client.destroy();
    await new Promise((resolve) => {
      server.close(resolve);
      server.closeAllConnections();
    });
  }
}

test("HttpClient follows no redirect", () =>
  withServer(
    (request, response) => {
      response.writeHead(request.url === "/" ? 302 : 200, { location: "/other" }).end();
    },
    async (url, client) => {
      const answer = await client.request(url, { method: "POST", body: "x" });
      assert.equal(answer.status, 302);
      await answer.discard();
    },
  ));

test("HttpClient sends the head of a request before the first piece of its body, never as one with it", () =>
  withServer(
    (request, response) => request.resume().on("end", () => response.end()),
    async (url, client) => {
      const writes: string[] = [];
      const watch = (message: unknown): void => {
        const { socket } = message as { socket: Socket };
        const write = socket.write.bind(socket) as (...args: unknown[]) => boolean;
        socket.write = (data: unknown, ...rest: unknown[]) => {
          writes.push(`${String(data).slice(0, 4)} ${socket.writableCorked > 0 ? "held back" : "sent"}`);
          return write(data, ...rest);
        };
      };
      async function* pieces(): AsyncGenerator<Uint8Array> {
        yield Buffer.from("first");
        yield Buffer.from("next");
      }
      subscribe("undici:client:sendHeaders", watch);
      try {
        const headers = { "content-length": "9" };
        await (await client.request(url, { method: "PUT", headers, body: pieces() })).discard();
      } finally {
        unsubscribe("undici:client:sendHeaders", watch);
      }
      assert.deepEqual(writes, ["PUT  sent", "firs sent", "next sent"]);
    },
  ));

test("HttpClient gives answers of any status with headers and text, cut at a limit", () =>
  withServer(
    (_request, response) => response.writeHead(503, { "X-Word": "a" }).end("gräßlich"),
    async (url, client) => {
      const answer = await client.request(`${url}/a?b`, { method: "GET" });
      assert.deepEqual(
        [answer.status, answer.headers["x-word"], await answer.text()],
        [503, "a", "gräßlich"],
      );
      const cut = await client.request(url, { method: "GET" });
      assert.equal(await cut.text(3), "gr\u{fffd}");
    },
  ));

test("HttpClient sends a stream with its length", () =>
  withServer(
    (request, response) => {
      let size = 0;
      request.on("data", (chunk: Buffer) => (size += chunk.length));
      request.on("end", () => response.end(`${request.headers["content-length"]} ${size}`));
    },
    async (url, client) => {
      const body = (async function* (): AsyncGenerator<Uint8Array> {
        for (let n = 0; n < 10; n += 1) {
          await Promise.resolve();
          yield new Uint8Array(100_000);
        }
      })();
      const headers = { "content-length": "1000000" };
      const answer = await client.request(url, { method: "PUT", headers, body });
      assert.equal(await answer.text(), "1000000 1000000");
    },
  ));

test("discard() fails where the answer is cut off", () =>
  withServer(
    (_request, response) => {
      response.writeHead(200, { "content-length": 100 });
      response.write("x", () => response.destroy());
    },
    async (url, client) => {
      const answer = await client.request(url, { method: "GET" });
      await assert.rejects(answer.discard(), TemporaryError);
    },
  ));

test("HttpClient gives up a peer that is silent for too long", () =>
  withServer(
    () => {},
    async (url, client) => {
      await assert.rejects(client.request(url, { method: "GET" }), TemporaryError);
    },
    1,
  ));

test("HttpClient ends with the reason of the signal", () =>
  withServer(
    () => {},
    async (url, client) => {
      const stop = new AbortController();
      const request = client.request(url, { method: "GET", signal: stop.signal });
      stop.abort(new ToolError("stopped"));
      await assert.rejects(request, { name: "ToolError", message: "stopped" });
    },
  ));

test("HttpClient refuses a private key that is open to others", async () => {
  const folder = await mkdtemp(join(tmpdir(), "vlf-http-"));
  try {
    const keyFile = join(folder, "key");
    await writeFile(keyFile, "key");
    await chmod(keyFile, 0o640);
    assert.throws(() => new HttpClient({ keyFile }), {
      name: "UsageError",
      message: /permissions 0640, open to others$/,
    });
  } finally {
    await rm(folder, { recursive: true });
  }
});

/** Errors as undici and the system raise them. */
const ERRORS: readonly (readonly [error: unknown, wanted: string])[] = [
  [Object.assign(new Error("refused"), { code: "ECONNREFUSED" }), "TemporaryError"],
  [Object.assign(new Error("gone"), { code: "UND_ERR_SOCKET" }), "TemporaryError"],
  [Object.assign(new Error("slow"), { code: "UND_ERR_HEADERS_TIMEOUT" }), "TemporaryError"],
  [
    Object.assign(new Error("outer"), { cause: Object.assign(new Error("x"), { code: "ECONNRESET" }) }),
    "TemporaryError",
  ],
  [Object.assign(new Error("self"), { code: "DEPTH_ZERO_SELF_SIGNED_CERT" }), "tls"],
  [Object.assign(new Error("name"), { code: "ERR_TLS_CERT_ALTNAME_INVALID" }), "tls"],
  [new Error("Proxy response (407) !== 200 when HTTP Tunneling"), "proxy-login"],
  [new Error("Proxy response (401) !== 200 when HTTP Tunneling"), "proxy-login"],
  [new Error("Proxy response (403) !== 200 when HTTP Tunneling"), "proxy"],
  [new Error("Proxy response (503) !== 200 when HTTP Tunneling"), "TemporaryError"],
  [new Error("something else"), "ToolError"],
];

for (const [error, wanted] of ERRORS) {
  test(`httpError() takes "${(error as Error).message}" for ${wanted}`, () => {
    const found = httpError("GET u", error);
    assert.match(found.message, /^GET u: /);
    assert.equal(found instanceof ConnectionError ? found.reason : found.name, wanted);
  });
}

test("shown() leaves out credentials, query and fragment", () => {
  assert.equal(shown("https://u:p@h:8443/a/b?token=1#x"), "https://h:8443/a/b");
});

test("basic() writes user and password in UTF-8", () => {
  const value = basic("ü", new Secret("p:ß"));
  assert.equal(Buffer.from(value.replace("Basic ", ""), "base64").toString(), "ü:p:ß");
});

test("proxyOf() reads the guide's form, and refuses what is not in it", () => {
  const toml =
    '[proxies.dmz]\nweb_protocol = "https"\nproxy_protocol = "http"\naddress = "p"\nport = 3128\nusername = "u"\npassword_env = "P"\n';
  const proxy = proxyOf(parseConfig("vlf.toml", toml), "dmz", { P: "secret" });
  assert.deepEqual(
    [proxy.host, proxy.port, proxy.username, proxy.password?.reveal()],
    ["p", 3128, "u", "secret"],
  );
  const wrong =
    (more: string): (() => unknown) =>
    () =>
      proxyOf(parseConfig("vlf.toml", toml + more), "dmz", { P: "s" });
  assert.throws(wrong('password = "x"\n'), /\[proxies\.dmz\] password: unknown key$/);
  assert.throws(() => proxyOf(parseConfig("vlf.toml", ""), "dmz", {}), /no web proxy "dmz"$/);
});

const NOW = Date.parse("2026-11-23T12:00:00Z");
const RETRY_AFTER: readonly (readonly [header: string | string[] | undefined, ms: number | undefined])[] = [
  ["7", 7000],
  [" 0 ", 0],
  [["3", "9"], 3000],
  ["Mon, 23 Nov 2026 12:00:30 GMT", 30_000],
  ["Mon, 23 Nov 2026 11:00:00 GMT", 0],
  ["soon", undefined],
  ["-5", undefined],
  ["1.5", undefined],
  ["", undefined],
  [undefined, undefined],
];
for (const [header, ms] of RETRY_AFTER) {
  test(`retryAfterMs() takes ${JSON.stringify(header)} for ${ms}`, () => {
    assert.equal(retryAfterMs(header, NOW), ms);
  });
}
