/**
 * Scans lines of instances in a block of bytes: checks every byte of a line by the grammar of JSON, and tells where the
 * values of wanted keys are. AssemblyScript, compiled to WebAssembly by scripts/build-scanner.ts. Its only caller is
 * ../src/fields.ts, which says what for, and knows `memory.ts`.
 *
 * The block ends with a line feed, and no text of JSON holds one: whatever looks for the end of something stops there.
 */
import { hasEscapes, isAt, lineFeed, textEnd, valueEnd } from "./grammar";
import { putList } from "./list";
import { findModel, forgetNames, Key, learnKey, learnModel, Model, nameKind } from "./learned";
import {
  DONE,
  DROPPED,
  ENTRY_BYTES,
  FALSE,
  FULL,
  JSON,
  LIST,
  LISTS_BYTES,
  MISSING,
  NEW_KEY,
  NEW_MODEL,
  NULL,
  PARSE,
  PATH,
  PATH_BYTES,
  TAPE,
  TAPE_END,
  TEXT,
  TRUE,
  UNREADABLE,
  VALUE,
} from "./memory";

const COLON: u32 = 58;
const COMMA: u32 = 44;
const LF: u32 = 10;
const QUOTE: u32 = 34;
const OPEN_OBJECT: u32 = 123;
const CLOSE_OBJECT: u32 = 125;

/** How `line()` came out, beside `NEW_MODEL` and `NEW_KEY`. */
const GOOD: u32 = 16;
const BAD: u32 = 17;

// What stands between the names of a line, filled up to 16 bytes and more.
const TO_MODEL = memory.data<u8>([
  123, 34, 116, 121, 112, 101, 34, 58, 34, 105, 110, 115, 116, 97, 110, 99, 101, 34, 44, 34, 109, 111, 100,
  101, 108, 34, 58, 34, 0, 0, 0, 0,
]); // {"type":"instance","model":"
const TO_MODEL_BYTES: usize = 28;
const TO_PKID = memory.data<u8>([34, 44, 34, 112, 107, 105, 100, 34, 58, 34, 0, 0, 0, 0, 0, 0]); // ","pkid":"
const TO_PKID_BYTES: usize = 10;
const TO_HIERARCHY = memory.data<u8>([34, 44, 34, 104, 105, 101, 114, 97, 114, 99, 104, 121, 34, 58, 34, 0]); // ","hierarchy":"
const TO_HIERARCHY_BYTES: usize = 15;
const TO_DATA = memory.data<u8>([34, 44, 34, 100, 97, 116, 97, 34, 58, 123, 0, 0, 0, 0, 0, 0]); // ","data":{
const TO_DATA_BYTES: usize = 10;

/** Bytes of the head of an entry, which its values follow. */
const HEAD: usize = 28;

/** Where the tape ends, and where `scan()` stopped. */
let tape: usize = TAPE;
let stopped: usize = 0;

/** The model of the line before, which is nearly always that of the next one, and its path with the quote behind it. */
let model: usize = 0;
let pathBytes: usize = 0;

/** What is new: the name of a model with its quote, or a key with quotes and colon, and the key before it. */
let newStart: usize = 0;
let newEnd: usize = 0;
let newBefore: usize = 0;

/** Behind the brackets of the line that was good. */
let lineEnd: usize = 0;

export function tapeEnd(): usize {
  return tape;
}

export function stoppedAt(): usize {
  return stopped;
}

export function newTextStart(): usize {
  return newStart;
}

export function newTextEnd(): usize {
  return newEnd;
}

/** The number of the model of which a key is new. */
export function newKeyModel(): u32 {
  return changetype<Model>(model).number;
}

/** Models are numbered from 0. */
export function addModel(kind: u32, slots: u32): bool {
  return learnModel(newStart, newEnd, kind, slots);
}

export function addKey(slot: i32, isList: bool): bool {
  return learnKey(newStart, newEnd, slot, isList, model, newBefore);
}

/** The caller did not read all of the tape: what it was told is told again. */
export function forget(): void {
  forgetNames();
  pathBytes = 0;
}

/** Scans whole lines between two places, onto a new tape. `learn`: comes back for models and keys that are new. */
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
  }
  return DONE;
}

