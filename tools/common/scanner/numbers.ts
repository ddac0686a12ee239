/**
 * Names as numbers: equal names have equal numbers, from 1, in the order in which they were met first; the blank name is 0.
 * Those met last can be forgotten, so that a customer's names go with it. Texts that are not ASCII, or very long, are
 * left to the caller (../src/numbers.ts), who has numbers for them reserved.
 */
import { isAt } from "./grammar";
import { mixed } from "./hash";
import { GROWING, TEXT_BYTES } from "./memory";

/** What a text is of: names are compared without case and blanks around, anything else (pkids, by model) as it stands. */
const NAME: u32 = 0;

/** The text stands behind it. */
@unmanaged
class Entry {
  hash: u32;
  owner: u32;
  length: usize;
}

/** Texts for which there is room at first. */
const FEW: u32 = 8192;
const PAGE: usize = 0x10000;
/** Memory that there is behind the last entry, so that another text can be written there to be looked for. */
const SPARE: usize = 1024;
const BEYOND_ASCII: u64 = 0x8080808080808080;

/** Places of entries by number; then a table of hashes and numbers, of which at most half are used. */
let entries: usize = GROWING;
let capacity: u32 = FEW;
let slots: usize = GROWING + <usize>FEW * 4;
let end: usize = GROWING + <usize>FEW * 20;
let count: u32 = 0;
/** There was no memory for more. */
let isFull: bool = false;

/** The text that `numberOf()` was asked for last had no number before. */
export let isNew: bool = false;

/** The number of a text; -1 for one that is left to the caller. */
export function numberOf(owner: u32, start: usize, length: usize): i32 {
  isNew = false;
  let from = start;
  let left = length;
  if (owner == NAME) {
    while (left > 0 && load<u8>(from) == 32) {
      from += 1;
      left -= 1;
    }
    while (left > 0 && load<u8>(from + left - 1) == 32) left -= 1;
    if (left == 0) return 0;
  }
  if (left > TEXT_BYTES) return -1;
  // Written where it would stay, in the form in which it is compared.
  const entry = changetype<Entry>(end);
  const text = end + offsetof<Entry>();
  const small = i8x16.splat(owner == NAME ? 0x20 : 0);
  for (let done: usize = 0; done < left; done += 16) {
    const bytes = v128.load(from + done);
    const isCapital = i8x16.lt_u(i8x16.sub(bytes, i8x16.splat(65)), i8x16.splat(26));
    v128.store(text + done, v128.or(bytes, v128.and(isCapital, small)));
  }
  store<u64>(text + left, 0);
  let hash: u64 = <u64>left ^ ((<u64>owner) << 32);
  let bits: u64 = 0;
  for (let done: usize = 0; done < left; done += 8) {
    const word = load<u64>(text + done);
    bits |= word;
    hash = mixed(hash, word);
  }
  if ((bits & BEYOND_ASCII) != 0) return -1;
  entry.hash = <u32>(hash >> 20);
  entry.owner = owner;
  entry.length = left;
  const slot = slotOf(entry);
  const known = load<u32>(slot, 4);
  if (known != 0) return known;
  const next = (text + left + 7) & ~7;
  if (!isFull && !reach(next + SPARE)) isFull = true;
  if (isFull) return -1;
  count += 1;
  store<u64>(slot, <u64>entry.hash | ((<u64>count) << 32));
  store<u32>(entries + (<usize>count - 1) * 4, <u32>end);
  end = next;
  if (count == capacity) grow();
  isNew = true;
  return count;
}

/** A number for a text that the caller has; it is new. */
export function reserveNumber(): u32 {
  count += 1;
  if (count <= capacity) store<u32>(entries + (<usize>count - 1) * 4, 0);
  if (count == capacity) grow();
  return count;
}

/** How many numbers there are. */
export function lastNumber(): u32 {
  return count;
}

/** Where the text of a number stands, which is none of the caller's. */
export function textStart(number: u32): usize {
  return <usize>load<u32>(entries + (<usize>number - 1) * 4) + offsetof<Entry>();
}

export function textLength(number: u32): usize {
  return changetype<Entry>(load<u32>(entries + (<usize>number - 1) * 4)).length;
}

/** Forgets all numbers after this one. */
export function keepNumbers(last: u32): void {
  if (last >= count) return;
  const before = entries;
  if (last < FEW) useTable(GROWING, FEW);
  memory.fill(slots, 0, <usize>capacity * 16);
  end = slots + <usize>capacity * 16;
  count = min(last, capacity);
  for (let at: usize = 0; at < <usize>count; at += 1) {
    const place = load<u32>(before + at * 4);
    store<u32>(entries + at * 4, place);
    if (place == 0) continue;
    const entry = changetype<Entry>(place);
    store<u64>(slotOf(entry), <u64>entry.hash | ((<u64>at + 1) << 32));
    end = max(end, (<usize>place + offsetof<Entry>() + entry.length + 7) & ~7);
  }
  count = last;
  if (last == 0) isFull = false;
}

/** The slot of an entry: of an equal one that is there, or a free one. */
function slotOf(entry: Entry): usize {
  const mask = capacity * 2 - 1;
  let at = entry.hash & mask;
  while (true) {
    const slot = slots + ((<usize>at) << 3);
    const known = load<u32>(slot, 4);
    if (known == 0 || (load<u32>(slot) == entry.hash && isEqual(known, entry))) return slot;
    at = (at + 1) & mask;
  }
}

function isEqual(number: u32, entry: Entry): bool {
  const known = changetype<Entry>(load<u32>(entries + (<usize>number - 1) * 4));
  if (known.owner != entry.owner || known.length != entry.length) return false;
  const text = changetype<usize>(entry) + offsetof<Entry>();
  return entry.length == 0 || isAt(changetype<usize>(known) + offsetof<Entry>(), entry.length, text);
}

/** Whether there is memory up to a place, more of it if need be. */
function reach(to: usize): bool {
  const pages = memory.size();
  const wanted = <i32>((to + PAGE - 1) / PAGE);
  return wanted <= pages || memory.grow(max(wanted - pages, pages / 4)) >= 0;
}

function useTable(at: usize, size: u32): void {
  entries = at;
  capacity = size;
  slots = at + <usize>size * 4;
}

/** A table twice as large, behind all that is there; the one before is left until `keepNumbers()`. */
function grow(): void {
  const before = entries;
  const slotsBefore = slots;
  const size = <usize>capacity * 2;
  if (!reach(end + size * 20 + SPARE)) {
    isFull = true;
    return;
  }
  useTable(end, <u32>size);
  end = slots + size * 16;
  memory.copy(entries, before, (size / 2) * 4);
  memory.fill(slots, 0, size * 16);
  const mask = size * 2 - 1;
  for (let slot = slotsBefore; slot < slotsBefore + size * 8; slot += 8) {
    const both = load<u64>(slot);
    if (both >> 32 == 0) continue;
    let at = <usize>(<u32>both) & mask;
    while (load<u32>(slots + (at << 3), 4) != 0) at = (at + 1) & mask;
    store<u64>(slots + (at << 3), both);
  }
}
