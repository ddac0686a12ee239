/** A mail message in the form in which it is sent: composed afresh each time, never held whole in memory. */
import { Readable } from "node:stream";
import MailComposer from "nodemailer/lib/mail-composer";

/** A file of a message, read afresh each time `content` is called: once to be measured, once to be sent. */
export interface MailAttachment {
  readonly name: string;
  readonly content: () => AsyncIterable<Uint8Array>;
}

export interface MailMessage {
  /** A plain address, as all of them: `voss@example.com`. */
  readonly from: string;
  readonly to: readonly string[];
  readonly subject: string;
  readonly text: string;
  /** Without angle brackets. The same message sent again keeps it, so that the receiver can tell. */
  readonly messageId: string;
  readonly date: Date;
  readonly attachments?: readonly MailAttachment[];
}

/** Size of the message as it is sent, bytes: RFC 1870 counts it so. */
export async function sizeOf(message: MailMessage): Promise<number> {
  let size = 0;
  for await (const chunk of messageBytes(message)) size += chunk.length;
  return size;
}

/** The message in the form of RFC 5322, with CRLF; the same bytes each time. */
export async function* messageBytes(message: MailMessage): AsyncGenerator<Uint8Array> {
  const sources: Readable[] = [];
  const mail = new MailComposer({
    from: message.from,
    to: [...message.to],
    subject: message.subject,
    // With the line ends that it is sent with, so that its size is right.
    text: message.text.replaceAll(/\r?\n/g, "\r\n"),
    messageId: `<${message.messageId}>`,
    date: message.date,
    baseBoundary: message.messageId.replaceAll(/[^A-Za-z0-9]/g, "").slice(0, 40),
    disableFileAccess: true,
    disableUrlAccess: true,
    attachments: (message.attachments ?? []).map(({ name, content }) => {
      const source = Readable.from(content());
      sources.push(source);
      return { filename: name, content: source, contentType: "application/octet-stream" };
    }),
  }).compile();
  const stream = mail.createReadStream();
  try {
    for await (const chunk of stream) yield chunk as Uint8Array;
  } finally {
    stream.destroy();
    for (const source of sources) source.destroy();
  }
}
