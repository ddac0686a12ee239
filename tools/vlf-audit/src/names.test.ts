/** Tables by number are tables by text, also where their memory is used again. */
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { NumberTables } from "./names.ts";

test("tables of numbers keep what is put into them, one table beside the other and one after the other", () => {
  let last = 10;
  const tables = new NumberTables(() => last);
  const put = fc.record({ table: fc.nat(2), name: fc.nat(200), value: fc.nat() });
  fc.assert(
    fc.property(fc.array(put, { maxLength: 80 }), fc.integer({ min: 1, max: 200 }), (puts, size) => {
      last = size;
      tables.reuse();
      const maps = [0, 1, 2].map(() => ({ ours: tables.map<number>(), plain: new Map<number, number>() }));
      const set = { ours: tables.set(), plain: new Set<number>() };
      for (const { table, name, value } of puts) {
        const one = name % (size + 1);
        maps[table]?.ours.set(one, value);
        maps[table]?.plain.set(one, value);
        set.ours.add(one);
        set.plain.add(one);
      }
      for (const { ours, plain } of maps) {
        assert.deepEqual([...ours.keys()], [...plain.keys()]);
        for (let name = 0; name <= size; name += 1) assert.equal(ours.get(name), plain.get(name));
      }
      for (let name = 0; name <= size; name += 1) assert.equal(set.ours.has(name), set.plain.has(name));
    }),
    { numRuns: 2000 },
  );
});

test("a name that was numbered after its table was made is an error, and not lost", () => {
  const table = new NumberTables(() => 10).set();
  assert.throws(() => table.add(22), /^RangeError: name 22 was numbered after its table was made$/);
  assert.ok(!table.has(22));
});
