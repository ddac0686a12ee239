import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { join } from "node:path";
import { test } from "node:test";
import * as fc from "fast-check";
import { readZip, writeZip, zipProblem } from "./zip.ts";

const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);
const DATE = new Date("2022-11-19T13:11:00Z");
const ENTRIES = [
  { name: "d/", data: new Uint8Array() },
  { name: "d/a.txt", data: utf8("a".repeat(500)) },
  { name: "d/empty", data: new Uint8Array() },
  { name: "d/ü.txt", data: utf8("ü") },
];

/** The whole archive of `ENTRIES`, whatever fflate, runtime or time zone made it. */
const KNOWN = "ca31eca8947c510915864c6cc52b2c3ecf042fde6d304ed40ed3a106e3684287";

test("readZip() gives back what writeZip() wrote", () => {
  const content = fc.uint8Array({ maxLength: 300 });
  const entries = fc.uniqueArray(fc.tuple(fc.stringMatching(/^[a-z]{1,8}(\/[a-zé.]{1,8}x)?$/), content), {
    selector: ([name]) => name,
    maxLength: 6,
  });
  fc.assert(
    fc.property(entries, (list) => {
      const written = list.map(([name, data]) => ({ name, data }));
      const read = readZip(writeZip(written, DATE));
      assert.deepEqual(
        read.map(({ name, data }) => [name, Buffer.from(data).toString("hex")]),
        written.map(({ name, data }) => [name, Buffer.from(data).toString("hex")]),
      );
    }),
  );
});

test("writeZip() makes the bytes that it made when archives were first verified", () => {
  // Archives of the past are verified by packing their content again: another fflate must not change this.
  assert.equal(createHash("sha256").update(writeZip(ENTRIES, DATE)).digest("hex"), KNOWN);
});

test("writeZip() stores UTC in any time zone, also times that the zone skips", () => {
  // Clocks went forward at these times in New York, Berlin, Lord Howe and Apia (a whole day).
  const dates = [
    "2024-03-10T02:30:00Z",
    "2024-03-31T02:30:00Z",
    "2024-10-06T02:15:00Z",
    "2011-12-30T10:00:00Z",
    "1980-01-01T00:00:00Z",
    "2099-12-31T23:59:58Z",
  ];
  const script = `
    import { writeZip } from ${JSON.stringify(import.meta.resolve("./zip.ts"))};
    for (const date of ${JSON.stringify(dates)}) {
      const bytes = writeZip([{ name: "x", data: new Uint8Array([1]) }], new Date(date));
      process.stdout.write(Buffer.from(bytes).toString("hex") + "\\n");
    }`;
  const loader = import.meta.resolve("../../../node_modules/tsx/dist/loader.mjs");
  const made = ["UTC", "America/New_York", "Europe/Berlin", "Australia/Lord_Howe", "Pacific/Apia"].map(
    (zone) => {
      const child = spawnSync("node", ["--import", loader, "--input-type=module", "--eval", script], {
        env: { PATH: process.env["PATH"], TZ: zone },
        encoding: "utf8",
        cwd: join(import.meta.dirname, ".."),
      });
      assert.equal(child.status, 0, child.stderr);
      return child.stdout;
    },
  );
  assert.deepEqual(new Set(made).size, 1);
  const times = (made[0] ?? "")
    .trim()
    .split("\n")
    .map((hex) => {
      const value = Buffer.from(hex, "hex").readUInt32LE(10);
      const fields = [(value >>> 25) + 1980, (value >>> 21) & 15, (value >>> 16) & 31, (value >>> 11) & 31];
      return [...fields, (value >>> 5) & 63, (value & 31) * 2];
    });
  assert.deepEqual(
    times,
    dates.map((date) => (date.match(/\d+/g) ?? []).map(Number)),
  );
});

for (const date of ["1979-12-31T23:59:59Z", "2100-01-01T00:00:00Z", "no date"]) {
  test(`writeZip() refuses the date ${date}`, () => {
    assert.throws(
      () => writeZip([], new Date(date)),
      /^DataError: write ZIP archive: year \w+, wanted one from/,
    );
  });
}

