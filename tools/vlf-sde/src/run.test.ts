import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { describe, test } from "node:test";
import { gunzipSync } from "node:zlib";
import { ToolError } from "@vlf/common/exit";
import { strictRecordProblem } from "@vlf/common/records";
import { filesBelow, inFolder, RECORDS, run, STREAM, stream } from "./_stream.ts";
import { REPORTS } from "./reports/index.ts";

const TYPES = REPORTS.map(({ type }) => type);
const DAY = "2026-11-01";
const nameOf = (type: string): string => `${DAY}_0307_${type}.json.gz`;

function rowsIn(path: string): Record<string, unknown>[] {
  return JSON.parse(gunzipSync(readFileSync(path)).toString()) as Record<string, unknown>[];
}

describe("files", () => {
  test("one for each type in the folder of the day on which the data was collected", () =>
    inFolder(async (folder) => {
      const { status, records, stderr } = await run(["--output", folder], STREAM);
      assert.equal(status, 0, stderr);
      assert.deepEqual(
        filesBelow(folder),
        TYPES.map((type) => `${DAY}/${nameOf(type)}`),
      );
      assert.deepEqual(
        rowsIn(join(folder, DAY, nameOf("phones"))).map(({ device_name }) => device_name),
        ["SEP1", "SEP2"],
      );
      assert.equal(gunzipSync(readFileSync(join(folder, DAY, nameOf("fmc")))).toString(), "[]");
      const files = records.filter(({ type }) => type === "file");
      assert.deepEqual(
        files.map(({ format }) => format),
        TYPES.map((type) => `sde-${type}`),
      );
      for (const { name, path, sha256, size_bytes } of files) {
        const bytes = readFileSync(String(path));
        assert.equal(path, join(folder, DAY, String(name)));
        assert.equal(size_bytes, bytes.length);
        assert.equal(sha256, createHash("sha256").update(bytes).digest("hex"));
      }
      for (const record of records) assert.equal(strictRecordProblem(record), undefined);
      assert.deepEqual(records.at(-1), { type: "end", tool: "vlf-sde", counts: { file: 23 } });
    }));

  test("with the time of --now, in UTC", () =>
    inFolder(async (folder) => {
      await run(["--output", folder, "--type", "line", "--now", "2018-10-11T14:36:00+02:00"], STREAM);
      assert.deepEqual(filesBelow(folder), ["2018-10-11/2018-10-11_1236_line.json.gz"]);
    }));

  test("in the folder that vlf.toml names, with its spelling and layout", () =>
    inFolder(async (folder) => {
      const output = join(folder, "out");
      const config = join(folder, "vlf.toml");
      writeFileSync(config, `[sde]\noutput = "${output}"\nspelling = "table"\nbuffer_size = "1K"\n`);
      const { status, stderr } = await run(["--config", config, "--type", "site"], STREAM);
      assert.equal(status, 0, stderr);
      assert.deepEqual(filesBelow(output), [`${DAY}/${nameOf("site")}`]);
      const [site] = rowsIn(join(output, DAY, nameOf("site")));
      assert.ok(site !== undefined && "voice_bandwidth" in site && !("voice_bandwith" in site));
    }));

  test("are not executable and readable as the umask says; nothing else is left", () =>
    inFolder(async (folder) => {
      await run(["--output", folder, "--type", "line"], STREAM);
      assert.equal(statSync(join(folder, DAY, nameOf("line"))).mode & 0o111, 0);
    }));

  test("the same again is no failure, other content under the name is, and nothing changes", () =>
    inFolder(async (folder) => {
      const argv = ["--output", folder, "--type", "line,phones"];
      await run(argv, STREAM);
      assert.equal((await run(argv, STREAM)).status, 0);
      const phones = join(folder, DAY, nameOf("phones"));
      const before = readFileSync(phones);
      const fewer = stream(RECORDS.filter((_, index) => index !== 4));
      const { status, stderr } = await run([...argv, "--type", "site"], fewer);
      assert.equal(status, 2);
      assert.match(
        stderr,
        /error: publish ".*_phones\.json\.gz": a file of that name with other content exists/,
      );
      assert.deepEqual(readFileSync(phones), before);
      assert.deepEqual(filesBelow(folder), [`${DAY}/${nameOf("line")}`, `${DAY}/${nameOf("phones")}`]);
    }));
});

describe("records of the input", () => {
  const finding = { type: "finding", code: "x", severity: "info", message: "m", customer_pkid: "" };

  test("findings and unknown ones are passed on, instances are not", () =>
    inFolder(async (folder) => {
      const input = stream([finding, ...RECORDS, { type: "later" }]);
      const { records } = await run(["--output", folder, "--type", "line"], input);
      assert.deepEqual(
        records.map(({ type }) => type),
        ["begin", "finding", "later", "file", "end"],
      );
      assert.deepEqual(records[0]?.["via"], [{ tool: "vlf-sde", version: "0.1.0" }]);
    }));

  test("what is odd about the input is a finding before the files", () =>
    inFolder(async (folder) => {
      const twice = RECORDS.flatMap((record, index) => (index === 3 ? [record, record] : [record]));
      const { records } = await run(["--output", folder, "--type", "phones"], stream(twice));
      assert.deepEqual(
        records.map(({ type, code }) => code ?? type),
        ["begin", "duplicate-instance", "file", "end"],
      );
    }));
});

