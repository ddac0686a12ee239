import assert from "node:assert/strict";
import { chmod, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test, type TestContext } from "node:test";
import { inspect } from "node:util";
import { parseConfig } from "./config.ts";
import { checkPrivate, readSecret, Secret, secretKeys, secretOf } from "./secrets.ts";

const VALUE = "s3cret";

async function fileOf(t: TestContext, content: string, mode = 0o600): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "vlf-secrets-"));
  t.after(() => rm(folder, { recursive: true, force: true }));
  const path = join(folder, "secret");
  await writeFile(path, content);
  await chmod(path, mode);
  return path;
}

test("a Secret gives its value to reveal() alone", () => {
  const secret = new Secret(VALUE);
  assert.equal(secret.reveal(), VALUE);
  const error = new Error("x", { cause: secret });
  const shown = [
    String(secret),
    JSON.stringify({ secret }),
    inspect(secret, { showHidden: true, depth: 9 }),
    inspect(error),
    Object.keys(secret).join(),
    JSON.stringify(Object.entries(secret)),
  ];
  for (const text of shown) assert.doesNotMatch(text, /s3cret/);
});

test("readSecret() reads a file without the line end after it", async (t) => {
  for (const [content, value] of [
    [VALUE, VALUE],
    [`${VALUE}\n`, VALUE],
    [`${VALUE}\r\n`, VALUE],
    [`${VALUE}\n\n`, `${VALUE}\n`],
    [` ${VALUE} \n`, ` ${VALUE} `],
  ] as const) {
    const file = await fileOf(t, content);
    assert.equal(readSecret("[voss] password", { file }, {})?.reveal(), value);
  }
});

test("readSecret() reads the environment, and systemd's credentials by their names", async (t) => {
  assert.equal(readSecret("x", { env: "PASSWORD" }, { PASSWORD: VALUE })?.reveal(), VALUE);
  const folder = join(await fileOf(t, `${VALUE}\n`, 0o644), "..");
  const env = { CREDENTIALS_DIRECTORY: folder };
  assert.equal(readSecret("x", { credential: "secret" }, env)?.reveal(), VALUE);
  assert.equal(readSecret("x", {}, env), undefined);
});

test("readSecret() refuses a place that holds nothing, and names it", async (t) => {
  const empty = await fileOf(t, "\n");
  for (const [place, env, message] of [
    [{ env: "PASSWORD" }, {}, "read [voss] password: the environment variable PASSWORD is not set"],
    [
      { env: "PASSWORD" },
      { PASSWORD: "" },
      "read [voss] password: the environment variable PASSWORD is not set",
    ],
    [{ credential: "a" }, {}, "read [voss] password: CREDENTIALS_DIRECTORY is not set"],
    [
      { credential: "a" },
      { CREDENTIALS_DIRECTORY: "/nowhere" },
      'read [voss] password: "/nowhere/a": no such file or folder (ENOENT)',
    ],
    [{ file: "/nowhere/b" }, {}, 'read [voss] password: "/nowhere/b": no such file or folder (ENOENT)'],
    [{ file: empty }, {}, `read [voss] password: "${empty}" is empty`],
  ] as const) {
    assert.throws(() => readSecret("[voss] password", place, env), { name: "UsageError", message });
  }
});

for (const mode of [0o644, 0o640, 0o604, 0o660, 0o610, 0o601]) {
  const octal = `0${mode.toString(8)}`;
  test(`checkPrivate() refuses the permissions ${octal}, and says what to type`, async (t) => {
    const path = await fileOf(t, VALUE, mode);
    const error = {
      name: "UsageError",
      message: `read [voss] password: "${path}" has the permissions ${octal}, open to others`,
      hint: `run "chmod 600 ${path}"`,
    };
    assert.throws(() => checkPrivate("[voss] password", path), error);
    assert.throws(() => readSecret("[voss] password", { file: path }, {}), error);
  });
}

test("checkPrivate() accepts what its owner alone may read", async (t) => {
  for (const mode of [0o600, 0o400, 0o700]) checkPrivate("x", await fileOf(t, VALUE, mode));
});

const config = parseConfig("vlf.toml", "");

test("secretKeys() are the three places of a secret", () => {
  assert.deepEqual(secretKeys("password"), {
    password_file: "text",
    password_env: "text",
    password_credential: "text",
  });
});

test("secretOf() reads the one place that is given, and refuses several", () => {
  const env = { A: VALUE };
  const of = (values: Record<string, unknown>): Secret | undefined =>
    secretOf(config, "[voss]", "password", values, env);
  assert.equal(of({ password_env: "A", other_env: "B" })?.reveal(), VALUE);
  assert.equal(of({ other_env: "B" }), undefined);
  assert.throws(() => of({ password_env: "A", password_file: "b" }), {
    name: "UsageError",
    message:
      "read vlf.toml: [voss] password: wanted one of password_file, password_env and password_credential, not several",
  });
});
