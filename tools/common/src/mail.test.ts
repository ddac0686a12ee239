/** Mail to servers that refuse, fall silent or break off; beside it what nodemailer's own call makes of it. */
import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test, type TestContext } from "node:test";
import { createTransport } from "nodemailer";
import { type FakeSmtp, type SmtpAnswers, startFakeSmtp } from "./_fake-smtp.ts";
import { parseConfig } from "./config.ts";
import { EXIT, UsageError } from "./exit.ts";
import {
  checkMailServer,
  isAddress,
  MailError,
  type MailMessage,
  type MailServer,
  mailServerOf,
  sendMail,
} from "./mail.ts";
import { Secret } from "./secrets.ts";

async function serverOf(t: TestContext, answers: SmtpAnswers = {}): Promise<FakeSmtp> {
  const server = await startFakeSmtp(answers);
  t.after(() => server.close());
  return server;
}

function settingsOf({ port }: { port: number }, more: Partial<MailServer> = {}): MailServer {
  return {
    host: "127.0.0.1",
    port,
    secure: false,
    requireTls: false,
    username: undefined,
    password: undefined,
    ca: undefined,
    proxy: undefined,
    timeoutSeconds: 20,
    ...more,
  };
}

const MESSAGE: MailMessage = {
  from: "voss@mail.test",
  to: ["a@mail.test", "b@mail.test", "c@mail.test"],
  subject: "License audit",
  text: "body\n",
  messageId: "0123-4567@mail.test",
  date: new Date("2026-11-01T03:00:00Z"),
};

async function failureWith(server: MailServer, message: MailMessage = MESSAGE): Promise<MailError> {
  try {
    await sendMail(server, message);
  } catch (error) {
    assert.ok(error instanceof MailError, String(error));
    return error;
  }
  return assert.fail("was sent");
}

function withBytes(size: number): MailMessage {
  async function* content(): AsyncGenerator<Uint8Array> {
    yield await Promise.resolve(Buffer.alloc(size, 7));
  }
  return { ...MESSAGE, attachments: [{ name: "a.zip", content }] };
}

test("sendMail() gives the server's answer and the size", async (t) => {
  const server = await serverOf(t);
  const receipt = await sendMail(settingsOf(server), MESSAGE);
  assert.equal(receipt.response, "250 2.0.0 queued as 1");
  assert.equal(receipt.sizeBytes, (server.messages[0]?.length ?? 0) + 2);
  assert.deepEqual(
    server.commands.filter((command) => command.startsWith("RCPT")),
    MESSAGE.to.map((to) => `RCPT TO:<${to}>`),
  );
});

test("sendMail() sends the same bytes each time", async (t) => {
  const server = await serverOf(t);
  for (let n = 0; n < 2; n += 1) await sendMail(settingsOf(server), withBytes(1000));
  assert.equal(server.messages[0], server.messages[1]);
  assert.match(server.messages[0] ?? "", /^Message-ID: <0123-4567@mail\.test>\r$/m);
  assert.match(server.messages[0] ?? "", /^Date: Sun, 01 Nov 2026 03:00:00 \+0000\r$/m);
});

for (const extensions of [[], ["PIPELINING"]]) {
  const how = extensions.length === 0 ? "one by one" : "in one go";
  test(`sendMail() sends to nobody when one of several is refused, asked ${how}; nodemailer's call succeeds`, async (t) => {
    const server = await serverOf(t, { extensions, to: { "RCPT TO:<b@": "550 5.1.1 no such user" } });
    const error = await failureWith(settingsOf(server));
    assert.equal(error.failure, "permanent");
    assert.deepEqual(error.refused, ["b@mail.test"]);
    assert.match(error.message, /refused for b@mail\.test \(550 5\.1\.1 no such user\); sent to nobody$/);
    assert.deepEqual(server.messages, []);

    const plain = createTransport({ host: "127.0.0.1", port: server.port });
    await plain.sendMail({ ...MESSAGE, to: [...MESSAGE.to], attachments: [] });
    assert.equal(server.messages.length, 1);
  });
}

