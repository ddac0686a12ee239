/** What an SNMP target is, and what is refused before anything is sent. */
import type { Secret } from "@vlf/common/secrets";

export const AUTH_PROTOCOLS = ["sha", "sha-224", "sha-256", "sha-384", "sha-512"] as const;
export type AuthProtocol = (typeof AUTH_PROTOCOLS)[number];

/** AES-128 is that of RFC 3826. AES-256 has no RFC: by Blumenthal's draft, and by Reeder's as Cisco has it. */
export const PRIV_PROTOCOLS = ["aes", "aes-256", "aes-256-cisco"] as const;
export type PrivProtocol = (typeof PRIV_PROTOCOLS)[number];

export interface Community {
  readonly version: "2c";
  readonly community: Secret;
}

export interface User {
  readonly version: "3";
  readonly user: string;
  readonly authProtocol: AuthProtocol;
  /** Without it neither authenticated nor encrypted. */
  readonly authPassword: Secret | undefined;
  readonly privProtocol: PrivProtocol;
  /** Without it not encrypted. */
  readonly privPassword: Secret | undefined;
  /** Of the sender of a trap, hexadecimal; without it one of our own. */
  readonly engineId: string | undefined;
}

export interface SnmpSettings {
  readonly host: string;
  readonly port: number;
  /** A trap is sent and forgotten; an inform is sent until the receiver acknowledges it. */
  readonly kind: "trap" | "inform";
  readonly isComplete: boolean;
  readonly access: Community | User;
  /** How long to wait for each answer to an inform. */
  readonly timeoutSeconds: number;
  /** How often an inform is sent again. */
  readonly retries: number;
}

/** `snmp://nms.example.com:162`, for messages: the community and the user stay out. */
export function snmpAddress({
  host,
  port,
}: {
  readonly host: string;
  readonly port?: number | undefined;
}): string {
  return `snmp://${host.includes(":") ? `[${host}]` : host}${port === undefined ? "" : `:${port}`}`;
}

/** RFC 3414, 11.2: a password of a user has eight characters or more. */
const LEAST_PASSWORD = 8;

/**
 * What is wrong with the access to a target, as what is wanted, or `undefined`.
 * Never shows a value.
 */
export function accessProblem(access: Community | User): string | undefined {
  if (access.version === "2c") return undefined;
  for (const [name, password] of [
    ["auth_password", access.authPassword],
    ["priv_password", access.privPassword],
  ] as const) {
    if (password !== undefined && password.reveal().length < LEAST_PASSWORD) {
      return `${name} of ${LEAST_PASSWORD} characters or more (RFC 3414)`;
    }
  }
  if (access.privPassword !== undefined && access.authPassword === undefined) {
    return "auth_password: what is encrypted is authenticated as well";
  }
  if (access.engineId !== undefined && !/^(?:[0-9a-f]{2}){5,32}$/i.test(access.engineId)) {
    return "engine_id of 10 to 64 hexadecimal digits";
  }
  return undefined;
}

/** Why a protocol of old is not among those above. */
export function protocolProblem(name: string): string | undefined {
  const word = name.toLowerCase();
  if (word === "des") return '"aes": DES is broken, and no cipher of this platform any more';
  if (word === "md5") return '"sha" or better: MD5 is broken';
  return undefined;
}
