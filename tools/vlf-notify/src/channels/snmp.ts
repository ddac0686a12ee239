/** SNMP v2c and v3, as trap or inform, on the package net-snmp. */
import { isIP } from "node:net";
import { errorCode, systemMessage, TemporaryError, ToolError } from "@vlf/common/exit";
import type * as Snmp from "net-snmp";
import type { Alert } from "../alert.ts";
import { completeCiphers } from "../snmp/cfb.ts";
import { bootEngine, type Engine } from "../snmp/engine.ts";
import {
  type AuthProtocol,
  type Community,
  type PrivProtocol,
  snmpAddress,
  type SnmpSettings,
  type User,
} from "../snmp/settings.ts";
import { TRAP_OID, variablesOf } from "../snmp/varbinds.ts";
import type { Receipt, SendContext } from "../targets/target.ts";

const AUTH: Readonly<Record<AuthProtocol, keyof typeof Snmp.AuthProtocols>> = {
  sha: "sha",
  "sha-224": "sha224",
  "sha-256": "sha256",
  "sha-384": "sha384",
  "sha-512": "sha512",
};
const PRIV: Readonly<Record<PrivProtocol, keyof typeof Snmp.PrivProtocols>> = {
  aes: "aes",
  "aes-256": "aes256b",
  "aes-256-cisco": "aes256r",
};

/**
 * Sends an alert. A trap is `sent` when the network took it: whether anybody heard it is not known. An
 * inform is `acknowledged`, or fails.
 * @throws {TemporaryError} for no answer; {ToolError} when the receiver refuses the user or its keys
 */
export async function sendSnmp(settings: SnmpSettings, alert: Alert, context: SendContext): Promise<Receipt> {
  const { access, kind } = settings;
  if (access.version === "3") completeCiphers();
  const snmp = (await import("net-snmp")).default as unknown as typeof Snmp;
  const isTrapV3 = kind === "trap" && access.version === "3";
  const engine = isTrapV3 ? await bootEngine(context.state, access.engineId) : undefined;
  const session =
    access.version === "3" ? openV3(snmp, settings, access, engine) : openV2(snmp, settings, access);
  try {
    await exchange(session, settings, alert, context);
  } catch (error) {
    throw snmpError(settings, error);
  } finally {
    session.close();
  }
  if (kind === "inform") return { status: "acknowledged", answer: "acknowledged by the receiver" };
  const from = engine === undefined ? "" : ` from engine 0x${engine.id}, boot ${engine.boots}`;
  return { status: "sent", answer: `trap sent${from}; a receiver does not say whether it got one` };
}

function openV2(snmp: typeof Snmp, settings: SnmpSettings, { community }: Community): Snmp.Session {
  return snmp.createSession(settings.host, community.reveal(), {
    version: snmp.Version2c,
    ...transportOf(settings),
  });
}

function openV3(
  snmp: typeof Snmp,
  settings: SnmpSettings,
  access: User,
  engine: Engine | undefined,
): Snmp.Session {
  const { authPassword, privPassword } = access;
  const levels = snmp.SecurityLevel;
  const level =
    privPassword !== undefined
      ? levels.authPriv
      : authPassword !== undefined
        ? levels.authNoPriv
        : levels.noAuthNoPriv;
  const user = {
    name: access.user,
    level,
    ...(authPassword === undefined
      ? {}
      : { authProtocol: snmp.AuthProtocols[AUTH[access.authProtocol]], authKey: authPassword.reveal() }),
    ...(privPassword === undefined
      ? {}
      : { privProtocol: snmp.PrivProtocols[PRIV[access.privProtocol]], privKey: privPassword.reveal() }),
  };
  const session = snmp.createV3Session(settings.host, user, {
    version: snmp.Version3,
    ...transportOf(settings),
    ...(engine === undefined ? {} : { engineID: engine.id }),
  } as Snmp.SessionOptionsV3);
  if (engine !== undefined) stampTraps(session, engine);
  return session;
}