test("sendMail() names all who are refused, and takes one lasting refusal for the whole", async (t) => {
  const later = "451 4.7.1 greylisted";
  const mixed = await serverOf(t, { to: { "RCPT TO:<a@": later, "RCPT TO:<c@": "550 no" } });
  const error = await failureWith(settingsOf(mixed));
  assert.equal(error.failure, "permanent");
  assert.deepEqual(error.refused, ["a@mail.test", "c@mail.test"]);

  const allLater = await serverOf(t, { to: { RCPT: later } });
  const waiting = await failureWith(settingsOf(allLater));
  assert.equal(waiting.failure, "temporary");
  assert.equal(waiting.status, EXIT.temporary);
  assert.deepEqual(waiting.refused, MESSAGE.to);
});

test("sendMail() sends nothing that is larger than the server takes; nodemailer's call sends all of it", async (t) => {
  const server = await serverOf(t, { extensions: ["SIZE 100000"], afterData: "552 too big" });
  const error = await failureWith(settingsOf(server), withBytes(90_000));
  assert.equal(error.failure, "permanent");
  assert.match(error.message, /larger than allowed 100000/);
  assert.ok(!server.commands.some((command) => command.startsWith("MAIL")));

  const plain = createTransport({ host: "127.0.0.1", port: server.port });
  const attachments = [{ filename: "a.zip", content: Buffer.alloc(90_000, 7) }];
  await assert.rejects(plain.sendMail({ ...MESSAGE, to: [...MESSAGE.to], attachments }));
  assert.ok(server.dataBytes() > 100_000);

  await serverOf(t, { extensions: ["SIZE 0"] }).then((unlimited) =>
    sendMail(settingsOf(unlimited), withBytes(90_000)),
  );
});

test("sendMail() does not leave out a login that the server does not offer; nodemailer's call does", async (t) => {
  const server = await serverOf(t);
  const login = { username: "ship", password: new Secret("s3cret-word") };
  const error = await failureWith(settingsOf(server, login));
  assert.equal(error.failure, "configuration");
  assert.match(error.message, /it offers no login/);
  assert.ok(!server.commands.some((command) => /^(AUTH|MAIL)/.test(command)));

  const plain = createTransport({
    host: "127.0.0.1",
    port: server.port,
    auth: { user: "ship", pass: "s3cret-word" },
  });
  await plain.sendMail({ ...MESSAGE, to: [...MESSAGE.to], attachments: [] });
  assert.equal(server.messages.length, 1);
});

test("sendMail() tells a refused login, and does not show the password", async (t) => {
  for (const [answer, failure] of [
    ["535 5.7.8 bad credentials", "authentication"],
    ["454 4.7.0 try later", "temporary"],
  ] as const) {
    const server = await serverOf(t, { extensions: ["AUTH PLAIN"], to: { AUTH: answer } });
    const login = { username: "ship", password: new Secret("s3cret-word") };
    const error = await failureWith(settingsOf(server, login));
    assert.equal(error.failure, failure);
    assert.ok(!`${error.message}${error.hint}`.includes("s3cret-word"));
  }
});

test("sendMail() sends nothing in clear where TLS is required; nodemailer's call sends the password", async (t) => {
  const server = await serverOf(t, { extensions: ["AUTH PLAIN"], to: { STARTTLS: "502 no" } });
  const login = { username: "ship", password: new Secret("s3cret-word"), requireTls: true };
  const error = await failureWith(settingsOf(server, login));
  assert.equal(error.failure, "configuration");
  assert.ok(!server.commands.some((command) => /^(AUTH|MAIL)/.test(command)));

  const auth = { user: "ship", pass: "s3cret-word" };
  const open = await serverOf(t, { extensions: ["AUTH PLAIN"], to: { AUTH: "235 ok" } });
  const plain = createTransport({ host: "127.0.0.1", port: open.port, auth });
  await plain.sendMail({ ...MESSAGE, to: [...MESSAGE.to], attachments: [] });
  const word = Buffer.from("\0ship\0s3cret-word").toString("base64");
  assert.ok(open.commands.includes(`AUTH PLAIN ${word}`), "the password went over the line in clear");
});

