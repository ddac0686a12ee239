import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { test } from "node:test";
import { UsageError } from "@vlf/common/exit";
import { findHost, typeOfKey } from "./known-hosts.ts";

/** A key of a type: what follows the type does not matter here. */
function key(type: string, rest: string): string {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(type.length);
  return `${type} ${Buffer.concat([length, Buffer.from(type), Buffer.from(rest)]).toString("base64")}`;
}

const A = key("ssh-ed25519", "a");
const B = key("ssh-rsa", "b");

/** Types of the keys that a file has for a host. */
function found(text: string, host: string, port = 22): string[] {
  return findHost("known_hosts", text, host, port).keys.map(({ type }) => type);
}

test("findHost() finds the lines of a host, and no other's", () => {
  const text = `# comment\n\nsftp.example.com ${A}\nother.example.com ${B}\nsftp.example.com,10.0.0.1 ${B} with a comment\n`;
  assert.deepEqual(found(text, "sftp.example.com"), ["ssh-ed25519", "ssh-rsa"]);
  assert.deepEqual(found(text, "SFTP.Example.COM"), ["ssh-ed25519", "ssh-rsa"]);
  assert.deepEqual(found(text, "10.0.0.1"), ["ssh-rsa"]);
  assert.deepEqual(found(text, "xsftp.example.com"), []);
  assert.deepEqual(found(text, "sftp.example.com", 2222), []);
});

test("findHost() takes a port that is not 22 as part of the name", () => {
  const text = `[sftp.example.com]:2222 ${A}\n[fe80::1]:2222 ${B}\n`;
  assert.deepEqual(found(text, "sftp.example.com", 2222), ["ssh-ed25519"]);
  assert.deepEqual(found(text, "fe80::1", 2222), ["ssh-rsa"]);
  assert.deepEqual(found(text, "sftp.example.com", 22), []);
  assert.deepEqual(found(text, "s", 2222), []);
});

test("findHost() understands wildcards and negation", () => {
  const text = `*.example.com,!test.example.com ${A}\nweb?.example.net ${B}\n!only.example.org ${B}\n`;
  assert.deepEqual(found(text, "sftp.example.com"), ["ssh-ed25519"]);
  assert.deepEqual(found(text, "test.example.com"), []);
  assert.deepEqual(found(text, "sftpXexampleXcom"), []);
  assert.deepEqual(found(text, "web1.example.net"), ["ssh-rsa"]);
  assert.deepEqual(found(text, "web12.example.net"), []);
  assert.deepEqual(found(text, "any.example.org"), []);
});

test("findHost() finds hashed names", () => {
  const salt = Buffer.from("0123456789abcdefghij");
  const hash = createHmac("sha1", salt).update("[sftp.example.com]:2222").digest("base64");
  const text = `|1|${salt.toString("base64")}|${hash} ${A}\n`;
  assert.deepEqual(found(text, "sftp.example.com", 2222), ["ssh-ed25519"]);
  assert.deepEqual(found(text, "sftp.example.com", 22), []);
  assert.deepEqual(found(text.replace("|1|", "|2|"), "sftp.example.com", 2222), []);
});

test("findHost() keeps revoked keys and certificate authorities apart from keys", () => {
  const text = `@revoked * ${A}\n@cert-authority *.example.com ${B}\n`;
  const known = findHost("known_hosts", text, "sftp.example.com", 22);
  assert.deepEqual(known.keys, []);
  assert.deepEqual(
    known.revoked.map(({ type }) => type),
    ["ssh-ed25519"],
  );
  assert.equal(known.hasAuthority, true);
  assert.equal(findHost("known_hosts", text, "sftp.example.net", 22).hasAuthority, false);
});

test("findHost() refuses a marker that it does not understand: it could be a revocation", () => {
  for (const line of [`@revokd * ${A}`, "@revoked *", `@revoked * ssh-ed25519 AAAA`, `@revoked ${A}`]) {
    assert.throws(
      () => findHost("kh", `a ${B}\n${line}\n`, "a", 22),
      (error) =>
        error instanceof UsageError && error.message.startsWith("read kh:2: not a line of known_hosts"),
      line,
    );
  }
});

test("findHost() leaves out lines that are none, as ssh does", () => {
  const text = `sftp.example.com 1024 35 1234567890\nsftp.example.com ssh-ed25519 ${B.split(" ")[1]}\nsftp.example.com\n`;
  assert.deepEqual(found(text, "sftp.example.com"), []);
});

test("typeOfKey() takes no bytes for a key that are none", () => {
  assert.equal(typeOfKey(Buffer.from("")), "");
  assert.equal(typeOfKey(Buffer.from([0, 0, 0, 9, 65])), "");
  assert.equal(typeOfKey(Buffer.from(A.split(" ")[1] ?? "", "base64")), "ssh-ed25519");
});