describe("--stdout", () => {
  test("gives rows as records in the order of the types, and writes no file", () =>
    inFolder(async (folder) => {
      const { records, status, stderr } = await run(["--type", "site,phones", "--stdout"], STREAM);
      assert.equal(status, 0, stderr);
      assert.deepEqual(
        records.map(({ type, report }) => report ?? type),
        ["begin", "site", "phones", "phones", "end"],
      );
      for (const record of records) assert.equal(strictRecordProblem(record), undefined);
      assert.deepEqual(records.at(-1)?.["counts"], { "sde-row": 3 });
      assert.equal(stderr, "");
      await run(["--output", folder, "--type", "phones"], STREAM);
      assert.deepEqual(
        records.filter(({ report }) => report === "phones").map(({ row }) => row),
        rowsIn(join(folder, DAY, nameOf("phones"))),
      );
    }));

  test("of input that was cut off: no row and no end record", async () => {
    const { records, status } = await run(["--stdout"], STREAM.split("\n").slice(0, -2).join("\n"));
    assert.equal(status, 2);
    assert.deepEqual(records, []);
  });
});

describe("the lines of VOSS's command", () => {
  test("for a group (guide, 2.2.1)", () =>
    inFolder(async (folder) => {
      const { stderr } = await run(["--output", folder], STREAM);
      assert.deepEqual(stderr.split("\n"), [
        `Starting subscriber group export consisting of ${TYPES.join(", ")}, please wait...`,
        ...TYPES.flatMap((type) => [
          `Starting ${type} export, please wait...`,
          `Completed ${type} export, created ${nameOf(type)}.`,
        ]),
        "Completed subscriber group export.",
        "",
      ]);
    }));

  test("for types, in the order given, without the lines of a group", () =>
    inFolder(async (folder) => {
      const { stderr } = await run(["--output", folder, "--type", "line", "--type", "site"], STREAM);
      assert.equal(
        stderr,
        `Starting line export, please wait...\nCompleted line export, created ${nameOf("line")}.\n` +
          `Starting site export, please wait...\nCompleted site export, created ${nameOf("site")}.\n`,
      );
    }));

  test("no Completed line without a file: the input was cut off", () =>
    inFolder(async (folder) => {
      const { stderr } = await run(["--output", folder, "--type", "line"], STREAM.slice(0, 400));
      assert.match(stderr, /^Starting line export, please wait\.\.\.\nvlf-sde: error: read stdin/);
      assert.doesNotMatch(stderr, /Completed/);
    }));

  test("none with --quiet, log records with --log-format json", () =>
    inFolder(async (folder) => {
      const argv = ["--output", folder, "--type", "line"];
      assert.equal((await run([...argv, "--quiet"], STREAM)).stderr, "");
      const { stderr } = await run([...argv, "--log-format", "json"], STREAM);
      assert.deepEqual(JSON.parse(stderr.split("\n")[0] ?? ""), {
        type: "log",
        tool: "vlf-sde",
        level: "info",
        message: "Starting line export, please wait...",
      });
    }));
});

/** Makes files with some content, and the folders that they are in. */
function fill(folder: string, ...paths: string[]): void {
  for (const path of paths) {
    mkdirSync(join(folder, path, ".."), { recursive: true });
    writeFileSync(join(folder, path), "old");
  }
}

