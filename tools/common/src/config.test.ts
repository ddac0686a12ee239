import assert from "node:assert/strict";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { Config, DEFAULT_CONFIG, loadConfig, parseConfig } from "./config.ts";
import { UsageError } from "./exit.ts";

const parse = (...lines: string[]): Config => parseConfig("vlf.toml", lines.join("\n"));

/** The tables that the hint of an unknown one names. */
function knownTables(): string[] {
  try {
    parse("[platfrom]");
  } catch (error) {
    return /^known: (.*)$/.exec((error as UsageError).hint ?? "")?.[1]?.split(", ") ?? [];
  }
  return [];
}

test("parseConfig() reads an empty file, comments and every table that a tool knows", () => {
  assert.deepEqual(parse("").table("audit"), {});
  assert.deepEqual(parse("# nothing", "").table("audit"), {});
  const tables = knownTables();
  for (const name of [
    "platform",
    "models",
    "voss",
    "ship",
    "destinations",
    "smtp_servers",
    "proxies",
    "notify",
  ]) {
    assert.ok(tables.includes(name), name);
  }
  const config = parse(...tables.map((name) => `[${name}]\nx = 1`));
  for (const name of tables) assert.deepEqual({ ...config.table(name) }, { x: 1 });
});

const NOT_TOML: [what: string, text: string, line: number][] = [
  ["an open table", "[platform\nhostname = 1\n", 1],
  ["a value without quotes", '[platform]\nhostname = "a"\norg_id = abc\n', 3],
  ["a key twice", '[platform]\nhostname = "a"\n\nhostname = "b"\n', 4],
  ["a table twice", "[pack]\n[ship]\n[pack]\n", 3],
  ["an open text", '[platform]\nhostname = "a\n', 2],
];
for (const [what, text, line] of NOT_TOML) {
  test(`parseConfig() names file and line of ${what}`, () => {
    assert.throws(
      () => parseConfig("etc/a.toml", text),
      (error: UsageError) => {
        assert.ok(error instanceof UsageError);
        assert.match(error.message, new RegExp(`^read etc/a\\.toml:${line}: not TOML: [^\\n]+$`));
        assert.doesNotMatch(error.message, /Invalid TOML/);
        return true;
      },
    );
  });
}

test("parseConfig() refuses a table or a key that no tool reads, and names those it knows", () => {
  for (const text of ["[platfrom]\n", 'platfrom = "x"\n']) {
    assert.throws(() => parse(text), {
      name: "UsageError",
      message: 'read vlf.toml: unknown table or key "platfrom"',
      hint: `known: ${knownTables().join(", ")}`,
    });
  }
});

for (const [kind, value] of [
  ["a text", '"x"'],
  ["a number", "1"],
  ["a list", "[]"],
  ["a list of tables", "[{ a = 1 }]"],
  ["a date", "2026-11-01"],
] as const) {
  test(`Config refuses ${kind} for a table`, () => {
    const message = "read vlf.toml: [pack]: wanted a table";
    assert.throws(() => parse(`pack = ${value}`).table("pack"), { name: "UsageError", message });
    const inner = "read vlf.toml: [destinations] a: wanted a table";
    assert.throws(() => parse("[destinations]", `a = ${value}`).tables("destinations"), { message: inner });
  });
}

test("Config.texts() gives the texts of a table", () => {
  const keys = ["hostname", "org_id"] as const;
  assert.deepEqual(parse("[platform]", 'hostname = "a"').texts("platform", keys), { hostname: "a" });
  assert.deepEqual(parse("").texts("platform", keys), {});
});

test("Config.texts() refuses a key it does not know and a value that is no text", () => {
  assert.throws(() => parse("[platform]", 'host = "a"').texts("platform", ["hostname", "org_id"]), {
    name: "UsageError",
    message: "read vlf.toml: [platform] host: wanted one of hostname, org_id",
  });
  for (const value of ["1", "true", "2026-11-01", "[]", '{ a = "b" }']) {
    assert.throws(() => parse("[platform]", `hostname = ${value}`).texts("platform", ["hostname"]), {
      name: "UsageError",
      message: "read vlf.toml: [platform] hostname: wanted a text in quotes",
    });
  }
});

test("Config.tables() gives the tables of a table by name, quoted ones too", () => {
  const config = parse(
    '[models."data/User"]',
    'email = "mail"',
    '[models."device/webex/User"]',
    'email = ["a", "b"]',
  );
  assert.deepEqual(JSON.parse(JSON.stringify(config.tables("models"))), {
    "data/User": { email: "mail" },
    "device/webex/User": { email: ["a", "b"] },
  });
  assert.deepEqual(config.tables("destinations"), {});
});

