/** The suite of cases against OpenSSH's sshd. */
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { freePorts } from "../peers/_process.ts";
import { SSHD_SKIP, startSshd } from "../peers/sshd.ts";
import { deliverySuite, type Peer } from "./suite.ts";

async function sshdPeer(): Promise<Peer> {
  const sshd = await startSshd();
  const [nobody = 0] = await freePorts(1);
  const settings = (port: number, password: string): string => `[destinations.peer]
type = "sftp"
host = "127.0.0.1"
port = ${port}
username = "${sshd.username}"
directory = "${sshd.folder}"
host_key = "${sshd.fingerprint}"
${password}
`;
  const right = `password_file = "${sshd.passwordFile}"`;
  const at = (name: string): string => join(sshd.folder, name);
  return {
    settings: settings(sshd.port, right),
    wrongLogin: settings(sshd.port, 'password_env = "WRONG_PASSWORD"'),
    down: settings(nobody, right),
    env: { WRONG_PASSWORD: "wrong-password-of-a-test" },
    secrets: [sshd.password, "wrong-password-of-a-test"],
    received: (name) => Promise.resolve(existsSync(at(name)) ? [readFileSync(at(name))] : []),
    names: () => Promise.resolve(readdirSync(sshd.folder).sort()),
    place: (name, content) => Promise.resolve(writeFileSync(at(name), content)),
    empty: () => {
      for (const name of readdirSync(sshd.folder)) rmSync(at(name), { recursive: true });
      return Promise.resolve();
    },
    close: () => sshd.close(),
  };
}

deliverySuite("sftp", { recognizes: true, proof: "read-back", skip: SSHD_SKIP, kills: 3 }, sshdPeer);
