/**
 * A line of an instance: what stands between its names, and its members by the keys that were learned. What it finds is
 * put down by those who scan lines: `scan.ts`, and lines.ts of the data export.
 */
import { CLOSE_OBJECT, COLON, COMMA, LF, QUOTE } from "./characters";
import { hasEscapes, isAt, nameEnd, textEnd, valueEnd } from "./grammar";
import { findKey, findModel, Key, learnKey, learnModel, Model } from "./learned";

/** What a line is. */
export const PARSE: u32 = 0;
export const TAKEN: u32 = 1;
export const DROPPED: u32 = 2;

/** Why `scan()` came back. */
export const DONE: u32 = 0;
export const FULL: u32 = 1;
export const NEW_MODEL: u32 = 2;
export const NEW_KEY: u32 = 3;
/** How a line came out, beside the two of these that are new. */
export const GOOD: u32 = 16;
export const BAD: u32 = 17;

/** The slot of a key that leaves its line to the parser; keys that nobody wants have another below 0. */
const UNREADABLE: i32 = -2;

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

/** The model of the line before, which is nearly always that of the next one. */
export let model: usize = 0;
/** A path with the quote behind it, which is nearly always that of the next line, too; none has no bytes. */
let lastPath: usize = 0;
let lastPathBytes: usize = 0;

// Of the line that was read: its names, where its members begin, and behind its brackets.
export let pkid: usize = 0;
export let pkidEnd: usize = 0;
export let path: usize = 0;
export let pathEnd: usize = 0;
export let isSamePath: bool = false;
export let data: usize = 0;
export let lineEnd: usize = 0;

/** What is new: the name of a model with its quote, or a key with quotes and colon, and the key before it. */
let newStart: usize = 0;
let newEnd: usize = 0;
let newBefore: usize = 0;

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

/** Models are numbered from 0. `false`: there is no room. */
export function addModel(kind: u32, slots: u32): bool {
  return learnModel(newStart, newEnd, kind, slots);
}

export function addKey(slot: i32, isList: bool): bool {
  return learnKey(newStart, newEnd, slot, isList, model, newBefore);
}

/** The models are forgotten, and their places mean nothing any more. */
export function forgetModel(): void {
  model = 0;
}

/** A path and the quote behind it stay where they stand until the next lines are read. */
export function expectPath(at: usize, bytes: usize): void {
  lastPath = at;
  lastPathBytes = bytes;
}

/** Reads a line up to its members. `learn`: `NEW_MODEL` where the model is not known. */
export function readHead(start: usize, learn: bool): u32 {
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

  const modelEnd = name + known.length - 1;
  if (!isAt(TO_PKID, TO_PKID_BYTES, modelEnd)) return BAD;
  pkid = modelEnd + TO_PKID_BYTES;
  pkidEnd = nameEnd(pkid);
  if (pkidEnd == 0 || !isAt(TO_HIERARCHY, TO_HIERARCHY_BYTES, pkidEnd)) return BAD;
  path = pkidEnd + TO_HIERARCHY_BYTES;
  isSamePath = lastPathBytes > 0 && isAt(lastPath, lastPathBytes, path);
  pathEnd = isSamePath ? path + lastPathBytes - 1 : nameEnd(path);
  if (pathEnd == 0 || !isAt(TO_DATA, TO_DATA_BYTES, pathEnd)) return BAD;
  data = pathEnd + TO_DATA_BYTES;
  return GOOD;
}

/** Goes over the members of `data` to the end of the line, and gives `values` those whose keys are known. */
export function readMembers<Values>(values: Values, learn: bool): u32 {
  const owner = changetype<Model>(model);
  values.clear(owner.slots);
  let at = data;
  if (load<u8>(at) != CLOSE_OBJECT) {
    let last = owner.last;
    while (true) {
      const found = findKey(at, last);
      if (found == 0) return newKey(at, last, learn);
      last = found;
      const key = changetype<Key>(found);
      if (key.slot == UNREADABLE) return BAD;
      const start = at + key.length;
      at = valueEnd(start, 0);
      if (at == 0) return BAD;
      values.put(key, start, at);
      const byte: u32 = load<u8>(at);
      if (byte == CLOSE_OBJECT) break;
      if (byte != COMMA) return BAD;
      at += 1;
    }
  }
  lineEnd = at + 2;
  return load<u8>(at, 1) == CLOSE_OBJECT && load<u8>(at, 2) == LF ? GOOD : BAD;
}

function newKey(at: usize, before: usize, learn: bool): u32 {
  if (!learn || load<u8>(at) != QUOTE) return BAD;
  const end = nameEnd(at + 1);
  if (end == 0 || load<u8>(end, 1) != COLON) return BAD;
  newStart = at;
  newEnd = end + 2;
  newBefore = before;
  return NEW_KEY;
}
