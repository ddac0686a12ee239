import assert from "node:assert/strict";
import { test } from "node:test";
import { fingerprint, type HostKeyRule, hostKeyCheck, isFingerprint } from "./host-key.ts";
import type { HostKey } from "./known-hosts.ts";

function key(type: string, rest: string): HostKey {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(type.length);
  return { type, blob: Buffer.concat([length, Buffer.from(type), Buffer.from(rest)]) };
}

const ED = key("ssh-ed25519", "right");
const OTHER = key("ssh-ed25519", "other");
const RSA = key("ssh-rsa", "right");

function rule(more: { pins?: string[]; keys?: HostKey[]; revoked?: HostKey[] }): HostKeyRule {
  const { pins = [], keys = [], revoked = [] } = more;
  return { pins, known: { keys, revoked, hasAuthority: false }, where: "kh" };
}

test("hostKeyCheck() gives true or false, nothing else, and at once", () => {
  const check = hostKeyCheck(rule({ keys: [ED] }));
  assert.equal(check.verify(ED.blob), true);
  assert.equal(check.refusal(), undefined);
  for (const wrong of [
    OTHER.blob,
    Buffer.alloc(0),
    ED.blob.subarray(1),
    Buffer.concat([ED.blob, Buffer.from("x")]),
  ]) {
    assert.equal(check.verify(wrong), false);
  }
});

test("hostKeyCheck() accepts nothing when nothing is known", () => {
  assert.equal(hostKeyCheck(rule({})).verify(ED.blob), false);
});

test("hostKeyCheck() names the key shown and the one wanted", () => {
  const check = hostKeyCheck(rule({ keys: [ED] }));
  check.verify(OTHER.blob);
  assert.equal(
    check.refusal(),
    `the server shows ssh-ed25519 ${fingerprint(OTHER.blob)}, wanted ssh-ed25519 ${fingerprint(ED.blob)} (kh)`,
  );
});

test("hostKeyCheck() refuses a revoked key, be it on file or pinned as well", () => {
  for (const more of [{ keys: [ED] }, { pins: [fingerprint(ED.blob)] }]) {
    const check = hostKeyCheck(rule({ ...more, revoked: [ED] }));
    assert.equal(check.verify(ED.blob), false);
    assert.match(check.refusal() ?? "", /which kh has revoked$/);
  }
});

test("hostKeyCheck() accepts a pinned key alone", () => {
  const check = hostKeyCheck(rule({ pins: [fingerprint(RSA.blob)] }));
  assert.equal(check.verify(RSA.blob), true);
  assert.equal(check.verify(ED.blob), false);
});

test("hostKeyCheck() asks for keys of the types on file, never with SHA-1", () => {
  assert.deepEqual(hostKeyCheck(rule({ keys: [RSA] })).algorithms, ["rsa-sha2-512", "rsa-sha2-256"]);
  assert.deepEqual(hostKeyCheck(rule({ keys: [RSA, ED] })).algorithms[0], "ssh-ed25519");
  const all = hostKeyCheck(rule({ pins: [fingerprint(ED.blob)] })).algorithms;
  assert.ok(!all.includes("ssh-rsa") && !all.includes("ssh-dss") && all.includes("ecdsa-sha2-nistp256"));
});

test("isFingerprint() takes what ssh-keygen prints, and nothing near it", () => {
  assert.equal(isFingerprint(fingerprint(ED.blob)), true);
  for (const wrong of [
    "",
    "MD5:aa:bb",
    fingerprint(ED.blob).slice(0, -1),
    `${fingerprint(ED.blob)}=`,
    "sha256:" + "A".repeat(43),
  ]) {
    assert.equal(isFingerprint(wrong), false, wrong);
  }
});
