import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import { MODELS } from "@vlf/common/models";
import { one, type One, scopeOf } from "../reports/_system.ts";
import { type External, ExternalNumbers } from "./e164.ts";

const C = "sys.hcs.P.R.C";
const S = `${C}.S`;

function block(node: string, dn: unknown, number: unknown, range: unknown = "10"): One {
  return one("e164Block", node, { dnNumber: dn, e164Number: number, range });
}

function many(node: string, dn: string, ranges: unknown, primary?: unknown, pkid = ""): One {
  return one("e164Multiple", node, { dnNumber: dn, e164Ranges: ranges, primaryE164: primary }, pkid);
}

function of(dn: string, instances: readonly One[], path = S): External {
  return new ExternalNumbers(scopeOf(instances), MODELS).of(dn, path);
}

const e164 = (...args: Parameters<typeof of>): string => of(...args).e164;

describe("blocks of numbers, N-to-N", () => {
  const CASES: readonly (readonly [title: string, dn: string, instance: One, expected: string])[] = [
    ["the first DN has the first number", "8000", block(S, "8000", "\\+4420"), "\\+4420"],
    ["DN + k has number + k", "8007", block(S, "8000", "\\+4420"), "\\+4427"],
    ["the last of ten", "8009", block(S, "8000", "\\+4420"), "\\+4429"],
    ["the eleventh has none", "8010", block(S, "8000", "\\+4420"), ""],
    ["the one before has none", "7999", block(S, "8000", "\\+4420"), ""],
    ["a range of 1", "8000", block(S, "8000", "\\+4420", 1), "\\+4420"],
    ["beyond a range of 1", "8001", block(S, "8000", "\\+4420", 1), ""],
    ["a range of 100", "8099", block(S, "8000", "\\+44200", "100"), "\\+44299"],
    ["a range of 1000", "8999", block(S, "8000", "\\+442000", "1000"), "\\+442999"],
    ["a block that begins in the middle", "8014", block(S, "8005", "\\+4420"), "\\+4429"],
    ["and its end", "8015", block(S, "8005", "\\+4420"), ""],
    ["zeros in front are kept", "0009", block(S, "0000", "0090"), "0099"],
    ["a DN of another length is another DN", "009", block(S, "0000", "0090"), ""],
    ["a DN with a prefix", "\\+155549", block(S, "\\+155545", "\\+331"), "\\+335"],
    ["a prefix that differs", "155549", block(S, "\\+155545", "\\+331"), ""],
    ["a number that gains a digit", "8001", block(S, "8000", "99"), "100"],
    ["numbers of 15 digits", "8009", block(S, "8000", "\\+999000000000090"), "\\+999000000000099"],
    ["a DN that ends in a wildcard is itself only", "80XX", block(S, "80XX", "\\+4420", "100"), "\\+4420"],
    ["numbers as JSON numbers", "8007", block(S, 8000, 4420, 10), "4427"],
    ["a range that is missing stands for one", "8000", block(S, "8000", "\\+4420", null), "\\+4420"],
    ["and for no more", "8001", block(S, "8000", "\\+4420", null), ""],
    ["a range that makes no sense stands for one", "8001", block(S, "8000", "\\+4420", "many"), ""],
    ["a range beyond 1000 as well", "8001", block(S, "8000", "\\+4420", "100000"), ""],
    ["a block without a number", "8000", block(S, "8000", ""), ""],
    ["a block without a DN", "", block(S, "", "\\+4420"), ""],
  ];
  for (const [title, dn, instance, expected] of CASES) {
    test(`${title}: ${dn}`, () =>
      assert.deepEqual(of(dn, [instance]), { e164: expected, members: undefined }));
  }

  test("of blocks with the same digits that of the prefix counts", () => {
    const both = [block(S, "8000", "11"), block(S, "\\+8000", "22")];
    assert.equal(e164("8003", both), "14");
    assert.equal(e164("\\+8003", both), "25");
  });

  test("the smallest of two blocks counts, whichever comes first", () => {
    const both = [block(S, "8000", "\\+1000", "100"), block(S, "8005", "\\+2000", "1")];
    assert.equal(e164("8005", both), "\\+2000");
    assert.equal(e164("8005", both.toReversed()), "\\+2000");
    assert.equal(e164("8006", both), "\\+1006");
  });

  test("of two blocks of one size the first by pkid counts, whichever comes first", () => {
    const both = [
      one("e164Block", S, { dnNumber: "8000", e164Number: "11", range: "10" }, "b"),
      one("e164Block", S, { dnNumber: "8000", e164Number: "22", range: "10" }, "a"),
    ];
    assert.equal(e164("8000", both), "22");
    assert.equal(e164("8000", both.toReversed()), "22");
  });
});