const GIB = 1024 ** 3;
const PROBLEMS: Readonly<Record<string, [entries: { name: string; size: number }[], problem: RegExp]>> = {
  "an entry beyond 4 GiB": [[{ name: "a", size: 4 * GIB }], /^entry "a": more than 4 GiB$/],
  "entries that together are beyond 4 GiB": [
    ["a", "b", "c", "d"].map((name) => ({ name, size: GIB })),
    /^entry "d": more than 4 GiB$/,
  ],
  "more than 65,535 entries": [
    Array.from({ length: 65_536 }, (_, index) => ({ name: `n${index}`, size: 0 })),
    /^65536 entries, wanted at most 65535$/,
  ],
  "a name above the folder": [[{ name: "a/../../b", size: 0 }], /^entry name "a\/\.\.\/\.\.\/b"$/],
  "an absolute name": [[{ name: "/etc/passwd", size: 0 }], /^entry name "\/etc\/passwd"$/],
  "a name with a drive letter": [[{ name: "C:a", size: 0 }], /^entry name "C:a"$/],
  "a name with a backslash": [[{ name: "..\\a", size: 0 }], /^entry name "\.\.\\\\a"$/],
  "a name with a line break": [[{ name: "a\nb", size: 0 }], /^entry name "a\\nb"$/],
  "an empty name": [[{ name: "", size: 0 }], /^entry name ""$/],
  "a name with an empty part": [[{ name: "a//b", size: 0 }], /^entry name "a\/\/b"$/],
  "a name twice": [[1, 2].map((size) => ({ name: "a", size })), /^entry name "a" twice$/],
  "a name that is too long": [[{ name: "é".repeat(32_768), size: 0 }], /^entry name "é+"$/],
};

for (const [what, [entries, problem]] of Object.entries(PROBLEMS)) {
  test(`zipProblem() finds ${what}`, () => {
    assert.match(zipProblem(entries) ?? "none", problem);
  });
}

test("zipProblem() lets pass what fits", () => {
  assert.equal(
    zipProblem([
      { name: "a/", size: 0 },
      { name: "a/b..c", size: 3 * GIB },
    ]),
    undefined,
  );
  const most = Array.from({ length: 65_535 }, (_, index) => ({ name: `n${index}`, size: 0 }));
  assert.equal(zipProblem(most), undefined);
});

test("writeZip() asks zipProblem()", () => {
  assert.throws(
    () => writeZip([{ name: "../x", data: new Uint8Array() }], DATE),
    /^DataError: write ZIP archive: entry name "\.\.\/x"$/,
  );
});

/** The archive with some bytes of the directory's first file entry replaced. */
function damaged(change: (view: DataView, central: number) => void): Uint8Array {
  const bytes = writeZip([{ name: "a", data: utf8("hello hello hello") }], DATE);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  change(view, view.getUint32(bytes.length - 6, true));
  return bytes;
}

const DAMAGE: Readonly<Record<string, [change: (view: DataView, central: number) => void, message: RegExp]>> =
  {
    "a CRC that does not fit": [
      (view, at) => view.setUint32(at + 16, 1),
      /entry "a": content is changed \(CRC-32\)$/,
    ],
    "a size that is too small": [
      (view, at) => view.setUint32(at + 24, 16, true),
      /entry "a": 17 bytes, wanted 16$/,
    ],
    "data that goes on far beyond its size": [
      (view, at) => view.setUint32(at + 24, 3, true),
      /entry "a": compressed data is broken$/, // stopped, whatever it would have grown to
    ],
    "a size that is too large": [
      (view, at) => view.setUint32(at + 24, 18, true),
      /entry "a": 17 bytes, wanted 18$/,
    ],
    "a size that no deflate can have": [
      (view, at) => view.setUint32(at + 24, 0xffff_ffff, true),
      /entry "a": sizes do not fit$/,
    ],
    "data that reaches into the directory": [
      (view, at) => view.setUint32(at + 20, 99, true),
      /entry "a": sizes do not fit$/,
    ],
    "broken data": [(view) => view.setUint8(31, 0xff), /entry "a": compressed data is broken$/],
    "a header that is not where it should be": [
      (view, at) => view.setUint32(at + 42, 1, true),
      /entry "a": has no header$/,
    ],
    "a directory that is not where it should be": [
      (view) => view.setUint32(view.byteLength - 6, 3, true),
      /directory is broken at entry 1$/,
    ],
    "a number of entries that is too small": [
      (view) => view.setUint16(view.byteLength - 12, 0, true),
      /directory has 1 entries, wanted 0 and nothing else$/,
    ],
    "no end": [(view) => view.setUint8(view.byteLength - 22, 0), /no end of the directory: cut off$/],
    "a name that leads out": [(view, at) => view.setUint8(at + 46, 0x2f), /entry name "\/"$/],
  };

for (const [what, [change, message]] of Object.entries(DAMAGE)) {
  test(`readZip() refuses ${what}`, () => {
    assert.throws(() => readZip(damaged(change)), message);
  });
}

test("readZip() refuses an empty file", () => {
  assert.throws(() => readZip(new Uint8Array()), /^DataError: ZIP archive: no end of the directory/);
});
