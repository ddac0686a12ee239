/** The sheets of entitlements: all positions, and those that are over. */
import type { WriteSheet } from "hucre/xlsx";
import type { Position } from "@vlf/common/records";
import type { Report } from "../report/model.ts";
import { type Column, sheet, type Value } from "./sheet.ts";

const COLUMNS: readonly Column[] = [
  { title: "Level" },
  { title: "Partner", width: 22 },
  { title: "Customer", width: 30 },
  { title: "Customer PKID", width: 26 },
  { title: "Subscription", width: 20 },
  { title: "Model" },
  { title: "License type", width: 22 },
  { title: "Entitled", kind: "number" },
  { title: "Used", kind: "number" },
  { title: "Available", kind: "number" },
  { title: "Over", kind: "number" },
  { title: "Utilization %", kind: "number" },
  { title: "Status" },
  { title: "Statistic" },
  { title: "Reached on", kind: "day" },
  { title: "Period from (UTC)", kind: "time" },
  { title: "Period to (UTC)", kind: "time" },
  { title: "Days measured", kind: "number" },
];

function row(one: Position): Value[] {
  return [
    one.level,
    one.partner,
    one.customer,
    one.customer_pkid,
    one.subscription,
    one.model,
    one.title,
    one.entitled,
    one.used,
    one.available,
    one.overage,
    one.utilization,
    one.status,
    one.statistic,
    one.used_on === undefined ? undefined : new Date(`${one.used_on}T00:00:00Z`),
    new Date(one.period_start),
    new Date(one.period_end),
    one.days,
  ];
}

export function positionsSheet({ positions }: Report): WriteSheet {
  return sheet(
    "Entitlements",
    COLUMNS,
    positions.filter(({ level }) => level !== "cluster" && level !== "region").map(row),
  );
}

export function overSheet({ over }: Report): WriteSheet {
  return sheet("Customers over", COLUMNS, over.map(row));
}
