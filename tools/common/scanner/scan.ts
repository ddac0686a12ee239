/**
 * Scans lines of instances in a block of bytes: checks every byte of a line by the grammar of JSON, and tells where the
 * values of wanted keys are. AssemblyScript, compiled to WebAssembly by scripts/build-scanner.ts. Its only caller is
 * ../src/fields.ts, which says what for, and knows `memory.ts` and the numbers of `line.ts`.
 *
 * The block ends with a line feed, and no text of JSON holds one: whatever looks for the end of something stops there.
 */
import { OPEN_OBJECT, QUOTE, SMALL_F, SMALL_N, SMALL_T } from "./characters";
import { hasEscapes, lineFeed } from "./grammar";
import { Key, learnBetween, Model } from "./learned";
import {
  BAD,
  DONE,
  DROPPED,
  expectPath,
  FULL,
  GOOD,
  isSamePath,
  lineEnd,
  model,
  PARSE,
  path,
  pathEnd,
  pkid,
  pkidEnd,
  readHead,
  readMembers,
} from "./line";
import { numberKind, putList } from "./list";
import {
  ARENA,
  ARENA_END,
  ENTRY_BYTES,
  FALSE,
  JSON,
  LIST,
  LIST_TO_NUMBERS,
  LISTS_BYTES,
  MISSING,
  MODEL_BITS,
  MODEL_KIND,
  NAMED,
  NULL,
  PATH,
  PATH_BYTES,
  TAPE,
  TAPE_END,
  TEXT,
  TO_NUMBER,
  TRUE,
  VALUE,
} from "./memory";
import { forgetNames, nameKind } from "./names";
import { isNew, numberOf } from "./numbers";

export { keepNumbers, lastNumber, numberOf, reserveNumber, textLength, textStart } from "./numbers";
export { addKey, addModel, newKeyModel, newTextEnd, newTextStart } from "./line";

/** Bytes of the head of an entry, which its values follow. */
const HEAD: usize = 32;

/** Where the tape ends, and where `scan()` stopped. */
let tape: usize = TAPE;
let stopped: usize = 0;

learnBetween(ARENA, ARENA_END);

export function tapeEnd(): usize {
  return tape;
}

export function stoppedAt(): usize {
  return stopped;
}

/** The caller did not read all of the tape: what it was told is told again. */
export function forget(): void {
  forgetNames();
  expectPath(PATH, 0);
}

/**
 * Scans whole lines between two places, onto a new tape. `learn`: comes back for models and keys that are new. Comes back
 * behind a line that is to be parsed as well: its record may be one with which names are forgotten.
 */
export function scan(from: usize, to: usize, learn: bool): u32 {
  tape = TAPE;
  stopped = from;
  while (stopped < to) {
    if (tape + ENTRY_BYTES > TAPE_END) return FULL;
    const outcome = line(stopped, learn);
    if (outcome == GOOD) {
      stopped = lineEnd + 1;
      continue;
    }
    if (outcome != BAD) return outcome;
    const end = lineFeed(stopped);
    store<u32>(tape, PARSE);
    store<u32>(tape, stopped, 4);
    store<u32>(tape, end, 8);
    tape += 12;
    stopped = end + 1;
    return stopped < to ? FULL : DONE;
  }
  return DONE;
}

/** Puts a line on the tape, when it is good. */
function line(start: usize, learn: bool): u32 {
  let outcome = readHead(start, learn);
  if (outcome != GOOD) return outcome;
  const values = tape + HEAD;
  outcome = readMembers<Values>(changetype<Values>(values), learn);
  if (outcome != GOOD) return outcome;

  const known = changetype<Model>(model);
  const kind = known.kind & MODEL_KIND;
  store<u32>(tape, kind | (known.number << MODEL_BITS));
  store<u32>(tape, start, 4);
  store<u32>(tape, lineEnd, 8);
  if (kind == DROPPED) {
    tape += 12;
    return GOOD;
  }
  store<i32>(tape, pkidNumber(known.kind >> MODEL_BITS), 12);
  store<u32>(tape, pkid, 16);
  store<u32>(tape, pkidEnd, 20);
  store<u32>(tape, isSamePath ? 0 : <u32>path, 24);
  store<u32>(tape, pathEnd, 28);
  // Only now that the line is good: a name that is told once is known. The caller hears of them in this order.
  const lists = values + <usize>known.slots * VALUE;
  tape = lists;
  for (let value = values; value < lists; value += VALUE) {
    const form = load<u32>(value);
    if (form < TEXT || form == JSON) continue;
    const text: usize = load<u32>(value, 4);
    const length = <usize>load<u32>(value, 8) - text;
    if (form == TO_NUMBER) store<u32>(value, numberKind(text, length));
    else if (form == TEXT) store<u32>(value, nameKind(text, length, TEXT));
    else tape = putList(value, form == LIST_TO_NUMBERS, tape, lists + LISTS_BYTES - tape);
  }
  if (!isSamePath) keepPath(path, pathEnd + 1 - path);
  return GOOD;
}

/** Twice the number of the pkid, and one more where it had none before; -1 for one that comes as a text. */
function pkidNumber(owner: u32): i32 {
  const number = owner == 0 ? -1 : numberOf(owner, pkid, pkidEnd - pkid);
  return number < 0 ? -1 : number * 2 + (isNew ? 1 : 0);
}

/** The block goes before the next one comes. */
function keepPath(from: usize, bytes: usize): void {
  const kept: usize = bytes > PATH_BYTES ? 0 : bytes;
  memory.copy(PATH, from, kept);
  expectPath(PATH, kept);
}

/** Values on the tape, from its place on: of each what it is, and where; of a text what is between its quotes. */
@unmanaged
class Values {
  clear(slots: u32): void {
    const end = changetype<usize>(this) + <usize>slots * VALUE;
    for (let value = changetype<usize>(this); value < end; value += VALUE) store<u32>(value, MISSING);
  }

  put(key: Key, start: usize, end: usize): void {
    if (key.slot < 0) return;
    const isNamed = (key.slot & NAMED) != 0;
    const to = changetype<usize>(this) + <usize>(key.slot & ~NAMED) * VALUE;
    const byte: u32 = load<u8>(start);
    const isText = byte == QUOTE && !hasEscapes;
    const quote: usize = isText ? 1 : 0;
    // Numbers, and what is in brackets, are left to the parser, as are texts with escapes; but for lists.
    const list = isNamed ? LIST_TO_NUMBERS : LIST;
    const other = key.isList && (byte | 32) == OPEN_OBJECT ? list : JSON; // 91 | 32 is 123: both brackets
    const flag = byte == SMALL_N ? NULL : byte == SMALL_T ? TRUE : byte == SMALL_F ? FALSE : other;
    store<u32>(to, isText ? (isNamed ? TO_NUMBER : TEXT) : flag);
    store<u32>(to, start + quote, 4);
    store<u32>(to, end - quote, 8);
  }
}