test("sendMail() waits for an answer that comes late", async (t) => {
  const server = await serverOf(t, { afterDataMs: 1500 });
  assert.equal((await sendMail(settingsOf(server), MESSAGE)).response, "250 2.0.0 queued as 1");
});

test("sendMail() says that nobody knows when no answer comes after the message", async (t) => {
  for (const [answers, timeoutSeconds] of [
    [{ afterData: null }, 20],
    [{ afterDataMs: 60_000 }, 1],
  ] as const) {
    const server = await serverOf(t, answers);
    const error = await failureWith(settingsOf(server, { timeoutSeconds }));
    assert.equal(error.failure, "temporary");
    assert.equal(error.isOutcomeUnknown, true);
    assert.match(error.message, /no answer after the whole message was sent .*: it may arrive all the same$/);
  }
});

test("nodemailer's call gives the same error before the first byte of a message as after its last", async (t) => {
  const errors: unknown[] = [];
  for (const answers of [{ to: { MAIL: null } }, { afterData: null }]) {
    const server = await serverOf(t, answers);
    const plain = createTransport({ host: "127.0.0.1", port: server.port });
    const message = { ...MESSAGE, to: [...MESSAGE.to], attachments: [] };
    await plain.sendMail(message).catch((error: Error & { code?: string; responseCode?: number }) => {
      const { code, responseCode } = error;
      errors.push({ message: error.message, code, responseCode });
    });
    assert.equal(server.messages.length, answers.afterData === null ? 1 : 0);
  }
  assert.equal(errors.length, 2);
  assert.deepEqual(errors[0], errors[1]);
});

test("sendMail() tells what passes from what lasts", async (t) => {
  const cases: [SmtpAnswers, string][] = [
    [{ afterData: "452 4.3.1 disk full" }, "temporary"],
    [{ afterData: "554 5.6.0 virus" }, "permanent"],
    [{ to: { MAIL: "451 later" } }, "temporary"],
    [{ to: { MAIL: "550 sender refused" } }, "permanent"],
    [{ to: { MAIL: "530 authentication required" } }, "authentication"],
    [{ to: { DATA: "451 later" } }, "temporary"],
    [{ to: { DATA: null } }, "temporary"],
    [{ greeting: "421 too busy" }, "temporary"],
    [{ greeting: "554 no service for you" }, "permanent"],
    [{ greeting: null }, "temporary"],
    [{ greeting: "SSH-2.0-OpenSSH_9.2" }, "configuration"],
  ];
  for (const [answers, failure] of cases) {
    const server = await serverOf(t, answers);
    const error = await failureWith(settingsOf(server, { timeoutSeconds: 2 }));
    assert.equal(error.failure, failure, `${JSON.stringify(answers)}: ${error.message}`);
    assert.equal(error.isOutcomeUnknown, false);
    assert.match(
      error.message,
      /^(send mail through|connect to mail server|log in to mail server) 127\.0\.0\.1:\d+: /,
    );
    assert.ok(!error.message.includes("\n"));
  }
});

test("sendMail() breaks off when the file of an attachment fails, and hands on its error", async (t) => {
  const server = await serverOf(t);
  let reads = 0;
  async function* content(): AsyncGenerator<Uint8Array> {
    reads += 1;
    yield await Promise.resolve(Buffer.alloc(100_000));
    if (reads > 1) throw new UsageError("read a.zip: changed");
  }
  const message = { ...MESSAGE, attachments: [{ name: "a.zip", content }] };
  await assert.rejects(sendMail(settingsOf(server), message), { message: "read a.zip: changed" });
  assert.equal(reads, 2);
  assert.deepEqual(server.messages, []);
});

