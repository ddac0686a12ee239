/** The file known_hosts, as sshd(8) describes it: which keys a host may have, and which never again. */
import { createHmac, timingSafeEqual } from "node:crypto";
import { UsageError } from "@vlf/common/exit";

/** A key of a host, in the form of the protocol. */
export interface HostKey {
  /** `ssh-ed25519`, `ssh-rsa`, `ecdsa-sha2-nistp256` ... */
  readonly type: string;
  readonly blob: Buffer;
}

/** What the file says of one host. */
export interface KnownHost {
  readonly keys: readonly HostKey[];
  readonly revoked: readonly HostKey[];
  /** True when a line vouches for a certificate authority of this host: ssh2 knows no host certificates. */
  readonly hasAuthority: boolean;
}

/**
 * Finds a host in the text of a known_hosts file.
 * @param path for messages
 * @throws {UsageError} for a line that begins with `@` and cannot be understood: it could be a revocation
 */
export function findHost(path: string, text: string, host: string, port: number): KnownHost {
  const name = port === 22 ? host.toLowerCase() : `[${host.toLowerCase()}]:${port}`;
  const keys: HostKey[] = [];
  const revoked: HostKey[] = [];
  let hasAuthority = false;
  for (const [at, line] of text.split("\n").entries()) {
    const fields = line.trim().split(/\s+/);
    const marker = fields[0]?.startsWith("@") === true ? fields.shift() : undefined;
    const [patterns, type, base64] = fields;
    const key = type === undefined || base64 === undefined ? undefined : keyOf(type, base64);
    const isUnknownMarker = marker !== undefined && marker !== "@revoked" && marker !== "@cert-authority";
    if (isUnknownMarker || (marker !== undefined && key === undefined)) {
      throw new UsageError(
        `read ${path}:${at + 1}: not a line of known_hosts, wanted "@revoked HOSTS TYPE KEY" ` +
          `or "@cert-authority HOSTS TYPE KEY"`,
      );
    }
    // As ssh does, other lines that are none are left out: comments, keys of protocol 1.
    if (key === undefined || patterns === undefined || patterns.startsWith("#")) continue;
    if (!matches(patterns, name)) continue;
    if (marker === "@revoked") revoked.push(key);
    else if (marker === "@cert-authority") hasAuthority = true;
    else keys.push(key);
  }
  return { keys, revoked, hasAuthority };
}

/** The type that a key in the form of the protocol names at its beginning, or an empty text. */
export function typeOfKey(blob: Buffer): string {
  if (blob.length < 4) return "";
  const length = blob.readUInt32BE(0);
  return length > 64 || blob.length < 4 + length ? "" : blob.toString("latin1", 4, 4 + length);
}

function keyOf(type: string, base64: string): HostKey | undefined {
  const blob = Buffer.from(base64, "base64");
  return typeOfKey(blob) === type ? { type, blob } : undefined;
}

/** Whether a list of patterns means a host: one matches, and none that begins with `!` does. */
function matches(patterns: string, name: string): boolean {
  if (patterns.startsWith("|")) return matchesHash(patterns, name);
  let isFound = false;
  for (const pattern of patterns.split(",")) {
    const isNegated = pattern.startsWith("!");
    if (!matchesGlob((isNegated ? pattern.slice(1) : pattern).toLowerCase(), name)) continue;
    if (isNegated) return false;
    isFound = true;
  }
  return isFound;
}

/** `|1|SALT|HASH`: HMAC-SHA1 of the name. */
function matchesHash(pattern: string, name: string): boolean {
  const [, version, salt, hash] = pattern.split("|");
  if (version !== "1" || salt === undefined || hash === undefined) return false;
  const wanted = Buffer.from(hash, "base64");
  const found = createHmac("sha1", Buffer.from(salt, "base64")).update(name).digest();
  return found.length === wanted.length && timingSafeEqual(found, wanted);
}

/** `*` is any text, `?` any character, all else itself: brackets are part of `[host]:port`. */
function matchesGlob(pattern: string, name: string): boolean {
  const source = pattern
    .replaceAll(/[^\w*?]/gu, String.raw`\$&`)
    .replaceAll("*", ".*")
    .replaceAll("?", ".");
  return new RegExp(`^${source}$`, "s").test(name);
}
