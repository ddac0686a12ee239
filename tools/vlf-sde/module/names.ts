/**
 * Looks instances up by names that stand in their lines, in ASCII: case does not count. A table has places of entries, then
 * for each number of a hash the first link, then links, of which one stands for each name. ../src/joins/line-names.ts
 * makes tables, of instances that all stand in lines.
 */
import { mixed, wordAt } from "../../common/scanner/hash";
import { findTexts, foundTexts } from "./nested";

// As lines.ts puts down values; bytes of the head of an entry.
const EMPTY: u32 = 1;
const PLAIN: u32 = 2;
const HEAD: usize = 44;
/** Bytes behind a text that are read with it. */
const SLACK: usize = 16;

/** An instance that has a name. */
@unmanaged
class Link {
  /** Of the names with the same number: the next one. */
  next: usize;
  /** The next instance with this name, in the order of the instances. */
  same: usize;
  /** The instance. */
  nth: u32;
  hash: u32;
  /** Where the name stands. */
  start: usize;
  end: usize;
}

// The table that is being made, and where it ends.
let entries: usize = 0;
let firsts: usize = 0;
let lists: u32 = 0;
let end: usize = 0;
let limit: usize = 0;

/** Behind the table that was made last. */
export function namesEnd(): usize {
  return end;
}

/**
 * Begins a table of so many entries, whose places stand at its beginning; the number of lists is a power of 2. `false` where
 * there is no room before the limit.
 */
export function beginNames(table: usize, count: u32, listsOfTable: u32, limitOfTable: usize): bool {
  entries = table;
  firsts = table + ((<usize>count) << 2);
  lists = listsOfTable;
  end = firsts + ((<usize>lists) << 2);
  limit = limitOfTable;
  if (end > limit) return false;
  memory.fill(firsts, 0, end - firsts);
  return true;
}

/**
 * Adds the names of so many entries, the last one first, so that what is added stands before what has the same name: those in
 * the first of some slots that has a value, or below it by a path (0: it is the name). Gives the number of an entry, from 1,
 * whose names have to be parsed and added before it goes on with those before it; 0 in the end, and -1 where there is no room.
 */
export function addNames(count: u32, slots: usize, path: usize): i32 {
  for (let nth = count; nth > 0; nth -= 1) {
    const entry: usize = load<u32>(entries + ((<usize>(nth - 1)) << 2));
    const value = firstValue(slots, entry + HEAD);
    if (value == 0) continue;
    const start: usize = load<u32>(value);
    const behind = load<u32>(value, 4);
    if ((behind & 3) == PLAIN) {
      // Also where a path goes on: a text stands for what is below.
      if (!addName(nth - 1, start + 1, <usize>(behind >> 2) - 1)) return -1;
      continue;
    }
    if (path == 0) return nth;
    const texts = findTexts(start, path);
    if (texts < 0) return nth;
    for (let text = foundTexts() + ((<usize>texts) << 3); text > foundTexts(); text -= 8) {
      if (!addName(nth - 1, load<u32>(text - 8), load<u32>(text - 4))) return -1;
    }
  }
  return 0;
}

/** Keeps a name with the table; gives its place, 0 where there is no room. */
export function keepName(from: usize, bytes: usize): usize {
  const place = end;
  const behind = place + ((bytes + 7) & ~7);
  if (behind + SLACK > limit) return 0;
  memory.copy(place, from, bytes);
  end = behind;
  return place;
}

/** The first of some slots that has a value; 0 where none has. */
export function firstValue(slots: usize, values: usize): usize {
  const behind = slots + 4 + ((<usize>load<u32>(slots)) << 2);
  for (let slot = slots + 4; slot < behind; slot += 4) {
    const value = values + ((<usize>load<u32>(slot)) << 3);
    if ((load<u32>(value, 4) & 3) > EMPTY) return value;
  }
  return 0;
}

/** Adds a name that stays where it stands. */
export function addName(nth: u32, start: usize, behind: usize): bool {
  if (end + offsetof<Link>() > limit) return false;
  const link = changetype<Link>(end);
  end += offsetof<Link>();
  const hash = hashOf(start, behind);
  link.nth = nth;
  link.hash = hash;
  link.start = start;
  link.end = behind;
  // It takes the place of another one with this name.
  let before = firsts + ((<usize>(hash & (lists - 1))) << 2);
  let other: usize = load<u32>(before);
  while (other != 0 && !isNamed(changetype<Link>(other), hash, start, behind)) {
    before = other;
    other = load<u32>(before);
  }
  store<u32>(before, changetype<usize>(link));
  link.same = other;
  link.next = other == 0 ? 0 : changetype<Link>(other).next;
  return true;
}

/** The link of the first instance with the name between two places; 0 where there is none. */
export function findName(table: usize, count: u32, listsOfTable: u32, start: usize, behind: usize): usize {
  const hash = hashOf(start, behind);
  const list = <usize>count + <usize>(hash & (listsOfTable - 1));
  let link: usize = load<u32>(table + (list << 2));
  while (link != 0 && !isNamed(changetype<Link>(link), hash, start, behind))
    link = changetype<Link>(link).next;
  return link;
}

function isNamed(link: Link, hash: u32, start: usize, behind: usize): bool {
  if (link.hash != hash || link.end - link.start != behind - start) return false;
  const known = link.start - start;
  for (let at = start; at < behind; at += 8) {
    if (small(wordAt(at, behind - at)) != small(wordAt(known + at, behind - at))) return false;
  }
  return true;
}

function hashOf(start: usize, behind: usize): u32 {
  let hash: u64 = behind - start;
  for (let at = start; at < behind; at += 8) hash = mixed(hash, small(wordAt(at, behind - at)));
  return <u32>hash;
}

/** Eight bytes of ASCII with small letters for capital ones: the highest bit of a byte says whether it is one. */
function small(word: u64): u64 {
  const fromA = word + 0x3f3f3f3f3f3f3f3f;
  const behindZ = word + 0x2525252525252525;
  return word | ((fromA & ~behindZ & 0x8080808080808080) >> 2);
}
