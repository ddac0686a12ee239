/** A stream that was cut, counted in parts and joined gives the bytes of one run over the whole. */
import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, test } from "node:test";
import fc from "fast-check";
import { runInMemory, streamOf } from "@vlf/common/_testing";
import { DataError } from "@vlf/common/exit";
import { MODELS } from "@vlf/common/models";
import { SCHEMES } from "@vlf/common/schemes";
import type { Instance } from "@vlf/common/records";
import { randomSystem } from "../../tools/vlf-audit/src/_random.ts";
import {
  CUSTOMER,
  instance,
  node,
  nodes,
  phone,
  PROVIDER,
  SITE,
  user,
} from "../../tools/vlf-audit/src/_system.ts";
import { tool } from "../../tools/vlf-audit/src/cli.ts";
import { Cut, type Part } from "./cut.ts";

interface Cutting {
  /** The streams of the parts. */
  readonly texts: string[];
  readonly rest: string;
  readonly parts: readonly Part[];
}

const BEGIN = {
  type: "begin",
  schema: 1,
  tool: "vlf-collect",
  version: "9",
  run_id: "r",
  started_at: "2026-11-01T03:00:00Z",
  collected_at: "2026-11-01T02:00:00Z",
  platform: { hostname: "voss-1" },
  via: [{ tool: "jq", version: "" }],
};

async function cut(text: string, size: number, chunk = 4096): Promise<Cutting> {
  const texts: string[] = [];
  let rest = "";
  const waiting: Buffer[] = [];
  const cutting = new Cut(MODELS, size, {
    toPart: (part, bytes) => void (texts[part] = (texts[part] ?? "") + Buffer.from(bytes).toString()),
    toRest: (bytes) => void (rest += Buffer.from(bytes).toString()),
    toWaiting: (bytes) => void waiting.push(Buffer.from(bytes)),
  });
  const bytes = Buffer.from(text);
  for (let at = 0; at < bytes.length; at += chunk) {
    const own = Buffer.from(bytes.subarray(at, at + chunk));
    cutting.push(own);
    own.fill(0); // whoever gives chunks may use their memory again
  }
  await cutting.finish();
  if (cutting.hasWaiting) cutting.settle(Buffer.concat(waiting));
  return { parts: cutting.close(), texts, rest };
}

async function audit(
  text: string,
  schemes: string,
): Promise<{ status: number; stdout: string; stderr: string }> {
  return runInMemory(tool, ["--jobs", "1", "--scheme", schemes], { stdin: [Buffer.from(text)] });
}

