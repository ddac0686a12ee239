/** Mail to Exim: addressees, TLS, sizes, and what the message says. */
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { after, test, type TestContext } from "node:test";
import { startProxy } from "../peers/proxy.ts";
import { type Smtp, SMTP_SKIP, startSmtp } from "../peers/smtp.ts";
import { emptyFolder, missing } from "../pipelines/_run.ts";
import { readMail } from "./_mail.ts";
import { sha256, ship, type Shipped } from "./suite.ts";

const SIZE_LIMIT = 200_000;
let shared: Promise<Smtp> | undefined;
after(async () => (await shared)?.close());

/** One server for all cases, empty. */
async function smtpOf(): Promise<Smtp> {
  shared ??= startSmtp({ sizeLimit: SIZE_LIMIT });
  const smtp = await shared;
  await smtp.empty();
  return smtp;
}

type Lines = Readonly<Record<string, string | number | boolean | readonly string[] | undefined>>;

function settingsOf(smtp: Smtp, destination: Lines = {}, server: Lines = {}): string {
  const table = (name: string, values: Lines): string[] => [
    `[${name}]`,
    ...Object.entries(values)
      .filter(([, value]) => value !== undefined)
      .map(([key, value]) => `${key} = ${JSON.stringify(value)}`),
  ];
  return [
    ...table("destinations.peer", {
      type: "email",
      smtp_server: "relay",
      from: "voss@mail.test",
      to: ["ops@mail.test", "billing@mail.test"],
      subject: "License audit of Söhne & Co",
      ...destination,
    }),
    ...table("smtp_servers.relay", {
      host: "127.0.0.1",
      port: smtp.port,
      ca_file: smtp.caFile,
      username: smtp.username,
      password_file: smtp.passwordFile,
      ...server,
    }),
    "",
  ].join("\n");
}

function shipTo(
  t: TestContext,
  smtp: Smtp,
  settings: string,
  content: Uint8Array | string = "a,b\n",
  env: Record<string, string> = {},
): Promise<Shipped> {
  return ship({ secrets: [smtp.password], env }, settings, emptyFolder(t), { "a.csv": content });
}

const it = (name: string, work: (t: TestContext) => Promise<void>): void => {
  test(name, { skip: SMTP_SKIP }, work);
};

it("writes a message that says what it is, to each addressee", async (t) => {
  const smtp = await smtpOf();
  const content = randomBytes(50_000);
  const { status, stderr, deliveries } = await shipTo(t, smtp, settingsOf(smtp), content);
  assert.equal(status, 0, stderr);
  assert.equal(deliveries[0]?.proof, "accepted");
  assert.match(deliveries[0].message, /^accepted by the relay: 250 OK id=/);
  assert.equal(deliveries[0].location, "mailto:ops@mail.test,billing@mail.test");
  for (const to of ["ops", "billing"]) {
    const [message, ...others] = await smtp.messages(to);
    assert.equal(others.length, 0);
    const { headers, text, attachments } = readMail(message ?? "");
    assert.equal(headers["from"], "voss@mail.test");
    assert.equal(headers["to"], "ops@mail.test, billing@mail.test");
    assert.equal(headers["subject"], "License audit of Söhne & Co");
    assert.match(text, new RegExp(`^name +a\\.csv\nsize +50000 bytes\nsha256 +${sha256(content)}$`, "m"));
    assert.deepEqual(
      attachments.map((file) => [file.name, sha256(file.content)]),
      [["a.csv", sha256(content)]],
    );
  }
});

it("takes the sender for the addressee where there is no other", async (t) => {
  const smtp = await smtpOf();
  assert.equal((await shipTo(t, smtp, settingsOf(smtp, { to: undefined }))).status, 0);
  assert.equal((await smtp.messages("voss")).length, 1);
  assert.equal((await smtp.messages()).length, 1);
});

it("gives the same file the same Message-ID, and another file another", async (t) => {
  const smtp = await smtpOf();
  for (const content of ["same", "same", "other"])
    await shipTo(t, smtp, settingsOf(smtp, { to: "ops@mail.test" }), content);
  const ids = (await smtp.messages("ops")).map((message) => readMail(message).headers["message-id"]);
  assert.equal(ids.length, 3);
  assert.equal(new Set(ids).size, 2);
  for (const id of ids) assert.match(id ?? "", /^<[0-9a-f-]{36}@mail\.test>$/);
});

