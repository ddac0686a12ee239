/** Destination of type `email`: one message to all addressees, with the file attached (guide, 1.8.1). */
import { uuidOf } from "@vlf/common/clock";
import { isAddress, MailError, type MailServer, mailServerOf, sendMail } from "@vlf/common/mail";
import { DeliveryError } from "../failure.ts";
import { readSource, type Source } from "../source.ts";
import type { Destination, DestinationKind, Receipt } from "./destination.ts";

const KEYS = {
  type: "text",
  description: "text",
  smtp_server: "text",
  from: "text",
  to: "texts",
  subject: "text",
} as const;

export const emailDestination: DestinationKind = {
  type: "email",

  fromConfig(name, table, config, { env, now }) {
    const where = `[destinations.${name}]`;
    const values = config.values(where, table, KEYS, ["smtp_server", "from", "subject"]);
    const { from, subject } = values;
    // Guide, 1.8.1: without addressees "the addressee is the sender".
    const to = [...new Set(values.to ?? [from])];
    if (!isAddress(from)) throw config.problem(`${where} from`, "a plain mail address: voss@example.com");
    if (to.length === 0 || !to.every(isAddress)) {
      throw config.problem(`${where} to`, 'plain mail addresses: ["ops@example.com"]');
    }
    if (/\p{Cc}/u.test(subject)) throw config.problem(`${where} subject`, "one line of text");
    const server = mailServerOf(config, values.smtp_server, env);
    return makeDestination({ name, server, from, to, subject, now });
  },

  fromTarget: () => undefined,
};

interface Letter {
  readonly name: string;
  readonly server: MailServer;
  readonly from: string;
  readonly to: readonly string[];
  readonly subject: string;
  readonly now: Date;
}

function makeDestination(letter: Letter): Destination {
  const location = `mailto:${letter.to.join(",")}`;
  return {
    name: letter.name,
    recognizes: false,
    locate: () => location,
    deliver: (source, { signal } = {}) => deliver(letter, location, source, signal),
  };
}

/** The relay's yes is no proof of arrival, and the receipt does not say more. */
async function deliver(
  { name, server, from, to, subject, now }: Letter,
  location: string,
  source: Source,
  signal: AbortSignal | undefined,
): Promise<Receipt> {
  const { sha256 } = source.expected;
  const message = {
    from,
    to,
    subject,
    text: textOf(source),
    // The same file to the same destination has the same id, so that a second copy can be told.
    messageId: `${uuidOf(`${name}\n${source.name}\n${sha256}`)}@${from.slice(from.indexOf("@") + 1)}`,
    date: now,
    attachments: [{ name: source.name, content: () => readSource(source) }],
  };
  try {
    const { response } = await sendMail(server, message, { signal });
    return {
      status: "delivered",
      location,
      sha256,
      proof: "accepted",
      message: `accepted by the relay: ${response}`,
    };
  } catch (error) {
    if (!(error instanceof MailError)) throw error;
    throw new DeliveryError(error.failure, error.message, {
      cause: error,
      ...(error.hint === undefined ? {} : { hint: error.hint }),
    });
  }
}

function textOf({ name, expected }: Source): string {
  return [
    "This message was sent by vlf-ship. The file is attached:",
    "",
    `name     ${name}`,
    `size     ${expected.sizeBytes} bytes`,
    `sha256   ${expected.sha256}`,
    "",
    'The program "sha256sum" computes the last line of the file that you have saved.',
    "",
  ].join("\n");
}
