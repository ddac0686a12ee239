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
export const ARENA_END: usize = 0x1ff000;
/** A text that the caller wants the number of. */
export const TEXT_PLACE: usize = 0x1ff000;
/** Longer ones have no numbers. */
export const TEXT_BYTES: usize = 256;
/** Names that have numbers; the memory grows with them. */
export const GROWING: usize = 0x200000;

/** What a value is; of names the place among them or their number follows from the fifth bit, of lists how many texts they have. */
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
/** A name by its number (numbers.ts). */
export const NUMBER: u32 = 10;
/** Only until its line is done: a text, or the texts of a list, to be numbers. */
export const TO_NUMBER: u32 = 11;
export const LIST_TO_NUMBERS: u32 = 12;
export const KIND_BITS: u32 = 4;

/** Bytes of a value on the tape: kind, start, end. */
export const VALUE: usize = 12;
/** Of the texts in the lists of a line, behind its values. A list that does not fit is left to the parser. */
export const LISTS_BYTES: usize = 1200;

/** What a line of a model is; what the numbers of its pkids are told apart by stands above, 0 where they come as texts. */
export const MODEL_KIND: u32 = 3;
export const MODEL_BITS: u32 = 2;
/** In the slot of a key: its texts are wanted as numbers of names. */
export const NAMED: i32 = 0x10000;
