import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { DataError } from "@vlf/common/exit";
import { zipSync } from "fflate";
import { readZip } from "./run-zip.ts";

const TEXT = '{"meta": {}, "resources": []}\n'.repeat(20);

function zip(level: 0 | 6 = 6): Buffer {
  const content = Buffer.from(TEXT);
  return Buffer.from(
    zipSync({ "folder/": new Uint8Array(0), "folder/users.json": content, "b.json": content }, { level }),
  );
}

function read(bytes: Buffer, limit = 1e6): [string, string][] {
  return [...readZip(bytes, "a.zip", limit)].map(({ name, content }) => [
    name,
    Buffer.from(content).toString(),
  ]);
}

function refuses(bytes: Buffer, message: RegExp, limit?: number): void {
  assert.throws(
    () => read(bytes, limit),
    (error) => error instanceof DataError && message.test(error.message),
  );
}

describe("readZip()", () => {
  test("gives the files in order, packed or stored, without folders", () => {
    const wanted = [
      ["folder/users.json", TEXT],
      ["b.json", TEXT],
    ];
    assert.deepEqual(read(zip(6)), wanted);
    assert.deepEqual(read(zip(0)), wanted);
  });

  test("names the member of which one stored byte is altered", () => {
    const bytes = zip(0);
    const at = bytes.indexOf('"resources"') + 1;
    bytes[at] = 0x52;
    refuses(bytes, /^read a\.zip: ZIP archive: entry "folder\/users\.json": content is changed \(CRC-32\)$/);
  });

  test("refuses every packed member of which a byte is altered", () => {
    const good = zip();
    const directory = good.indexOf(Buffer.from([0x50, 0x4b, 1, 2]));
    const name = "folder/users.json";
    const start = good.indexOf(name) + name.length;
    const end = good.indexOf(Buffer.from([0x50, 0x4b, 3, 4]), start);
    assert.ok(start < end && end < directory);
    for (let at = start; at < end; at += 1) {
      const bytes = Buffer.from(good);
      bytes[at] = (bytes[at] as number) ^ 0x55;
      let text: string | undefined;
      try {
        [[, text]] = read(bytes) as [[string, string]];
      } catch (error) {
        assert.ok(error instanceof DataError);
        continue;
      }
      assert.equal(text, TEXT); // padding bits behind the last block
    }
  });

  test("refuses a zip that is cut anywhere", () => {
    const good = zip();
    for (let length = 4; length < good.length; length += 1) {
      refuses(
        Buffer.from(good.subarray(0, length)),
        /^read a\.zip: ZIP archive: no end of the directory: cut off$/,
      );
    }
  });

  test("refuses a directory that lacks a member", () => {
    const bytes = zip();
    bytes.writeUInt16LE(2, bytes.length - 22 + 10);
    refuses(bytes, /directory has 3 entries, wanted 2 and nothing else$/);
  });

  test("refuses a member of another size than announced", () => {
    const bytes = zip(0);
    const entry = bytes.lastIndexOf(Buffer.from([0x50, 0x4b, 1, 2]));
    bytes.writeUInt32LE(TEXT.length - 1, entry + 24);
    refuses(bytes, /^read a\.zip: ZIP archive: entry "b\.json": 600 bytes, wanted 599$/);
  });

  test("refuses a member that is larger than the limit", () => {
    refuses(
      zip(),
      /^read a\.zip: ZIP archive: entry "folder\/users\.json" has 600 bytes, wanted up to 599$/,
      599,
    );
  });

  test("refuses another kind of packing, naming the member", () => {
    const bytes = zip();
    const entry = bytes.lastIndexOf(Buffer.from([0x50, 0x4b, 1, 2]));
    bytes.writeUInt16LE(12, entry + 10);
    refuses(
      bytes,
      /^read a\.zip: ZIP archive: entry "b\.json": packed by method 12, wanted stored or deflated$/,
    );
  });
});
