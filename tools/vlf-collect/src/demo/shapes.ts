/** The shapes in which systems give one and the same value. */

/** How an AXL collection comes. */
export type Shape = "array" | "single" | "value" | "missing" | "null" | "text" | "inner-null" | "empty";

const EMPTY_SHAPES: readonly [Shape, ...Shape[]] = ["missing", "null", "text", "inner-null", "empty"];

/** A shape that can hold so many items; `wish` if it can. */
export function shapeFor(wish: Shape, items: number, chance: number): Shape {
  if (items > 1) return wish === "value" ? wish : "array";
  if (items === 1) return wish === "single" || wish === "value" ? wish : "array";
  return wish === "single" || wish === "value" || wish === "array"
    ? (EMPTY_SHAPES[chance % EMPTY_SHAPES.length] ?? "empty")
    : wish;
}

/** A collection with its inner level, as `{device: [...]}`; `undefined` where the field is missing. */
export function collection(key: string, items: readonly unknown[], shape: Shape, uuid: string): unknown {
  switch (shape) {
    case "missing":
      return undefined;
    case "null":
      return null;
    case "text":
      return "";
    case "inner-null":
      return { [key]: null };
    case "single":
      return { [key]: items[0] };
    case "value": {
      const values = items.map((item) => ({ _value_1: item, uuid }));
      return { [key]: values.length === 1 ? values[0] : values };
    }
    case "array":
    case "empty":
      return { [key]: items };
  }
}

/** How a system writes yes and no. */
export type FlagStyle = "boolean" | "word" | "letter" | "digit";
export const FLAG_STYLES: readonly FlagStyle[] = ["boolean", "word", "letter", "digit"];

const FLAGS: Readonly<Record<FlagStyle, readonly [no: unknown, yes: unknown]>> = {
  boolean: [false, true],
  word: ["false", "true"],
  letter: ["N", "Y"],
  digit: ["0", "1"],
};

export function flag(value: boolean, style: FlagStyle): unknown {
  return FLAGS[style][value ? 1 : 0];
}