/** Counts each part, and merges with the rest. */
async function spread({ texts, rest }: Cutting, schemes: string, reversed = false): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), "vlf-cut-"));
  try {
    const files: string[] = [];
    for (const [index, text] of texts.entries()) {
      const { status, stdout, stderr } = await audit(text, schemes);
      assert.equal(status, 0, stderr);
      files.push(join(folder, `part-${index}`));
      writeFileSync(files[index] as string, stdout);
    }
    writeFileSync(join(folder, "rest"), rest);
    if (reversed) files.reverse();
    const { stdout, stderr } = await runInMemory(tool, ["merge", "--rest", join(folder, "rest"), ...files]);
    assert.equal(stderr, "");
    return stdout;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const end = (hierarchy: string): { type: string; hierarchy: string } => ({ type: "scope-end", hierarchy });
const isIn = (path: string, { hierarchy }: Instance): boolean => `${hierarchy}.`.startsWith(`${path}.`);
const ALL = SCHEMES.join();

/** What else a stream may have: things above customers, records that pass through, the system's own counts. */
function extras(customers: readonly Instance[]): { type: string }[] {
  const pkid = customers[0]?.pkid ?? "";
  const counts = (at: string, data: Record<string, unknown>): Instance =>
    instance("data/LicenseAuditCounts", at, data);
  const finding = {
    type: "finding",
    code: "missing-field",
    severity: "info",
    message: "m",
    customer_pkid: "",
  };
  return [
    instance("data/Patch", "sys", { name: "P" }),
    instance("data/Patch", `${PROVIDER}.C1`, { name: "Ü" }),
    { ...instance("data/Adaptation", "sys.hcs", { name: "A" }), pkid: "twice" },
    { ...instance("data/Adaptation", "sys.hcs", { name: "A" }), pkid: "twice" },
    finding,
    { ...finding, count: 3 } as never,
    { ...finding, code: "zzz", customer_pkid: pkid } as never,
    { type: "unheard-of", of: "ours" } as never,
    counts(PROVIDER, { customer_pkid: pkid, provider_pkid: `n-${PROVIDER}`, user_licenses: 1 }),
    counts("sys.hcs", { customer_pkid: "nobody", user_licenses: 7 }),
    counts(`${PROVIDER}.R.C0`, { customer_pkid: "", provider_pkid: `n-${PROVIDER}`, user_licenses: 9 }),
    phone("SEP77", {}, PROVIDER),
    user("mgr", {}, "sys.hcs"),
    user("lost", {}, `${PROVIDER}.Lost`),
    user("lost in a customer", {}, `${PROVIDER}.R.C0.Lost`),
  ];
}

describe("cutting and joining", () => {
  for (const schemes of ["voss-4", "voss-5", "cisco-ucm,cisco-flex-3-nu", ALL]) {
    test(`gives the whole for any system, order and number of parts: ${schemes}`, async () => {
      const cuts = { several: 0 };
      await fc.assert(
        fc.asyncProperty(
          randomSystem(40),
          fc.boolean(),
          fc.infiniteStream(fc.nat()),
          fc.integer({ min: 1, max: 4 }),
          fc.integer({ min: 40, max: 5000 }),
          async (system, withExtras, dice, size, chunk) => {
            const customers = system.nodes.filter(({ data }) => data["node_type"] === "Customer");
            let all: { type: string }[] = [...system.nodes, ...system.instances];
            if (withExtras) all.push(...extras(customers));
            const order = dice.next().value % 3;
            if (order > 0) all = all.toSorted(() => (dice.next().value % 2) - 0.5);
            if (order < 2) {
              // Customer by customer, with the end of each; the nodes of some may stand elsewhere.
              const sorted = all.filter(
                (one) => !customers.some(({ hierarchy }) => isIn(hierarchy, one as Instance)),
              );
              for (const { hierarchy } of customers) {
                sorted.push(...all.filter((one) => isIn(hierarchy, one as Instance)), end(hierarchy));
              }
              if (dice.next().value % 2 === 0) sorted.push(end(PROVIDER));
              all = sorted;
            }
            const text = streamOf(BEGIN, all);
            const whole = await audit(text, schemes);
            assert.equal(whole.status, 0, whole.stderr);
            const cutting = await cut(text, size, chunk);
            if (cutting.texts.length > 1) cuts.several += 1;
            assert.equal(await spread(cutting, schemes, size % 2 === 0), whole.stdout);
          },
        ),
        { numRuns: 60 },
      );
      assert.ok(cuts.several > 10);
    });
  }

  test("keeps customers within customers in one part, whatever comes first", async () => {
    const inner = `${CUSTOMER}.In`;
    const records = [
      node(`${inner}.S`, "Site"),
      node(inner, "Customer"),
      user("ann", {}, `${inner}.S`),
      ...nodes(),
      user("bob"),
      node(`${PROVIDER}.C2`, "Customer"),
      end(inner),
      end(CUSTOMER),
    ];
    for (const all of [records, records.toSorted((a, b) => (a.type < b.type ? -1 : 1))]) {
      const text = streamOf(BEGIN, all);
      const cutting = await cut(text, 8);
      assert.deepEqual(
        cutting.parts.map(({ customers }) => [...customers.keys()].toSorted()),
        [[CUSTOMER, inner], [`${PROVIDER}.C2`]],
      );
      assert.equal(await spread(cutting, ALL), (await audit(text, ALL)).stdout);
    }
  });

  test("refuses customers of several parts below a customer that comes after them", async () => {
    const records = [
      node(`${CUSTOMER}.A`, "Customer"),
      node(`${CUSTOMER}.B`, "Customer"),
      node(CUSTOMER, "Customer"),
    ];
    await assert.rejects(cut(streamOf(BEGIN, records), 2), /came before it and are in 2 parts/);
    await cut(streamOf(BEGIN, records), 1);
  });

  test("ends the scope of a customer in its part, unless something of it waits", async () => {
    const early = user("early");
    for (const [first, ends] of [
      [[], 1],
      [[early], 0],
    ] as const) {
      const { texts } = await cut(streamOf(BEGIN, [...first, ...nodes(), user("x"), end(CUSTOMER)]), 1);
      assert.equal(texts[0]?.split('"type":"scope-end"').length, ends + 1);
    }
  });

  test("takes a line in another form than our writers' as what it says", async () => {
    const odd = `{"hierarchy":"${SITE}","type":"instance","model":"device/cucm/Phone","pkid":"q","data":{"name":"SEP9"}}`;
    const later = `{"type":"instance","model":"device/cucm/Phone","pkid":"q2","hierarchy":"sys\\u002ehcs","data":{}}`;
    const records = [...nodes(), phone("SEP1")];
    const text = streamOf(BEGIN, records, [...records, phone("a"), phone("b")]).replace(
      /(?=\{"type":"end")/,
      `${odd}\n\n${later}\n`,
    );
    const cutting = await cut(text, 2);
    assert.equal(cutting.texts.length, 2);
    assert.equal(await spread(cutting, ALL), (await audit(text, ALL)).stdout);
  });

  test("refuses what one run refuses, in its words", async () => {
    const good = streamOf(BEGIN, [...nodes(), user("x"), end(CUSTOMER)]);
    const late = streamOf(BEGIN, [...nodes(), end(CUSTOMER), user("x")]);
    const lines = good.split("\n");
    for (const bad of [
      late,
      good.slice(0, -40),
      good.slice(0, good.indexOf('{"type":"end"')),
      good.replace('"instance":8', '"instance":9'),
      "",
      lines.toSpliced(3, 0, "{").join("\n"),
      lines.toSpliced(3, 0, '{"model":"x"}').join("\n"),
      lines.slice(1).join("\n"),
    ]) {
      const whole = await audit(bad, "voss-4");
      assert.equal(whole.status, 2);
      const problem = await cut(bad, 2).then(
        () => "none",
        (error: unknown) => (error as Error).message,
      );
      assert.equal(`vlf-audit: error: ${problem}`, whole.stderr.split("\n")[0]);
    }
  });

  test("refuses a line without an end as soon as it is too long", () => {
    const cutting = new Cut(MODELS, 1, { toPart: () => {}, toRest: () => {}, toWaiting: () => {} });
    const chunk = Buffer.alloc(1 << 20, "x");
    assert.throws(() => {
      for (let pushed = 0; pushed < 20; pushed += 1) cutting.push(chunk);
    }, /read stdin:1: line is longer than 16777216 bytes/);
  });

  test("refuses input without customers, and two providers of one pkid", async () => {
    const above = nodes().filter(({ hierarchy }) => !hierarchy.startsWith(CUSTOMER));
    await assert.rejects(cut(streamOf(BEGIN, above), 2), DataError);
    const twice = [...nodes(), node("sys.hcs.Other", "Provider", `n-${PROVIDER}`)];
    await assert.rejects(cut(streamOf(BEGIN, twice), 2), /are two providers with the pkid "n-sys.hcs.Prov"/);
  });
});
