/** For tests: reads a message by rules of its own, apart from the program that wrote it. */
import { execFileSync } from "node:child_process";

/** A message as Python's standard library reads it. */
export interface Mail {
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
  readonly attachments: readonly { readonly name: string; readonly content: Buffer }[];
}

const READER = `
import base64, email, email.policy, json, sys
def read(text):
    mail = email.message_from_bytes(text.encode(), policy=email.policy.default)
    files = [(part.get_filename(), base64.b64encode(part.get_payload(decode=True)).decode()) for part in mail.iter_attachments()]
    return {"headers": {name.lower(): str(value) for name, value in mail.items()}, "text": mail.get_body(("plain",)).get_content(), "files": files}
print(json.dumps([read(text) for text in json.load(sys.stdin)]))
`;

export function readMails(messages: readonly string[]): Mail[] {
  const found = JSON.parse(
    execFileSync("python3", ["-c", READER], {
      input: JSON.stringify(messages),
      maxBuffer: 1024 ** 3,
      encoding: "utf8",
    }),
  ) as { headers: Record<string, string>; text: string; files: [string, string][] }[];
  return found.map(({ headers, text, files }) => ({
    headers,
    text,
    attachments: files.map(([name, base64]) => ({ name, content: Buffer.from(base64, "base64") })),
  }));
}

export function readMail(message: string): Mail {
  const [mail] = readMails([message]);
  if (mail === undefined) throw new Error("python3 read no message");
  return mail;
}

/** The files of a message. */
export function attachmentsOf(message: string): { name: string; content: Buffer }[] {
  return [...readMail(message).attachments];
}
