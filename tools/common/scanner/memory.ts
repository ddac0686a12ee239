/**
 * What lies where in the memory of the scanner, and the numbers that it and its caller (../src/fields.ts) both know.
 * Places are addresses, lengths are bytes; all numbers have 32 bits.
 */

/** The block of lines. It ends with a line feed; what stands in the bytes behind it may be read, and means nothing. */
export const INPUT: usize = 0x10000;
/** What was found, for the caller. */
export const TAPE: usize = 0x60000;
export const TAPE_END: usize = 0xe0000;
/** The longest entry of the tape: of a model with as many slots as have room in it. */
export const ENTRY_BYTES: usize = 0x2000;
/** Texts that were met lately. */
export const NAMES: usize = 0x100000;
export const NAMES_END: usize = 0x1a0000;
/** The path of the line before. */
export const PATH: usize = 0x1a0000;
export const PATH_BYTES: usize = 0x1000;
/** Models and keys. */
export const ARENA: usize = 0x1a2000;
export const ARENA_END: usize = 0x200000;

/** What a value is; of names the place among them follows from the fifth bit, of lists how many texts they have. */
export const MISSING: u32 = 0;
export const NULL: u32 = 1;
export const TRUE: u32 = 2;
export const FALSE: u32 = 3;
export const KNOWN_NAME: u32 = 4;
export const NEW_NAME: u32 = 5;
export const TEXT: u32 = 6;
export const JSON: u32 = 7;
export const LIST: u32 = 8;
/** Its first text is the key that it is at. */
export const KEYED_LIST: u32 = 9;
export const KIND_BITS: u32 = 4;

/** Bytes of a value on the tape: kind, start, end. */
export const VALUE: usize = 12;
/** Of the texts in the lists of a line, behind its values. A list that does not fit is left to the parser. */
export const LISTS_BYTES: usize = 1200;
