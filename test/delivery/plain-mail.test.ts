/**
 * What the plain call of nodemailer makes of Exim, and of servers that Exim cannot be made to be: the reasons why the
 * tool asks more of it. README.md has the table.
 */
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Readable } from "node:stream";
import { after, test, type TestContext } from "node:test";
import { createTransport, type Transporter } from "nodemailer";
import { type Smtp, SMTP_SKIP, startSmtp } from "../peers/smtp.ts";
import { emptyFolder } from "../pipelines/_run.ts";
import { readMail } from "./_mail.ts";

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

/** As its manual shows it. */
function transportOf(smtp: Smtp): Transporter {
  const auth = { user: smtp.username, pass: smtp.password };
  return createTransport({
    host: "127.0.0.1",
    port: smtp.port,
    auth,
    tls: { ca: readFileSync(smtp.caFile) },
  });
}

const MAIL = { from: "voss@mail.test", to: "ops@mail.test", subject: "License audit", text: "body\n" };
const FILE = { filename: "a.bin", content: "content" };

const it = (name: string, work: (t: TestContext) => Promise<void>): void => {
  test(name, { skip: SMTP_SKIP }, work);
};

it("sendMail() succeeds when some of the addressees are refused, and the others have it", async () => {
  const smtp = await smtpOf();
  const to = ["ops@mail.test", "refused@mail.test", "later@mail.test"];
  const info = await transportOf(smtp).sendMail({ ...MAIL, to, attachments: [FILE] });
  assert.match(info.response ?? "", /^250 /);
  assert.deepEqual(info.rejected, ["refused@mail.test", "later@mail.test"]);
  assert.equal((await smtp.messages()).length, 1);
});

it("sendMail() sends a message that is larger than SIZE to its last byte, and hears no before none of it", async () => {
  const smtp = await smtpOf();
  let asked = 0;
  async function* content(): AsyncGenerator<Buffer> {
    for (; asked < 4 * SIZE_LIMIT; asked += 50_000) yield await Promise.resolve(randomBytes(50_000));
  }
  const attachments = [{ filename: "a.bin", content: Readable.from(content()) }];
  await assert.rejects(transportOf(smtp).sendMail({ ...MAIL, attachments }), { responseCode: 552 });
  assert.ok(asked > SIZE_LIMIT, `${asked} bytes of the file were sent for a limit of ${SIZE_LIMIT}`);
  assert.deepEqual(await smtp.messages(), []);
});

it("sendMail() gives the same mail another Message-ID each time, so that nobody knows it again", async () => {
  const smtp = await smtpOf();
  for (let n = 0; n < 2; n += 1) await transportOf(smtp).sendMail({ ...MAIL, attachments: [FILE] });
  const ids = (await smtp.messages()).map((message) => readMail(message).headers["message-id"]);
  assert.equal(new Set(ids).size, 2);
});

it("sendMail() sends the login and the file in clear where TLS is not there, or goes on without a login", async (t) => {
  const smtp = await startSmtp({ hasTls: false });
  t.after(() => smtp.close());
  const info = await transportOf(smtp).sendMail({ ...MAIL, attachments: [FILE] });
  assert.match(info.response ?? "", /^250 /);
  assert.match(smtp.log(), /P=esmtp /); // not esmtps: no TLS; not esmtpa: no login
});

it("sendMail() sends a file that was cut since its size was read, and succeeds", async (t) => {
  const smtp = await smtpOf();
  const path = join(emptyFolder(t), "a.bin");
  writeFileSync(path, "half");
  await transportOf(smtp).sendMail({ ...MAIL, attachments: [{ filename: "a.bin", path }] });
  const [message = ""] = await smtp.messages();
  const [file] = readMail(message).attachments;
  assert.equal(Buffer.from(file?.content ?? "").toString(), "half");
});

it("sendMail() takes an address with a line in it for another addressee", async () => {
  const smtp = await smtpOf();
  await transportOf(smtp).sendMail({ ...MAIL, to: "ops@mail.test>\r\nRCPT TO:<evil@mail.test" });
  assert.equal((await smtp.messages("evil")).length, 1);
});

/** Where the library does by itself what is right; the tool's cases hold it to that. */
it("no trap: sendMail() fails with the file of an attachment, and the server has nothing of it", async () => {
  const smtp = await smtpOf();
  async function* content(): AsyncGenerator<Buffer> {
    yield await Promise.resolve(randomBytes(50_000));
    throw new Error("the disk is gone");
  }
  const attachments = [{ filename: "a.bin", content: Readable.from(content()) }];
  await assert.rejects(transportOf(smtp).sendMail({ ...MAIL, attachments }), /the disk is gone/);
  assert.deepEqual(await smtp.messages(), []);
});

it("no trap: sendMail() makes no header of lines in a subject", async () => {
  const smtp = await smtpOf();
  await transportOf(smtp).sendMail({ ...MAIL, subject: "x\r\nBcc: evil@mail.test\r\n\r\nbody" });
  assert.deepEqual(await smtp.messages("evil"), []);
  assert.equal((await smtp.messages("ops")).length, 1);
});
