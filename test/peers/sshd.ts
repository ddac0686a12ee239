/** For tests: OpenSSH's sshd on loopback with SFTP, a user of its own who has a password, and keys of all kinds. */
import { execFileSync, spawnSync } from "node:child_process";
import { randomUUID } from "node:crypto";
import { chmodSync, chownSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { missing } from "../pipelines/_run.ts";
import { freePorts, startProcess } from "./_process.ts";

export interface SshdOptions {
  /** Asks for the password by `keyboard-interactive` alone. */
  readonly asksQuestions?: boolean;
  /** Lines of sshd_config, before all others. */
  readonly config?: readonly string[];
}

export interface Sshd {
  readonly port: number;
  readonly username: string;
  readonly password: string;
  /** Holds the password, private to its owner. */
  readonly passwordFile: string;
  /** Private keys that may log in, by kind: `ed25519`, `rsa`, `ecdsa`, `locked` (with a passphrase). */
  readonly keys: Readonly<Record<"ed25519" | "rsa" | "ecdsa" | "locked", string>>;
  /** A private key that may not log in. */
  readonly strangerKey: string;
  readonly passphrase: string;
  readonly passphraseFile: string;
  /** Has all keys of the host under `[127.0.0.1]:port`. */
  readonly knownHosts: string;
  /** Public keys of the host, `TYPE BASE64`, by kind. */
  readonly hostKeys: Readonly<Record<"ed25519" | "rsa" | "ecdsa", string>>;
  /** `SHA256:...` of the key that a client is shown that has no preference of its own. */
  readonly fingerprint: string;
  /** A folder that the user may write to; empty at the start. */
  readonly folder: string;
  /** The folder that the login starts in. */
  readonly home: string;
  /** A folder with a disk of 1 MiB; made at the first call. Needs the right to mount. */
  fullDisk(): string;
  /** Cuts all connections, as a broken network would. */
  cut(): void;
  /** What it logged. */
  log(): string;
  close(): Promise<void>;
}

/** Why it cannot run here. */
export const SSHD_SKIP: string | false =
  missing("sshd", "ssh-keygen", "useradd", "pkill") ||
  (process.getuid?.() !== 0 && "needs root to make a user who may log in");

const PASSWORD = "tr0ub4dor; & three 'quotes\" %d";

/** Starts a server in a folder of its own. Needs root: only root makes users, and lets them log in. */
export async function startSshd({ asksQuestions = false, config = [] }: SshdOptions = {}): Promise<Sshd> {
  const base = mkdtempSync(join(tmpdir(), "vlf-sshd-"));
  // One of its own: another server that makes its keys now has its phrase among the processes.
  const passphrase = `a phrase with blanks ${randomUUID()}`;
  const at = (name: string): string => join(base, name);
  chmodSync(base, 0o755);
  mkdirSync("/run/sshd", { recursive: true, mode: 0o755 });
  const user = makeUser(at("home"));
  mkdirSync(at("in"));
  chownSync(at("in"), user.uid, user.gid);

  const hostKeys = { ed25519: "", rsa: "", ecdsa: "" };
  for (const kind of ["ed25519", "rsa", "ecdsa"] as const) {
    hostKeys[kind] = makeKey(at(`host_${kind}`), kind, "");
  }
  const keys = {
    ed25519: at("id_ed25519"),
    rsa: at("id_rsa"),
    ecdsa: at("id_ecdsa"),
    locked: at("id_locked"),
  };
  const authorized = [
    ...(["ed25519", "rsa", "ecdsa"] as const).map((kind) => makeKey(keys[kind], kind, "")),
    makeKey(keys.locked, "ed25519", passphrase),
  ];
  makeKey(at("id_stranger"), "ed25519", "");
  writeFileSync(at("authorized_keys"), `${authorized.join("\n")}\n`);
  writeFileSync(at("password"), `${PASSWORD}\n`, { mode: 0o600 });
  writeFileSync(at("passphrase"), `${passphrase}\n`, { mode: 0o600 });

  const [port = 0] = await freePorts(1);
  writeFileSync(
    at("known_hosts"),
    Object.values(hostKeys)
      .map((key) => `[127.0.0.1]:${port} ${key}\n`)
      .join(""),
  );
  const lines = [
    ...config,
    `Port ${port}`,
    "ListenAddress 127.0.0.1",
    ...["ed25519", "rsa", "ecdsa"].map((kind) => `HostKey ${at(`host_${kind}`)}`),
    `AuthorizedKeysFile ${at("authorized_keys")}`,
    `PidFile ${at("sshd.pid")}`,
    "StrictModes no",
    `UsePAM ${asksQuestions ? "yes" : "no"}`, // the questions are those of PAM
    `PasswordAuthentication ${asksQuestions ? "no" : "yes"}`,
    `KbdInteractiveAuthentication ${asksQuestions ? "yes" : "no"}`,
    "MaxStartups 200",
    "LogLevel VERBOSE",
    "Subsystem sftp internal-sftp",
  ];
  writeFileSync(at("sshd_config"), `${lines.join("\n")}\n`);
  const sshd = execFileSync("sh", ["-c", "command -v sshd"], { encoding: "utf8" }).trim();
  const running = await startProcess(sshd, ["-D", "-e", "-f", at("sshd_config")], port);
  const mounted: string[] = [];
  let isClosed = false;
  return {
    port,
    username: user.name,
    password: PASSWORD,
    passwordFile: at("password"),
    keys,
    strangerKey: at("id_stranger"),
    passphrase,
    passphraseFile: at("passphrase"),
    knownHosts: at("known_hosts"),
    hostKeys,
    fingerprint: fingerprintOf(at("host_ed25519.pub")),
    folder: at("in"),
    home: at("home"),
    fullDisk() {
      const folder = at("small");
      if (mounted.length === 0) {
        mkdirSync(folder);
        const owner = `uid=${user.uid},gid=${user.gid}`;
        execFileSync("mount", ["-t", "tmpfs", "-o", `size=1m,mode=0755,${owner}`, "tmpfs", folder]);
        mounted.push(folder);
      }
      return folder;
    },
    cut() {
      // The processes that carry the data run as the user, who is of this server alone.
      spawnSync("pkill", ["-KILL", "-u", user.name], { stdio: "ignore" });
    },
    log: running.output,
    async close() {
      if (isClosed) return; // a test that stopped its server, which is stopped again behind it
      isClosed = true;
      await running.stop();
      for (const folder of mounted) execFileSync("umount", ["-l", folder]);
      user.remove();
      rmSync(base, { recursive: true, force: true });
    },
  };
}

/** Makes a key pair and gives its public half as `TYPE BASE64`. */
export function makeKey(path: string, kind: "ed25519" | "rsa" | "ecdsa", passphrase: string): string {
  const bits = kind === "rsa" ? ["-b", "2048"] : [];
  execFileSync("ssh-keygen", ["-q", "-t", kind, ...bits, "-N", passphrase, "-C", "test", "-f", path]);
  return readFileSync(`${path}.pub`, "utf8").split(" ").slice(0, 2).join(" ");
}

/** `SHA256:...` of a public key, as ssh-keygen prints it. */
export function fingerprintOf(publicKeyFile: string): string {
  const line = execFileSync("ssh-keygen", ["-l", "-f", publicKeyFile], { encoding: "utf8" });
  return line.split(" ")[1] ?? "";
}

interface User {
  readonly name: string;
  readonly uid: number;
  readonly gid: number;
  remove(): void;
}

/** A user for this one server, who is removed with it. */
function makeUser(home: string): User {
  const name = `vlft${process.pid}${Math.random().toString(36).slice(2, 6)}`;
  execFileSync("useradd", ["--create-home", "--home-dir", home, "--shell", "/bin/sh", name]);
  execFileSync("chpasswd", [], { input: `${name}:${PASSWORD}\n` });
  const id = (flag: string): number => Number(execFileSync("id", [flag, name], { encoding: "utf8" }).trim());
  return {
    name,
    uid: id("-u"),
    gid: id("-g"),
    remove: () => void execFileSync("userdel", ["--force", name], { stdio: "ignore" }),
  };
}
