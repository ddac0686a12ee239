/** The grammar of JSON, on bytes that are UTF-8. Whatever ends where it may not is 0 instead of a place. */

import {
  BACKSLASH,
  CLOSE_ARRAY,
  CLOSE_OBJECT,
  COLON,
  COMMA,
  DOT,
  LF,
  MINUS,
  OPEN_ARRAY,
  OPEN_OBJECT,
  PLUS,
  QUOTE,
  SLASH,
  SMALL_B,
  SMALL_E,
  SMALL_F,
  SMALL_N,
  SMALL_R,
  SMALL_T,
  SMALL_U,
  ZERO,
} from "./characters";

/** Values within values; deeper ones are parsed. */
const DEEP: u32 = 32;

/** The text that `textEnd()` went over last holds an escape. */
export let hasEscapes: bool = false;

/** Whether a text of so many bytes, more than 0, stands at a place. */
export function isAt(text: usize, length: usize, at: usize): bool {
  let left = length;
  while (left > 16) {
    if (!i8x16.all_true(i8x16.eq(v128.load(text), v128.load(at)))) return false;
    text += 16;
    at += 16;
    left -= 16;
  }
  const mask: u32 = (1 << (<u32>left)) - 1;
  return (<u32>i8x16.bitmask(i8x16.eq(v128.load(text), v128.load(at))) & mask) == mask;
}

/** The place of the next line feed from here. */
export function lineFeed(from: usize): usize {
  let at = from;
  while (true) {
    const found = i8x16.bitmask(i8x16.eq(v128.load(at), i8x16.splat(<i8>LF)));
    if (found != 0) return at + ctz(found);
    at += 16;
  }
}

/** Which of the 16 bytes from here end a text or need a look: quotes, backslashes, control characters. */
function ends(at: usize): i32 {
  const bytes = v128.load(at);
  const marks = v128.or(i8x16.eq(bytes, i8x16.splat(<i8>QUOTE)), i8x16.eq(bytes, i8x16.splat(<i8>BACKSLASH)));
  return i8x16.bitmask(v128.or(marks, i8x16.lt_u(bytes, i8x16.splat(0x20))));
}

/** The place of the quote that ends a text, from behind its first one, when it is not empty and holds no escapes; else 0. */
export function nameEnd(from: usize): usize {
  const end = textEnd(from);
  return end <= from + 1 || hasEscapes ? 0 : end - 1;
}

/** Behind the quote that ends a text, from behind its first one. */
export function textEnd(from: usize): usize {
  const found = ends(from);
  if (found != 0) {
    // Most texts are short and hold no escapes.
    const at = from + ctz(found);
    if (load<u8>(at) == QUOTE) {
      hasEscapes = false;
      return at + 1;
    }
  }
  return oddTextEnd(from);
}

function oddTextEnd(from: usize): usize {
  hasEscapes = false;
  let at = from;
  while (true) {
    const found = ends(at);
    if (found == 0) {
      at += 16;
      continue;
    }
    at += ctz(found);
    const byte: u32 = load<u8>(at);
    if (byte == QUOTE) return at + 1;
    if (byte != BACKSLASH) return 0;
    hasEscapes = true;
    const length = escapeLength(at);
    if (length == 0) return 0;
    at += length;
  }
}

function escapeLength(at: usize): usize {
  const byte: u32 = load<u8>(at, 1);
  if (byte == SMALL_U) {
    const isGood =
      isHex(load<u8>(at, 2)) && isHex(load<u8>(at, 3)) && isHex(load<u8>(at, 4)) && isHex(load<u8>(at, 5));
    return isGood ? 6 : 0;
  }
  if (byte == QUOTE || byte == BACKSLASH || byte == SLASH) return 2;
  if (byte == SMALL_B || byte == SMALL_F || byte == SMALL_N || byte == SMALL_R || byte == SMALL_T) return 2;
  return 0;
}

function isHex(byte: u32): bool {
  return byte - ZERO < 10 || (byte | 32) - 97 < 6;
}

/** Behind the value that begins here. */
export function valueEnd(from: usize, depth: u32): usize {
  const byte: u32 = load<u8>(from);
  if (byte == QUOTE) return textEnd(from + 1);
  if (byte == OPEN_OBJECT) return depth == DEEP ? 0 : membersEnd(from + 1, depth + 1);
  if (byte == OPEN_ARRAY) return depth == DEEP ? 0 : itemsEnd(from + 1, depth + 1);
  // Four letters as one number: null, true, and what comes behind the f of false.
  if (byte == SMALL_N) return load<u32>(from) == 0x6c6c756e ? from + 4 : 0;
  if (byte == SMALL_T) return load<u32>(from) == 0x65757274 ? from + 4 : 0;
  if (byte == SMALL_F) return load<u32>(from, 1) == 0x65736c61 ? from + 5 : 0;
  return numberEnd(from);
}

/** Behind an object, from behind its bracket. */
function membersEnd(from: usize, depth: u32): usize {
  if (load<u8>(from) == CLOSE_OBJECT) return from + 1;
  let at = from;
  while (true) {
    if (load<u8>(at) != QUOTE) return 0;
    at = textEnd(at + 1);
    if (at == 0 || load<u8>(at) != COLON) return 0;
    at = valueEnd(at + 1, depth);
    if (at == 0) return 0;
    const byte: u32 = load<u8>(at);
    if (byte != COMMA) return byte == CLOSE_OBJECT ? at + 1 : 0;
    at += 1;
  }
}

/** Behind an array, from behind its bracket. */
function itemsEnd(from: usize, depth: u32): usize {
  if (load<u8>(from) == CLOSE_ARRAY) return from + 1;
  let at = from;
  while (true) {
    at = valueEnd(at, depth);
    if (at == 0) return 0;
    const byte: u32 = load<u8>(at);
    if (byte != COMMA) return byte == CLOSE_ARRAY ? at + 1 : 0;
    at += 1;
  }
}

/** `-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?` */
function numberEnd(from: usize): usize {
  let at = load<u8>(from) == MINUS ? from + 1 : from;
  if (load<u8>(at) == ZERO) at += 1;
  else at = digitsEnd(at);
  if (at != 0 && load<u8>(at) == DOT) at = digitsEnd(at + 1);
  if (at != 0 && (load<u8>(at) | 32) == SMALL_E) {
    const sign: u32 = load<u8>(at, 1);
    at = digitsEnd(sign == PLUS || sign == MINUS ? at + 2 : at + 1);
  }
  return at;
}

/** Behind one digit or more. */
function digitsEnd(from: usize): usize {
  let at = from;
  while (<u32>load<u8>(at) - ZERO < 10) at += 1;
  return at == from ? 0 : at;
}
