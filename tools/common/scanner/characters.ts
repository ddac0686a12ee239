/** Characters of JSON, as bytes. */
export const LF: u32 = 10;
export const QUOTE: u32 = 34;
export const PLUS: u32 = 43;
export const COMMA: u32 = 44;
export const MINUS: u32 = 45;
export const DOT: u32 = 46;
export const SLASH: u32 = 47;
export const ZERO: u32 = 48;
export const COLON: u32 = 58;
export const OPEN_ARRAY: u32 = 91;
export const BACKSLASH: u32 = 92;
export const CLOSE_ARRAY: u32 = 93;
export const SMALL_B: u32 = 98;
export const SMALL_E: u32 = 101;
export const SMALL_F: u32 = 102;
export const SMALL_N: u32 = 110;
export const SMALL_R: u32 = 114;
export const SMALL_T: u32 = 116;
export const SMALL_U: u32 = 117;
export const OPEN_OBJECT: u32 = 123;
export const CLOSE_OBJECT: u32 = 125;

/** ASCII that is no blank. */
export function isGraphic(byte: u32): bool {
  return byte - 33 < 94;
}
