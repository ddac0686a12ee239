/** Hosts in the words of GNU parallel, and what it makes of them. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { callOf, carriedLogin, loginsIn } from "./logins.ts";

test("carriedLogin() puts our program before the ssh command, and a number before all", () => {
  const cases: Record<string, string> = {
    host: "1/carry ssh host",
    "4/user@host": "4/carry ssh user@host",
    "ssh -p 2222 host": "1/carry ssh -p 2222 host",
    "6//usr/bin/myssh -p 2222 -l me host.example": "6//usr/bin/myssh",
    ":": "1/carry here localhost",
    "16/:": "16/carry here localhost",
    "@group/8/host": "@group/8/carry ssh host",
    "[2001:db8::1]": "1/carry ssh [2001:db8::1]",
  };
  cases["6//usr/bin/myssh -p 2222 -l me host.example"] = "6/carry /usr/bin/myssh -p 2222 -l me host.example";
  for (const [login, carried] of Object.entries(cases)) assert.equal(carriedLogin(login, "carry"), carried);
});

test("carriedLogin() refuses what is no host, and a password", () => {
  for (const login of ["", "4/", "ssh -p 22 -v", "a;b", "$(x)"]) {
    assert.throws(() => carriedLogin(login, "carry"), /names none|is no/);
  }
  assert.throws(
    () => carriedLogin("user:secret@host", "carry"),
    (error: Error) => !error.message.includes("secret"),
  );
});

test("loginsIn() leaves out comments and blank lines", () => {
  assert.deepEqual(loginsIn("# hosts\n\n  a \n4/b\n"), ["a", "4/b"]);
});

test("callOf() finds the host in the words that parallel has for ssh", () => {
  const tail = ["--", "exec", "perl", "-e", "..."];
  assert.deepEqual(callOf(["ssh", "-p", "2222", "-l", "me", "host", ...tail]), {
    ssh: ["ssh", "-p", "2222", "-l", "me", "host"],
    host: "me@host",
    isHere: false,
  });
  assert.deepEqual(callOf(["here", "localhost", ...tail]), {
    ssh: ["here", "localhost"],
    host: "this machine",
    isHere: true,
  });
  for (const argv of [[], ["host"], ["ssh", "host"], ["--", "ssh"]])
    assert.throws(() => callOf(argv), /call of parallel/);
});