describe("retention", () => {
  const NOW = ["--now", "2026-11-23T03:00:00Z"];
  const OLD = "2026-10-23/2026-10-23_0300_line.json.gz";

  test("removes files of 31 days and older, and folders that are empty then", () =>
    inFolder(async (folder) => {
      fill(folder, OLD, "2026-10-24/2026-10-24_0300_line.json.gz", "2020-01-01/2020-01-01_0000_site.json.gz");
      const { status, stderr } = await run(["--output", folder, "--type", "line", ...NOW], STREAM);
      assert.equal(status, 0);
      assert.deepEqual(filesBelow(folder), [
        "2026-10-24/2026-10-24_0300_line.json.gz",
        "2026-11-23/2026-11-23_0300_line.json.gz",
      ]);
      assert.equal(existsSync(join(folder, "2020-01-01")), false);
      assert.match(stderr, /vlf-sde: removed ".*2026-10-23_0300_line\.json\.gz": 31 days old or older\n/);
    }));

  test("touches nothing that is not ours", () =>
    inFolder(async (folder) => {
      const others = [
        "2026-10-23/notes.txt",
        "2026-10-23/2026-10-22_0300_line.json.gz",
        "2026-10-23/2026-10-23_0300_nbi-subscriber.json.gz",
        "2026-10-23/2026-10-23_0300_unknown.json.gz",
        "2026-10-23/sub/2026-10-23_0300_line.json.gz",
        "license/2020-01-01_0000_line.json.gz",
        "2020-01-01_0000_line.json.gz",
        "elsewhere/2020-01-02_0000_line.json.gz",
      ];
      fill(folder, OLD, ...others);
      symlinkSync(join(folder, "elsewhere"), join(folder, "2020-01-02"));
      symlinkSync("notes.txt", join(folder, "2026-10-23/2026-10-23_0301_line.json.gz"));
      mkdirSync(join(folder, "2026-10-23/2026-10-23_0302_line.json.gz"));
      await run(["--output", folder, "--type", "line", ...NOW], STREAM);
      const left = filesBelow(folder);
      for (const path of others) assert.ok(left.includes(path), path);
      assert.ok(left.includes("2026-10-23/2026-10-23_0301_line.json.gz"), "a link");
      assert.ok(!left.includes(OLD));
    }));

  test("not after a run that failed, not with --no-prune", () =>
    inFolder(async (folder) => {
      fill(folder, OLD);
      await run(["--output", folder, ...NOW], STREAM.slice(0, -100));
      await run(["--output", folder, "--type", "line", "--no-prune", ...NOW], STREAM);
      assert.ok(filesBelow(folder).includes(OLD));
    }));

  test("an old system exported today stays", () =>
    inFolder(async (folder) => {
      const now = { now: () => new Date("2027-06-01T00:00:00Z") };
      await run(["--output", folder, "--type", "line"], STREAM, now);
      assert.deepEqual(filesBelow(folder), [`${DAY}/${nameOf("line")}`]);
    }));

  test("a file that cannot be removed is a warning; the export is done", (context) =>
    inFolder(async (folder) => {
      fill(folder, OLD);
      const day = join(folder, "2026-10-23");
      // Root may remove whatever it likes, but not from a file system that is read-only.
      const isRoot = process.getuid?.() === 0;
      const mount = (...args: string[]): boolean => spawnSync("mount", args).status === 0;
      if (isRoot && !(mount("--bind", day, day) && mount("-o", "remount,ro,bind", day))) {
        context.skip("cannot mount a folder read-only here");
        return;
      }
      if (!isRoot) chmodSync(day, 0o500);
      try {
        const { status, stderr } = await run(["--output", folder, "--type", "line", ...NOW], STREAM);
        assert.equal(status, 0);
        assert.match(stderr, /warning: remove ".*": (permission denied|the file system is read-only)/);
      } finally {
        if (isRoot) spawnSync("umount", [day]);
        else chmodSync(day, 0o700);
      }
    }));

  test("--dry-run says what would be written and removed, and does neither", () =>
    inFolder(async (folder) => {
      fill(folder, OLD);
      const { records, status, stderr } = await run(
        ["--output", folder, "--type", "phones", "--dry-run", ...NOW],
        STREAM,
      );
      assert.equal(status, 0);
      assert.deepEqual(filesBelow(folder), [OLD]);
      assert.match(stderr, /would write ".*2026-11-23_0300_phones\.json\.gz", 2 rows, \d+ bytes\n/);
      assert.match(stderr, /would remove ".*2026-10-23_0300_line\.json\.gz"\n/);
      assert.deepEqual(
        records.map(({ type }) => type),
        ["begin", "end"],
      );
    }));
});

describe("failures", () => {
  /** Everything that a stream can lack at its end. */
  const lines = STREAM.trimEnd().split("\n");
  const DAMAGES: readonly (readonly [name: string, input: string])[] = [
    ["nothing", ""],
    ...lines.map((_, index) => [`only ${index} lines`, lines.slice(0, index).join("\n")] as const),
    ["cut in the last line", STREAM.slice(0, -10)],
    ["a line twice", [...lines.slice(0, 4), ...lines.slice(3)].join("\n")],
    ["not JSON", STREAM.replace('{"type":"scope-end"', '{"type":scope-end"')],
  ];

  for (const [name, input] of DAMAGES) {
    test(`${name}: status 2, nothing is written and nothing removed`, () =>
      inFolder(async (folder) => {
        fill(folder, "2020-01-01/2020-01-01_0000_line.json.gz");
        const { records, status, stderr } = await run(["--output", folder], input);
        assert.equal(status, 2);
        assert.match(stderr, /vlf-sde: error: read stdin/);
        assert.deepEqual(filesBelow(folder), ["2020-01-01/2020-01-01_0000_line.json.gz"]);
        assert.ok(!records.some(({ type }) => type === "end" || type === "file"));
      }));
  }

  test("a full disk behind standard output stops the run before it publishes anything", () =>
    inFolder(async (folder) => {
      const { status } = await run(["--output", folder, "--type", "line"], STREAM, {
        stdout: {
          isTerminal: false,
          write: () => Promise.reject(new ToolError("write stdout: no space left")),
        },
      });
      assert.equal(status, 2);
      assert.deepEqual(filesBelow(folder), []);
    }));

  test("an output folder that is a file", () =>
    inFolder(async (folder) => {
      writeFileSync(join(folder, "out"), "");
      const { status, stderr } = await run(["--output", join(folder, "out")], STREAM);
      assert.equal(status, 2);
      assert.match(stderr, /vlf-sde: error: make folder ".*out": exists already/);
    }));
});
