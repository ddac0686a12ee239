import assert from "node:assert/strict";
import { once } from "node:events";
import { type AddressInfo, createServer } from "node:net";
import { test, type TestContext } from "node:test";
import { EXIT, ToolError } from "./exit.ts";
import { Secret } from "./secrets.ts";
import { openTunnel, ProxyError } from "./tunnel.ts";

/** A proxy that gives one answer; gives its port and what it was asked. */
async function proxyWith(t: TestContext, answer: string): Promise<{ port: number; asked: string[] }> {
  const asked: string[] = [];
  const server = createServer((socket) => {
    socket.on("error", () => {});
    socket.once("data", (chunk: Buffer) => {
      asked.push(chunk.toString());
      if (answer === "") socket.destroy();
      else socket.write(`HTTP/1.1 ${answer}\r\n\r\n`);
    });
    t.after(() => socket.destroy());
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  t.after(() => server.close());
  return { port: (server.address() as AddressInfo).port, asked };
}

test("openTunnel() asks for the host with the login of the proxy", async (t) => {
  const { port, asked } = await proxyWith(t, "200 OK");
  const proxy = { host: "127.0.0.1", port, password: new Secret("p%w/1") };
  const socket = await openTunnel({ ...proxy, username: "a@c" }, "sftp.example.com", 22, 5000);
  socket.destroy();
  assert.match(asked[0] ?? "", /^CONNECT sftp\.example\.com:22 HTTP\/1\.1\r\n/);
  const [, token = ""] = /^Proxy-Authorization: Basic (.*)\r$/m.exec(asked[0] ?? "") ?? [];
  assert.equal(Buffer.from(token, "base64").toString(), "a@c:p%w/1");
});

test("openTunnel() tells what passes, and never shows the password", async (t) => {
  for (const [answer, failure] of [
    ["407 Proxy Authentication Required", "authentication"],
    ["401 Unauthorized", "authentication"],
    ["403 Forbidden", "configuration"],
    ["502 Bad Gateway", "temporary"],
    ["", "temporary"],
  ] as const) {
    const { port } = await proxyWith(t, answer);
    const proxy = { host: "127.0.0.1", port, username: "u", password: new Secret("s3cret-word") };
    await assert.rejects(openTunnel(proxy, "h", 22, 5000), (error) => {
      assert.ok(error instanceof ToolError);
      assert.equal(error instanceof ProxyError ? error.failure : "temporary", failure, answer);
      assert.equal(error.status, failure === "temporary" ? EXIT.temporary : EXIT.failed);
      assert.match(error.message, /^connect to h:22 through the web proxy 127\.0\.0\.1:\d+: /);
      assert.ok(!`${error.message}${error.hint}`.includes("s3cret-word"));
      return true;
    });
  }
});
