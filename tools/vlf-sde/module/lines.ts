/**
 * Scans lines of instances: checks every byte of them by the grammar of JSON, and puts down where the values of wanted
 * keys stand and of what kind they are. As ../../common/scanner/scan.ts, which hands over values and forgets the lines;
 * here they stay where they are until their rows are made.
 *
 * What is scanned ends with a line feed, and no text of JSON holds one: whatever looks for the end of something stops there.
 */
import { isGraphic, QUOTE, SMALL_N } from "../../common/scanner/characters";
import { hasEscapes, lineFeed } from "../../common/scanner/grammar";
import { mixed, wordAt } from "../../common/scanner/hash";
import { Key, learnBetween, Model } from "../../common/scanner/learned";
import {
  BAD,
  data,
  DONE,
  DROPPED,
  expectPath,
  forgetModel,
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
} from "../../common/scanner/line";

// What a value is: ../src/lines/line.ts says more, and where it all stands in an entry.
const EMPTY: u32 = 1;
const PLAIN: u32 = 2;
const PARSED: u32 = 3;
/** Bytes of the head of an entry, and of one of a line that is not taken. */
const HEAD: usize = 44;
const SHORT_HEAD: usize = 12;

const ARENA_BYTES: i32 = 1 << 18;
const arena = memory.data(ARENA_BYTES, 16);

let tape: usize = 0;
let stopped: usize = 0;
let hasOthers: bool = false;

export function tapeEnd(): usize {
  return tape;
}

export function stoppedAt(): usize {
  return stopped;
}

/** A new one learns from the beginning. */
export function forgetAll(): void {
  learnBetween(arena, arena + ARENA_BYTES);
  forgetModel();
}

/** Other lines come, in which the path of the last one does not stand. */
export function beginLines(): void {
  expectPath(0, 0);
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
  let outcome = readHead(start, learn);
  if (outcome != GOOD) return outcome;
  const values = tape + HEAD;
  outcome = readMembers<Values>(changetype<Values>(values), learn);
  if (outcome != GOOD) return outcome;

  const known = changetype<Model>(model);
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
  expectPath(path, pathEnd + 1 - path);
  return GOOD;
}

/** A number that two equal texts have in common. */
function hashOf(from: usize, behind: usize): u32 {
  let hash: u64 = behind - from;
  for (let at = from; at < behind; at += 8) hash = mixed(hash, wordAt(at, behind - at));
  return <u32>hash;
}

/** Values of an entry, from its place on. */
@unmanaged
class Values {
  clear(slots: u32): void {
    memory.fill(changetype<usize>(this), 0, (<usize>slots) << 3);
    hasOthers = false;
  }

  /**
   * Puts down a value, and what kind it is of, so that it need not be looked at again: no text at all (`null`, or an
   * empty one), a plain one, or one that has to be parsed.
   */
  put(key: Key, start: usize, end: usize): void {
    if (key.slot < 0) {
      hasOthers = true;
      return;
    }
    const to = changetype<usize>(this) + ((<usize>key.slot) << 3);
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
}
