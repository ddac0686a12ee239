import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { test } from "node:test";
import { unzipSync, zipSync } from "fflate";
import { fileTable, inPlace } from "./_testing.ts";
import { itemOfPath } from "./source.ts";
import { zipFiles } from "./zip.ts";

test("export packs the license files of a destination into a folder FILES", () =>
  inPlace(async (place) => {
    await place.settings(fileTable("archive", "@/to"));
    const large = "line of a file\n".repeat(100_000);
    await place.write("to/vlf_a.csv", large);
    await place.write("to/vlf_ü.zip", "");
    await place.write("to/other.csv", "x");
    await place.write("to/vlf_folder/file", "x");
    const argv = ["export", "--delivery", "archive", "--output", "@/out.zip"].map((arg) =>
      arg.replace("@", place.folder),
    );
    const ran = await place.run(argv);
    assert.equal(ran.status, 0, ran.stderr);
    const bytes = await readFile(place.at("out.zip"));
    const entries = unzipSync(bytes);
    assert.deepEqual(Object.keys(entries), ["FILES/vlf_a.csv", "FILES/vlf_ü.zip"]);
    assert.equal(Buffer.from(entries["FILES/vlf_a.csv"] ?? []).toString(), large);
    assert.ok(bytes.length < large.length / 10, "deflated");
    assert.match((await place.run(argv)).stderr, /there already with the same content$/m);
  }));

test("export gives the same bytes in any time zone", () =>
  inPlace(async (place) => {
    const item = itemOfPath(await place.write("a", "content"));
    const made: string[] = [];
    const zone = process.env["TZ"];
    for (const name of ["UTC", "Pacific/Chatham", "America/St_Johns"]) {
      process.env["TZ"] = name;
      const chunks: Uint8Array[] = [];
      for await (const chunk of zipFiles([item])) chunks.push(chunk);
      made.push(Buffer.concat(chunks).toString("hex"));
    }
    if (zone === undefined) delete process.env["TZ"];
    else process.env["TZ"] = zone;
    assert.equal(new Set(made).size, 1);
    // 1980-01-01 12:00:00, as DOS kept it.
    assert.equal(made[0]?.slice(20, 28), "00602100");
  }));

test("export refuses two files of one name, no file at all, and a destination that is no folder", () =>
  inPlace(async (place) => {
    await place.settings(
      `${fileTable("archive", "@/to")}[destinations.web]\ntype = "http"\nhost = "h"\nmethod = "PUT"\nurl = "/"\n`,
    );
    const paths = [await place.write("a/x.csv", "1"), await place.write("to/x.csv", "2")];
    const message = async (...argv: string[]): Promise<string> => {
      const { status, stderr } = await place.run(["export", "--output", place.at("out.zip"), ...argv]);
      assert.equal(status, 2);
      return stderr;
    };
    assert.match(await message(...paths), /export: two files have the name "x.csv"$/m);
    assert.match(await message("--delivery", "archive"), /no file whose name begins with vlf$/m);
    assert.match(await message("--delivery", "web"), /wanted a destination of type "file"$/m);
    assert.match(await message(place.at("missing.csv")), /missing\.csv": no such file or folder/);
  }));

test("zipFiles() stops where the format ends, instead of writing a broken archive", () =>
  inPlace(async (place) => {
    const item = itemOfPath(await place.write("a", "x".repeat(1000)));
    const read = async (items: readonly (typeof item)[], maxBytes: number): Promise<void> => {
      for await (const chunk of zipFiles(items, maxBytes)) assert.ok(chunk);
    };
    await assert.rejects(read([item], 999), { name: "DataError", message: /more than 4 GiB/ });
    await assert.rejects(read([item, item, item], 400), { name: "DataError", message: /more than 4 GiB/ });
    await assert.rejects(
      read(
        Array.from({ length: 65_536 }, () => item),
        1e9,
      ),
      {
        name: "DataError",
        message: /65536 files, wanted at most 65535/,
      },
    );
  }));

/** What the plain calls of fflate do: the reasons why sizes, names, times and checksums are looked after here. */
test("fflate's zipSync() writes the count of 65,536 files as 0, and says nothing", () => {
  const empty = new Uint8Array();
  const archive = zipSync(
    Object.fromEntries(Array.from({ length: 65_536 }, (_, at) => [String(at), empty])),
    { level: 0 },
  );
  assert.deepEqual(unzipSync(archive), {});
});

test("fflate's zipSync() gives other bytes in another time zone, and lets any name pass", () => {
  const zone = process.env["TZ"];
  const made = ["UTC", "Pacific/Chatham"].map((name) => {
    process.env["TZ"] = name;
    const archive = zipSync({ "../x": [new Uint8Array(1), { mtime: Date.parse("2026-11-01T03:00:00Z") }] });
    return Buffer.from(archive).toString("hex");
  });
  if (zone === undefined) delete process.env["TZ"];
  else process.env["TZ"] = zone;
  assert.notEqual(made[0], made[1]);
  assert.deepEqual(Object.keys(unzipSync(Buffer.from(made[0] ?? "", "hex"))), ["../x"]);
});

test("fflate's unzipSync() gives back altered bytes and says nothing", () => {
  const archive = Buffer.from(zipSync({ a: Buffer.from("the right content") }, { level: 0 }));
  archive.write("wrong", archive.indexOf("right"));
  assert.equal(Buffer.from(unzipSync(archive)["a"] ?? []).toString(), "the wrong content");
});