/** The session gives every trap boot count and time 0, which a receiver that knows better drops silently. */
function stampTraps(session: Snmp.Session, engine: Engine): void {
  const send = session.send.bind(session);
  session.send = (request, noWait) => {
    const { message } = request as unknown as { message: { msgSecurityParameters: Record<string, unknown> } };
    message.msgSecurityParameters["msgAuthoritativeEngineBoots"] = engine.boots;
    message.msgSecurityParameters["msgAuthoritativeEngineTime"] = Math.floor(process.uptime());
    return send(request, noWait);
  };
}

function transportOf(settings: SnmpSettings): Snmp.SessionOptions {
  return {
    transport: isIP(settings.host) === 6 ? "udp6" : "udp4",
    port: settings.port,
    trapPort: settings.port,
    timeout: 1000 * settings.timeoutSeconds,
    retries: settings.retries,
  };
}

/** How long an inform may take at most: each try, and as much again for finding the receiver's engine. */
function longestMs({ timeoutSeconds, retries }: SnmpSettings): number {
  return 2000 * timeoutSeconds * (retries + 1) + 1000;
}

function exchange(
  session: Snmp.Session,
  settings: SnmpSettings,
  alert: Alert,
  { sysName, upTime }: SendContext,
): Promise<void> {
  const variables = variablesOf(alert, { sysName, isComplete: settings.isComplete });
  return new Promise((resolve, reject) => {
    // The library loses some errors of its socket: nothing may wait for ever.
    const timer = setTimeout(() => reject(new Error("Request timed out")), longestMs(settings));
    const done = (error: Error | null): void => {
      clearTimeout(timer);
      if (error === null) resolve();
      else reject(error);
    };
    session.on("error", done);
    // net-snmp takes 0 for "not given" and would send the time since this program started.
    const options = { upTime: Math.max(1, upTime) };
    const varbinds = variables as Snmp.Varbind[];
    if (settings.kind === "trap") session.trap(TRAP_OID, varbinds, options, (error) => done(error));
    else session.inform(TRAP_OID, varbinds, options as Snmp.InformOptions, (error) => done(error));
  });
}

/** What a receiver reports of an inform (RFC 3414, usmStats) and what helps. */
const REFUSALS: readonly (readonly [said: RegExp, found: string, hint: string])[] = [
  [
    /unknown user/i,
    "the receiver does not know the user",
    "create the user at the receiver, or correct user in the settings",
  ],
  [
    /wrong digest|authentication/i,
    "the receiver refuses the authentication",
    "compare auth_protocol and auth_password with the user at the receiver",
  ],
  [
    /decryption|decrypt/i,
    "the receiver cannot decrypt it",
    "compare priv_protocol and priv_password with the user at the receiver",
  ],
  [
    /unsupported security level/i,
    "the receiver wants another security level of this user",
    "give auth_password and priv_password as the user has them at the receiver",
  ],
  [/time window/i, "the receiver takes it for too old", "look at the clocks of both, and send it again"],
];

function snmpError(settings: SnmpSettings, error: unknown): ToolError {
  if (error instanceof ToolError) return error;
  const action = `send ${settings.kind} to ${snmpAddress(settings)}`;
  const said = error instanceof Error ? error.message : String(error);
  if (/timed out/i.test(said)) {
    const tries = settings.retries + 1;
    const secret =
      settings.access.version === "3" ? "the privacy password or a right of the user" : "the community";
    return new TemporaryError(
      `${action}: no answer to ${tries} ${tries === 1 ? "try" : "tries"} of ${settings.timeoutSeconds} s`,
      {
        hint: `nobody listens there, something between drops it, or ${secret} is wrong: all three look alike`,
      },
    );
  }
  for (const [pattern, found, hint] of REFUSALS) {
    if (pattern.test(said)) return new ToolError(`${action}: ${found}: ${said}`, { hint });
  }
  const message = `${action}: ${systemMessage(error)}`;
  const isNetwork = /^(ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|ECONNREFUSED|EPERM)$/.test(
    errorCode(error),
  );
  return isNetwork ? new TemporaryError(message, { cause: error }) : new ToolError(message, { cause: error });
}
