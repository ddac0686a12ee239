/** Mail targets: through `[smtp_servers.NAME]`, or the relay of VOSS's `notify emailrelay`. */
import type { Config } from "@vlf/common/config";
import type { MailServer } from "@vlf/common/mail";
import { notifyValues } from "../settings.ts";
import { TARGET_KEYS, type TargetTable } from "./table.ts";
import type { Target } from "./target.ts";

const KEYS = { ...TARGET_KEYS, to: "texts", from: "text", smtp_server: "text" } as const;

/** VOSS's `notify emailrelay <smtp ip>[:port]` has 25. */
const RELAY_PORT = 25;
const RELAY_TIMEOUT_SECONDS = 120;

/** @throws {UsageError} */
export async function emailTarget({ config, where, name, table, env, levels }: TargetTable): Promise<Target> {
  const values = config.values(where, table, KEYS, ["to"]);
  const common = notifyValues(config);
  const { isAddress, mailServerOf } = await import("@vlf/common/mail");
  const { defaultSender, sendEmail } = await import("../channels/email.ts");
  const from = values.from ?? common.from ?? defaultSender();
  for (const [key, addresses] of [
    ["to", values.to],
    ["from", [from]],
  ] as const) {
    if (!addresses.every(isAddress))
      throw config.problem(`${where} ${key}`, "plain mail addresses: voss@example.com");
  }
  const serverName = values.smtp_server ?? common.smtp_server;
  const server =
    serverName === undefined ? relayOf(config, common.emailrelay) : mailServerOf(config, serverName, env);
  return {
    name,
    levels,
    channel: "email",
    address: `mailto:${values.to.join(",")}`,
    send: (alert, context) => sendEmail({ server, from, to: values.to }, alert, context),
  };
}

/** The relay of `[notify] emailrelay`: `host` or `host:port`, no login, STARTTLS where it is offered. */
function relayOf(config: Config, relay: string | undefined): MailServer {
  const [, bracketed, plain, port] = /^(?:\[([^\]]+)\]|([^:[\]\s]+))(?::(\d{1,5}))?$/.exec(relay ?? "") ?? [];
  const host = bracketed ?? plain;
  if (host === undefined) {
    const wanted =
      relay === undefined ? 'a mail relay, or [notify] smtp_server = "NAME"' : '"HOST" or "HOST:PORT"';
    throw config.problem("[notify] emailrelay", wanted);
  }
  return {
    host,
    port: port === undefined ? RELAY_PORT : Number(port),
    secure: false,
    requireTls: false,
    username: undefined,
    password: undefined,
    ca: undefined,
    proxy: undefined,
    timeoutSeconds: RELAY_TIMEOUT_SECONDS,
  };
}
