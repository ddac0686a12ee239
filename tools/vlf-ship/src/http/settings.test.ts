import assert from "node:assert/strict";
import { test } from "node:test";
import { parseConfig } from "@vlf/common/config";
import { httpDestination } from "../destinations/http.ts";
import { urlOfFile } from "./settings.ts";
import { sha256OfField } from "./body.ts";

/** Makes `[destinations.x]` of these lines. */
function make(lines: string): string {
  const config = parseConfig("vlf.toml", `[destinations.x]\n${lines}`);
  const context = { now: new Date(0), env: { SECRET: "hunter2" } };
  return httpDestination
    .fromConfig("x", config.tables("destinations")["x"] ?? {}, config, context)
    .locate("a b.csv");
}

const PUT = 'type = "http"\nmethod = "PUT"\n';
const POST = 'type = "http"\nmethod = "POST"\n';

test("an http destination puts the name of the file where its URL says", () => {
  assert.equal(make(`${PUT}host = "h"\nurl = "/in/"`), "https://h/in/a%20b.csv");
  assert.equal(make(`${PUT}host = "h"\nurl = "/in/{name}/content?v=1"`), "https://h/in/a%20b.csv/content");
  assert.equal(
    make(`${PUT}host = "::1"\nport = 8080\nsecure = false\nurl = "/"`),
    "http://[::1]:8080/a%20b.csv",
  );
  assert.equal(make(`${POST}host = "h"\nport = 443\nurl = "/upload"`), "https://h/upload");
});

test("urlOfFile() lets no name lead out of its folder", () => {
  for (const name of ["../x", "a/b", "a?b#c", "%2e%2e"]) {
    const url = urlOfFile("https://h", "/in/", name);
    assert.equal(url.pathname, `/in/${encodeURIComponent(name)}`);
    assert.equal(url.search + url.hash, "");
  }
});

/** Tables that cannot be right; the message names the key and never a value. */
const WRONG: Readonly<Record<string, readonly [lines: string, message: RegExp]>> = {
  "no host": [`${PUT}url = "/"`, /\[destinations\.x\] host: wanted a text/],
  "no method": ['type = "http"\nhost = "h"\nurl = "/"', /method: wanted "PUT" or "POST"$/],
  "another method": [
    'type = "http"\nhost = "h"\nurl = "/"\nmethod = "PATCH"',
    /method: wanted "PUT" or "POST"$/,
  ],
  "a URL for a host": [`${PUT}host = "https://h"\nurl = "/"`, /host: wanted a host name or address alone/],
  "a login in the host": [
    `${PUT}host = "u:hunter2@h"\nurl = "/"`,
    /host: wanted a host name or address alone/,
  ],
  "a port that is none": [
    `${PUT}host = "h"\nport = 70000\nurl = "/"`,
    /port: wanted a port from 1 to 65535$/,
  ],
  "a URL for a path": [
    `${PUT}host = "h"\nurl = "https://h/in/"`,
    /url: wanted a path from the root of the host$/,
  ],
  "a path that begins another host": [
    `${PUT}host = "h"\nurl = "//evil/in/"`,
    /url: wanted a path from the root/,
  ],
  "PUT without a place for the name": [`${PUT}host = "h"\nurl = "/in"`, /url: wanted a folder/],
  "a form by PUT": [`${PUT}host = "h"\nurl = "/"\nbody = "multipart"`, /body: wanted "raw" with PUT/],
  "a field without a form": [
    `${POST}host = "h"\nurl = "/"\nfield = "f"`,
    /field: wanted body = "multipart" with it$/,
  ],
  "verify with POST": [`${POST}host = "h"\nurl = "/"\nverify = "get"`, /verify: wanted "none" with POST/],
  "create_only with POST": [
    `${POST}host = "h"\nurl = "/"\ncreate_only = true`,
    /create_only: wanted PUT with it$/,
  ],
  "a password without a user": [
    `${PUT}host = "h"\nurl = "/"\npassword_env = "SECRET"`,
    /username: wanted username and password together/,
  ],
  "a user without a password": [
    `${PUT}host = "h"\nurl = "/"\nusername = "u"`,
    /username: wanted username and password together/,
  ],
  "a token and a login": [
    `${PUT}host = "h"\nurl = "/"\nusername = "u"\npassword_env = "SECRET"\ntoken_env = "SECRET"`,
    /token: wanted a token or username and password, not both$/,
  ],
  "a password in the settings": [
    `${PUT}host = "h"\nurl = "/"\npassword = "hunter2"`,
    /password: unknown key$/,
  ],
  "a key without its certificate": [
    `${PUT}host = "h"\nurl = "/"\nkey_file = "k"`,
    /cert_file: wanted the certificate/,
  ],
  "a certificate without its key": [
    `${PUT}host = "h"\nurl = "/"\ncert_file = "c"`,
    /key_file: wanted the private key/,
  ],
  "certificates on a plain connection": [
    `${PUT}host = "h"\nurl = "/"\nsecure = false\nca_file = "c"`,
    /secure: wanted true: certificates mean nothing on a plain connection$/,
  ],
  "a CA file that is not there": [
    `${PUT}host = "h"\nurl = "/"\nca_file = "/no/ca"`,
    /read CA file "\/no\/ca": no such file/,
  ],
  "a proxy that is not there": [`${PUT}host = "h"\nurl = "/"\nproxy = "dmz"`, /no web proxy "dmz"$/],
};

for (const [what, [lines, message]] of Object.entries(WRONG)) {
  test(`an http destination refuses ${what}`, () => {
    assert.throws(
      () => make(lines),
      (error: Error) => {
        assert.equal(error.name, "UsageError");
        assert.match(error.message, message);
        assert.doesNotMatch(error.message, /hunter2/);
        return true;
      },
    );
  });
}

test("sha256OfField() reads the SHA-256 of a digest field among others", () => {
  const hex = "ed7002b439e9ac845f22357d822bac1444730fbdb6016d3ec9432297b9ec9f73";
  const value = `sha-256=:${Buffer.from(hex, "hex").toString("base64")}:`;
  assert.equal(sha256OfField(value), hex);
  assert.equal(sha256OfField(`sha-512=:AAAA:, ${value}`), hex);
  assert.equal(sha256OfField("sha-256=:AAAA:"), undefined);
  assert.equal(sha256OfField(undefined), undefined);
});
