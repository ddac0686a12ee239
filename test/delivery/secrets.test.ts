/**
 * Each kind of secret of each kind of destination, on success and on each failure: in no output and no file (`ship()`
 * looks for them), and in no list of processes while the tool runs.
 */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { chmodSync, existsSync, readdirSync, readFileSync } from "node:fs";
import { after, describe, test } from "node:test";
import { freePorts } from "../peers/_process.ts";
import { type NginxPeer, startNginx } from "../peers/nginx.ts";
import { type ProxyPeer, startProxy } from "../peers/proxy.ts";
import { type Smtp, SMTP_SKIP, startSmtp } from "../peers/smtp.ts";
import { type Sshd, SSHD_SKIP, startSshd } from "../peers/sshd.ts";
import { emptyFolder, missing } from "../pipelines/_run.ts";
import { bodyOf, type FakeHttp, startFake } from "./_fake-http.ts";
import { ship } from "./suite.ts";

/** Of the peers that have none of their own. */
const WORDS = {
  TOKEN: "bearer-token-that-nobody-sees",
  PROXY: "proxy-password-that-nobody-sees",
  KEY: "key-passphrase-that-nobody-sees",
  WRONG: "wrong-password-that-nobody-sees",
} as const;
/** The cloud service takes no other. */
const NAME = "vlf_CS-P_h_license_2026-11-01_0300.zip";

interface Peers {
  readonly nginx: NginxPeer;
  readonly proxy: ProxyPeer;
  readonly sshd: Sshd;
  readonly smtp: Smtp;
  /** Takes everything from who has the token, and nothing from others. */
  readonly web: FakeHttp;
  /** Where nobody listens. */
  readonly nobody: number;
}

async function startPeers(): Promise<Peers> {
  const [nginx, proxy, sshd, smtp, web, [nobody = 0]] = await Promise.all([
    startNginx(),
    startProxy({ username: "site", password: WORDS.PROXY }),
    startSshd(),
    startSmtp(),
    startFake(async (request, response) => {
      await bodyOf(request);
      const isRight = request.headers.authorization === `Bearer ${WORDS.TOKEN}`;
      response.writeHead(isRight ? 201 : 401).end();
    }),
    freePorts(1),
  ]);
  const { certFile, keyFile } = nginx.client;
  const locked = [
    "pkey",
    "-in",
    keyFile,
    "-aes256",
    "-passout",
    `pass:${WORDS.KEY}`,
    "-out",
    `${keyFile}.locked`,
  ];
  execFileSync("openssl", locked, { stdio: "ignore" });
  chmodSync(`${keyFile}.locked`, 0o600);
  assert.ok(existsSync(certFile));
  return { nginx, proxy, sshd, smtp, web, nobody };
}

type Table = Readonly<Record<string, string | number | boolean>>;

const tableOf = (name: string, values: Table): string =>
  `[${name}]\n${Object.entries(values)
    .map(([key, value]) => `${key} = ${JSON.stringify(value)}\n`)
    .join("")}`;

/** What is tried of a secret: the right one, a wrong one, and the right one where nobody listens. */
type Try = "right" | "wrong" | "down";

const HTTP = { type: "http", host: "127.0.0.1", secure: false };
const word = (key: string, right: Table, tried: Try): Table =>
  tried === "wrong" ? { [`${key}_env`]: "WRONG" } : right;

/** Settings by kind of destination and secret. */
const KINDS: Readonly<Record<string, (peers: Peers, tried: Try, port: (right: number) => number) => string>> =
  {
    "http, a login": ({ nginx }, tried, port) =>
      tableOf("destinations.peer", {
        ...HTTP,
        port: port(nginx.port),
        method: "PUT",
        url: "/login/",
        username: nginx.username,
        ...word("password", { password_file: nginx.passwordFile }, tried),
      }),
    "http, a token": ({ web }, tried, port) =>
      tableOf("destinations.peer", {
        ...HTTP,
        port: port(web.port),
        method: "POST",
        url: "/in",
        ...word("token", { token_env: "TOKEN" }, tried),
      }),
    "http, the passphrase of a key": ({ nginx }, tried, port) =>
      tableOf("destinations.peer", {
        type: "http",
        host: "localhost",
        port: port(nginx.tlsPort),
        method: "PUT",
        url: "/certified/",
        ca_file: nginx.caFile,
        cert_file: nginx.client.certFile,
        key_file: `${nginx.client.keyFile}.locked`,
        ...word("key_passphrase", { key_passphrase_env: "KEY" }, tried),
      }),
    "http, the login of a web proxy": ({ nginx, proxy }, tried, port) =>
      tableOf("destinations.peer", {
        ...HTTP,
        port: nginx.port,
        method: "PUT",
        url: "/open/",
        proxy: "dmz",
      }) +
      tableOf("proxies.dmz", {
        address: proxy.host,
        port: port(proxy.port),
        username: "site",
        ...word("password", { password_env: "PROXY" }, tried),
      }),
    "voss-cloud, a token": ({ web }, tried, port) =>
      tableOf("destinations.peer", {
        type: "voss-cloud",
        organization_id: "O",
        platform_name: "P",
        installation_type: "Lab",
        file_upload_active: true,
        registration_file: "registration.json",
        host: "127.0.0.1",
        port: port(web.port),
        secure: false,
        register_url: "/platforms",
        register_method: "POST",
        organization_field: "o",
        platform_field: "p",
        installation_field: "i",
        upload_url: "/files/{name}",
        upload_method: "PUT",
        upload_body: "raw",
        ...word("token", { token_env: "TOKEN" }, tried),
      }),
    "sftp, a password": ({ sshd }, tried, port) =>
      tableOf("destinations.peer", {
        type: "sftp",
        host: "127.0.0.1",
        port: port(sshd.port),
        username: sshd.username,
        directory: sshd.folder,
        host_key: sshd.fingerprint,
        ...word("password", { password_file: sshd.passwordFile }, tried),
      }),
    "sftp, the passphrase of a key": ({ sshd }, tried, port) =>
      tableOf("destinations.peer", {
        type: "sftp",
        host: "127.0.0.1",
        port: port(sshd.port),
        username: sshd.username,
        directory: sshd.home,
        host_key: sshd.fingerprint,
        private_key_file: sshd.keys.locked,
        ...word("passphrase", { passphrase_file: sshd.passphraseFile }, tried),
      }),
    "email, a login": ({ smtp }, tried, port) =>
      tableOf("destinations.peer", {
        type: "email",
        smtp_server: "relay",
        from: "voss@mail.test",
        to: "ops@mail.test",
        subject: "s",
      }) +
      tableOf("smtp_servers.relay", {
        host: "127.0.0.1",
        port: port(smtp.port),
        ca_file: smtp.caFile,
        username: smtp.username,
        ...word("password", { password_file: smtp.passwordFile }, tried),
      }),
  };

