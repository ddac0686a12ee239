/** Values of rows as JSON, the same texts as those of `JSON.stringify()`. */

/** What stands in a text as it is takes no call of the engine's: nearly all texts, and they are short. */
const LONG = 64;

/** `value` as JSON; what JSON does not have, `undefined` above all, is left to the caller. */
export function jsonOf(value: unknown): string {
  if (typeof value === "string") return isPlain(value) ? `"${value}"` : JSON.stringify(value);
  if (typeof value === "boolean") return value ? "true" : "false";
  return Array.isArray(value) && value.length === 0 ? "[]" : JSON.stringify(value);
}

/** Whether a text has nothing that JSON escapes: quotes, backslashes, control characters, halves of pairs. */
function isPlain(text: string): boolean {
  if (text.length > LONG) return false;
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code < 32 || code === 34 || code === 92 || (code >= 0xd800 && code <= 0xdfff)) return false;
  }
  return true;
}
