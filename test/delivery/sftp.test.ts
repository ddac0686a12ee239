/** The suite of cases against OpenSSH's sshd: with a password and the host's file, with a key and a pin. */
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { freePorts } from "../peers/_process.ts";
import { startSshd, type Sshd, SSHD_SKIP } from "../peers/sshd.ts";
import { deliverySuite, type Peer } from "./suite.ts";

/** A peer whose settings are made of what is special to a login. */
async function sshdPeer(
  login: (sshd: Sshd) => string,
  wrongLogin: (sshd: Sshd) => string,
  hostKey: (sshd: Sshd) => string,
): Promise<Peer> {
  const sshd = await startSshd();
  const [nobody = 0] = await freePorts(1);
  const settings = (port: number, lines: string): string => `[destinations.peer]
type = "sftp"
host = "127.0.0.1"
port = ${port}
username = "${sshd.username}"
directory = "${sshd.folder}"
${lines}
`;
  const at = (name: string): string => join(sshd.folder, name);
  return {
    settings: settings(sshd.port, `${login(sshd)}\n${hostKey(sshd)}`),
    wrongLogin: settings(sshd.port, `${wrongLogin(sshd)}\n${hostKey(sshd)}`),
    down: settings(nobody, `${login(sshd)}\nhost_key = "${sshd.fingerprint}"`),
    env: { WRONG_PASSWORD: "wrong-password-of-a-test" },
    secrets: [sshd.password, "wrong-password-of-a-test", "OPENSSH PRIVATE KEY", sshd.passphrase],
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

deliverySuite("sftp, with a password", { recognizes: true, proof: "read-back", skip: SSHD_SKIP }, () =>
  sshdPeer(
    ({ passwordFile }) => `password_file = "${passwordFile}"`,
    () => 'password_env = "WRONG_PASSWORD"',
    ({ knownHosts }) => `known_hosts_file = "${knownHosts}"`,
  ),
);

deliverySuite(
  "sftp, with a key, comparing sizes alone",
  { recognizes: true, proof: "size", skip: SSHD_SKIP, kills: 3 },
  () =>
    sshdPeer(
      ({ keys, passphraseFile }) =>
        `private_key_file = "${keys.locked}"\npassphrase_file = "${passphraseFile}"\nverify = "size"`,
      ({ strangerKey }) => `private_key_file = "${strangerKey}"`,
      ({ fingerprint }) => `host_key = "${fingerprint}"`,
    ),
);