describe("many numbers of one DN, N-to-1", () => {
  const ranges = [
    { e164Number: "\\+4410", range: "10" },
    { e164Number: "\\+4420", range: 1 },
  ];
  const members = [
    { e164_number: "\\+4410", e164_range: "10" },
    { e164_number: "\\+4420", e164_range: "1" },
  ];

  test("the primary number is the number, all are members", () => {
    assert.deepEqual(of("9", [many(S, "9", ranges, "\\+4420")]), { e164: "\\+4420", members });
  });

  for (const none of [undefined, null, ""]) {
    test(`without a primary (${JSON.stringify(none)}) the first member is the number`, () => {
      assert.deepEqual(of("9", [many(S, "9", ranges, none)]), { e164: "\\+4410", members });
    });
  }

  test("a single range comes as an object", () => {
    assert.deepEqual(of("9", [many(S, "9", ranges[0])]), { e164: "\\+4410", members: members.slice(0, 1) });
  });

  test("a member without a range is one number, one without a number is none", () => {
    const found = of("9", [many(S, "9", [{ e164Number: "5" }, { range: "10" }])]);
    assert.deepEqual(found, { e164: "5", members: [{ e164_number: "5", e164_range: "1" }] });
  });

  test("an association without members has no list", () => {
    assert.deepEqual(of("9", [many(S, "9", [], "7")]), { e164: "7", members: undefined });
  });

  test("several associations of one DN are one, by pkid", () => {
    const both = [many(S, "9", ranges[1], "", "b"), many(S, "9", ranges[0], "", "a")];
    assert.deepEqual(of("9", both), { e164: "\\+4410", members });
    assert.deepEqual(of("9", both.toReversed()), { e164: "\\+4410", members });
  });

  test("counts before a block of the same node", () => {
    assert.equal(e164("9", [block(S, "9", "block"), many(S, "9", ranges)]), "\\+4410");
  });
});

describe("the nearest node counts", () => {
  const both = [block(C, "8000", "11"), block(S, "8000", "22")];

  test("the site before the customer", () => assert.equal(e164("8000", both), "22"));
  test("the customer's own for an item of the customer", () => assert.equal(e164("8000", both, C), "11"));
  test("the customer's for a site without one", () => assert.equal(e164("8000", both, `${C}.T`), "11"));
  test("none of another site", () => assert.equal(e164("8000", both.slice(1), `${C}.T`), ""));
  test("none of a site for an item above it", () => assert.equal(e164("8000", both.slice(1), C), ""));
  test("a site's for a node beneath it", () => assert.equal(e164("8000", both, `${S}.F`), "22"));

  test("a block of the site before many numbers of the customer, which then gives no members", () => {
    const found = of("8000", [many(C, "8000", [{ e164Number: "1", range: "1" }]), block(S, "8000", "22")]);
    assert.deepEqual(found, { e164: "22", members: undefined });
  });
});

test("any DN has the number that a look at every block gives", () => {
  const sized = fc.record({
    node: fc.constantFrom(C, S),
    first: fc.integer({ min: 0, max: 3000 }),
    size: fc.constantFrom(1, 10, 100, 1000),
  });
  const asked = fc.record({ dn: fc.integer({ min: 0, max: 4000 }), path: fc.constantFrom(C, S, `${C}.T`) });
  fc.assert(
    fc.property(fc.array(sized, { maxLength: 6 }), fc.array(asked, { minLength: 1 }), (blocks, asks) => {
      const four = (number: number): string => String(number).padStart(4, "0");
      // Each block has numbers of its own: 1 and its place, then the DN.
      const numbers = new ExternalNumbers(
        scopeOf(
          blocks.map(({ node, first, size }, nth) =>
            one(
              "e164Block",
              node,
              { dnNumber: four(first), e164Number: `${10 + nth}${four(first)}`, range: size },
              `${nth}`,
            ),
          ),
        ),
        MODELS,
      );
      for (const { dn, path } of asks) {
        const holding = blocks
          .map((which, nth) => ({ ...which, nth }))
          .filter(({ node, first, size }) => path.startsWith(node) && dn >= first && dn < first + size)
          .toSorted((a, b) => b.node.length - a.node.length || a.size - b.size);
        const [best] = holding;
        const equal = holding.filter(({ node, size }) => node === best?.node && size === best.size);
        const expected = best === undefined ? [""] : equal.map(({ nth }) => `${10 + nth}${four(dn)}`);
        const found = numbers.of(four(dn), path).e164;
        assert.ok(
          expected.includes(found),
          `${four(dn)} at ${path}: ${found}, wanted ${expected.join(" or ")}`,
        );
      }
    }),
    { numRuns: 300 },
  );
});