it("sends to nobody when one addressee is refused, and names all who are", async (t) => {
  const smtp = await smtpOf();
  for (const [to, exit, failure] of [
    [["ops@mail.test", "refused-a@mail.test", "later@mail.test"], 2, "permanent"],
    [["ops@mail.test", "later@mail.test"], 75, "temporary"],
    [["refused-a@mail.test", "refused-b@mail.test"], 2, "permanent"],
  ] as const) {
    const { status, deliveries } = await shipTo(t, smtp, settingsOf(smtp, { to }));
    assert.equal(status, exit);
    assert.equal(deliveries[0]?.failure, failure);
    for (const address of to) {
      assert.equal(deliveries[0].message.includes(`${address} (`), !address.startsWith("ops"), address);
    }
  }
  assert.deepEqual(await smtp.messages(), []);
});

it("sends no file that the server would not take", async (t) => {
  const smtp = await smtpOf();
  const { status, deliveries } = await shipTo(t, smtp, settingsOf(smtp), randomBytes(SIZE_LIMIT * 0.75));
  assert.equal(status, 2);
  assert.equal(deliveries[0]?.failure, "permanent");
  assert.equal(deliveries[0].attempts, 1);
  assert.match(deliveries[0].message, /larger than allowed 200000/);
  assert.deepEqual(await smtp.messages(), []);
  // The limit holds for the message, not for the file: 4/3 of it and the headers.
  const fits = await shipTo(t, smtp, settingsOf(smtp), randomBytes(SIZE_LIMIT * 0.7));
  assert.equal(fits.status, 0, fits.stderr);
});

it("speaks TLS from the start where the server wants it", async (t) => {
  const smtp = await smtpOf();
  const settings = settingsOf(smtp, {}, { port: smtp.tlsPort, secure: true });
  const { status, stderr } = await shipTo(t, smtp, settings);
  assert.equal(status, 0, stderr);
  assert.match(smtp.log(), /P=esmtpsa X=TLS1\.[23]/);
});

it("does not trust a certificate that nobody vouches for", async (t) => {
  const smtp = await smtpOf();
  for (const server of [{ ca_file: undefined }, { ca_file: undefined, port: smtp.tlsPort, secure: true }]) {
    const { status, deliveries } = await shipTo(t, smtp, settingsOf(smtp, {}, server));
    assert.equal(status, 2);
    assert.equal(deliveries[0]?.failure, "configuration");
    assert.match(deliveries[0].message, /^start TLS with mail server 127\.0\.0\.1:\d+: /);
  }
  assert.deepEqual(await smtp.messages(), []);
});

it("sends without a login and in clear where nothing else is asked for, and never a password in clear", async (t) => {
  const smtp = await startSmtp({ hasTls: false });
  t.after(() => smtp.close());
  const open = settingsOf(smtp, {}, { username: undefined, password_file: undefined });
  const { status, stderr } = await shipTo(t, smtp, open);
  assert.equal(status, 0, stderr);
  assert.equal((await smtp.messages("ops")).length, 1);
  const { deliveries } = await shipTo(t, smtp, settingsOf(smtp));
  assert.equal(deliveries[0]?.failure, "configuration");
});

test(
  "goes through a web proxy that asks for a login",
  { skip: SMTP_SKIP || missing("tinyproxy") },
  async (t) => {
    const smtp = await smtpOf();
    const proxy = await startProxy({ username: "voss", password: "proxy-word" });
    t.after(() => proxy.stop());
    const settings = `${settingsOf(smtp, {}, { proxy: "dmz" })}
[proxies.dmz]
address = "127.0.0.1"
port = ${proxy.port}
username = "voss"
password_env = "PROXY_WORD"
`;
    const right = await shipTo(t, smtp, settings, "x", { PROXY_WORD: "proxy-word" });
    assert.equal(right.status, 0, right.stderr);
    assert.deepEqual(proxy.tunnels(), [`127.0.0.1:${smtp.port}`]);
    const wrong = await shipTo(t, smtp, settings, "x", { PROXY_WORD: "wrong-word" });
    assert.equal(wrong.deliveries[0]?.failure, "authentication");
    assert.ok(!`${wrong.stdout}${wrong.stderr}`.includes("wrong-word"));
  },
);

it("says which setting is wrong", async (t) => {
  const smtp = await smtpOf();
  for (const [destination, message] of [
    [{ to: "Ops <ops@mail.test>" }, /\[destinations\.peer\] to: wanted plain mail addresses/],
    [{ to: [] }, /\[destinations\.peer\] to: wanted plain mail addresses/],
    [{ from: "voss" }, /\[destinations\.peer\] from: wanted a plain mail address/],
    [{ subject: undefined }, /\[destinations\.peer\] subject: wanted a text in quotes/],
    [{ subject: "a\nBcc: b@mail.test" }, /\[destinations\.peer\] subject: wanted one line of text/],
    [{ smtp_server: "other" }, /no SMTP server "other"/],
  ] as const) {
    const { status, stderr } = await shipTo(t, smtp, settingsOf(smtp, destination));
    assert.equal(status, 2);
    assert.match(stderr, message);
  }
});
