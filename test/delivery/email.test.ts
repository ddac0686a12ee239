/** The suite of cases against Exim, which delivers into a mailbox: STARTTLS and a login. */
import { freePorts } from "../peers/_process.ts";
import { SMTP_DOMAIN, SMTP_SKIP, startSmtp } from "../peers/smtp.ts";
import { attachmentsOf } from "./_mail.ts";
import { deliverySuite } from "./suite.ts";

deliverySuite(
  "email",
  { recognizes: false, proof: "accepted", skip: SMTP_SKIP, largeBytes: 8 * 1024 ** 2, kills: 3 },
  async () => {
    const smtp = await startSmtp({ mustLogIn: true });
    const [nobody = 0] = await freePorts(1);
    const settings = (port: number, password: string): string => `[destinations.peer]
type = "email"
smtp_server = "relay"
from = "voss@${SMTP_DOMAIN}"
to = ["ops@${SMTP_DOMAIN}"]
subject = "License audit"

[smtp_servers.relay]
host = "127.0.0.1"
port = ${port}
ca_file = "${smtp.caFile}"
username = "${smtp.username}"
${password}
`;
    const right = `password_file = "${smtp.passwordFile}"`;
    const attachments = async (): Promise<{ name: string; content: Buffer }[]> =>
      (await smtp.messages()).flatMap(attachmentsOf);
    return {
      settings: settings(smtp.port, right),
      wrongLogin: settings(smtp.port, 'password_env = "WRONG_PASSWORD"'),
      down: settings(nobody, right),
      env: { WRONG_PASSWORD: "wrong-password-of-a-test" },
      secrets: [smtp.password, "wrong-password-of-a-test", Buffer.from(smtp.password).toString("base64")],
      received: async (name) =>
        (await attachments()).filter((one) => one.name === name).map(({ content }) => content),
      names: async () => (await attachments()).map(({ name }) => name).sort(),
      empty: () => smtp.empty(),
      close: () => smtp.close(),
    };
  },
);
