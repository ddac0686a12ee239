/**
 * Whether the key that a server shows is the one of the host. ssh2 takes any key unless its verifier gives
 * exactly `false`, at once: a promise, `null` and `0` all count as yes. So the verifier here is a plain
 * function of bytes to true or false, and there is always one.
 */
import { createHash } from "node:crypto";
import { type HostKey, type KnownHost, typeOfKey } from "./known-hosts.ts";

/** What a server's key is held against: pins, or a file known_hosts. */
export interface HostKeyRule {
  /** `SHA256:` and the fingerprint, as `ssh-keygen -l` prints it. */
  readonly pins: readonly string[];
  readonly known: KnownHost;
  /** For messages: the settings or the file. */
  readonly where: string;
}

/** Judges a key, and remembers why it was refused. */
export interface HostKeyCheck {
  /** For ssh2: true or false, nothing else, and at once. */
  readonly verify: (key: Buffer) => boolean;
  /** Why the last key was refused; undefined while none was. */
  readonly refusal: () => string | undefined;
  /** Algorithms to offer, so that the server shows a key of a type that is on file; undefined for pins. */
  readonly algorithms: readonly string[];
}

/** Signatures with SHA-1 (`ssh-rsa`) and DSA are not offered. */
const ALGORITHMS: Readonly<Record<string, readonly string[]>> = {
  "ssh-ed25519": ["ssh-ed25519"],
  "ecdsa-sha2-nistp256": ["ecdsa-sha2-nistp256"],
  "ecdsa-sha2-nistp384": ["ecdsa-sha2-nistp384"],
  "ecdsa-sha2-nistp521": ["ecdsa-sha2-nistp521"],
  "ssh-rsa": ["rsa-sha2-512", "rsa-sha2-256"],
};

/** The fingerprint of a key as OpenSSH prints it: `SHA256:` and base64 without padding. @internal */
export function fingerprint(blob: Buffer): string {
  return `SHA256:${createHash("sha256").update(blob).digest("base64").replaceAll("=", "")}`;
}

/** Whether a text is a fingerprint of that form. */
export function isFingerprint(text: string): boolean {
  return /^SHA256:[A-Za-z0-9+/]{43}$/.test(text);
}

/** Makes the check of one connection. */
export function hostKeyCheck({ pins, known, where }: HostKeyRule): HostKeyCheck {
  const types = Object.keys(ALGORITHMS).filter(
    (type) => pins.length > 0 || known.keys.some((key) => key.type === type),
  );
  let refusal: string | undefined;
  const judge = (key: Buffer): string | undefined => {
    const shown = `the server shows ${typeOfKey(key) || "a key"} ${fingerprint(key)}`;
    if (known.revoked.some(({ blob }) => blob.equals(key))) return `${shown}, which ${where} has revoked`;
    const isRight = pins.includes(fingerprint(key)) || known.keys.some(({ blob }) => blob.equals(key));
    return isRight ? undefined : `${shown}, wanted ${wantedOf(pins, known.keys)} (${where})`;
  };
  return {
    verify(key) {
      refusal = judge(key);
      return refusal === undefined;
    },
    refusal: () => refusal,
    algorithms: types.flatMap((type) => ALGORITHMS[type] ?? []),
  };
}

function wantedOf(pins: readonly string[], keys: readonly HostKey[]): string {
  return [...pins, ...keys.map(({ type, blob }) => `${type} ${fingerprint(blob)}`)].join(" or ");
}
