/**
 * License totals of a Unified CM cluster: the answer of AXL `executeSQLQuery` to
 * `SELECT name,value FROM TABLE (FUNCTION LicenseTotals()) (pkid,name,value,UserValue,DeviceValue)`, as XML or as
 * JSON rows. Names come padded with blanks.
 */
import { DataError } from "@vlf/common/exit";
import type { UsageFormat } from "./_format.ts";
import { keyOf } from "./license-types.ts";
import { countAt, Once, usageRecord } from "./usage-record.ts";

/** A row by names of columns in small letters, with its place for errors. */
interface Row {
  readonly where: string;
  readonly number: number;
  readonly cells: Readonly<Record<string, string>>;
}

/** Rows beside the license types, as the License Usage Report has them. */
const NO_TYPES: readonly string[] = ["totalusers", "totaldevices"];

export const axlTotals: UsageFormat = {
  id: "axl-totals",
  about: "license totals of a Unified CM cluster: the answer of AXL executeSQLQuery, XML or JSON",
  read({ name: file, text }, context) {
    const rows = text.trimStart().startsWith("<") ? xmlRows(file, text) : jsonRows(file, text);
    if (rows.length === 0)
      throw new DataError(`read ${file}: no rows, wanted license totals with name and value`);
    const once = new Once();
    const leftOut: string[] = [];
    const usage = rows.flatMap(({ where, number, cells }) => {
      const { name = "", value, uservalue: users, devicevalue: devices } = cells;
      const trimmed = name.trim();
      if (trimmed === "" || value === undefined)
        throw new DataError(`read ${where}: wanted a row with name and value`);
      if (NO_TYPES.includes(keyOf(trimmed))) {
        leftOut.push(`${where}: "${trimmed}", which is no license type`);
        return [];
      }
      const record = usageRecord(
        {
          vendor: "cisco",
          application: "UCM",
          license_name: trimmed,
          quantity: countAt(where, `the value of "${trimmed}"`, value),
          source: "axl-totals",
          ...(users === undefined ? {} : { by_users: countAt(where, `UserValue of "${trimmed}"`, users) }),
          ...(devices === undefined
            ? {}
            : { by_devices: countAt(where, `DeviceValue of "${trimmed}"`, devices) }),
        },
        context,
      );
      once.add(file, number, record.license_type);
      return [record];
    });
    return { usage, leftOut };
  },
};

function jsonRows(file: string, text: string): Row[] {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new DataError(`read ${file}: neither XML nor JSON, wanted the answer of AXL executeSQLQuery`, {
      cause: error,
    });
  }
  const inner = (value as { return?: { row?: unknown } } | null)?.return?.row ?? value;
  if (!Array.isArray(inner)) throw new DataError(`read ${file}: no list of rows`);
  return inner.map((row: unknown, index) => {
    const where = `${file}: row ${index + 1}`;
    if (typeof row !== "object" || row === null)
      throw new DataError(`read ${where}: wanted a row with name and value`);
    const cells = Object.entries(row).map(([key, cell]) => [key.toLowerCase(), String(cell)]);
    return { where, number: index + 1, cells: Object.fromEntries(cells) as Record<string, string> };
  });
}

const ENTITIES: Readonly<Record<string, string>> = { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'" };

/** The rows of an answer: elements `row` of elements that hold text alone. It has nothing else of XML in it. */
function xmlRows(file: string, text: string): Row[] {
  if (/<!/.test(text))
    throw new DataError(
      `read ${file}: not the answer of AXL executeSQLQuery: it has a document type, a comment or CDATA`,
    );
  const fault = /<(?:\w+:)?faultstring[^>]*>([^<]*)</.exec(text);
  if (fault !== null)
    throw new DataError(
      `read ${file}: AXL answered with a fault: ${decoded(fault[1] ?? "")
        .trim()
        .slice(0, 200)}`,
    );
  if (!/<\/(?:\w+:)?executeSQLQueryResponse\s*>/.test(text))
    throw new DataError(
      `read ${file}: no whole executeSQLQueryResponse, wanted the answer of AXL executeSQLQuery`,
    );
  return [...text.matchAll(/<(?:\w+:)?row(?:\s[^>]*)?>(.*?)<\/(?:\w+:)?row\s*>/gs)].map((match, index) => {
    const line = text.slice(0, match.index).split("\n").length;
    const inner = match[1] ?? "";
    const cell = /<(?:\w+:)?(\w+)(?:\s[^>]*)?(?:\/>|>([^<]*)<\/(?:\w+:)?\1\s*>)/g;
    const cells = [...inner.matchAll(cell)].map(([, key = "", value = ""]) => [
      key.toLowerCase(),
      decoded(value),
    ]);
    if (inner.replaceAll(cell, "").trim() !== "")
      throw new DataError(`read ${file}:${line}: row ${index + 1} holds more than columns with text`);
    return {
      where: `${file}:${line}`,
      number: line,
      cells: Object.fromEntries(cells) as Record<string, string>,
    };
  });
}

function decoded(text: string): string {
  return text.replaceAll(
    /&(?:#(\d+)|#x([0-9a-f]+)|(\w+));/gi,
    (all, decimal: string, hex: string, name: string) => {
      if (decimal !== undefined) return String.fromCodePoint(Number(decimal));
      if (hex !== undefined) return String.fromCodePoint(Number.parseInt(hex, 16));
      return ENTITIES[name] ?? all;
    },
  );
}
