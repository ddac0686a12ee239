import assert from "node:assert/strict";
import { test } from "node:test";
import { parseTargetUri } from "./uri.ts";

const snmp = (
  place: string,
  port: number | undefined,
  access: string[],
  options: [string, string][] = [],
): object => ({
  type: "snmp",
  place,
  port,
  access,
  options: new Map(options),
});

for (const [uri, parsed] of [
  ["snmp://public@mysnmpserver.com", snmp("mysnmpserver.com", undefined, ["public"])],
  ["snmp://public@mysnmpserver.com:1162", snmp("mysnmpserver.com", 1162, ["public"])],
  ["SNMP://public@[2001:db8::1]:162/", snmp("2001:db8::1", 162, ["public"])],
  ["snmp://user:auth:password@host", snmp("host", undefined, ["user", "auth", "password"])],
  ["snmp://user:auth@host", snmp("host", undefined, ["user", "auth"])],
  ["snmp://a%40b%3Ac@host", snmp("host", undefined, ["a@b:c"])],
  [
    "snmp://p%25@h?kind=inform&complete=true",
    snmp(
      "h",
      undefined,
      ["p%"],
      [
        ["kind", "inform"],
        ["complete", "true"],
      ],
    ),
  ],
  [
    "mailto:platform@localhost",
    { type: "email", place: "platform@localhost", port: undefined, access: [], options: new Map() },
  ],
  [
    "https://hooks.example.com/a?b=c",
    {
      type: "webhook",
      place: "https://hooks.example.com/a?b=c",
      port: undefined,
      access: [],
      options: new Map(),
    },
  ],
] as const) {
  test(`parseTargetUri() reads ${uri}`, () => {
    assert.deepEqual(parseTargetUri(uri), parsed);
  });
}

for (const uri of [
  "snmp://s3cret",
  "snmp://@s3cret",
  "snmp://user:s3cret:password]@host:x",
  "snmp://user::s3cret@host",
  "snmp://a:b:c:s3cret@host",
  "snmp://s3cret%ZZ@host",
  "snmp://s3cret@ho st",
  "mailto:s3cret%ZZ",
  "mailto:s3cret@host?subject=x",
  "https://",
  "sftp://s3cret@host",
  "s3cret@host",
]) {
  test(`parseTargetUri() refuses ${uri}, and shows nothing of it`, () => {
    const parsed = parseTargetUri(uri);
    assert.ok("wanted" in parsed);
    assert.doesNotMatch(parsed.wanted, /s3cret/);
  });
}