const STATUS: Readonly<Record<Try, number>> = { right: 0, wrong: 2, down: 75 };

const skip =
  missing("nginx", "openssl", "tinyproxy") ||
  SSHD_SKIP ||
  SMTP_SKIP ||
  (process.platform !== "linux" && "needs /proc");

describe("secrets", { skip }, () => {
  let started: Promise<Peers> | undefined;
  after(async () => {
    if (started === undefined) return;
    const { nginx, proxy, sshd, smtp, web } = await started;
    await Promise.all([nginx.stop(), proxy.stop(), sshd.close(), smtp.close(), web.close()]);
  });

  for (const [kind, settings] of Object.entries(KINDS)) {
    for (const tried of ["right", "wrong", "down"] as const) {
      test(`${kind}, ${tried}: is in no output, file or list of processes`, async (t) => {
        const peers = await (started ??= startPeers());
        const { nginx, sshd, smtp, nobody } = peers;
        const words = [
          ...Object.values(WORDS),
          nginx.password,
          sshd.password,
          sshd.passphrase,
          smtp.password,
        ];
        const secrets = [
          ...words,
          ...words.map((one) => Buffer.from(one).toString("base64")),
          ...words.map(encodeURIComponent),
          // As HTTP and SMTP send a login.
          ...words.map((one) => Buffer.from(`${nginx.username}:${one}`).toString("base64")),
          ...words.map((one) => Buffer.from(`\0${smtp.username}\0${one}`).toString("base64")),
        ];
        const seen = new Set<string>();
        const watch = setInterval(() => {
          for (const line of commandLines()) seen.add(line);
        }, 40);
        const { status, stderr } = await ship(
          { env: WORDS, secrets },
          settings(peers, tried, (right) => (tried === "down" ? nobody : right)),
          emptyFolder(t),
          { [NAME]: "content" },
          "--spool s --delivery peer",
        ).finally(() => clearInterval(watch));
        assert.equal(status, STATUS[tried], stderr);
        assert.ok(
          [...seen].some((line) => line.includes("vlf-ship")),
          "the tool was not seen",
        );
        for (const line of seen) {
          assert.ok(!secrets.some((secret) => line.includes(secret)), `a secret is in: ${line}`);
        }
      });
    }
  }

  for (const [what, key, kind] of [
    ["a private key", (peers: Peers) => peers.sshd.keys.locked, "sftp, the passphrase of a key"],
    [
      "the file of its passphrase",
      (peers: Peers) => peers.sshd.passphraseFile,
      "sftp, the passphrase of a key",
    ],
    ["the file of a password", (peers: Peers) => peers.smtp.passwordFile, "email, a login"],
    [
      "the key of a certificate",
      ({ nginx }: Peers) => `${nginx.client.keyFile}.locked`,
      "http, the passphrase of a key",
    ],
  ] as const) {
    test(`${what} that others may read is refused, and nothing is sent`, async (t) => {
      const peers = await (started ??= startPeers());
      const path = key(peers);
      chmodSync(path, 0o640);
      t.after(() => chmodSync(path, 0o600));
      const folder = emptyFolder(t);
      const settings = KINDS[kind]?.(peers, "right", (right) => right) ?? "";
      const { status, stderr, deliveries } = await ship({ env: WORDS, secrets: [] }, settings, folder, {
        [NAME]: "content",
      });
      assert.equal(status, 2);
      assert.match(stderr, /has the permissions 0640, open to others$/m);
      assert.deepEqual(deliveries, []);
    });
  }
});

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
