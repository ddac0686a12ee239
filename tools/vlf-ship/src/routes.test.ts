import assert from "node:assert/strict";
import { mkdir, readdir } from "node:fs/promises";
import { test } from "node:test";
import { parseConfig } from "@vlf/common/config";
import { fileTable, inPlace } from "./_testing.ts";
import { findRoutes } from "./routes.ts";

const TOML = `
[destinations.a]
[destinations.b]
[destinations.c]
[file_transfer_destinations.both]
destinations = ["a", "b"]
[file_transfer_destinations.last]
destinations = "c"
description = "one alone"
[license_audit_settings.Global]
file_transfer_destination = "both"
file_formats = ["anonymous-zip"]
[license_audit_settings.more]
file_transfer_destination = "both"
file_formats = ["detailed-csv", "anonymous-zip"]
`;

/** Routes of names, as "name: formats". */
function routes(names: readonly string[], toml: string = TOML): string[] {
  return findRoutes({ targets: [], names }, parseConfig("vlf.toml", toml), []).map(
    ({ name, formats }) => `${name}: ${formats?.join(" ") ?? "all"}`,
  );
}

test("findRoutes() follows settings to file transfer destinations to destinations", () => {
  assert.deepEqual(routes(["a"]), ["a: all"]);
  assert.deepEqual(routes(["both"]), ["a: all", "b: all"]);
  assert.deepEqual(routes(["last"]), ["c: all"]);
  assert.deepEqual(routes(["Global"]), ["a: anonymous-zip", "b: anonymous-zip"]);
});

test("findRoutes() gives a destination of several names once, with the formats of all", () => {
  assert.deepEqual(routes(["Global", "more"]), [
    "a: anonymous-zip detailed-csv",
    "b: anonymous-zip detailed-csv",
  ]);
  assert.deepEqual(routes(["Global", "a"]), ["a: all", "b: anonymous-zip"]);
});

test("findRoutes() takes the names of [ship] destinations where none is given", () => {
  const config = parseConfig("vlf.toml", TOML);
  const none = { targets: [], names: [] };
  assert.deepEqual(
    findRoutes(none, config, ["last"]).map(({ name }) => name),
    ["c"],
  );
  assert.throws(() => findRoutes(none, config, []), { name: "UsageError", message: /no destination$/ });
});

/** Settings that lead nowhere. */
const WRONG: Readonly<Record<string, readonly [toml: string, name: string, message: RegExp]>> = {
  "a name in two tables": [
    "[destinations.x]\n[license_audit_settings.x]",
    "x",
    /"x" is the name of \[destinations\.x\] and \[license_audit_settings\.x\]$/,
  ],
  "a file transfer destination of one that is not there": [
    '[file_transfer_destinations.x]\ndestinations = ["y"]',
    "x",
    /no destination "y" of \[file_transfer_destinations\.x\]$/,
  ],
  "settings of a destination instead of a file transfer destination": [
    '[destinations.y]\n[license_audit_settings.x]\nfile_transfer_destination = "y"\nfile_formats = ["anonymous-zip"]',
    "x",
    /no file transfer destination "y" of \[license_audit_settings\.x\]$/,
  ],
  "settings without formats": [
    '[file_transfer_destinations.y]\ndestinations = []\n[license_audit_settings.x]\nfile_transfer_destination = "y"',
    "x",
    /\[license_audit_settings\.x\] file_formats: wanted a text in quotes, or a list of them/,
  ],
  "a format that no tool writes": [
    '[destinations.a]\n[file_transfer_destinations.y]\ndestinations = "a"\n[license_audit_settings.x]\nfile_transfer_destination = "y"\nfile_formats = ["anonymous-pdf"]',
    "x",
    /file_formats: unknown format "anonymous-pdf"$/,
  ],
  "a name of the prototype": ["", "constructor", /no destination "constructor"$/],
};

for (const [what, [toml, name, message]] of Object.entries(WRONG)) {
  test(`findRoutes() refuses ${what}`, () => {
    assert.throws(() => routes([name], toml), { name: "UsageError", message });
  });
}

const ZIP = "vlf_P_h_license_2026-11-01_0300.zip";
const DETAILED = "vlf_P_h_detailed_2026-11-01_0300.csv";

test("vlf-ship sends each destination the formats of its settings", () =>
  inPlace(async (place) => {
    await mkdir(place.at("voss"));
    await mkdir(place.at("own"));
    await place.settings(`${fileTable("voss", "@/voss")}${fileTable("own", "@/own")}
[file_transfer_destinations.to-voss]
destinations = "voss"
[file_transfer_destinations.to-us]
destinations = "own"
[license_audit_settings.Global]
file_transfer_destination = "to-voss"
file_formats = "anonymous-zip"
[license_audit_settings.billing]
file_transfer_destination = "to-us"
file_formats = ["detailed-csv", "anonymous-zip"]
`);
    const paths = [await place.write(ZIP, "zip"), await place.write(DETAILED, "names")];
    const note = await place.write("note.txt", "x");
    const ran = await place.run(["--delivery", "Global", "--delivery", "billing", ...paths, note]);
    assert.equal(ran.status, 0, ran.stderr);
    assert.deepEqual(await readdir(place.at("voss")), [ZIP]);
    assert.deepEqual(await readdir(place.at("own")), [DETAILED, ZIP]);
    assert.match(
      ran.stderr,
      /warning: ".*note\.txt" is of no known format, and is left out: all destinations take some formats only$/m,
    );
    const none = await place.run(["--delivery", "Global", paths[1] ?? ""]);
    assert.equal(none.status, 2);
    assert.match(none.stderr, /none of the files is of a format that goes anywhere$/m);
    assert.deepEqual(await readdir(place.at("voss")), [ZIP]);
  }));