test("sendMail() lets no text become a header or a command", async (t) => {
  const server = await serverOf(t);
  const subject = "x\r\nBcc: evil@mail.test\r\n\r\nbody";
  await sendMail(settingsOf(server), { ...MESSAGE, subject, text: ".\r\nQUIT\r\n" });
  const [head = ""] = (server.messages[0] ?? "").split("\r\n\r\n");
  assert.ok(!/^bcc:/im.test(head));
  const after = server.commands.slice(server.commands.indexOf("DATA") + 1);
  assert.ok(after.every((command, at) => command === "QUIT" && at === 0));
  assert.match(server.messages[0] ?? "", /\r\n\.\.\r\nQUIT$/);
  for (const to of [
    "a@mail.test>\r\nRCPT TO:<evil@mail.test",
    "a@b c",
    "a b@c",
    "@c",
    "a@",
    "A <a@b.c>",
    "a@b,c@d",
  ]) {
    assert.equal(isAddress(to), false, to);
    assert.equal((await failureWith(settingsOf(server), { ...MESSAGE, to: [to] })).failure, "configuration");
  }
  assert.equal(isAddress("vöss+x@exämple.com"), true);
});

test("sendMail() stops when it is told to", async (t) => {
  const server = await serverOf(t, { afterDataMs: 60_000 });
  const controller = new AbortController();
  const stopped = new Error("stopped");
  setTimeout(() => controller.abort(stopped), 200);
  await assert.rejects(sendMail(settingsOf(server), MESSAGE, { signal: controller.signal }), stopped);
  await assert.rejects(sendMail(settingsOf(server), MESSAGE, { signal: controller.signal }), stopped);
});

test("checkMailServer() logs in and sends nothing", async (t) => {
  const server = await serverOf(t, { extensions: ["AUTH PLAIN"], to: { AUTH: "235 ok" } });
  await checkMailServer(settingsOf(server, { username: "ship", password: new Secret("s3cret-word") }));
  assert.ok(server.commands.some((command) => command.startsWith("AUTH")));
  assert.ok(!server.commands.some((command) => command.startsWith("MAIL")));
});

test("mailServerOf() reads [smtp_servers.NAME]", (t) => {
  const folder = mkdtempSync(join(tmpdir(), "vlf-test-"));
  t.after(() => rmSync(folder, { recursive: true }));
  writeFileSync(join(folder, "pw"), "s3cret-word\n", { mode: 0o600 });
  const read = (lines: string): MailServer =>
    mailServerOf(parseConfig("vlf.toml", `[smtp_servers.relay]\n${lines}`), "relay", {});
  const login = `username = "u"\npassword_file = "${join(folder, "pw")}"`;

  const plain = read('host = "h"');
  assert.deepEqual([plain.port, plain.secure, plain.requireTls], [587, false, false]);
  const secure = read('host = "h"\nsecure = true');
  assert.deepEqual([secure.port, secure.secure], [465, true]);
  assert.equal(read(`host = "h"\n${login}`).requireTls, true);
  assert.equal(read(`host = "h"\nrequire_tls = false\n${login}`).requireTls, false);

  for (const [lines, message] of [
    ["", /\[smtp_servers\.relay\] host: wanted a text in quotes$/],
    ['host = "h"\nusername = "u"', /username: wanted username and password together, or neither$/],
    ['host = "h"\nport = 70000', /port: wanted a port from 1 to 65535$/],
    ['host = "h"\npassword = "x"', /password: unknown key$/],
    ['host = "h"\nca_file = "/none"', /ca_file: "\/none": no such file or folder/],
    ['host = "h"\nproxy = "dmz"', /no web proxy "dmz"$/],
  ] as const) {
    assert.throws(
      () => read(lines),
      (error) => error instanceof UsageError && message.test(error.message),
      lines,
    );
  }
  assert.throws(() => mailServerOf(parseConfig("vlf.toml", ""), "relay", {}), /no SMTP server "relay"$/);
});
