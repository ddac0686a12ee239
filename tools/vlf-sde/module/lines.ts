/**
 * Scans lines of instances: checks every byte of them by the grammar of JSON, and puts down where the values of wanted
 * keys stand and of what kind they are. As ../../common/scanner/scan.ts, which hands over values and forgets the lines;
 * here they stay where they are until their rows are made.
 *
 * What is scanned ends with a line feed, and no text of JSON holds one: whatever looks for the end of something stops there.
 */
import { hasEscapes, isAt, lineFeed, textEnd, valueEnd } from "../../common/scanner/grammar";

const COLON: u32 = 58;
const COMMA: u32 = 44;
const LF: u32 = 10;
const QUOTE: u32 = 34;
const SMALL_N: u32 = 110;
const CLOSE_OBJECT: u32 = 125;

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

// What a line is, and why `scan()` came back: ../src/lines/scanner.ts knows these numbers.
const PARSE: u32 = 0;
const TAKEN: u32 = 1;
const DROPPED: u32 = 2;
const DONE: u32 = 0;
const NEW_MODEL: u32 = 1;
const NEW_KEY: u32 = 2;
const FULL: u32 = 3;
/** How `line()` came out, beside these. */
const GOOD: u32 = 16;
const BAD: u32 = 17;

/** The slot of a key that leaves its line to the parser; keys that nobody wants have another below 0. */
const UNREADABLE: i32 = -2;

// What a value is: ../src/lines/line.ts says more, and where it all stands in an entry.
const EMPTY: u32 = 1;
const PLAIN: u32 = 2;
const PARSED: u32 = 3;
/** Bytes of the head of an entry, and of one of a line that is not taken. */
const HEAD: usize = 44;
const SHORT_HEAD: usize = 12;

/** Its name stands behind it, with the quote that ends it. */
@unmanaged
class Model {
  next: usize;
  /** Of its lines. */
  kind: u32;
  number: u32;
  slots: u32;
  /** The last of its keys. */
  last: usize;
  length: usize;
}

/** Its name stands behind it, with quotes and colon. */
@unmanaged
class Key {
  /** Of the ring of keys: that which came behind it. */
  next: usize;
  slot: i32;
  length: usize;
}

const ARENA_BYTES: i32 = 1 << 18;
const arena = memory.data(ARENA_BYTES, 16);
let used: usize = 0;
let models: usize = 0;
let count: u32 = 0;

/** The model of the line before, which is nearly always that of the next one. */
let model: usize = 0;
/** The path of the line before and the quote behind it, where they stand. */
let lastPath: usize = 0;
let lastPathBytes: usize = 0;

let tape: usize = 0;
let stopped: usize = 0;
/** Behind the brackets of the line that was good. */
let lineEnd: usize = 0;
let hasOthers: bool = false;

/** What is new: the name of a model with its quote, or a key with quotes and colon, and the key before it. */
let newStart: usize = 0;
let newEnd: usize = 0;
let newBefore: usize = 0;

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

/** A new one learns from the beginning. */
export function forgetAll(): void {
  used = 0;
  models = 0;
  count = 0;
  model = 0;
}

/** Other lines come, in which the path of the last one does not stand. */
export function beginLines(): void {
  lastPathBytes = 0;
}

/** Models are numbered from 0. `false`: there is no room. */
export function addModel(kind: u32, slots: u32): bool {
  const place = allocate(offsetof<Model>() + newEnd - newStart);
  if (place == 0) return false;
  const added = changetype<Model>(place);
  added.next = models;
  added.kind = kind;
  added.number = count;
  added.slots = slots;
  added.last = 0;
  added.length = newEnd - newStart;
  memory.copy(place + offsetof<Model>(), newStart, newEnd - newStart);
  models = place;
  count += 1;
  return true;
}

export function addKey(slot: i32): bool {
  const place = allocate(offsetof<Key>() + newEnd - newStart);
  if (place == 0) return false;
  const owner = changetype<Model>(model);
  const key = changetype<Key>(place);
  key.slot = slot;
  key.length = newEnd - newStart;
  memory.copy(place + offsetof<Key>(), newStart, newEnd - newStart);
  if (newBefore == 0) {
    key.next = place;
  } else {
    key.next = changetype<Key>(newBefore).next;
    changetype<Key>(newBefore).next = place;
  }
  if (newBefore == owner.last) owner.last = place;
  return true;
}

/** Room for so many bytes, with 16 to read behind them; 0 when there is none left. */
function allocate(bytes: usize): usize {
  const at = used;
  const end = at + ((bytes + 31) & ~15);
  if (end > <usize>ARENA_BYTES) return 0;
  used = end;
  return arena + at;
}

