/** The packed files under other people's programs, and under verify. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, test } from "node:test";
import { bash, emptyFolder, missing, NOW } from "./_run.ts";

const RUN = `vlf-collect demo --customers 3 --subscribers 60 --now ${NOW} | vlf-audit | vlf-pack --output out --now ${NOW}`;
const ZIP = "out/vlf_CS-P_VOSS-DEMO-1_license_2026-11-01_0300.zip";

describe("the packed archive", () => {
  test("unzip -t finds no fault", { skip: missing("unzip") }, async (t) => {
    const { stdout, status } = await bash(`${RUN} > /dev/null && unzip -t ${ZIP}`, emptyFolder(t));
    assert.equal(status, 0, stdout);
    assert.match(stdout, /^No errors detected in compressed data of /m);
  });

  test("Python's zipfile finds no fault and the same members", { skip: missing("python3") }, async (t) => {
    const script = `import sys, zipfile; z = zipfile.ZipFile(sys.argv[1]); print(z.testzip()); print("\\n".join(sorted(z.namelist())))`;
    const { stdout } = await bash(`${RUN} > /dev/null && python3 -c '${script}' ${ZIP}`, emptyFolder(t));
    const names = ["adaptation_log", "anonymous", "license", "patch"].flatMap((kind) => {
      const name = `2026-11-01_0300_license/vlf_CS-P_VOSS-DEMO-1_${kind}_2026-11-01_0300.${kind === "anonymous" ? "csv" : "json"}`;
      return [name, `${name}.hash`];
    });
    assert.equal(stdout, `None\n${["2026-11-01_0300_license/", ...names].sort().join("\n")}\n`);
  });

  test(
    "sha256sum -c accepts every hash, in the archive and beside the CSV",
    { skip: missing("unzip", "sha256sum") },
    async (t) => {
      const script = `${RUN} > /dev/null && unzip -q ${ZIP} && (cd 2026-11-01_0300_license && sha256sum -c *.hash) && cd out && sha256sum -c *.hash`;
      const { stdout, status } = await bash(script, emptyFolder(t));
      assert.equal(status, 0, stdout);
      assert.equal(stdout.match(/: OK$/gm)?.length, 5, stdout);
    },
  );

  test("verify accepts it, and finds a changed byte", async (t) => {
    const folder = emptyFolder(t);
    assert.equal((await bash(`${RUN} > /dev/null && vlf-pack verify out/*.zip out/*.csv`, folder)).status, 0);
    const change = `printf x | dd of=${ZIP} bs=1 seek=700 conv=notrunc status=none`;
    const { status, stderr } = await bash(`${change}; vlf-pack verify ${ZIP}`, folder);
    assert.equal(status, 2);
    assert.match(stderr, new RegExp(`^vlf-pack: error: verify "${ZIP}": `, "m"));
  });

  test("the same input gives the same bytes in any time zone, and again", async (t) => {
    const folder = emptyFolder(t);
    for (const zone of ["UTC", "America/St_Johns", "Pacific/Chatham"]) {
      await bash(`${RUN.replace("output out", `output ${zone}`)} > /dev/null`, folder, { TZ: zone });
    }
    const { stdout, status } = await bash(
      "diff -r UTC America/St_Johns && diff -r UTC Pacific/Chatham && echo same",
      folder,
    );
    assert.deepEqual([status, stdout], [0, "same\n"]);
    assert.ok(readFileSync(join(folder, ZIP.replace("out", "UTC"))).length > 1000);
  });
});

test(
  "customers collected in any order of lines give the same files",
  { skip: missing("shuf") },
  async (t) => {
    const folder = emptyFolder(t);
    const parts =
      "sed -n 1p a > b; sed '1d;$d' a | grep -v scope-end | shuf --random-source=a >> b; sed -n '$p' a | sed 's/\"scope-end\":[0-9]*/\"scope-end\":0/' >> b";
    const pack = (name: string): string =>
      `vlf-audit < ${name} | vlf-pack --now ${NOW} --output out-${name} > /dev/null`;
    const script = `vlf-collect demo --customers 3 --subscribers 60 --now ${NOW} > a; ${parts}; ${pack("a")} && ${pack("b")} && ! cmp -s a b && diff -r out-a out-b && echo same`;
    const { stdout, stderr } = await bash(script, folder);
    assert.equal(stdout, "same\n", stderr);
  },
);

test("customers audited apart give, joined, the rows of the whole", { skip: missing("jq") }, async (t) => {
  const folder = emptyFolder(t);
  const rows = `jq -c 'select(.type == "license-count" or .type == "license-profile")'`;
  // Each part holds what is above the customers and one customer: its lines up to and with its scope-end.
  const split = `awk -v part="$n" '/"type":"begin"/ { print; next } /"type":"end"/ { next } seen == 0 && /"hierarchy":"sys(\\.hcs(\\.CS-P(\\.CS-[NS]B)?)?)?"/ { print; next } seen == part { print } /"type":"scope-end"/ { seen += 1 }' whole`;
  const script = `vlf-collect demo --customers 3 --subscribers 60 --now ${NOW} > whole
    vlf-audit < whole | ${rows} | sort > joined-whole
    for n in 0 1 2; do ${split} | vlf-audit --allow-partial --quiet 2> /dev/null | ${rows}; done | sort > joined-parts
    wc -l < joined-whole; cmp joined-whole joined-parts && echo same`;
  const { stdout, stderr } = await bash(script, folder);
  assert.match(stdout, /^\d{2,}\nsame\n$/, stderr);
});
