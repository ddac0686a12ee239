/**
 * Values as they come from AXL and from the vendors' models: one reading for all the shapes a field
 * can have. A collection may be missing, `null`, `""`, one value, `{_value_1}` or an array.
 */

export type Data = Readonly<Record<string, unknown>>;

/**
 * All leaf values at `segments` below `value`, in order. Arrays are walked through at every level,
 * `{_value_1: x}` stands for x, and what is missing, `null` or blank gives nothing.
 * A collection that lacks its inner level (a bare name, a list of names) is taken as the level itself.
 */
export function leaves(value: unknown, segments: readonly string[], at = 0, into: unknown[] = []): unknown[] {
  if (value === null || value === undefined || value === "") return into;
  if (Array.isArray(value)) {
    for (const item of value) leaves(item, segments, at, into);
    return into;
  }
  if (typeof value !== "object") {
    into.push(value);
    return into;
  }
  const object = value as Record<string, unknown>;
  const key = segments[at];
  if (key !== undefined && Object.hasOwn(object, key)) return leaves(object[key], segments, at + 1, into);
  if (Object.hasOwn(object, "_value_1")) return leaves(object["_value_1"], segments, at, into);
  if (key === undefined) into.push(object);
  return into;
}

/** The texts of `leaves()` in the form in which names are compared, without blank ones. */
export function namesBelow(value: unknown, segments: readonly string[]): readonly string[] {
  const names = leaves(value, segments).map((leaf) => joinKey(leafText(leaf)));
  return names.includes("") ? names.filter((name) => name !== "") : names;
}

/** A leaf as text without surrounding blanks; objects have none. */
export function leafText(value: unknown): string {
  if (typeof value === "string") return trimmed(value);
  return typeof value === "number" || typeof value === "boolean" ? String(value) : "";
}

/** `text.trim()`: asking for the ends first saves the call where they are no blanks, as nearly always. */
export function trimmed(text: string): string {
  return isGraphic(text.charCodeAt(0)) && isGraphic(text.charCodeAt(text.length - 1)) ? text : text.trim();
}

/** ASCII that is no blank; not so for the missing character of an empty text. */
function isGraphic(code: number): boolean {
  return code > 32 && code < 127;
}

/**
 * Whether a flag is set: `true`, `"true"`, `"Y"`, `"yes"`, `"1"` in any case, or the number 1.
 * Everything else is not.
 */
export function isTrue(value: unknown): boolean {
  if (typeof value === "boolean") return value;
  return /^(true|yes|y|1)$/i.test(leafText(value));
}

/** The form in which names are compared: case and surrounding blanks do not count (audit 4.x, joins). */
export function joinKey(text: string): string {
  return lowerCase(trimmed(text));
}

/** `text.toLowerCase()`, which makes a new text even where nothing changes: for names, most of which are so. */
export function lowerCase(text: string): string {
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code > 127 || (code >= 65 && code <= 90)) return text.toLowerCase();
  }
  return text;
}
