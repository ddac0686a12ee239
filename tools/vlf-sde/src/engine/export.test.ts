import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import { exportOf, instance, type Line, node, phone, PHONES, user } from "./_testing.ts";

const P = "sys.hcs.P";
const A = `${P}.A`;
const B = `${P}.B`;

const ABOVE: readonly Line[] = [
  node("sys", ""),
  node("sys.hcs", ""),
  node(P, "Provider"),
  phone(P, "SEP-P"),
  instance("data/Countries", "sys", { country_name: "Norway" }, "c-1"),
];
const OF_A: readonly Line[] = [
  node(A, "Customer"),
  node(`${A}.A1`, "Site"),
  node(`${A}.A2`, "Site"),
  phone(`${A}.A1`, "SEP2"),
  phone(`${A}.A1`, "SEP1"),
  phone(`${A}.A2`, "SEP1"),
  phone(A, "SEP9"),
  user(`${A}.A1`, "ann"),
];
const OF_B: readonly Line[] = [
  node(B, "Customer"),
  node(`${B}.B1`, "Site"),
  phone(`${B}.B1`, "SEP1"),
  user(B, "bob"),
  user(B, "cy"),
];
const END_A: Line = { type: "scope-end", hierarchy: A };
const END_B: Line = { type: "scope-end", hierarchy: B };
const ALL: readonly Line[] = [...ABOVE, ...OF_A, END_A, ...OF_B, END_B];

/** The lines in another order, each scope-end after the lines of its customer. */
function shuffled(lines: readonly Line[]): fc.Arbitrary<readonly Line[]> {
  return fc.shuffledSubarray([...lines], { minLength: lines.length }).map((order) => {
    const result = order.filter(({ type }) => type !== "scope-end");
    for (const end of order) {
      if (end.type !== "scope-end") continue;
      const last = result.findLastIndex(({ hierarchy }) => `${hierarchy}.`.startsWith(`${end.hierarchy}.`));
      result.splice(last + 1, 0, end);
    }
    return result;
  });
}

describe("the order of input", () => {
  const expected = exportOf(ALL).files;

  test("does not show, with or without scope-end, whatever waits on disk", () => {
    fc.assert(
      fc.property(
        shuffled(ALL),
        fc.boolean(),
        fc.constantFrom(1, 300, 1000, 1e9),
        (lines, isClosed, bufferBytes) => {
          const given = isClosed ? lines : lines.filter(({ type }) => type !== "scope-end");
          assert.deepEqual(exportOf(given, { bufferBytes }).files, expected);
        },
      ),
    );
  });

  test("does not show where the provider comes after its customers: they wait for it", () => {
    const provider = ABOVE.find(({ hierarchy }) => hierarchy === P);
    assert.ok(provider);
    const lines = [...ALL.filter((line) => line !== provider), provider];
    const { files, rows } = exportOf(lines);
    assert.deepEqual(files, expected);
    assert.equal(rows["phones"]?.[1]?.["provider"], "P");
  });

  test("a customer without a known provider is exported at the end, with all of its own", () => {
    const { rows } = exportOf([...OF_A, END_A]);
    assert.deepEqual(
      rows["phones"]?.map(({ name, users }) => [name, users]),
      [
        ["SEP9", 1],
        ["SEP1", 1],
        ["SEP2", 1],
        ["SEP1", 1],
      ],
    );
  });
});

