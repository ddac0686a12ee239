/** Writes what was read, in order: customer by customer, each closed by its `scope-end`, then the findings. */
import type { Output } from "./run-output.ts";
import type { Unit } from "./run-voss-unit.ts";
import type { Batch } from "./voss/batch.ts";
import { customerIn, customerPart } from "./voss/places.ts";

/** Lists of which readings were taken back, with the first that counts. */
type Stale = ReadonlyMap<string, readonly [epoch: number, pass: number]>;

/**
 * Writes sorted lines but for those that no longer count, and those that came twice.
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
  let prefix = "";
  let last = "";
  const closeUntil = async (next: number): Promise<void> => {
    if (customer > 0) await output.pass({ type: "scope-end", hierarchy: customers[customer - 1] } as never);
    customer = next;
  };
  for await (const { keys, ends, bytes } of sorted) {
    // Lines that follow each other go out in one piece.
    let start = 0;
    let count = 0;
    const writeUntil = async (end: number): Promise<void> => {
      if (count > 0) await output.lines("instance", count, bytes.subarray(start, end));
      count = 0;
    };
    for (const [index, tagged] of keys.entries()) {
      const begin = index === 0 ? 0 : (ends[index - 1] ?? 0);
      const at = tagged.indexOf("\t");
      const key = tagged.slice(0, at);
      if (key === last || (stale.size > 0 && isStale(stale, tagged.slice(at + 1)))) {
        await writeUntil(begin);
        continue;
      }
      last = key;
      if (prefix === "" || !key.startsWith(prefix)) {
        await writeUntil(begin);
        prefix = customerPart(key);
        const number = customerIn(key);
        if (number !== customer) await closeUntil(number);
      }
      if (count === 0) start = begin;
      count += 1;
    }
    await writeUntil(bytes.length);
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