/**
 * Scans whole lines between two places, and puts down what they are from a third one, as long as an entry begins before the
 * limit. `learn`: comes back for models and keys that are new.
 */
export function scan(from: usize, to: usize, onto: usize, limit: usize, learn: bool): u32 {
  tape = onto;
  stopped = from;
  while (stopped < to) {
    if (tape > limit) return FULL;
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
    tape += SHORT_HEAD;
    stopped = end + 1;
  }
  return DONE;
}

/** Puts a line down, when it is good. */
function line(start: usize, learn: bool): u32 {
  if (!isAt(TO_MODEL, TO_MODEL_BYTES, start)) return BAD;
  const name = start + TO_MODEL_BYTES;
  if (model == 0 || !isNamed(model, name)) {
    const end = textEnd(name);
    if (end == 0 || hasEscapes) return BAD;
    const found = findModel(name);
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
  const isSamePath = lastPathBytes > 0 && isAt(lastPath, lastPathBytes, path);
  const pathEnd = isSamePath ? path + lastPathBytes - 1 : nonEmptyEnd(path);
  if (pathEnd == 0 || !isAt(TO_DATA, TO_DATA_BYTES, pathEnd)) return BAD;

  const values = tape + HEAD;
  const data = pathEnd + TO_DATA_BYTES;
  const outcome = members(data, known, values, learn);
  if (outcome != GOOD) return outcome;

  store<u32>(tape, known.kind | (known.number << 2));
  store<u32>(tape, start, 4);
  store<u32>(tape, lineEnd, 8);
  if (known.kind == DROPPED) {
    tape += SHORT_HEAD;
    return GOOD;
  }
  store<u32>(tape, hashOf(pkid, pkidEnd), 12);
  store<u32>(tape, hasOthers, 16);
  store<u32>(tape, pkid, 20);
  store<u32>(tape, pkidEnd, 24);
  store<u32>(tape, isSamePath ? 0 : <u32>path, 28);
  store<u32>(tape, pathEnd, 32);
  store<u32>(tape, data - 1, 36);
  store<u32>(tape, lineEnd - 1, 40);
  tape = values + ((<usize>known.slots) << 3);
  lastPath = path;
  lastPathBytes = pathEnd + 1 - path;
  return GOOD;
}

function findModel(name: usize): usize {
  let found = models;
  while (found != 0 && !isNamed(found, name)) found = changetype<Model>(found).next;
  return found;
}

function isNamed(place: usize, name: usize): bool {
  return isAt(place + offsetof<Model>(), changetype<Model>(place).length, name);
}

/** The place of the quote that ends a name, which is not empty and holds no escapes; else 0. */
function nonEmptyEnd(from: usize): usize {
  const end = textEnd(from);
  return end <= from + 1 || hasEscapes ? 0 : end - 1;
}

/** A number that two equal texts have in common. */
function hashOf(from: usize, behind: usize): u32 {
  let hash: u64 = behind - from;
  for (let at = from; at < behind; at += 8) {
    let word = load<u64>(at);
    const left = behind - at;
    if (left < 8) word &= ((<u64>1) << (<u64>left * 8)) - 1;
    hash = (hash ^ word) * 0x9e3779b97f4a7c15;
    hash ^= hash >> 32;
  }
  return <u32>hash;
}

/** Goes over the members of `data` from behind its bracket to the end of the line. */
function members(from: usize, owner: Model, values: usize, learn: bool): u32 {
  memory.fill(values, 0, (<usize>owner.slots) << 3);
  hasOthers = false;
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
      if (key.slot >= 0) putValue(values + ((<usize>key.slot) << 3), start, at);
      else hasOthers = true;
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
    if (isAt(key + offsetof<Key>(), changetype<Key>(key).length, at)) return key;
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

/**
 * Puts down a value, and what kind it is of, so that it need not be looked at again: no text at all (`null`, or an
 * empty one), a plain one, or one that has to be parsed.
 */
function putValue(to: usize, start: usize, end: usize): void {
  const byte: u32 = load<u8>(start);
  let kind = PARSED;
  if (byte == SMALL_N || (byte == QUOTE && end - start == 2)) kind = EMPTY;
  // Blanks at the ends are taken off, and what is a blank beyond ASCII is not known here.
  else if (byte == QUOTE && !hasEscapes && isGraphic(load<u8>(start, 1)) && isGraphic(load<u8>(end - 2))) {
    kind = PLAIN;
  }
  store<u32>(to, start);
  store<u32>(to, ((<u32>end) << 2) | kind, 4);
}

/** ASCII that is no blank. */
function isGraphic(byte: u32): bool {
  return byte - 33 < 94;
}
