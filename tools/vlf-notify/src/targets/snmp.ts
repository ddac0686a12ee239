/** SNMP targets: of a table, and of VOSS's URIs. */
import type { Config, TableValues } from "@vlf/common/config";
import { UsageError } from "@vlf/common/exit";
import { Secret, secretKeys, secretOf } from "@vlf/common/secrets";
import type { Level } from "../alert.ts";
import {
  accessProblem,
  AUTH_PROTOCOLS,
  type Community,
  PRIV_PROTOCOLS,
  protocolProblem,
  snmpAddress,
  type SnmpSettings,
  type User,
} from "../snmp/settings.ts";
import { TARGET_KEYS, type TargetTable } from "./table.ts";
import type { Target } from "./target.ts";
import type { TargetUri } from "./uri.ts";

/** Keys that a URI can carry as well, after a question mark. */
const COMMON_KEYS = {
  kind: ["trap", "inform"],
  complete: "flag",
  auth_protocol: AUTH_PROTOCOLS,
  priv_protocol: PRIV_PROTOCOLS,
  engine_id: "text",
  timeout_seconds: "whole-number",
  retries: "whole-number",
} as const;

const KEYS = {
  ...TARGET_KEYS,
  ...COMMON_KEYS,
  host: "text",
  port: "whole-number",
  version: ["2c", "3"],
  ...secretKeys("community"),
  user: "text",
  ...secretKeys("auth_password"),
  ...secretKeys("priv_password"),
} as const;

type CommonValues = TableValues<typeof COMMON_KEYS>;

const TRAP_PORT = 162;
const TIMEOUT_SECONDS = 5;
const RETRIES = 2;
const MOST_RETRIES = 20;

/** @throws {UsageError} */
export function snmpTarget({ config, where, name, table, env, levels }: TargetTable): Target {
  checkProtocols(config, where, table);
  const values = config.values(where, table, KEYS, ["host"]);
  const secret = (key: string): Secret | undefined => secretOf(config, where, key, values, env);
  const version = values.version ?? (values.user === undefined ? "2c" : "3");
  const access = version === "2c" ? communityOf(config, where, secret("community")) : undefined;
  const user = values.user;
  if (access === undefined && user === undefined)
    throw config.problem(`${where} user`, "a user for version 3");
  if (access !== undefined && user !== undefined) {
    throw config.problem(`${where} user`, "no user for version 2c");
  }
  return makeTarget(
    config,
    where,
    name,
    levels,
    { host: values.host, port: values.port },
    access ?? userOf(user ?? "", values, secret("auth_password"), secret("priv_password")),
    values,
  );
}

/**
 * The target of a URI. It names no protocols: SHA-1 and AES-128, the only ones that both versions of the
 * standard have, unless options after the question mark say otherwise.
 * @throws {UsageError}
 */
export function snmpUriTarget(
  config: Config,
  where: string,
  levels: readonly Level[],
  { place, port, access, options }: TargetUri,
): Target {
  const table = Object.fromEntries([...options].map(([key, value]) => [key, typed(key, value)]));
  checkProtocols(config, where, table);
  const values = config.values(where, table, COMMON_KEYS);
  const [first = "", auth, priv] = access;
  const secret = (text: string | undefined): Secret | undefined =>
    text === undefined ? undefined : new Secret(text);
  return makeTarget(
    config,
    where,
    snmpAddress({ host: place, port }),
    levels,
    { host: place, port },
    auth === undefined
      ? { version: "2c", community: new Secret(first) }
      : userOf(first, { auth_protocol: "sha", ...values }, secret(auth), secret(priv)),
    values,
  );
}

function userOf(
  user: string,
  values: CommonValues,
  authPassword: Secret | undefined,
  privPassword: Secret | undefined,
): User {
  return {
    version: "3",
    user,
    authProtocol: values.auth_protocol ?? "sha-256",
    authPassword,
    privProtocol: values.priv_protocol ?? "aes",
    privPassword,
    engineId: values.engine_id?.replace(/^0x/i, ""),
  };
}

function communityOf(config: Config, where: string, community: Secret | undefined): Community {
  if (community === undefined) {
    const wanted = "community_file, community_env or community_credential";
    throw config.problem(`${where} community`, `${wanted}: a community is a password`);
  }
  return { version: "2c", community };
}

function makeTarget(
  config: Config,
  where: string,
  name: string,
  levels: readonly Level[],
  { host, port = TRAP_PORT }: { host: string; port: number | undefined },
  access: Community | User,
  values: CommonValues,
): Target {
  const problem = accessProblem(access);
  if (problem !== undefined) throw config.problem(where, problem);
  if (port < 1 || port > 65_535) throw config.problem(`${where} port`, "a port from 1 to 65535");
  const timeoutSeconds = values.timeout_seconds ?? TIMEOUT_SECONDS;
  const retries = values.retries ?? RETRIES;
  if (timeoutSeconds < 1 || timeoutSeconds > 300)
    throw config.problem(`${where} timeout_seconds`, "1 to 300");
  if (retries > MOST_RETRIES) throw config.problem(`${where} retries`, `0 to ${MOST_RETRIES}`);
  const settings: SnmpSettings = {
    host,
    port,
    // VOSS documents traps only. Version 3 asks for a receipt: its traps can be dropped for their time.
    kind: values.kind ?? (access.version === "3" ? "inform" : "trap"),
    isComplete: values.complete ?? false,
    access,
    timeoutSeconds,
    retries,
  };
  return {
    name,
    levels,
    channel: settings.kind === "trap" ? "snmp-trap" : "snmp-inform",
    address: snmpAddress({ host, port }),
    async send(alert, context) {
      const { sendSnmp } = await import("../channels/snmp.ts");
      return sendSnmp(settings, alert, context);
    },
  };
}

function checkProtocols(config: Config, where: string, table: Readonly<Record<string, unknown>>): void {
  for (const key of ["auth_protocol", "priv_protocol"]) {
    const value = table[key];
    const problem = typeof value === "string" ? protocolProblem(value) : undefined;
    if (problem !== undefined) throw config.problem(`${where} ${key}`, problem);
  }
}

/** An option of a URI is a text; flags and numbers are told by their keys. */
function typed(key: string, value: string): unknown {
  const kind = Object.hasOwn(COMMON_KEYS, key) ? COMMON_KEYS[key as keyof typeof COMMON_KEYS] : undefined;
  if (kind === undefined)
    throw new UsageError(`read [notify] targets: unknown option after the "?" of a URI`, {
      hint: `known: ${Object.keys(COMMON_KEYS).join(", ")}`,
    });
  if (kind === "flag") return value === "true" ? true : value === "false" ? false : value;
  if (kind === "whole-number") return /^\d{1,9}$/.test(value) ? Number(value) : value;
  return value;
}