describe("the order of rows", () => {
  test("by hierarchy segment by segment, so that what is below a node stands together, then by key", () => {
    const { rows } = exportOf([
      node(P, "Provider"),
      node(`${A}-1`, "Customer"),
      phone(`${A}-1`, "x"),
      ...OF_A,
    ]);
    assert.deepEqual(
      rows["phones"]?.map(({ hierarchy, name }) => `${String(hierarchy)} ${String(name)}`),
      [`${A} SEP9`, `${A}.A1 SEP1`, `${A}.A1 SEP2`, `${A}.A2 SEP1`, `${A}-1 x`],
    );
  });

  test("of rows with the same key by their text", () => {
    const twins = ["b", "a", "c"].map((text) =>
      instance("device/cucm/Phone", A, { name: "SEP", description: text }),
    );
    const { rows } = exportOf([node(P, "Provider"), node(A, "Customer"), ...twins]);
    assert.deepEqual(
      rows["phones"]?.map(({ description }) => description),
      ["a", "b", "c"],
    );
  });

  test("by UTF-16 code units, which is not the order of the bytes in the file", () => {
    const texts = ["\ufffd", "\ud83d\ude00", "\ud7ff"];
    const twins = texts.map((text) => instance("device/cucm/Phone", A, { name: "SEP", description: text }));
    const { rows } = exportOf([node(P, "Provider"), node(A, "Customer"), ...twins]);
    assert.deepEqual(
      rows["phones"]?.map(({ description }) => description),
      texts.toSorted(),
    );
  });

  test("rows above customers stand where their node belongs", () => {
    const between = `${P}.AA`;
    const { rows } = exportOf([...ALL, node(between, "IntermediateNode"), phone(between, "mid")]);
    const paths = rows["phones"]?.map(({ hierarchy }) => hierarchy);
    assert.deepEqual(paths, [P, A, `${A}.A1`, `${A}.A1`, `${A}.A2`, between, `${B}.B1`]);
  });

  test("a customer below another one: each row in the scope of its own, and all in order", () => {
    const inner = `${A}.A1`;
    const lines = [
      node(P, "Provider"),
      node(A, "Customer"),
      node(inner, "Customer"),
      node(`${A}.A2`, "Site"),
      ...[A, inner, `${A}.A2`].map((path) => phone(path, "SEP")),
      user(inner, "in1"),
      user(inner, "in2"),
    ];
    const { files, rows } = exportOf(lines);
    assert.deepEqual(
      rows["phones"]?.map(({ hierarchy, users }) => [hierarchy, users]),
      [
        [A, 0],
        [inner, 2],
        [`${A}.A2`, 0],
      ],
    );
    const ends: Line[] = [
      { type: "scope-end", hierarchy: inner },
      { type: "scope-end", hierarchy: A },
    ];
    assert.deepEqual(exportOf([...lines, ...ends]).files, files);
    assert.deepEqual(exportOf([...lines, ...ends.slice(1)]).files, files);
  });
});

describe("blocks", () => {
  test("rows beyond the size of a block are all there, in order, in whatever order they came", () => {
    const long = "x".repeat(2_000);
    const phones = Array.from({ length: 1_500 }, (_, i) =>
      phone(`${A}.A1`, `SEP${String(i).padStart(5, "0")}`, long),
    );
    const lines = [node(P, "Provider"), node(A, "Customer"), ...phones];
    const { files, rows } = exportOf(lines, { reports: [PHONES] });
    assert.deepEqual(
      rows["phones"]?.map(({ name }) => name),
      phones.map(({ data }) => data["name"]),
    );
    assert.deepEqual(exportOf(lines.toReversed(), { reports: [PHONES] }).files, files);
  });

  test("no rows: an empty list and nothing else", () => {
    assert.deepEqual(exportOf([node(P, "Provider"), node(A, "Customer")]).rows, { phones: [], sites: [] });
  });

  test("many small customers are compressed together, and every row is there", () => {
    const lines: Line[] = [node(P, "Provider")];
    for (let i = 0; i < 500; i += 1) {
      const customer = `${P}.C${String(i).padStart(3, "0")}`;
      lines.push(node(customer, "Customer"), phone(customer, "SEP", "e\u0301ó \u2028 \ud83d\ude00"));
      lines.push({ type: "scope-end", hierarchy: customer });
    }
    const { files, rows } = exportOf(lines, { reports: [PHONES] });
    assert.equal(rows["phones"]?.length, 500);
    assert.equal(rows["phones"]?.[7]?.["description"], "e\u0301ó \u2028 \ud83d\ude00");
    assert.ok((files["phones"]?.length ?? 0) < 10_000, `${files["phones"]?.length} bytes`);
  });
});

describe("reports on the whole system", () => {
  test("see what comes after the customers, and types of nodes that are forgotten", () => {
    const countries = [1, 2].map((i) => instance("data/Countries", "sys", { country_name: `C${i}` }));
    const { rows } = exportOf([...ALL, ...countries]);
    assert.deepEqual(rows["sites"], [
      { hierarchy: `${A}.A1`, countries: 3 },
      { hierarchy: `${A}.A2`, countries: 3 },
      { hierarchy: `${B}.B1`, countries: 3 },
    ]);
  });
});

