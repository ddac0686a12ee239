/** `[destinations.NAME]` of type `sftp`: where, as whom, with which key of the host (guide, 1.8.1). */
import { readFileSync } from "node:fs";
import { checkPrivate, Secret, secretKeys, secretOf } from "@vlf/common/secrets";
import type { Config, ConfigTable } from "@vlf/common/config";
import { systemMessage, UsageError } from "@vlf/common/exit";
import { type Proxy, proxyOf } from "@vlf/common/http";
import ssh2 from "ssh2";
import { type HostKeyRule, isFingerprint } from "./host-key.ts";
import { findHost } from "./known-hosts.ts";

export interface SftpSettings {
  readonly host: string;
  readonly port: number;
  readonly username: string;
  /** Folder at the server; empty: the one that the login starts in. */
  readonly directory: string;
  readonly password: Secret | undefined;
  /** In the form of OpenSSH or PEM. */
  readonly privateKey: Secret | undefined;
  readonly passphrase: Secret | undefined;
  /** Socket of an agent that holds keys. */
  readonly agent: string | undefined;
  readonly hostKey: HostKeyRule;
  /** What is compared after the upload: the content read back, or its size alone. */
  readonly verify: "hash" | "size";
  readonly proxy: Proxy | undefined;
  /** Longest wait for one answer of the server, seconds. */
  readonly timeoutSeconds: number;
}

const KEYS = {
  type: "text",
  description: "text",
  host: "text",
  port: "whole-number",
  username: "text",
  directory: "text",
  ...secretKeys("password"),
  private_key_file: "text",
  ...secretKeys("passphrase"),
  agent: "flag",
  known_hosts_file: "text",
  host_key: "texts",
  verify: ["hash", "size"],
  proxy: "text",
  timeout_seconds: "whole-number",
} as const;

/**
 * Reads the settings, and the files that they name.
 * @throws {UsageError} for a key that is missing or wrong, a private key open to others, a host without a key
 */
export function sftpSettings(
  name: string,
  table: ConfigTable,
  config: Config,
  env: Readonly<Record<string, string | undefined>>,
): SftpSettings {
  const where = `[destinations.${name}]`;
  const values = config.values(where, table, KEYS, ["host", "username"]);
  const { host, username } = values;
  const port = values.port ?? 22;
  if (port < 1 || port > 65_535) throw config.problem(`${where} port`, "a port from 1 to 65535");
  const password = secretOf(config, where, "password", values, env);
  const passphrase = secretOf(config, where, "passphrase", values, env);
  const privateKey =
    values.private_key_file === undefined
      ? undefined
      : readKey(`${where} private_key_file`, values.private_key_file, passphrase);
  const agent = values.agent === true ? agentSocket(where, env) : undefined;
  if (password === undefined && privateKey === undefined && agent === undefined) {
    throw config.problem(where, "a login: password_file, private_key_file or agent = true");
  }
  return {
    host,
    port,
    username,
    directory: values.directory ?? "",
    password,
    privateKey,
    passphrase,
    agent,
    hostKey: hostKeyRule(where, config, host, port, values.host_key, values.known_hosts_file),
    verify: values.verify ?? "hash",
    proxy: values.proxy === undefined ? undefined : proxyOf(config, values.proxy, env),
    timeoutSeconds: Math.max(1, values.timeout_seconds ?? 60),
  };
}

function hostKeyRule(
  where: string,
  config: Config,
  host: string,
  port: number,
  pins: readonly string[] | undefined,
  file: string | undefined,
): HostKeyRule {
  if ((pins === undefined) === (file === undefined)) {
    throw new UsageError(
      `read ${config.path}: ${where}: wanted the key of the host, by either known_hosts_file or host_key`,
      { hint: 'ask the administrator of the server for it: host_key = "SHA256:..."' },
    );
  }
  if (pins !== undefined) {
    if (pins.length === 0 || !pins.every(isFingerprint)) {
      throw config.problem(`${where} host_key`, '"SHA256:" and 43 characters, as "ssh-keygen -l" prints it');
    }
    return { pins, known: { keys: [], revoked: [], hasAuthority: false }, where: `${where} host_key` };
  }
  const path = file ?? "";
  const known = findHost(path, readText(`${where} known_hosts_file`, path), host, port);
  if (known.keys.length === 0) {
    const shown = port === 22 ? host : `[${host}]:${port}`;
    throw new UsageError(
      `read ${path}: no key of "${shown}"` +
        (known.hasAuthority ? ", only a certificate authority, and host certificates are not supported" : ""),
      { hint: "add the key that the administrator of the server gives you, or name it as host_key" },
    );
  }
  return { pins: [], known, where: path };
}

function agentSocket(where: string, env: Readonly<Record<string, string | undefined>>): string {
  const socket = env["SSH_AUTH_SOCK"];
  if (socket === undefined || socket === "") {
    throw new UsageError(`read ${where} agent: SSH_AUTH_SOCK is not set`, {
      hint: "start ssh-agent and add the key with ssh-add",
    });
  }
  return socket;
}

function readKey(what: string, path: string, passphrase: Secret | undefined): Secret {
  checkPrivate(what, path);
  const text = readText(what, path);
  const parsed: unknown = ssh2.utils.parseKey(text, passphrase?.reveal());
  const key: unknown = Array.isArray(parsed) ? parsed[0] : parsed;
  if (!(key instanceof Error)) return new Secret(text);
  const isLocked = /encrypted|passphrase|integrity check/i.test(key.message);
  throw new UsageError(
    `read ${what}: "${path}": ${isLocked ? "the passphrase is missing or wrong" : "no private key"}`,
    {
      cause: key,
      hint: isLocked
        ? "give its passphrase, by passphrase_file"
        : "wanted a private key as ssh-keygen writes it, or PEM of the kind RSA or EC PRIVATE KEY (not PKCS #8)",
    },
  );
}

function readText(what: string, path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    throw new UsageError(`read ${what}: "${path}": ${systemMessage(error)}`, { cause: error });
  }
}
