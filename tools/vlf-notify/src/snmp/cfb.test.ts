import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import crypto from "node:crypto";
import { test } from "node:test";
import { cfb, completeCiphers } from "./cfb.ts";

const hex = (text: string): Buffer => Buffer.from(text.replaceAll(" ", ""), "hex");
const IV = hex("000102030405060708090a0b0c0d0e0f");
const PLAIN = hex(
  "6bc1bee22e409f96e93d7e117393172a ae2d8a571e03ac9c9eb76fac45af8e51" +
    "30c81c46a35ce411e5fbc1191a0a52ef f69f2445df4f9b17ad2b417be66c3710",
);

/** NIST SP 800-38A, F.3.13 and F.3.17: CFB128. */
const VECTORS = [
  {
    name: "AES-128",
    key: hex("2b7e151628aed2a6abf7158809cf4f3c"),
    cipher: hex(
      "3b3fd92eb72dad20333449f8e83cfb4a c8a64537a0b3a93fcde3cdad9f1ce58b" +
        "26751f67a3cbb140b1808cf187a4f4df c04b05357c5d1c0eeac4c66f9ff7f2e6",
    ),
  },
  {
    name: "AES-256",
    key: hex("603deb1015ca71be2b73aef0857d7781 1f352c073b6108d72d9810a30914dff4"),
    cipher: hex(
      "dc7e84bfda79164b7ecd8486985d3860 39ffed143b28b1c832113c6331e5407b" +
        "df10132415e54b92a13ed0a8267ae2f9 75a385741ab9cef82031623d55b1e471",
    ),
  },
];

for (const { name, key, cipher } of VECTORS) {
  test(`cfb() of ${name} gives the vectors of NIST, in pieces of any length`, () => {
    for (const size of [1, 7, 16, 17, 64]) {
      for (const [direction, from, to] of [
        ["encrypt", PLAIN, cipher],
        ["decrypt", cipher, PLAIN],
      ] as const) {
        const stream = cfb(direction, key, IV);
        const parts: Buffer[] = [];
        for (let at = 0; at < from.length; at += size)
          parts.push(stream.update(from.subarray(at, at + size)));
        parts.push(stream.final());
        assert.deepEqual(Buffer.concat(parts), to, `${direction} by ${size}`);
      }
    }
  });
}

test("completeCiphers() gives CFB by its name where it is missing, and leaves other ciphers alone", () => {
  completeCiphers();
  completeCiphers();
  const [vector] = VECTORS;
  assert.ok(vector);
  const cipher = crypto.createCipheriv("aes-128-cfb", vector.key, IV);
  assert.deepEqual(Buffer.concat([cipher.update(PLAIN), cipher.final()]), vector.cipher);
  const decipher = crypto.createDecipheriv("aes-128-cfb", vector.key, IV);
  assert.deepEqual(Buffer.concat([decipher.update(vector.cipher), decipher.final()]), PLAIN);
  const other = crypto.createCipheriv("aes-128-ctr", vector.key, IV);
  assert.equal(Buffer.concat([other.update(PLAIN), other.final()]).length, PLAIN.length);
});