async function inFolder(work: (folder: string) => void | Promise<void>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), "vlf-config-"));
  const before = process.cwd();
  try {
    process.chdir(folder);
    await work(folder);
  } finally {
    process.chdir(before);
    await rm(folder, { recursive: true });
  }
}

test("loadConfig() reads vlf.toml of the current folder, and does without it", async () => {
  await inFolder(async () => {
    assert.equal(DEFAULT_CONFIG, "vlf.toml");
    assert.deepEqual(loadConfig(undefined), new Config("vlf.toml", {}));
    assert.deepEqual(loadConfig(undefined).table("pack"), {});
    await writeFile("vlf.toml", '[platform]\nhostname = "a"\n');
    assert.deepEqual(loadConfig(undefined).texts("platform", ["hostname"]), { hostname: "a" });
  });
});

test("loadConfig() refuses a vlf.toml that is there and cannot be read", async () => {
  await inFolder(async () => {
    await mkdir("vlf.toml");
    assert.throws(() => loadConfig(undefined), {
      name: "UsageError",
      message: "read vlf.toml: is a folder, wanted a file (EISDIR)",
    });
  });
});

test("loadConfig() reads the named file and refuses one that is not there, also vlf.toml by name", async () => {
  await inFolder(async () => {
    await writeFile("other.toml", '[platform]\nhostname = "b"\n');
    assert.equal(loadConfig("other.toml").path, "other.toml");
    assert.deepEqual(loadConfig("other.toml").texts("platform", ["hostname"]), { hostname: "b" });
    for (const name of ["missing.toml", "vlf.toml"]) {
      assert.throws(() => loadConfig(name), {
        name: "UsageError",
        message: `read ${name}: no such file or folder (ENOENT)`,
      });
    }
    await writeFile("bad.toml", "x");
    assert.throws(() => loadConfig("bad.toml"), /read bad\.toml:1: not TOML/);
  });
});

const SPEC = {
  name: "text",
  list: "texts",
  on: "flag",
  port: "whole-number",
  level: ["low", "high"],
} as const;
const values = (text: string): object => {
  const config = parse("[pack]", ...text.split("\n"));
  return config.values("[pack]", config.table("pack"), SPEC, ["name"]);
};

test("Config.values() reads texts, lists, flags, numbers and words, and leaves out what is not there", () => {
  const text = 'name = "a"\nlist = ["b", "c"]\non = false\nport = 0\nlevel = "high"';
  assert.deepEqual(values(text), { name: "a", list: ["b", "c"], on: false, port: 0, level: "high" });
  assert.deepEqual(values('name = "a"\nlist = "b"'), { name: "a", list: ["b"] }, "one text is a list of one");
  assert.deepEqual(values('name = "a"\nlist = []'), { name: "a", list: [] });
});

for (const [key, wrong, wanted] of [
  ["name", ["7", "true", '""', "[]", '["a"]', "2026-11-01"], "a text in quotes"],
  ["list", ["7", "true", '""', '["a", ""]', '["a", 7]'], 'a text in quotes, or a list of them: ["a", "b"]'],
  ["on", ['"true"', "1", "[]"], "true or false"],
  ["port", ['"1"', "-1", "1.5", "true"], "a whole number from 0"],
  ["level", ['"middle"', '""', "1"], '"low" or "high"'],
] as const) {
  for (const value of wrong) {
    test(`Config.values() refuses ${value} for ${key}`, () => {
      const others = key === "name" ? "" : 'name = "a"\n';
      assert.throws(() => values(`${others}${key} = ${value}`), {
        name: "UsageError",
        message: `read vlf.toml: [pack] ${key}: wanted ${wanted}`,
      });
    });
  }
}

test("Config.values() wants what is required", () => {
  const message = "read vlf.toml: [pack] name: wanted a text in quotes";
  assert.throws(() => values("on = true"), { name: "UsageError", message });
});

test("Config.values() refuses a key that it does not know, names the known ones, and shows no value", () => {
  for (const key of ["nmae", "__proto__x", "constructor", "toString"]) {
    assert.throws(() => values(`name = "a"\n${key} = "s3cret"`), {
      name: "UsageError",
      message: `read vlf.toml: [pack] ${key}: unknown key`,
      hint: "known keys: name, list, on, port, level",
    });
  }
});

test("Config.values() shows no value of the wrong kind", () => {
  assert.throws(
    () => values('name = ["s3cret"]'),
    (error: UsageError) => {
      assert.doesNotMatch(`${error.message}${error.hint}${String(error.cause)}`, /s3cret/);
      return true;
    },
  );
});
