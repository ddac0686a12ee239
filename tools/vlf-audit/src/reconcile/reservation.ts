/**
 * The authorization code of a license reservation as orders: what Cisco reserved for one Unified CM (Specific
 * License Reservation for CUCM 12.5). Perpetual licenses have no dates; how Cisco writes others was not found.
 */
import { DataError } from "@vlf/common/exit";
import type { OrderRow } from "./entitlement.ts";

export function isReservation(text: string): boolean {
  return text.includes("<specificPLR>");
}

/**
 * @param customers names that the settings know: the id of the product instance may be one; otherwise what is
 *   reserved is the partner's, since the code names no customer
 * @throws {DataError} when it is cut off, or holds what is no license of Unified CM
 */
export function reservationRows(file: string, text: string, customers: ReadonlySet<string>): OrderRow[] {
  const code = /<authorizationCode>(.*?)<\/authorizationCode>/s.exec(text)?.[1];
  if (code === undefined) throw new DataError(`read ${file}: no whole authorization code: it was cut off`);
  const instance = elementOf(code, "piid");
  return [...text.matchAll(/<entitlement>(.*?)<\/entitlement>/gs)].map(({ 1: body = "", index }) => {
    const line = text.slice(0, index).split("\n").length;
    const tag = elementOf(body, "tag");
    const type = /^regid\.[\d-]+\.com\.cisco\.UCM_(\w+)/.exec(tag)?.[1];
    if (type === undefined) {
      throw new DataError(`read ${file}:${line}: tag "${tag}" is no license of Unified CM`);
    }
    const cells = new Map<string, unknown>([
      ["subscription", elementOf(body, "subscriptionID")],
      ["customer", customers.has(instance) ? instance : ""],
      ["model", "cisco-ucm"],
      ["type", type],
      ["quantity", elementOf(body, "count")],
      ["start", elementOf(body, "startDate")],
      ["end", elementOf(body, "endDate")],
    ]);
    return { file, line, cells };
  });
}

function elementOf(text: string, name: string): string {
  return new RegExp(`<${name}>(.*?)</${name}>`, "s").exec(text)?.[1]?.trim() ?? "";
}
