/** Getting in: credentials, sessions, certificates, redirects, proxies, and models that are closed. */
import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { emptyFolder, missing } from "../pipelines/_run.ts";
import { startProxy } from "../peers/proxy.ts";
import {
  collect,
  contentOf,
  failed,
  findings,
  holdsNone,
  serve,
  succeeded,
  undisturbed,
} from "./_collect.ts";
import type { VossServer } from "./server.ts";

const BILLED = "device/cucm/Phone";
const OPTIONAL = "device/spark/Device";

/** A file with a password that is not the server's. */
function wrongPassword(folder: string): string {
  const path = join(folder, "wrong");
  writeFileSync(path, "Wrong-password-1\n", { mode: 0o600 });
  return path;
}

for (const login of ["basic", "session"]) {
  test(`a refused password ends the run at once: ${login}`, async (t) => {
    const server = await serve(t);
    const folder = emptyFolder(t);
    const refused: VossServer = { ...server, passwordFile: wrongPassword(folder) };
    const ran = await collect(t, refused, ["--login", login, "--connections", "8"]);
    failed(ran, 2, /401|refused/);
    holdsNone(ran.stdout + ran.stderr, ["Wrong-password-1"], "output");
    assert.equal(server.stats.requests, 1);
  });
}

test("a 401 in the middle of a run with a password ends it without hammering", async (t) => {
  const server = await serve(t, { faults: [{ model: BILLED, act: { status: 401 } }] });
  const ran = await collect(t, server, ["--connections", "4"]);
  failed(ran, 2, /401/);
  assert.ok((server.stats.byStatus[401] ?? 0) <= 4);
});

test("a session that ends in mid-run is opened again, once", async (t) => {
  const server = await serve(t, { faults: [{ model: BILLED, times: 1, act: "expire" }] });
  const ran = await collect(t, server, ["--login", "session", "--page-size", "20"]);
  succeeded(ran);
  assert.equal(server.stats.logins, 2);
  assert.deepEqual(contentOf(ran.lines), contentOf((await undisturbed()).lines));
});

test("a session that ends again and again ends the run", async (t) => {
  const server = await serve(t, { faults: [{ model: BILLED, act: "expire" }] });
  const ran = await collect(t, server, ["--login", "session"]);
  failed(ran, 2, /401|session/);
  assert.ok(server.stats.logins < 10, `${server.stats.logins} logins`);
});

test("a new login that is refused in mid-run ends it", async (t) => {
  const server = await serve(t, {
    faults: [
      { model: BILLED, times: 1, act: "expire" },
      { on: "login", after: 1, act: { status: 401 } },
    ],
  });
  const ran = await collect(t, server, ["--login", "session", "--page-size", "20"]);
  failed(ran, 2, /401|refused/);
  assert.equal(server.stats.byModel["login"], 2);
});

for (const status of [403, 404]) {
  test(`${status} for a model that is billed is an error that names it`, async (t) => {
    const server = await serve(t, { faults: [{ model: BILLED, act: { status } }] });
    const ran = await collect(t, server);
    failed(ran, 2, new RegExp(`${BILLED}.*${status}|${status}.*${BILLED}`));
    assert.match(ran.stderr, /--allow-missing/);
  });

  test(`${status} for a billed model that may be missing is a finding`, async (t) => {
    const server = await serve(t, { faults: [{ model: BILLED, act: { status } }] });
    const ran = await collect(t, server, ["--allow-missing", BILLED]);
    succeeded(ran);
    const found = findings(ran).filter(({ model }) => model === BILLED);
    assert.equal(found.length, 1);
    assert.notEqual(found[0]?.severity, "info");
    assert.deepEqual(
      contentOf(ran.lines),
      contentOf((await undisturbed()).lines).filter((line) => !line.includes(`"model":"${BILLED}","pkid"`)),
    );
  });

  test(`${status} for an optional model is a finding`, async (t) => {
    const server = await serve(t, { faults: [{ model: OPTIONAL, act: { status } }] });
    const ran = await collect(t, server);
    succeeded(ran);
    assert.equal(findings(ran).filter(({ model }) => model === OPTIONAL).length, 1);
  });
}

test("403 in the middle of a billed model is an error, not its end", async (t) => {
  const server = await serve(t, { faults: [{ model: BILLED, after: 1, act: { status: 403 } }] });
  const ran = await collect(t, server, ["--page-size", "20"]);
  failed(ran, 2, new RegExp(BILLED));
});

test("403 for the hierarchy nodes is an error even where they may be missing", async (t) => {
  const server = await serve(t, { faults: [{ model: "data/HierarchyNode", act: { status: 403 } }] });
  const ran = await collect(t, server, ["--allow-missing", "data/HierarchyNode"]);
  failed(ran, 2, /data\/HierarchyNode/);
});

