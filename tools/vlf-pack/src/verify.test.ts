import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test, type TestContext } from "node:test";
import { ToolError } from "@vlf/common/exit";
import * as fc from "fast-check";
import { ownProfile, recordsOf, run, SAMPLE, stream, subscriber } from "./_stream.ts";
import { hashLine } from "./files.ts";
import { licenseJson, readLicenseJson } from "./license-json.ts";
import { verifyAnonymous, verifyDetailed, verifySidecar, verifyZip } from "./verify.ts";
import { readZip, writeZip, type ZipEntry } from "./zip.ts";

const START = "vlf_CS-P_VOSS-UN-1";
const STAMP = "2022-11-19_1311";
const ZIP = `${START}_license_${STAMP}.zip`;
const DETAILED = `${START}_detailed_${STAMP}.csv`;
const ANONYMOUS = `${START}_anonymous_${STAMP}.csv`;
const DATE = new Date("2022-11-19T13:11:00Z");

/** Files as the tool writes them, by name; made once. */
const files = new Map<string, Uint8Array>();
let folder = "";

before(async () => {
  folder = await mkdtemp(join(tmpdir(), "vlf-verify-"));
  const formats = ["--format", "detailed-csv,anonymous-csv,anonymous-zip"];
  await run(["-o", folder, ...formats], stream(recordsOf(SAMPLE)));
  for (const name of await readdir(folder))
    files.set(name, new Uint8Array(await readFile(join(folder, name))));
});

after(() => rm(folder, { recursive: true }));

function bytesOf(name: string): Uint8Array {
  return files.get(name)?.slice() ?? assert.fail(`no file "${name}"`);
}

function isFound(bytes: Uint8Array): boolean {
  try {
    verifyZip(ZIP, bytes);
    return false;
  } catch (error) {
    assert.ok(error instanceof ToolError, String(error));
    return true;
  }
}

test("verifyZip() passes what was packed", () => {
  assert.equal(verifyZip(ZIP, bytesOf(ZIP)).customers.length, 2);
});

test("verifyZip() finds any changed byte of an archive", async () => {
  // Every byte of a small archive in turn, each with another change.
  const small = join(folder, "small");
  await run(["-o", small], stream(recordsOf([{ pkid: "c", profiles: [ownProfile(1)] }])));
  const whole = new Uint8Array(await readFile(join(small, ZIP)));
  assert.equal(isFound(whole), false);
  for (let at = 0; at < whole.length; at += 1) {
    const changed = whole.slice();
    changed[at] = (changed[at] ?? 0) ^ (1 << (at % 8));
    assert.ok(isFound(changed), `byte ${at}`);
  }
  const bytes = bytesOf(ZIP);
  fc.assert(
    fc.property(fc.nat(bytes.length - 1), fc.integer({ min: 1, max: 255 }), (at, mask) => {
      const changed = bytes.slice();
      changed[at] = (changed[at] ?? 0) ^ mask;
      assert.ok(isFound(changed));
    }),
    { numRuns: 200 },
  );
});

test("verifyZip() finds bytes that are missing or added", () => {
  const bytes = bytesOf(ZIP);
  fc.assert(
    fc.property(fc.nat(bytes.length - 1), (length) => isFound(bytes.subarray(0, length))),
    { numRuns: 100 },
  );
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 1, maxLength: 40 }), (more) => {
      assert.ok(isFound(new Uint8Array([...bytes, ...more])));
      assert.ok(isFound(new Uint8Array([...more, ...bytes])));
    }),
    { numRuns: 50 },
  );
});

test("verifySidecar() finds any changed byte of a CSV file and of its hash", () => {
  for (const name of [DETAILED, ANONYMOUS]) {
    const csv = bytesOf(name);
    const hash = bytesOf(`${name}.hash`);
    verifySidecar(name, csv, hash);
    const one = fc.tuple(fc.nat(), fc.integer({ min: 1, max: 255 }));
    fc.assert(
      fc.property(one, fc.boolean(), ([place, mask], inHash) => {
        const changed = (inHash ? hash : csv).slice();
        const at = place % changed.length;
        changed[at] = (changed[at] ?? 0) ^ mask;
        assert.throws(() => verifySidecar(name, inHash ? csv : changed, inHash ? changed : hash), ToolError);
      }),
    );
    for (const length of [0, 1, csv.length - 1]) {
      assert.throws(() => verifySidecar(name, csv.subarray(0, length), hash), ToolError);
    }
    assert.throws(() => verifySidecar(name, csv, new Uint8Array([...hash, 10])), ToolError);
  }
});