/** Puts a line on the tape, when it is good. */
function line(start: usize, learn: bool): u32 {
  if (!isAt(TO_MODEL, TO_MODEL_BYTES, start)) return BAD;
  const name = start + TO_MODEL_BYTES;
  if (model == 0 || !changetype<Model>(model).isAt(name)) {
    const end = textEnd(name);
    if (end == 0 || hasEscapes || end - name < 4) return BAD;
    const found = findModel(name, end);
    if (found == 0) {
      newStart = name;
      newEnd = end;
      return learn ? NEW_MODEL : BAD;
    }
    model = found;
  }
  const known = changetype<Model>(model);
  if (known.kind == PARSE) return BAD;

  const nameEnd = name + known.length - 1;
  if (!isAt(TO_PKID, TO_PKID_BYTES, nameEnd)) return BAD;
  const pkid = nameEnd + TO_PKID_BYTES;
  const pkidEnd = nonEmptyEnd(pkid);
  if (pkidEnd == 0 || !isAt(TO_HIERARCHY, TO_HIERARCHY_BYTES, pkidEnd)) return BAD;
  const path = pkidEnd + TO_HIERARCHY_BYTES;
  const isSamePath = pathBytes > 0 && isAt(PATH, pathBytes, path);
  const pathEnd = isSamePath ? path + pathBytes - 1 : nonEmptyEnd(path);
  if (pathEnd == 0 || !isAt(TO_DATA, TO_DATA_BYTES, pathEnd)) return BAD;

  const values = tape + HEAD;
  const outcome = members(pathEnd + TO_DATA_BYTES, known, values, learn);
  if (outcome != GOOD) return outcome;

  store<u32>(tape, known.kind | (known.number << 2));
  store<u32>(tape, start, 4);
  store<u32>(tape, lineEnd, 8);
  if (known.kind == DROPPED) {
    tape += 12;
    return GOOD;
  }
  store<u32>(tape, pkid, 12);
  store<u32>(tape, pkidEnd, 16);
  store<u32>(tape, isSamePath ? 0 : <u32>path, 20);
  store<u32>(tape, pathEnd, 24);
  // Only now that the line is good: a name that is told once is known. The caller hears of them in this order.
  const lists = values + <usize>known.slots * VALUE;
  tape = lists;
  for (let value = values; value < lists; value += VALUE) {
    const kind = load<u32>(value);
    if (kind == LIST) {
      tape = putList(value, tape, lists + LISTS_BYTES - tape);
    } else if (kind == TEXT) {
      const text: usize = load<u32>(value, 4);
      store<u32>(value, nameKind(text, <usize>load<u32>(value, 8) - text, TEXT));
    }
  }
  if (!isSamePath) keepPath(path, pathEnd + 1 - path);
  return GOOD;
}

/** The place of the quote that ends a name, which is not empty and holds no escapes; else 0. */
function nonEmptyEnd(from: usize): usize {
  const end = textEnd(from);
  return end <= from + 1 || hasEscapes ? 0 : end - 1;
}

function keepPath(from: usize, bytes: usize): void {
  pathBytes = bytes > PATH_BYTES ? 0 : bytes;
  memory.copy(PATH, from, pathBytes);
}

/** Goes over the members of `data` from behind its bracket to the end of the line. */
function members(from: usize, owner: Model, values: usize, learn: bool): u32 {
  const end = values + <usize>owner.slots * VALUE;
  for (let value = values; value < end; value += VALUE) store<u32>(value, MISSING);
  let at = from;
  if (load<u8>(at) != CLOSE_OBJECT) {
    let last = owner.last;
    while (true) {
      const found = keyAt(at, last);
      if (found == 0) return newKey(at, last, learn);
      last = found;
      const key = changetype<Key>(found);
      if (key.slot == UNREADABLE) return BAD;
      const start = at + key.length;
      at = valueEnd(start, 0);
      if (at == 0) return BAD;
      if (key.slot >= 0) putValue(values + <usize>key.slot * VALUE, start, at, key.isList);
      const byte: u32 = load<u8>(at);
      if (byte == CLOSE_OBJECT) break;
      if (byte != COMMA) return BAD;
      at += 1;
    }
  }
  lineEnd = at + 2;
  return load<u8>(at, 1) == CLOSE_OBJECT && load<u8>(at, 2) == LF ? GOOD : BAD;
}

/** The key that stands here, most often that which came behind the last one before; 0 when none is known. */
function keyAt(at: usize, last: usize): usize {
  if (last == 0) return 0;
  let key = last;
  do {
    key = changetype<Key>(key).next;
    if (changetype<Key>(key).isAt(at)) return key;
  } while (key != last);
  return 0;
}

function newKey(at: usize, before: usize, learn: bool): u32 {
  if (!learn || load<u8>(at) != QUOTE) return BAD;
  const end = nonEmptyEnd(at + 1);
  if (end == 0 || load<u8>(end, 1) != COLON) return BAD;
  newStart = at;
  newEnd = end + 2;
  newBefore = before;
  return NEW_KEY;
}

/** Puts a value on the tape: what it is, and where; of a text what is between its quotes. */
function putValue(to: usize, start: usize, end: usize, isList: bool): void {
  const byte: u32 = load<u8>(start);
  const isText = byte == QUOTE && !hasEscapes;
  const quote: usize = isText ? 1 : 0;
  // Numbers, and what is in brackets, are left to the parser, as are texts with escapes; but for lists.
  const other = isList && (byte | 32) == OPEN_OBJECT ? LIST : JSON; // 91 | 32 is 123: both brackets
  store<u32>(to, isText ? TEXT : byte == 110 ? NULL : byte == 116 ? TRUE : byte == 102 ? FALSE : other);
  store<u32>(to, start + quote, 4);
  store<u32>(to, end - quote, 8);
}
