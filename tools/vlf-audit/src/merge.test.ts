/** Merging: the parts of a system are the whole again, and what does not fit together is refused. */
import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, test } from "node:test";
import fc from "fast-check";
import { type Ran, runInMemory, streamOf } from "@vlf/common/_testing";
import type { Instance } from "@vlf/common/records";
import { tool } from "./cli.ts";
import { randomSystem } from "./_random.ts";
import { CUSTOMER, instance, node, nodes, phone, PROVIDER, user, vossUser } from "./_system.ts";

const BEGIN = {
  type: "begin",
  schema: 1,
  tool: "vlf-collect",
  version: "9",
  run_id: "r",
  started_at: "2026-11-01T03:00:00Z",
  collected_at: "2026-11-01T02:00:00Z",
  platform: { hostname: "voss-1" },
};

async function count(records: readonly { type: string }[], begin: object = BEGIN): Promise<string> {
  const { stdout, status } = await runInMemory(tool, ["--jobs", "1"], {
    stdin: [Buffer.from(streamOf(begin as never, records))],
  });
  assert.equal(status, 0);
  return stdout;
}

/** Merges these outputs of vlf-audit, as files a, b, c. */
async function merge(...parts: readonly string[]): Promise<Ran> {
  const folder = mkdtempSync(join(tmpdir(), "vlf-merge-"));
  try {
    const files = parts.map((text, index) => {
      const path = join(folder, "abcdef".charAt(index));
      writeFileSync(path, text);
      return path;
    });
    const ran = await runInMemory(tool, ["merge", ...files]);
    return { ...ran, stderr: ran.stderr.replaceAll(`${folder}/`, "") };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** The lines behind the begin record. */
const body = (text: string): string[] => text.split("\n").slice(1);

const ABOVE = nodes().filter(({ hierarchy }) => !hierarchy.startsWith(CUSTOMER));
const FIRST = [...nodes(), user("anna"), instance("data/Patch", "sys", { name: "P" })];
const OTHER = `${PROVIDER}.Resel.Other`;
const SECOND: readonly Instance[] = [
  ...ABOVE,
  node(OTHER, "Customer", "0ther"),
  node(`${OTHER}.S`, "Site"),
  phone("SEP9", {}, `${OTHER}.S`),
];

describe("vlf-audit merge", () => {
  test("gives the whole for any partition of a system by customer, in any order of the parts", async () => {
    await fc.assert(
      fc.asyncProperty(
        randomSystem(60),
        fc.array(fc.nat(2), { minLength: 3, maxLength: 3 }),
        fc.boolean(),
        async ({ nodes: own, instances }, places, reversed) => {
          const all = [...own, ...instances];
          const customers = own.filter(({ data }) => data["node_type"] === "Customer");
          const customerOf = ({ hierarchy }: Instance): number =>
            customers.findIndex((one) => `${hierarchy}.`.startsWith(`${one.hierarchy}.`));
          const parts = [0, 1, 2].map((part) =>
            all.filter((one) => customerOf(one) < 0 || places[customerOf(one)] === part),
          );
          const counted = await Promise.all(parts.map((part) => count(part)));
          const merged = await merge(...(reversed ? counted.toReversed() : counted));
          assert.equal(merged.stderr, "");
          assert.deepEqual(body(merged.stdout), body(await count(all)));
        },
      ),
      { numRuns: 60 },
    );
  });

  test("keeps the begin record of the part that was collected first, and names itself in it", async () => {
    const late = { ...BEGIN, collected_at: "2026-11-01T05:00:00Z", run_id: "late" };
    const { records } = await merge(await count(SECOND, late), await count(FIRST));
    assert.deepEqual(records[0], {
      ...BEGIN,
      via: [
        { tool: "vlf-audit", version: "0.1.0" },
        { tool: "vlf-audit", version: "0.1.0" },
      ],
    });
  });

  test("passes on records of other types, and packs like the whole", async () => {
    const { records } = await merge(await count([...FIRST, { type: "unheard-of" }]), await count(SECOND));
    assert.deepEqual(
      records.map(({ type }) => type).filter((type, index, all) => type !== all[index - 1]),
      [
        "begin",
        "unheard-of",
        "instance",
        "license-count",
        "license-profile",
        "license-count",
        "license-profile",
        "end",
      ],
    );
  });

  test("refuses a customer that is in two parts", async () => {
    const { status, stdout, stderr } = await merge(
      await count(FIRST),
      await count(SECOND),
      await count(FIRST),
    );
    assert.equal(status, 2);
    assert.equal(stdout, "");
    assert.match(
      stderr,
      /^vlf-audit: error: read c:\d+: customer "c0ffee" is in "a" as well: parts must not overlap\n/,
    );
  });

  test("refuses a part that was cut off, and says which", async () => {
    const text = await count(SECOND);
    const { status, stdout, stderr } = await merge(
      await count(FIRST),
      text.slice(0, text.indexOf('{"type":"end"')),
    );
    assert.equal(status, 2);
    assert.equal(stdout, "");
    assert.match(stderr, /^vlf-audit: error: read b: input ends after line \d+ without an end record\n/);
  });

  test("refuses parts of two systems: another platform, another patch", async () => {
    const other = { ...BEGIN, platform: { hostname: "voss-2" } };
    const { stderr } = await merge(await count(FIRST), await count(SECOND, other));
    assert.match(
      stderr,
      /read b: platform hostname is "voss-2", in a "voss-1": they are not of one system\n/,
    );
    const patches = ["P1", "P2"].map((name) => ({ ...instance("data/Patch", "sys", { name }), pkid: "p" }));
    const parts = await Promise.all(
      [FIRST, SECOND].map((part, i) => count([...part, patches[i] as Instance])),
    );
    const ran = await merge(...parts);
    assert.match(ran.stderr, /"data\/Patch p" differs between the parts: they are not of one system\n/);
  });

  test("refuses parts that hold different things above customers", async () => {
    const above = phone("SEP1", {}, PROVIDER);
    const { stderr } = await merge(
      await count([...FIRST, above]),
      await count([...SECOND, above, phone("SEP2", {}, PROVIDER)]),
    );
    assert.match(
      stderr,
      /finding "outside-customer device\/cucm\/Phone" has count 2, and 1 in "a": the parts do not hold the same above customers\n/,
    );
  });

  test("a part without customers adds nothing, and says nothing", async () => {
    const whole = await merge(await count(FIRST), await count(ABOVE));
    assert.deepEqual(body(whole.stdout), body(await count(FIRST)));
    const none = await merge(await count(ABOVE), await count(ABOVE));
    assert.equal(none.records.filter(({ type }) => type === "finding").length, 1);
  });

  describe("with the rest of the stream that was cut", () => {
    const rest = (begin: object = BEGIN, ...records: { type: string }[]): string =>
      streamOf(begin as never, records);

    async function mergeRest(restText: string, ...parts: readonly string[]): Promise<Ran> {
      const folder = mkdtempSync(join(tmpdir(), "vlf-merge-"));
      try {
        const files = [restText, ...parts].map((text, index) => {
          const path = join(folder, "rabcdef".charAt(index));
          writeFileSync(path, text);
          return path;
        });
        const ran = await runInMemory(tool, ["merge", "--rest", ...files]);
        return { ...ran, stderr: ran.stderr.replaceAll(`${folder}/`, "") };
      } finally {
        rmSync(folder, { recursive: true });
      }
    }
    const plain = [...nodes(), user("anna")];

    test("gives the bytes of one run, its first and last record too", async () => {
      const patch = instance("data/Patch", "sys", { name: "P" });
      const finding = { type: "finding", code: "c", severity: "info", message: "m", customer_pkid: "" };
      const all = [...plain, patch, patch, finding, { type: "unheard-of" }, finding];
      const { stdout } = await mergeRest(
        rest(BEGIN, finding, patch, { type: "unheard-of" }, patch, finding),
        await count(plain),
        await count(SECOND),
      );
      assert.equal(stdout, await count([...all, ...SECOND.slice(ABOVE.length)]));
    });

    test("refuses a part of another stream, and of another version", async () => {
      const other = await mergeRest(rest({ ...BEGIN, run_id: "other" }), await count(plain));
      assert.equal(other.status, 2);
      assert.equal(other.stdout, "");
      assert.match(
        other.stderr,
        /read a: not a part of that stream: its begin record is not that of the rest\n/,
      );
      const old = (await count(plain)).replace(
        '"vlf-audit","version":"0.1.0"',
        '"vlf-audit","version":"0.0.9"',
      );
      const { stderr } = await mergeRest(rest(), old);
      assert.match(
        stderr,
        /read a: not a part of that stream: it was counted by vlf-audit 0\.0\.9, this is vlf-audit 0\.1\.0\n/,
      );
    });

    test("refuses what belongs into the rest in a part, and what belongs into a part in the rest", async () => {
      const inPart = await mergeRest(rest(), await count([...plain, { type: "unheard-of" }]));
      assert.match(
        inPart.stderr,
        /read a:2: "unheard-of" record, which belongs into the rest and into no part\n/,
      );
      const inRest = await mergeRest(rest(BEGIN, user("anna")), await count(plain));
      assert.match(inRest.stderr, /read r:2: a device\/cucm\/User, which belongs into a part\n/);
    });

    test("refuses customers and something outside of them in one part", async () => {
      const { stderr } = await mergeRest(rest(), await count([...plain, phone("SEP1", {}, PROVIDER)]));
      assert.match(stderr, /read a: customers, and something outside of them \("outside-customer"\)\n/);
      const five = await runInMemory(tool, ["--scheme", "voss-5", "--jobs", "1"], {
        stdin: [
          Buffer.from(
            streamOf(BEGIN, [...plain, user("x", {}, PROVIDER), vossUser({ username: "x" }, PROVIDER)]),
          ),
        ],
      });
      const ran = await mergeRest(rest(), five.stdout);
      assert.match(ran.stderr, /read a: customers, and something outside of them/);
    });
  });

  test("keeps a finding about each of two providers", async () => {
    const finding = {
      type: "finding",
      code: "row-without-voss-count",
      severity: "warning",
      customer_pkid: "",
      count: 1,
    };
    const both = ["one", "two"].map((message) => ({ ...finding, message }));
    const { records } = await merge(streamOf(BEGIN, both), streamOf(BEGIN, both));
    assert.deepEqual(records.slice(1, -1), both);
  });

  test("refuses a profile without its customer, and a file that is not there", async () => {
    const profile = {
      type: "license-profile",
      scheme: "voss-4",
      customer_pkid: "x",
      export: "customer",
      profile: { public_sector: false, inactive_billing: false, sites: 0 },
      count: 1,
    };
    const { stderr } = await merge(streamOf(BEGIN, [profile]));
    assert.match(stderr, /read a:2: a license-profile without the license-count of its customer before it\n/);
    const gone = await runInMemory(tool, ["merge", "/nowhere"]);
    assert.equal(gone.status, 2);
    assert.equal(gone.stderr, "vlf-audit: error: read /nowhere: no such file or folder (ENOENT)\n");
    const none = await runInMemory(tool, ["merge"]);
    assert.match(none.stderr, /merge wants the files of the parts/);
  });
});
