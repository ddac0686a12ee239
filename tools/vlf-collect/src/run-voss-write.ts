/** Writes what was read, in order: customer by customer, each closed by its `scope-end`, then the findings. */
import type { Output } from "./run-output.ts";
import type { Unit } from "./run-voss-unit.ts";
import { type Batch, compareKeys } from "./voss/batch.ts";
import { CUSTOMER_DIGITS, customerIn } from "./voss/places.ts";

/** Ends a key, before the tag of its line. */
const TAB = 9;

/** Lists of which readings were taken back, with the first that counts. */
type Stale = ReadonlyMap<string, readonly [epoch: number, pass: number]>;

/**
 * Writes sorted lines, of which each batch is done with before the next is asked for, but for those that no longer count, and those that came twice.
 * @param customers paths of the customers, in order
 */
export async function writeSorted(
  sorted: AsyncIterable<Batch>,
  customers: readonly string[],
  units: readonly Unit[],
  output: Output,
): Promise<void> {
  const stale = staleTags(units);
  let customer = 0;
  let last: Buffer = Buffer.alloc(0);
  const closeUntil = async (next: number): Promise<void> => {
    if (customer > 0) await output.pass({ type: "scope-end", hierarchy: customers[customer - 1] } as never);
    customer = next;
  };
  for await (const { count: keyCount, keys, keyEnds, ends, bytes } of sorted) {
    // Lines that follow each other go out in one piece.
    let start = 0;
    let count = 0;
    const writeUntil = async (end: number): Promise<void> => {
      if (count > 0) await output.lines("instance", count, bytes.subarray(start, end));
      count = 0;
    };
    let before: Buffer = last;
    let beforeAt = 0;
    let beforeEnd = last.length;
    for (let index = 0; index < keyCount; index += 1) {
      const begin = index === 0 ? 0 : (ends[index - 1] as number);
      const keyAt = index === 0 ? 0 : (keyEnds[index - 1] as number);
      const tab = keys.indexOf(TAB, keyAt);
      const tagEnd = (keyEnds[index] as number) - 1;
      const isSame = compareKeys(before, beforeAt, beforeEnd, keys, keyAt, tab) === 0;
      if (isSame || (stale.size > 0 && isStale(stale, keys.toString("latin1", tab + 1, tagEnd)))) {
        await writeUntil(begin);
        continue;
      }
      const isOfCustomer =
        beforeEnd > beforeAt &&
        compareKeys(before, beforeAt, beforeAt + CUSTOMER_DIGITS, keys, keyAt, keyAt + CUSTOMER_DIGITS) === 0;
      [before, beforeAt, beforeEnd] = [keys, keyAt, tab];
      if (!isOfCustomer) {
        await writeUntil(begin);
        const number = customerIn(keys.toString("latin1", keyAt, keyAt + CUSTOMER_DIGITS));
        if (number !== customer) await closeUntil(number);
      }
      if (count === 0) start = begin;
      count += 1;
    }
    await writeUntil(bytes.length);
    await output.written();
    // The memory of the keys is used again for others.
    last = Buffer.from(before.subarray(beforeAt, beforeEnd));
  }
  await closeUntil(0);
}

function staleTags(units: readonly Unit[]): Stale {
  const dirty = units.filter(({ epoch, list }) => epoch > 0 || list.firstPass > 1);
  return new Map(dirty.map(({ index, epoch, list }) => [String(index), [epoch, list.firstPass]]));
}

function isStale(stale: Stale, tag: string): boolean {
  const [index = "", epoch, pass] = tag.split(".");
  const first = stale.get(index);
  if (first === undefined) return false;
  return Number(epoch) < first[0] || (Number(epoch) === first[0] && Number(pass) < first[1]);
}
