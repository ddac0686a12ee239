/** How an HTTP destination gets in: certificates, logins, tokens, web proxies; and what a refusal is called. */
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { chmodSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, describe, test } from "node:test";
import { type NginxPeer, startNginx } from "../peers/nginx.ts";
import { type ProxyPeer, startProxy } from "../peers/proxy.ts";
import { emptyFolder, missing } from "../pipelines/_run.ts";
import { bodyOf, startFake } from "./_fake-http.ts";
import { ship } from "./suite.ts";

const skip = missing("nginx", "openssl", "tinyproxy");
const CREDENTIALS = { username: "site", password: "proxy-password-1" };

describe("access to an HTTP destination", { skip }, () => {
  let started: Promise<[NginxPeer, ProxyPeer]> | undefined;
  const peers = (): Promise<[NginxPeer, ProxyPeer]> => {
    started ??= Promise.all([startNginx(), startProxy(CREDENTIALS)]);
    return started;
  };
  after(async () => {
    for (const peer of (await started) ?? []) await peer.stop();
  });

  /** Settings over TLS, with more lines of the table. */
  const tls = (nginx: NginxPeer, url: string, lines: string): string =>
    `[destinations.peer]\ntype = "http"\nhost = "localhost"\nport = ${nginx.tlsPort}\nmethod = "PUT"\nurl = "${url}"\n${lines}\n`;

  const proxied = (proxy: ProxyPeer, password: string): string =>
    `[proxies.dmz]\nproxy_protocol = "http"\naddress = "${proxy.host}"\nport = ${proxy.port}\nusername = "${CREDENTIALS.username}"\npassword_env = "${password}"\n`;

  interface Case {
    readonly settings: (nginx: NginxPeer, proxy: ProxyPeer) => string;
    readonly status: number;
    readonly failure?: string;
    readonly message?: RegExp;
    /** Whether the proxy was asked for a tunnel to nginx. */
    readonly tunnel?: true;
  }

  const ca = ({ caFile }: NginxPeer): string => `ca_file = "${caFile}"`;
  const pair = ({ client }: NginxPeer): string =>
    `cert_file = "${client.certFile}"\nkey_file = "${client.keyFile}"`;

  const CASES: Readonly<Record<string, Case>> = {
    "with its CA and a client certificate": {
      settings: (nginx) => tls(nginx, "/certified/{name}", `${ca(nginx)}\n${pair(nginx)}`),
      status: 0,
    },
    "without the client certificate that it wants": {
      settings: (nginx) => tls(nginx, "/certified/", ca(nginx)),
      status: 2,
      failure: "configuration",
      message: /the server answered 403$/,
    },
    "signed by an authority that is not known": {
      settings: (nginx) => tls(nginx, "/open/", ""),
      status: 2,
      failure: "configuration",
      message: /^GET https:\/\/localhost:\d+\/open\/a\.bin: .*certificate/,
    },
    "under a name that its certificate does not have": {
      settings: (nginx) => tls({ ...nginx, tlsPort: nginx.otherPort }, "/open/", ca(nginx)),
      status: 2,
      failure: "configuration",
      message: /altname/i,
    },
    "through a web proxy with a login": {
      settings: (nginx, proxy) =>
        tls(nginx, "/open/", `${ca(nginx)}\nproxy = "dmz"\n${proxied(proxy, "PROXY_PASSWORD")}`),
      status: 0,
      tunnel: true,
    },
    "through a web proxy that refuses the login": {
      settings: (nginx, proxy) =>
        tls(nginx, "/open/", `${ca(nginx)}\nproxy = "dmz"\n${proxied(proxy, "WRONG_PASSWORD")}`),
      status: 2,
      failure: "authentication",
      message: /the web proxy answered 401$/, // tinyproxy says so to a wrong login, and 407 to none,
    },
    "through a web proxy that is down": {
      settings: (nginx, proxy) =>
        tls(
          nginx,
          "/open/",
          `${ca(nginx)}\nproxy = "dmz"\n${proxied({ ...proxy, port: 1 }, "PROXY_PASSWORD")}`,
        ),
      status: 75,
      failure: "temporary",
    },
    "that takes no uploads there": {
      settings: (nginx) => tls(nginx, "/read-only/", ca(nginx)),
      status: 2,
      failure: "configuration",
      message: /the server answered 405$/,
    },
  };

  // More than is read of a file at once: each piece has to be encrypted before its buffer is filled again.
  const content = randomBytes(8_000_000);

  for (const [what, wanted] of Object.entries(CASES)) {
    test(`a server ${what}`, async (t) => {
      const [nginx, proxy] = await peers();
      nginx.empty();
      const before = proxy.tunnels().length;
      const env = { PROXY_PASSWORD: CREDENTIALS.password, WRONG_PASSWORD: "wrong-password-2" };
      const { status, stderr, deliveries } = await ship(
        { env, secrets: Object.values(env) },
        wanted.settings(nginx, proxy),
        emptyFolder(t),
        { "a.bin": content },
      );
      assert.equal(status, wanted.status, stderr);
      assert.equal(deliveries[0]?.failure, wanted.failure);
      if (wanted.message !== undefined) assert.match(deliveries[0]?.message ?? "", wanted.message);
      const arrived = ["open", "certified"].flatMap((folder) => nginx.names(folder));
      assert.deepEqual(arrived, wanted.status === 0 ? ["a.bin"] : []);
      const tunnels = proxy.tunnels().slice(before);
      if (wanted.tunnel === true) assert.ok(tunnels.includes(`localhost:${nginx.tlsPort}`), tunnels.join());
    });
  }

  test("a private key that others may read is refused before anything is sent", async (t) => {
    const [nginx] = await peers();
    nginx.empty();
    const { keyFile } = nginx.client;
    chmodSync(keyFile, 0o644);
    t.after(() => chmodSync(keyFile, 0o600));
    const settings = tls(nginx, "/certified/", `${ca(nginx)}\n${pair(nginx)}`);
    const { status, stderr } = await ship({ secrets: [] }, settings, emptyFolder(t), { "a.bin": "x" });
    assert.equal(status, 2);
    assert.match(stderr, /private key: ".*client\.key" has the permissions 0644, open to others$/m);
    assert.match(stderr, /hint: run "chmod 600 /);
    assert.deepEqual(nginx.names("certified"), []);
  });
});

test("a bearer token reaches the server and no output", async (t) => {
  const seen: (string | undefined)[] = [];
  const server = await startFake(async (request, response) => {
    await bodyOf(request);
    seen.push(request.headers.authorization);
    response.writeHead(403, { "content-type": "text/plain" }).end("no");
  });
  t.after(() => server.close());
  const settings = `[destinations.peer]\ntype = "http"\nhost = "127.0.0.1"\nport = ${server.port}\nsecure = false\nmethod = "POST"\nurl = "/in?key=1"\ntoken_env = "TOKEN"\n`;
  const env = { TOKEN: "very-secret-token" };
  const { status, deliveries } = await ship({ env, secrets: [env.TOKEN] }, settings, emptyFolder(t), {
    "a.bin": "x",
  });
  assert.equal(status, 2);
  assert.deepEqual(seen, ["Bearer very-secret-token"]);
  // The query of a URL may be a secret as well.
  assert.equal(
    deliveries[0]?.message,
    `POST http://127.0.0.1:${server.port}/in: the server answered 403: no`,
  );
});

test("credentials in the host are refused without being shown, where fetch prints them", async (t) => {
  const host = "user:hunter2@example.com";
  await assert.rejects(fetch(`http://${host}/`), /hunter2/);
  const settings = `[destinations.peer]\ntype = "http"\nhost = "${host}"\nmethod = "PUT"\nurl = "/in/"\n`;
  const { status, stderr } = await ship({ secrets: ["hunter2"] }, settings, emptyFolder(t), { "a.bin": "x" });
  assert.equal(status, 2);
  assert.match(stderr, /\[destinations\.peer\] host: wanted a host name or address alone/);
});

test(
  "no password is in the list of processes while it is used",
  { skip: process.platform !== "linux" && "needs /proc" },
  async (t) => {
    const folder = emptyFolder(t);
    const password = "password-that-nobody-sees";
    writeFileSync(join(folder, "password"), password, { mode: 0o600 });
    let processes: string[] = [];
    const server = await startFake(async (request, response) => {
      processes = commandLines();
      await bodyOf(request);
      response.writeHead(201).end();
    });
    t.after(() => server.close());
    const settings = `[destinations.peer]\ntype = "http"\nhost = "127.0.0.1"\nport = ${server.port}\nsecure = false\nmethod = "POST"\nurl = "/in"\nusername = "u"\npassword_file = "password"\n`;
    const { status, stderr } = await ship(
      { secrets: [password] },
      settings,
      folder,
      { "a.bin": "x" },
      "--spool s --delivery peer",
    );
    assert.equal(status, 0, stderr);
    assert.ok(processes.some((line) => line.includes("vlf-ship")));
    const secrets = [password, Buffer.from(`u:${password}`).toString("base64")];
    assert.deepEqual(
      processes.filter((line) => secrets.some((secret) => line.includes(secret))),
      [],
    );
  },
);

/** The command lines of all processes, as any user sees them. */
function commandLines(): string[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .map((pid) => {
      try {
        return readFileSync(`/proc/${pid}/cmdline`, "utf8").replaceAll("\0", " ");
      } catch {
        return ""; // it has ended
      }
    });
}