describe("input that is wrong", () => {
  test("an instance after the end of its scope: line, path and scope are named", () => {
    for (const late of [phone(`${A}.A1`, "late"), phone(A, "late"), node(`${A}.A9`, "Site")]) {
      assert.throws(() => exportOf([...ABOVE, ...OF_A, END_A, late]), {
        name: "DataError",
        message: `read stdin:15: an instance at "${late.hierarchy}", but the scope of "${A}" has ended`,
      });
    }
  });

  test("also of a customer that still waits for its provider, and of one that waits on disk", () => {
    for (const bufferBytes of [1, 1e9]) {
      assert.throws(() => exportOf([...OF_A, END_A, phone(`${A}.A1`, "late")], { bufferBytes }), {
        message: /the scope of "sys\.hcs\.P\.A" has ended$/,
      });
    }
  });

  test("an instance of a model that no report reads is not looked at", () => {
    assert.deepEqual(exportOf([...ALL, instance("data/Other", `${A}.A1`, {})]).files, exportOf(ALL).files);
  });

  test("two different nodes at one path", () => {
    assert.throws(() => exportOf([node(A, "Customer"), node(A, "Site")]), {
      message: `export: two different data/HierarchyNode instances are at "${A}"`,
    });
  });

  test("instances and no hierarchy: no customer can be told", () => {
    assert.throws(() => exportOf([phone(A, "SEP")]), {
      message: "export: 1 instances but no data/HierarchyNode: no customer can be told",
      hint: "collect data/HierarchyNode as well",
    });
  });

  test("nothing at all is an export without rows", () => {
    assert.deepEqual(exportOf([]).rows, { phones: [], sites: [] });
  });
});

describe("findings", () => {
  test("an instance that comes twice is one row, the same whichever came first", () => {
    const twins = ["old", "new"].map((text) =>
      instance("device/cucm/Phone", `${A}.A1`, { name: "SEP1", description: text }, "same"),
    );
    const lines = [node(P, "Provider"), node(A, "Customer"), node(`${A}.A1`, "Site"), ...twins];
    const { files, findings, rows } = exportOf(lines);
    assert.deepEqual(
      rows["phones"]?.map(({ description }) => description),
      ["new"],
    );
    assert.deepEqual(findings, [
      {
        type: "finding",
        code: "duplicate-instance",
        severity: "warning",
        message: "an instance occurs more than once: exported once",
        customer_pkid: `n-${A}`,
        model: "device/cucm/Phone",
        count: 1,
      },
    ]);
    assert.deepEqual(exportOf(lines.toReversed()).files, files);
  });

  test("instances at a node that is not in the input", () => {
    const { findings } = exportOf([...ABOVE, ...OF_A, phone(`${A}.A7`, "x"), phone(`${A}.A7`, "y"), END_A]);
    assert.deepEqual(
      findings.map(({ code, severity, customer_pkid, count }) => ({ code, severity, customer_pkid, count })),
      [{ code: "unknown-node", severity: "error", customer_pkid: `n-${A}`, count: 2 }],
    );
  });

  test("none for a system with nothing odd about it", () => {
    assert.deepEqual(exportOf(ALL).findings, []);
  });
});

test("fields that no report reads make no difference", () => {
  const more = ALL.map((line): Line =>
    line.type === "instance" ? { ...line, data: { ...line.data, secret: { deep: [1, 2, 3] } } } : line,
  );
  assert.deepEqual(exportOf(more, { bufferBytes: 1 }).files, exportOf(ALL).files);
});

test("what waits on disk is written once and read once, without fields that no report reads", () => {
  const stored: string[] = [];
  const read: number[] = [];
  const lines = OF_A.map((line): Line =>
    line.type === "instance" ? { ...line, data: { ...line.data, secret: "s3" } } : line,
  );
  exportOf([...ABOVE, ...lines, END_A], {
    reports: [PHONES],
    bufferBytes: 1,
    openStore: (name) => {
      let bytes = Buffer.alloc(0);
      return {
        append(more) {
          if (name === "waiting") stored.push(Buffer.from(more).toString());
          bytes = Buffer.concat([bytes, more]);
          return bytes.length - more.length;
        },
        read(offset, length) {
          if (name === "waiting") read.push(offset);
          return bytes.subarray(offset, offset + length);
        },
      };
    },
  });
  assert.equal(stored.length, 6, "four phones and a user of the customer, and one phone above it");
  assert.equal(new Set(read).size, read.length);
  assert.equal(read.length, 6);
  assert.doesNotMatch(stored.join(""), /s3/);
});
