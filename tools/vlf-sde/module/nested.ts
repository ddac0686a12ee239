/**
 * Reads texts inside a value of a line, which is right JSON, where they have the usual shape: objects, lists, and texts
 * that are read as they are written. Everything else is `ODD`, and left to the parser: what is found here is what
 * `leaves()` and `itemsOf()` find in the parsed value, by ../src/readers.ts.
 */
import {
  CLOSE_ARRAY,
  CLOSE_OBJECT,
  COMMA,
  isGraphic,
  OPEN_ARRAY,
  OPEN_OBJECT,
  QUOTE,
  SMALL_F,
  SMALL_N,
  SMALL_T,
  ZERO,
} from "../../common/scanner/characters";
import { hasEscapes, isAt, textEnd, valueEnd } from "../../common/scanner/grammar";

/** Instead of a number of texts. */
const ODD: i32 = -1;

/** Digits of a number that are written as they are. */
const MAX_DIGITS: usize = 15;

/** `"_value_1":` */
const WRAPPER = memory.data<u8>([34, 95, 118, 97, 108, 117, 101, 95, 49, 34, 58, 0, 0, 0, 0, 0]);
const WRAPPER_BYTES: usize = 11;

/** Of each text that is found its place and the place behind it. */
const found = memory.data(8 * 1024, 16);
const FOUND: i32 = 1024;
let count: i32 = 0;
let isOdd: bool = false;

export function foundTexts(): usize {
  return found;
}

/**
 * Finds all texts below a value by the keys of a path: their number, and of each its place and length (with quotes and
 * colon). Gives how many there are.
 */
export function findTexts(value: usize, path: usize): i32 {
  count = 0;
  isOdd = false;
  walk(value, path, 0, i32.MAX_VALUE);
  return isOdd ? ODD : count;
}

/**
 * Finds the items below a value, and of each the first text of some fields; one that is missing has the place 0. A
 * program is the path of the items, the number of fields, and their paths. Gives how many texts there are: as many for
 * each item as there are fields.
 */
export function findItems(value: usize, program: usize): i32 {
  count = 0;
  isOdd = false;
  gather(value, program, 0);
  return isOdd ? ODD : count;
}

function keysOf(path: usize): u32 {
  return load<u32>(path);
}

function behindPath(path: usize): usize {
  return path + 4 + ((<usize>keysOf(path)) << 3);
}

/** Goes down to the texts, until there are so many. */
function walk(at: usize, path: usize, depth: u32, most: i32): void {
  const byte: u32 = load<u8>(at);
  if (byte == OPEN_OBJECT) {
    // An object where a text should be is none.
    if (depth == keysOf(path)) {
      isOdd = true;
      return;
    }
    const below = memberAt(at, path + 4 + ((<usize>depth) << 3), false);
    if (below != 0) walk(below, path, depth + 1, most);
  } else if (byte == OPEN_ARRAY) {
    let item = at + 1;
    if (load<u8>(item) == CLOSE_ARRAY) return;
    while (!isOdd && count < most) {
      walk(item, path, depth, most);
      const end = valueEnd(item, 0);
      if (end == 0) isOdd = true;
      if (end == 0 || load<u8>(end) != COMMA) return;
      item = end + 1;
    }
  } else {
    leaf(at, byte);
  }
}

/** Puts down a text; `null` and an empty one are none. */
function leaf(at: usize, byte: u32): void {
  if (byte == SMALL_N) return;
  const end = valueEnd(at, 0);
  if (byte == QUOTE) {
    if (end - at == 2) return;
    if (hasEscapes || !isGraphic(load<u8>(at, 1)) || !isGraphic(load<u8>(end - 2))) isOdd = true;
    else add(at + 1, end - 1);
  } else if (byte == SMALL_T || byte == SMALL_F || isPlainNumber(at, end)) {
    add(at, end);
  } else {
    isOdd = true;
  }
}

function isPlainNumber(at: usize, end: usize): bool {
  if (end - at > MAX_DIGITS) return false;
  for (let digit = at; digit < end; digit += 1) if (<u32>load<u8>(digit) - ZERO > 9) return false;
  return true;
}

function add(start: usize, end: usize): void {
  if (count == FOUND) {
    isOdd = true;
    return;
  }
  const place = found + ((<usize>count) << 3);
  store<u32>(place, start);
  store<u32>(place, end, 4);
  count += 1;
}

/** The value of a member, the last one of its key; 0 where there is none. Where a key might be the one meant it is odd. */
function memberAt(object: usize, key: usize, wrapperIsOdd: bool): usize {
  const name: usize = load<u32>(key);
  const bytes: usize = load<u32>(key, 4);
  let value: usize = 0;
  let isWrapped = false;
  let at = object + 1;
  if (load<u8>(at) == CLOSE_OBJECT) return 0;
  while (true) {
    const behindKey = textEnd(at + 1);
    if (hasEscapes) isOdd = true;
    if (isAt(name, bytes, at)) {
      value = behindKey + 1;
    } else if (isAt(WRAPPER, WRAPPER_BYTES, at)) {
      isWrapped = true;
    }
    at = valueEnd(behindKey + 1, 0);
    if (at == 0) isOdd = true;
    if (at == 0 || load<u8>(at) != COMMA) break;
    at += 1;
  }
  if (isWrapped && (value == 0 || wrapperIsOdd)) isOdd = true;
  return value;
}

function gather(at: usize, program: usize, depth: u32): void {
  const byte: u32 = load<u8>(at);
  if (byte == OPEN_ARRAY) {
    let item = at + 1;
    if (load<u8>(item) == CLOSE_ARRAY) return;
    while (!isOdd) {
      gather(item, program, depth);
      const end = valueEnd(item, 0);
      if (end == 0) isOdd = true;
      if (end == 0 || load<u8>(end) != COMMA) return;
      item = end + 1;
    }
  } else if (byte == OPEN_OBJECT) {
    if (depth == keysOf(program)) {
      addItem(at, behindPath(program));
      return;
    }
    const below = memberAt(at, program + 4 + ((<usize>depth) << 3), false);
    if (below == 0) isOdd = true;
    else gather(below, program, depth + 1);
  } else if (byte == QUOTE) {
    // A bare text is an item of another kind.
    if (load<u8>(at, 1) != QUOTE) isOdd = true;
  } else if (byte != SMALL_N) {
    isOdd = true;
  }
}

/** The first text of each field; an object that has none of them is no item. */
function addItem(at: usize, fields: usize): void {
  const number = load<u32>(fields);
  let path = fields + 4;
  let isItem = false;
  const first = count;
  for (let nth: u32 = 0; nth < number && !isOdd; nth += 1) {
    const value = memberAt(at, path + 4, true);
    const before = count;
    if (value != 0) {
      isItem = true;
      walk(value, path, 1, before + 1);
    }
    if (count == before) add(0, 0);
    path = behindPath(path);
  }
  if (!isItem) count = first;
}
