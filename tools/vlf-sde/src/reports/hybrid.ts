/**
 * People with services of two vendors (guide, 2.3.10). Since 21.1 they are `data/User`s with a hybrid status;
 * 19.3.4 had `data/MultiVendorServiceData_DAT`. A person who is in both is one row, from `data/User`.
 */
import { itemsOf, textReader } from "../readers.ts";
import { type Column, column, fieldIn, type Key, member, sourceOf } from "./_column.ts";
import { customerPlace } from "./_place.ts";
import { type DescribedReport, report } from "./_report.ts";
import type { ReportOptions } from "./report.ts";

const USER = "user";
const OLD = "multiVendorService";

interface HybridLine {
  readonly extension: string;
  readonly e164: string;
  readonly cos: string;
}

/** Lines are listed as far as something is known of them: 19.3.4 has two, used or not. */
const isUsed = ({ extension, e164, cos }: HybridLine): boolean =>
  extension !== "" || e164 !== "" || cos !== "";

function fromBoth(fieldId: string, oldId: string): string {
  return `${sourceOf(USER, fieldId)}; 19.3.4: ${sourceOf(OLD, oldId)}`;
}

const LINE_KEYS: readonly Key[] = [
  member("extension", "string", "v4", `${fromBoth("extension_line", "line1")} and line2Dn`),
  member("e164", "string", "v4", `${fromBoth("extension_e164", "line1_e164")} and line2E164`),
  member("cos", "string", "v4", `${fromBoth("extension_cos", "line1_cos")} and line2CoS`),
];

function text(key: string, modelId: string, fieldId: string, from: string): Column {
  return column(key, "string", "v4", from, ({ table }) => textReader(fieldIn(table, modelId, fieldId)), {
    reading: true,
  });
}

function columns(
  modelId: string,
  ids: { username: string; service: string },
  lines: Column["bind"],
): Column[] {
  return [
    ...customerPlace("v4"),
    text("username", modelId, ids.username, fromBoth("username", "username")),
    text("service_type", modelId, ids.service, fromBoth("hybrid_status", "service_type")),
    column(
      "lines",
      "array of object",
      "v4",
      "data/User.mvs_extensions; 19.3.4: data/MultiVendorServiceData_DAT",
      lines,
      {
        note: "all of them: the table names the first only, 19.3.4 had two",
        members: LINE_KEYS,
      },
    ),
  ];
}

function userLines({ table }: ReportOptions): ReturnType<Column["bind"]> {
  const items = itemsOf(
    fieldIn(table, USER, "extension_line"),
    fieldIn(table, USER, "extension_e164"),
    fieldIn(table, USER, "extension_cos"),
  );
  const [extension, e164, cos] = items.texts;
  return (source) =>
    items
      .of(source)
      .map((item) => ({ extension: extension(item), e164: e164(item), cos: cos(item) }))
      .filter(isUsed);
}

function oldLines({ table }: ReportOptions): ReturnType<Column["bind"]> {
  const reads = ["line1", "line2"].map((line) => ({
    extension: textReader(fieldIn(table, OLD, line)),
    e164: textReader(fieldIn(table, OLD, `${line}_e164`)),
    cos: textReader(fieldIn(table, OLD, `${line}_cos`)),
  }));
  return (source) =>
    reads
      .map(({ extension, e164, cos }) => ({
        extension: extension(source),
        e164: e164(source),
        cos: cos(source),
      }))
      .filter(isUsed);
}

export const hybrid: DescribedReport = report({
  type: "hybrid",
  title: "Hybrid Data Export",
  section: "2.3.10",
  rowIs: "a VOSS user with a hybrid status; of 19.3.4 multi-vendor service data of a user who has none",
  reading: true,
  sources: [
    {
      modelId: USER,
      keeps: ({ table }) => {
        const statusOf = textReader(fieldIn(table, USER, "hybrid_status"));
        return (source) => statusOf(source) !== "";
      },
      columns: columns(USER, { username: "username", service: "hybrid_status" }, userLines),
    },
    {
      modelId: OLD,
      keeps: ({ table }) => {
        const usernameOf = textReader(fieldIn(table, OLD, "username"));
        const statusOf = textReader(fieldIn(table, USER, "hybrid_status"));
        return (source, joins) => {
          const same = joins.named(USER, "username").allOf(source, usernameOf);
          return !same.some((user) => statusOf(user) !== "");
        };
      },
      columns: columns(OLD, { username: "username", service: "service_type" }, oldLines),
    },
  ],
  sortBy: ["username"],
});
