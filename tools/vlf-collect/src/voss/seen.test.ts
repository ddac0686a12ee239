import assert from "node:assert/strict";
import { test } from "node:test";
import { Seen, type Shelf } from "./seen.ts";

/** A shelf in memory, and how often it was asked. */
class Memory implements Shelf {
  reads = 0;
  appends = 0;
  #bytes: Buffer = Buffer.alloc(0);

  append(bytes: Uint8Array): number {
    this.appends += 1;
    const at = this.#bytes.length;
    this.#bytes = Buffer.concat([this.#bytes, bytes]);
    return at;
  }

  read(at: number, into: Uint8Array): void {
    this.reads += 1;
    assert.equal(this.#bytes.copy(into, 0, at), into.length);
  }
}

const pkid = (i: number): string => (i * 2_654_435_761).toString(16).padStart(24, "5135fc0f31790a3000a8");

test("add() tells new pkids from those that came before, through many growths", () => {
  const seen = new Seen();
  for (let i = 0; i < 20_000; i++) assert.ok(seen.add(pkid(i)), String(i));
  for (let i = 0; i < 20_000; i++) assert.ok(!seen.add(pkid(i)), String(i));
  assert.equal(seen.size, 20_000);
});

for (const [where, shelf] of [
  ["in memory", undefined],
  ["on a shelf", new Memory()],
] as const) {
  test(`and so it does where tables are full, ${where}`, () => {
    const seen = new Seen(shelf, 8);
    const COUNT = 5000; // 30 tables of 166 pkids
    for (let i = 0; i < COUNT; i++) assert.ok(seen.add(pkid(i)), String(i));
    if (shelf !== undefined) {
      assert.equal(shelf.appends, Math.floor(COUNT / 166));
      // Two of three slots are in use, and one in 255 of those in the way has the same mark.
      assert.ok(shelf.reads < COUNT * 15 * 0.05, `${shelf.reads} reads`);
    }
    for (let i = 0; i < COUNT; i++) assert.ok(!seen.add(pkid(i)), String(i));
    assert.equal(seen.size, COUNT);
  });
}

/** Found by trying: their hashes have the first seventeen and the last eight bits in common. */
const ALIKE_HASHES = [
  "5135fc0f31790a30006c2a8e",
  "05e0cb7f31790a30006c2a8e",
  "5135fc0f03ea130b006c2a8e",
  "5135fc0f31790a3000b55193",
  "5135fc0f31790a3000fc1b9b",
] as const;

test("two that have their slot and their mark in common are two, near each other and far apart", () => {
  for (const between of [0, 100_000]) {
    const seen = new Seen(new Memory());
    assert.ok(seen.add(ALIKE_HASHES[0]));
    for (let i = 0; i < between; i++) seen.add(pkid(i));
    for (const one of ALIKE_HASHES.slice(1)) assert.ok(seen.add(one), one);
    for (const one of ALIKE_HASHES) assert.ok(!seen.add(one), one);
    assert.equal(seen.size, between + ALIKE_HASHES.length);
  }
});

test("lists that share a shelf do not share pkids", () => {
  const shelf = new Memory();
  const lists = Array.from({ length: 3 }, () => new Seen(shelf, 6));
  for (let i = 0; i < 1000; i++) for (const seen of lists) assert.ok(seen.add(pkid(i)));
  for (let i = 0; i < 1000; i++) for (const seen of lists) assert.ok(!seen.add(pkid(i)));
});

test("clear() forgets them all, and what its memory held is nowhere seen again", () => {
  const shelf = new Memory();
  const first = new Seen(shelf);
  for (let i = 0; i < 100_000; i++) first.add(pkid(i));
  assert.equal(shelf.appends, 1);
  first.clear();
  assert.equal(first.size, 0);
  // Two at a time, of which one has the memory of the first.
  const others = [new Seen(shelf), new Seen(shelf)];
  for (let i = 0; i < 12_000; i++) for (const seen of others) assert.ok(seen.add(pkid(i)), String(i));
  for (let i = 0; i < 12_000; i++) for (const seen of others) assert.ok(!seen.add(pkid(i)), String(i));
  assert.ok(first.add(pkid(0)));
});

const ALIKE: readonly (readonly [what: string, a: string, b: string])[] = [
  ["the first digits", "0135fc0f31790a3000a83b2b", "5135fc0f31790a3000a83b2b"],
  ["the digits in the middle", "5135fc0f01790a3000a83b2b", "5135fc0f31790a3000a83b2b"],
  ["the last digit", "5135fc0f31790a3000a83b2b", "5135fc0f31790a3000a83b2c"],
  ["capitals", "5135fc0f31790a3000a83b2b", "5135FC0F31790A3000A83B2B"],
  ["length", "5135fc0f31790a3000a83b2", "5135fc0f31790a3000a83b2b"],
  ["nothing but zeros", "0".repeat(24), `${"0".repeat(23)}1`],
];
for (const [what, a, b] of ALIKE) {
  test(`pkids that differ in ${what} are two`, () => {
    const seen = new Seen();
    assert.deepEqual([seen.add(a), seen.add(b), seen.add(a), seen.add(b)], [true, true, false, false]);
    assert.equal(seen.size, 2);
  });
}