for (const status of [301, 302, 307, 308]) {
  test(`a redirect to another host is not followed: ${status}`, async (t) => {
    const other = await serve(t);
    const location = `${other.url}/api/data/HierarchyNode/?hierarchy=sys&format=json`;
    const server = await serve(t, { faults: [{ on: "any", act: { status, headers: { location } } }] });
    const ran = await collect(t, server);
    failed(ran, 2, new RegExp(String(status)));
    assert.equal(other.stats.requests, 0);
  });
}

test("a redirect of the login to another host does not take the password there", async (t) => {
  const other = await serve(t);
  const act = { redirect: `${other.url}/noninteractivelogin/` };
  const server = await serve(t, { faults: [{ on: "login", act }] });
  const ran = await collect(t, server, ["--login", "session"]);
  failed(ran, 2, /302/);
  assert.equal(other.stats.requests, 0);
});

test("a certificate for another host is refused before anything is sent", async (t) => {
  const server = await serve(t, { names: ["DNS:voss.example"] });
  const ran = await collect(t, server);
  failed(ran, 2, /certificate|cert|IP|host/i);
  assert.equal(server.stats.requests, 0);
});

test("a certificate of another authority is refused before anything is sent", async (t) => {
  const [server, other] = [await serve(t), await serve(t)];
  const ran = await collect(t, { ...server, caFile: other.caFile });
  failed(ran, 2, /certificate|cert/i);
  assert.match(ran.stderr, /hint: .*CA file/);
  assert.equal(server.stats.requests, 0);
});

test("plain http is refused", async (t) => {
  const server = await serve(t);
  const ran = await collect(t, { ...server, url: "http://voss.example" });
  failed(ran, 2, /https/);
  assert.equal(server.stats.requests, 0);
});

test("a password file that others may read is refused", async (t) => {
  const server = await serve(t);
  const folder = emptyFolder(t);
  const passwordFile = join(folder, "open");
  writeFileSync(passwordFile, readFileSync(server.passwordFile), { mode: 0o644 });
  const ran = await collect(t, { ...server, passwordFile });
  failed(ran, 2, /0644/);
  assert.equal(server.stats.requests, 0);
});

for (const credentials of [undefined, { username: "line-out", password: "Proxy-pw-7" }]) {
  const how = credentials === undefined ? "without a password" : "with a password";
  test(`a web proxy ${how} takes everything through`, { skip: missing("tinyproxy") }, async (t) => {
    const server = await serve(t);
    const proxy = await startProxy(credentials);
    t.after(() => proxy.stop());
    const folder = emptyFolder(t);
    const lines = ["[proxies.site]", `address = "${proxy.host}"`, `port = ${proxy.port}`];
    if (credentials !== undefined) {
      lines.push(`username = "${credentials.username}"`, 'password_file = "proxy-password"');
      writeFileSync(join(folder, "proxy-password"), credentials.password, { mode: 0o600 });
    }
    writeFileSync(join(folder, "vlf.toml"), `${lines.join("\n")}\n`);
    const ran = await collect(t, server, ["--proxy", "site"], { folder });
    succeeded(ran);
    assert.deepEqual(contentOf(ran.lines), contentOf((await undisturbed()).lines));
    assert.ok(proxy.tunnels().length >= server.stats.sockets && server.stats.sockets > 0);
  });
}

test(
  "a web proxy that refuses the password is an error that does not show it",
  {
    skip: missing("tinyproxy"),
  },
  async (t) => {
    const server = await serve(t);
    const proxy = await startProxy({ username: "line-out", password: "Proxy-pw-7" });
    t.after(() => proxy.stop());
    const folder = emptyFolder(t);
    writeFileSync(join(folder, "proxy-password"), "Proxy-pw-8", { mode: 0o600 });
    writeFileSync(
      join(folder, "vlf.toml"),
      `[proxies.site]\naddress = "${proxy.host}"\nport = ${proxy.port}\nusername = "line-out"\npassword_file = "proxy-password"\n`,
    );
    const ran = await collect(t, server, ["--proxy", "site"], { folder });
    // tinyproxy answers 407 without a password, and 401 to a wrong one.
    failed(ran, 2, /proxy.*40[17]/);
    holdsNone(ran.stderr, ["Proxy-pw-8", Buffer.from("line-out:Proxy-pw-8").toString("base64")], "error");
    assert.equal(server.stats.requests, 0);
  },
);

test("a proxy that is not there is tried again, then given up", async (t) => {
  const server = await serve(t);
  const folder = emptyFolder(t);
  writeFileSync(join(folder, "vlf.toml"), '[proxies.site]\naddress = "127.0.0.1"\nport = 1\n');
  const ran = await collect(t, server, ["--proxy", "site", "--retries", "1"], { folder });
  failed(ran, 75, /ECONNREFUSED|connection refused/i);
  assert.equal(server.stats.requests, 0);
});