/** An archive made of the right one by changing its entries. */
function forged(change: (entries: ZipEntry[]) => ZipEntry[]): Uint8Array {
  return writeZip(change(readZip(bytesOf(ZIP))), DATE);
}

/** Changes the text of one member, and its hash with it. */
function edited(kind: string, edit: (text: string) => string): Uint8Array {
  return forged((entries) => {
    const right = entries.find(({ name }) => name.includes(`_${kind}_`)) ?? assert.fail("no member");
    const data = new TextEncoder().encode(edit(new TextDecoder().decode(right.data)));
    const fileName = right.name.slice(right.name.indexOf("/") + 1);
    return entries.map((entry) => {
      if (entry.name === right.name) return { name: entry.name, data };
      if (entry.name !== `${right.name}.hash`) return entry;
      return { name: entry.name, data: new TextEncoder().encode(hashLine(fileName, data)) };
    });
  });
}

const FORGERIES: Readonly<Record<string, [make: () => Uint8Array, message: RegExp]>> = {
  "a number of the anonymous CSV, with the right hash": [
    () => edited("anonymous", (text) => text.replace(",13,", ",12,")),
    /has other numbers than the license JSON$/,
  ],
  "a count of the license JSON": [
    () => edited("license", (text) => text.replace('"count": 12', '"count": 11')),
    /license JSON: is not what its own content makes$/,
  ],
  "a negative count": [
    () => edited("license", (text) => text.replace('"count": 12', '"count": -12')),
    /license JSON: wrong count$/,
  ],
  "an unknown fact": [
    () => edited("license", (text) => text.replace('"analog": true', '"analog": 1')),
    /license JSON: data export "standalone-phone" has a wrong "analog", wanted boolean$/,
  ],
  "a license JSON that is none": [
    () => edited("license", () => "{"),
    /license JSON: not JSON of the wanted layout$/,
  ],
  "a license JSON that is null": [
    () => edited("license", () => "null\n"),
    /license JSON: not JSON of the wanted layout$/,
  ],
  "a license JSON with a second object": [
    () => edited("license", (text) => text.replace("{\n", '{\n    "more": 1,\n')),
    /license JSON: is not what its own content makes$/,
  ],
  "a license JSON that is not UTF-8": [
    () =>
      forged((entries) =>
        entries.map((entry, index) =>
          index === 1 ? { name: entry.name, data: new Uint8Array([0xff]) } : entry,
        ),
      ),
    /holds bytes that are not UTF-8$/,
  ],
  "no license JSON": [
    () => forged((entries) => entries.toSpliced(1, 1)),
    /"license JSON" is not in the archive$/,
  ],
  "no patch file": [
    () => forged((entries) => entries.toSpliced(3, 1)),
    /_patch_.*json" is not in the archive$/,
  ],
  "no folder": [() => forged((entries) => entries.slice(1)), /_license\/" is not in the archive$/],
  "a file too many": [
    () => forged((entries) => [...entries, { name: "x", data: new Uint8Array() }]),
    /"x" does not belong in the archive$/,
  ],
  "a hash of other content": [
    () =>
      forged((entries) =>
        entries.map((entry, index) =>
          index === 4 ? { ...entry, data: bytesOf(`${DETAILED}.hash`) } : entry,
        ),
      ),
    /_patch_.*json" does not agree with its hash$/,
  ],
  "another order of members": [
    () => forged((entries) => entries.toReversed()),
    /is not what its own content makes: bytes are changed$/,
  ],
  "another date of members": [
    () => writeZip(readZip(bytesOf(ZIP)), new Date("2022-11-19T13:12:00Z")),
    /is not what its own content makes: bytes are changed$/,
  ],
};

for (const [what, [make, message]] of Object.entries(FORGERIES)) {
  test(`verifyZip() finds ${what}`, () => {
    assert.throws(
      () => verifyZip(ZIP, make()),
      (error: unknown) => {
        assert.ok(error instanceof ToolError, String(error));
        assert.match(error.message, message);
        return true;
      },
    );
  });
}

test("verifyZip() finds an archive under another name", () => {
  assert.throws(
    () => verifyZip(ZIP.replace("11-19", "12-19"), bytesOf(ZIP)),
    /the content is that of "vlf_CS-P_VOSS-UN-1_license_2022-11-19_1311\.zip"$/,
  );
});

test("readLicenseJson() gives back what licenseJson() was made of", () => {
  const license = verifyZip(ZIP, bytesOf(ZIP));
  assert.deepEqual(readLicenseJson(licenseJson(license.facts, license.customers)), license);
});

const DETAILED_CHANGES: Readonly<Record<string, [edit: (text: string) => string, message: RegExp]>> = {
  "a changed number": [
    (text) => text.replace(",13,3,", ",12,3,"),
    /customer "6197a2522f7ab2c5dbb8f2aa": "Multiple Phones" is "12", but the archive makes "13"$/,
  ],
  "a changed flag": [
    (text) => text.replace(",Y,N,", ",Y,Y,"),
    /customer "6197a2572f7ab2c5dbb8f2fc": "Inactive Billing" is "Y", but the archive makes "N"$/,
  ],
  "a changed title": [
    (text) => text.replace("PexIP only", "PexIP"),
    /column title "PexIP", wanted "PexIP only"$/,
  ],
  "a cell too many": [
    (text) => text.replace(/,2\n/, ",2,0\n"),
    /"column 40" is "0", but the archive makes "none"$/,
  ],
  "changed metadata": [
    (text) => text.replace("#OrgID=0", "#OrgID=1"),
    /metadata lines are not those of the archive$/,
  ],
  "a missing row": [
    (text) => text.replace(/[^\n]*Customer_02.*\n/, ""),
    /1 rows, but the archive has 2 customers$/,
  ],
  "a row twice": [
    (text) => text.replace(/([^\n]*Customer_02.*\n)/, "$1$1"),
    /3 rows, but the archive has 2 customers$/,
  ],
  "a customer that the archive does not have": [
    (text) => text.replace("6197a2572f7ab2c5dbb8f2fc", "x"),
    /customer "x" is not in the archive$/,
  ],
  "quotes that do not match": [(text) => text.replace("Customer_02", '"x'), /is not CSV$/],
  "quotes that are not needed": [
    (text) => text.replace("Customer_02", '"Customer_02"'),
    /is not written as this tool writes it$/,
  ],
};

for (const [what, [edit, message]] of Object.entries(DETAILED_CHANGES)) {
  test(`verifyDetailed() finds ${what}`, () => {
    const license = verifyZip(ZIP, bytesOf(ZIP));
    const right = new TextDecoder().decode(bytesOf(DETAILED));
    verifyDetailed(new TextEncoder().encode(right), license);
    assert.notEqual(edit(right), right);
    assert.throws(() => verifyDetailed(new TextEncoder().encode(edit(right)), license), message);
  });
}

test("verifyAnonymous() finds a changed number", () => {
  const license = verifyZip(ZIP, bytesOf(ZIP));
  verifyAnonymous(bytesOf(ANONYMOUS), license);
  const changed = new TextDecoder().decode(bytesOf(ANONYMOUS)).replace(",13,", ",12,");
  assert.throws(
    () => verifyAnonymous(new TextEncoder().encode(changed), license),
    /has other numbers than the license JSON in the archive$/,
  );
});

test("vlf-pack verify gives a record for each good file and an error for each bad one", async () => {
  const work = await mkdtemp(join(tmpdir(), "vlf-verify-"));
  try {
    for (const [name, bytes] of files) await writeFile(join(work, name), bytes);
    const all = [...files.keys()].toSorted().map((name) => join(work, name));
    const fine = await run(["verify", ...all]);
    assert.equal(fine.status, 0, fine.stderr);
    assert.deepEqual(
      fine.records.map((record) => record["name"] ?? record.type),
      ["begin", ANONYMOUS, DETAILED, ZIP, "end"],
    );

    // A changed number with a hash to match: only the archive beside it can tell.
    const text = new TextDecoder().decode(bytesOf(DETAILED)).replace(",13,", ",12,");
    await writeFile(join(work, DETAILED), text);
    await writeFile(join(work, `${DETAILED}.hash`), hashLine(DETAILED, new TextEncoder().encode(text)));
    await rm(join(work, `${ANONYMOUS}.hash`));
    await writeFile(join(work, "notes.txt"), "");
    const bad = await run(["verify", ...all, join(work, "notes.txt"), join(work, ZIP.replace("P", "Q"))]);
    assert.equal(bad.status, 2);
    assert.deepEqual(
      bad.records.map((record) => record["name"] ?? record.type),
      ["begin", ZIP, "end"],
    );
    for (const line of [
      `verify "${join(work, ANONYMOUS)}": read "${join(work, ANONYMOUS)}.hash": no such file or folder (ENOENT)`,
      `verify "${join(work, DETAILED)}": customer "6197a2522f7ab2c5dbb8f2aa": "Multiple Phones" is "12", but`,
      `verify "${join(work, "notes.txt")}": is not the name of a license file`,
      `verify "${join(work, ZIP.replace("P", "Q"))}": read "`,
    ]) {
      assert.ok(bad.stderr.includes(`vlf-pack: error: ${line}`), `${line}\n${bad.stderr}`);
    }
    assert.equal(bad.stderr.trim().split("\n").length, 4);
  } finally {
    await rm(work, { recursive: true });
  }
});

test("vlf-pack verify finds nothing wrong with random audits", () =>
  fc.assert(
    fc.asyncProperty(
      fc.uniqueArray(fc.string({ unit: "binary", minLength: 1, maxLength: 8 }), {
        minLength: 1,
        maxLength: 5,
      }),
      fc.nat(30),
      fc.nat(1_000_000),
      async (pkids, phones, count) => {
        const work = await mkdtemp(join(tmpdir(), "vlf-verify-"));
        try {
          const customers = pkids.map((pkid) => ({
            pkid,
            customer: pkid,
            profiles: [subscriber({ phones }, count), ownProfile(phones)],
          }));
          const packed = await run(["-o", work], stream(recordsOf(customers)));
          assert.equal(packed.status, 0, packed.stderr);
          const { status, stderr } = await run(["verify", join(work, ZIP), join(work, DETAILED)]);
          assert.equal(status, 0, stderr);
        } finally {
          await rm(work, { recursive: true });
        }
      },
    ),
    { numRuns: 25 },
  ));

const PROGRAMS: Readonly<Record<string, () => [string, string[]]>> = {
  "sha256sum -c": () => ["sh", ["-c", 'cd "$0" && sha256sum -c ./*.hash', "."]],
  "unzip -t": () => ["unzip", ["-t", ZIP]],
  "python3 -m zipfile -t": () => ["python3", ["-m", "zipfile", "-t", ZIP]],
};

for (const [title, command] of Object.entries(PROGRAMS)) {
  test(`${title} accepts the files`, (context: TestContext) => {
    const [program, args] = command();
    const name = title.split(" ")[0] ?? "";
    if (spawnSync("sh", ["-c", `command -v ${name}`]).status !== 0) {
      assert.notEqual(process.env["CI"], "true", `${name} is missing`);
      context.skip(`${name} is not installed`);
      return;
    }
    const { status, stdout, stderr } = spawnSync(program, args, { cwd: folder, encoding: "utf8" });
    assert.equal(status, 0, `${stdout}${stderr}`);
    assert.match(stdout, /: OK|No errors detected|Done testing/);
  });
}

test("Python's zipfile reads members, times and modes, and sha256sum -c accepts what it unpacks", (context) => {
  if (spawnSync("sh", ["-c", "command -v python3 && command -v sha256sum"]).status !== 0) {
    assert.notEqual(process.env["CI"], "true", "python3 or sha256sum is missing");
    context.skip("python3 or sha256sum is not installed");
    return;
  }
  const script = `
import sys, tempfile, zipfile, subprocess, os
archive = zipfile.ZipFile(sys.argv[1])
for info in archive.infolist():
    print(info.filename, info.date_time, oct(info.external_attr >> 16))
with tempfile.TemporaryDirectory() as folder:
    archive.extractall(folder)
    inner = os.path.join(folder, "${STAMP}_license")
    hashes = [name for name in os.listdir(inner) if name.endswith(".hash")]
    print(len(hashes), subprocess.run(["sha256sum", "-c", "--quiet", *hashes], cwd=inner).returncode)
`;
  const { stdout, stderr } = spawnSync("python3", ["-c", script, join(folder, ZIP)], { encoding: "utf8" });
  const time = "(2022, 11, 19, 13, 11, 0)";
  const inner = [
    `license_${STAMP}.json`,
    `patch_${STAMP}.json`,
    `adaptation_log_${STAMP}.json`,
    `anonymous_${STAMP}.csv`,
  ].flatMap((end) =>
    [end, `${end}.hash`].map((name) => `${STAMP}_license/${START}_${name} ${time} 0o100644`),
  );
  assert.deepEqual(stdout.trim().split("\n"), [`${STAMP}_license/ ${time} 0o40755`, ...inner, "4 0"], stderr);
});
