/**
 * AES in CFB mode, which SNMPv3 encrypts with (RFC 3826), for runtimes without it: Deno has no CFB. The key
 * stream is AES-ECB of the block before. net-snmp looks the cipher up each time on the module that is
 * completed here.
 */
import crypto from "node:crypto";

const BLOCK = 16;
const MODE = /^aes-?(\d{3})-cfb(?:128)?$/i;

/** The part of a cipher that net-snmp uses. */
interface CfbCipher {
  update(data: Uint8Array): Buffer;
  final(): Buffer;
}

/**
 * A cipher or decipher of AES-CFB with segments of 128 bits.
 * @internal exported for its tests
 */
export function cfb(direction: "encrypt" | "decrypt", key: Uint8Array, iv: Uint8Array): CfbCipher {
  const ecb = crypto.createCipheriv(`aes-${key.length * 8}-ecb`, key, null);
  ecb.setAutoPadding(false);
  // The block of cipher text before this one; its first bytes are filled while a block is under way.
  const register = Buffer.from(iv);
  let stream = Buffer.alloc(0);
  let at = BLOCK;
  return {
    update(data) {
      const out = Buffer.alloc(data.length);
      for (const [index, byte] of data.entries()) {
        if (at === BLOCK) {
          stream = ecb.update(register);
          at = 0;
        }
        const other = byte ^ (stream[at] ?? 0);
        out[index] = other;
        register[at] = direction === "encrypt" ? other : byte;
        at += 1;
      }
      return out;
    },
    final: () => Buffer.alloc(0),
  };
}

/** Gives the runtime AES-CFB where it has none. */
export function completeCiphers(): void {
  if (crypto.getCiphers().includes("aes-128-cfb")) return;
  // The module itself: what a bundle has of it only reads.
  const module = process.getBuiltinModule("node:crypto");
  const { createCipheriv, createDecipheriv } = module;
  const complete =
    (direction: "encrypt" | "decrypt", original: (...args: never[]) => unknown) =>
    (...args: unknown[]): unknown => {
      const [name, key, iv] = args;
      if (typeof name !== "string" || !MODE.test(name)) return original(...(args as never[]));
      return cfb(direction, key as Uint8Array, iv as Uint8Array);
    };
  Object.assign(module, {
    createCipheriv: complete("encrypt", createCipheriv),
    createDecipheriv: complete("decrypt", createDecipheriv),
  });
}
