/** For tests: a mail server in this process that answers as told, for what a real one cannot be made to do. */
import { once } from "node:events";
import { type AddressInfo, createServer, type Socket } from "node:net";

export interface SmtpAnswers {
  /** Lines of the answer to EHLO. */
  readonly extensions?: readonly string[];
  /** Answer to a command, by its beginning; null breaks off; what is missing is answered with 250. */
  readonly to?: Readonly<Record<string, string | null>>;
  /** The first line; null breaks off, undefined is a greeting. */
  readonly greeting?: string | null;
  /** Answer after the data; null breaks off. */
  readonly afterData?: string | null;
  readonly afterDataMs?: number;
}

export interface FakeSmtp {
  readonly port: number;
  /** Commands that came, in order. */
  readonly commands: string[];
  /** Messages that came whole. */
  readonly messages: string[];
  /** Bytes of message that came at all. */
  readonly dataBytes: () => number;
  readonly close: () => Promise<void>;
}

export async function startFakeSmtp(answers: SmtpAnswers = {}): Promise<FakeSmtp> {
  const commands: string[] = [];
  const messages: string[] = [];
  const sockets = new Set<Socket>();
  let dataBytes = 0;
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on("error", () => {}).on("close", () => sockets.delete(socket));
    const say = (line: string | null | undefined): void => {
      if (line === null) socket.destroy();
      else if (line !== undefined) socket.write(`${line}\r\n`);
    };
    let rest = "";
    let isData = false;
    say(answers.greeting === undefined ? "220 fake ESMTP" : answers.greeting);
    socket.on("data", (chunk: Buffer) => {
      rest += chunk.toString("latin1");
      for (;;) {
        const end = rest.indexOf(isData ? "\r\n.\r\n" : "\r\n");
        if (end < 0) break;
        const text = rest.slice(0, end);
        rest = rest.slice(end + (isData ? 5 : 2));
        if (isData) {
          isData = false;
          dataBytes += text.length;
          messages.push(text);
          const answer = answers.afterData === undefined ? "250 2.0.0 queued as 1" : answers.afterData;
          setTimeout(() => say(answer), answers.afterDataMs ?? 0).unref();
          continue;
        }
        commands.push(text);
        const told = Object.entries(answers.to ?? {}).find(([start]) => text.startsWith(start));
        if (told !== undefined) say(told[1]);
        else if (text.startsWith("EHLO"))
          say(["250-fake", ...(answers.extensions ?? [])].join("\r\n250-").concat("\r\n250 OK"));
        else if (text === "DATA") say("354 go on");
        else if (text === "QUIT") say("221 bye");
        else say("250 OK");
        isData = text === "DATA" && told === undefined;
      }
      if (isData) dataBytes = Math.max(dataBytes, rest.length);
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    port: (server.address() as AddressInfo).port,
    commands,
    messages,
    dataBytes: () => dataBytes,
    async close() {
      for (const socket of sockets) socket.destroy();
      await new Promise<void>((resolve) => {
        server.close(() => resolve());
      });
    },
  };
}
