/** Lists of texts as values: `["a","b"]`, or one at the only key of an object, `{"device":["a"]}`, where it may be one text or null. */
import { CLOSE_ARRAY, COMMA, OPEN_ARRAY, OPEN_OBJECT, QUOTE, SMALL_N } from "./characters";
import { hasEscapes, textEnd } from "./grammar";
import { nameKind } from "./names";
import { JSON, KEYED_LIST, KIND_BITS, LIST, NUMBER, TEXT, VALUE } from "./memory";
import { numberOf } from "./numbers";

/** Where the texts of the list that is read end on the tape, and where they may. */
let items: usize = 0;
let last: usize = 0;

/**
 * Puts the texts of a value on the tape, the key first; where it is no such list it stays as it is, for the parser.
 * The value is right JSON. `asNumbers`: all but the key. `to` is where the tape ends, `room` bytes of texts fit there; gives where it ends then.
 */
export function putList(value: usize, asNumbers: bool, to: usize, room: usize): usize {
  const start: usize = load<u32>(value, 4);
  const isKeyed = load<u8>(start) == OPEN_OBJECT;
  items = to;
  last = to + room;
  let at = isKeyed ? keyEnd(start + 1) : start;
  if (at != 0) at = textsEnd(at);
  if (at != 0 && isKeyed) at += 1;
  if (at != load<u32>(value, 8)) {
    store<u32>(value, JSON);
    return to;
  }
  // Only now that all are good: a name that is told once is known.
  for (let item = to; item < items; item += VALUE) {
    const text: usize = load<u32>(item, 4);
    const length = <usize>load<u32>(item, 8) - text;
    const isName = asNumbers && !(isKeyed && item == to);
    store<u32>(item, isName ? numberKind(text, length) : nameKind(text, length, TEXT));
  }
  const count = <u32>((items - to) / VALUE);
  store<u32>(value, (isKeyed ? KEYED_LIST : LIST) | (count << KIND_BITS));
  return items;
}

/** What a text is that comes as a number; one that has none stays a text. */
export function numberKind(text: usize, length: usize): u32 {
  const number = numberOf(0, text, length);
  return number < 0 ? TEXT : NUMBER | ((<u32>number) << KIND_BITS);
}

/** Behind the colon of a key, from its quote; 0 where none is. */
function keyEnd(from: usize): usize {
  const end = itemEnd(from);
  return end == 0 ? 0 : end + 1;
}

/** Behind the texts that begin here. */
function textsEnd(from: usize): usize {
  const byte: u32 = load<u8>(from);
  if (byte != OPEN_ARRAY) return byte == SMALL_N ? from + 4 : itemEnd(from);
  let at = from + 1;
  if (load<u8>(at) == CLOSE_ARRAY) return at + 1;
  while (true) {
    at = itemEnd(at);
    if (at == 0) return 0;
    if (load<u8>(at) != COMMA) return load<u8>(at) == CLOSE_ARRAY ? at + 1 : 0;
    at += 1;
  }
}

/** Puts a text on the tape, and gives the place behind it; 0 where none begins, it has escapes, or there is no room. */
function itemEnd(from: usize): usize {
  if (load<u8>(from) != QUOTE || items + VALUE > last) return 0;
  const end = textEnd(from + 1);
  if (hasEscapes) return 0;
  store<u32>(items, <u32>from + 1, 4);
  store<u32>(items, <u32>end - 1, 8);
  items += VALUE;
  return end;
}
