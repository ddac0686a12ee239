/**
 * Writes the members of a row that are copied from a line as they stand there: texts and flags. A program says how:
 * the number of its cells, then the place of each. A cell is its kind, its key (place, bytes: with the comma before it
 * and the colon behind it), the number of its slots, and these. ../src/json-text.ts makes programs.
 */
import { firstValue } from "./names";

/** What is not written here. */
const OTHER: u32 = 0;
const FLAG: u32 = 2;

const PLAIN: u32 = 2;
/** Bytes of the head of an entry: lines.ts. */
const HEAD: usize = 44;

const OPEN_OBJECT: u32 = 123;
/** `""` */
const EMPTY_TEXT: u32 = 0x2222;
/** Bytes that are written beyond what is used. */
const SLACK: usize = 32;

const PROGRAM_BYTES: i32 = 1 << 16;
const programs = memory.data(PROGRAM_BYTES, 16);
let used: usize = 0;

/** Room for a program; 0 when there is none left. */
export function allocateProgram(bytes: usize): usize {
  const at = used;
  const end = at + ((bytes + 31) & ~15);
  if (end > <usize>PROGRAM_BYTES) return 0;
  used = end;
  return programs + at;
}

let end: usize = 0;

/** Behind what `writeCells()` wrote. */
export function cellsEnd(): usize {
  return end;
}

/**
 * Writes cells of a program from a number on. Gives the number of the first one that has to be written otherwise,
 * as its value has to be parsed or does not fit before the limit; their number where all are written.
 */
export function writeCells(program: usize, from: u32, entry: usize, to: usize, limit: usize): u32 {
  const count = load<u32>(program);
  end = to;
  for (let nth = from; nth < count; nth += 1) {
    const cell: usize = load<u32>(program + 4 + ((<usize>nth) << 2));
    const kind = load<u32>(cell);
    if (kind == OTHER) return nth;
    const key: usize = load<u32>(cell, 4);
    const keyBytes: usize = load<u32>(cell, 8);
    const value = firstValue(cell + 12, entry + HEAD);
    let start: usize = 0;
    let bytes: usize = 0;
    if (value != 0) {
      start = load<u32>(value);
      const behind = load<u32>(value, 4);
      bytes = <usize>(behind >> 2) - start;
      if (kind == FLAG) {
        const isText = (behind & 3) == PLAIN;
        const flag = flagLength(isText ? start + 1 : start, isText ? bytes - 2 : bytes);
        if (flag == 0) return nth;
        if (isText) start += 1;
        bytes = flag;
      } else if ((behind & 3) != PLAIN) {
        return nth;
      }
    }
    if (end + keyBytes + bytes + SLACK > limit) return nth;
    // No comma before the first one.
    const skipped: usize = load<u8>(end - 1) == OPEN_OBJECT ? 1 : 0;
    copy(key + skipped, keyBytes - skipped);
    if (value != 0) {
      copy(start, bytes);
    } else if (kind == FLAG) {
      store<u64>(end, 0x65736c6166); // false
      end += 5;
    } else {
      store<u16>(end, EMPTY_TEXT);
      end += 2;
    }
  }
  return count;
}

/** The bytes of `true` or `false` where nothing else stands between two places; else 0. */
function flagLength(start: usize, bytes: usize): usize {
  if (bytes == 4) return load<u32>(start) == 0x65757274 ? 4 : 0;
  return bytes == 5 && load<u8>(start) == 102 && load<u32>(start, 1) == 0x65736c61 ? 5 : 0;
}

function copy(from: usize, bytes: usize): void {
  for (let done: usize = 0; done < bytes; done += 16) v128.store(end + done, v128.load(from + done));
  end += bytes;
}
