/** The sheets of the workbook, but for evidence, from the same model as the page. */
import type { WriteSheet } from "hucre/xlsx";
import type { Report, SchemeReport } from "../report/model.ts";
import { type Column, letters, sheet, type Value } from "./sheet.ts";

const SCHEME: Column = { title: "Scheme" };
const CUSTOMER: Column = { title: "Customer", width: 30 };
const PKID: Column = { title: "Customer PKID", width: 26 };

function count(title: string): Column {
  return { title, kind: "number" };
}

/** The tiers of all schemes, each once. */
function allTiers(schemes: readonly SchemeReport[]): { id: string; title: string }[] {
  const tiers = new Map(
    schemes.flatMap((scheme) => scheme.tiers.map(({ id, title }) => [id, title] as const)),
  );
  return [...tiers].map(([id, title]) => ({ id, title }));
}

/** The licenses of a scheme in the columns of all schemes. */
function spread(
  schemes: readonly SchemeReport[],
  scheme: SchemeReport,
  licenses: readonly number[] | undefined,
): Value[] {
  return allTiers(schemes).map(({ id }) => {
    const at = scheme.tiers.findIndex((tier) => tier.id === id);
    return at < 0 ? undefined : licenses?.[at];
  });
}

const total = (licenses: readonly number[]): number => licenses.reduce((sum, one) => sum + one, 0);

export function summarySheet({ schemes }: Report): WriteSheet {
  const rows = schemes.flatMap((scheme) =>
    scheme.rows.map((row): Value[] => [
      scheme.id,
      row.provider,
      row.reseller,
      row.label,
      row.pkid,
      ...spread(schemes, scheme, row.licenses),
      row.total,
      scheme.before === undefined ? undefined : (row.before ?? 0),
      scheme.before === undefined ? undefined : row.total - (row.before ?? 0),
    ]),
  );
  const columns: Column[] = [
    SCHEME,
    { title: "Provider" },
    { title: "Reseller" },
    CUSTOMER,
    PKID,
    ...allTiers(schemes).map(({ title }) => count(title)),
    count("All licenses"),
    count(`Before (${schemes[0]?.before?.month ?? "none kept"})`),
    count("Change"),
  ];
  return { ...sheet("Summary", columns, rows), charts: trend(schemes[0], columns.length + 1) };
}

/** The trend of the first scheme, from the sheet Months. */
function trend(scheme: SchemeReport | undefined, column: number): NonNullable<WriteSheet["charts"]> {
  if (scheme === undefined || scheme.months.length < 2) return [];
  const last = scheme.months.length + 1;
  return [
    {
      type: "column",
      barGrouping: "stacked",
      gapWidth: 40,
      title: "Licenses by month",
      series: scheme.tiers.map(({ title }, at) => ({
        name: title,
        values: `'Months'!$${letters(2 + at)}$2:$${letters(2 + at)}$${last}`,
        categories: `'Months'!$B$2:$B$${last}`,
      })),
      anchor: { from: { row: 1, col: column }, to: { row: 20, col: column + 10 } },
    },
  ];
}

/** Titles and order of the license files, with the names of the detailed one. */
export function typeSheets({ schemes }: Report): WriteSheet[] {
  return schemes.map((scheme) =>
    sheet(
      schemes.length === 1 ? "By type" : `By type ${scheme.id}`,
      [
        { title: "Provider" },
        { title: "Reseller" },
        CUSTOMER,
        PKID,
        ...scheme.columns.map(({ title }) => ({ ...count(title), width: 15 })),
      ],
      scheme.rows.map((row): Value[] => [
        row.provider,
        row.reseller,
        row.label,
        row.pkid,
        ...scheme.columns.map(({ id }): Value => {
          const value = row.counts[id] ?? 0;
          return typeof value === "boolean" ? (value ? "Y" : "N") : value;
        }),
      ]),
    ),
  );
}

export function clusterSheet({ schemes, positions }: Report): WriteSheet {
  const counted = schemes.flatMap((scheme) =>
    scheme.clusters.flatMap(({ label, pkid, region, cluster, licenses }) =>
      licenses.map((value, at): Value[] => [
        "counted",
        scheme.id,
        label,
        pkid,
        region,
        cluster,
        scheme.tiers[at]?.title,
        value,
      ]),
    ),
  );
  const reconciled = positions
    .filter(({ level }) => level === "cluster" || level === "region")
    .map((one): Value[] => [
      `reconciled by ${one.level}`,
      one.model,
      one.customer,
      one.customer_pkid,
      one.region,
      one.cluster,
      one.title,
      one.used,
    ]);
  const columns = [
    { title: "Source", width: 22 },
    SCHEME,
    CUSTOMER,
    PKID,
    { title: "Region" },
    { title: "Cluster", width: 24 },
    { title: "License type", width: 22 },
    count("Used"),
  ];
  return sheet("By cluster", columns, [...counted, ...reconciled]);
}

export function dailySheet({ schemes }: Report): WriteSheet {
  return sheet(
    "Daily",
    [
      { title: "Audit (UTC)", kind: "time" },
      SCHEME,
      CUSTOMER,
      PKID,
      ...allTiers(schemes).map(({ title }) => count(title)),
      count("All licenses"),
    ],
    schemes.flatMap((scheme) =>
      scheme.daily.map(({ date, label, pkid, licenses }): Value[] => [
        date,
        scheme.id,
        label,
        pkid,
        ...spread(schemes, scheme, licenses),
        total(licenses),
      ]),
    ),
  );
}

/** The months of each scheme; those of which no audit is kept are empty. */
export function historySheet({ schemes }: Report): WriteSheet {
  return sheet(
    "Months",
    [
      SCHEME,
      { title: "Month" },
      ...allTiers(schemes).map(({ title }) => count(title)),
      count("All licenses"),
      count("Rows"),
      { title: "Audit (UTC)", kind: "time" },
      { title: "File", width: 50 },
      { title: "SHA-256", width: 68 },
    ],
    schemes.flatMap((scheme) =>
      scheme.months.map(({ month, licenses, customers, file }): Value[] => [
        scheme.id,
        month,
        ...spread(schemes, scheme, licenses),
        licenses === undefined ? undefined : total(licenses),
        licenses === undefined ? undefined : customers,
        file?.date,
        licenses === undefined ? "no audit is kept" : (file?.name ?? "this audit"),
        file?.sha256,
      ]),
    ),
  );
}

export function changesSheet({ schemes, givenChanges }: Report): WriteSheet {
  const computed = schemes.flatMap((scheme) =>
    scheme.changes.map((one): Value[] => [
      `kept files, since ${scheme.before?.month ?? ""}`,
      scheme.id,
      one.label,
      one.pkid,
      one.title,
      one.tier,
      one.before,
      one.after,
      one.after - one.before,
    ]),
  );
  const given = givenChanges.map((one): Value[] => [
    "vlf-audit diff",
    one.scheme,
    one.customer,
    one.customer_pkid || one.provider_pkid,
    one.title,
    one.tier,
    one.before,
    one.after,
    one.change,
  ]);
  return sheet(
    "Changes",
    [
      { title: "Source", width: 26 },
      SCHEME,
      CUSTOMER,
      PKID,
      { title: "Column", width: 44 },
      { title: "Tier" },
      count("Before"),
      count("Now"),
      count("Change"),
    ],
    [...computed, ...given],
  );
}

export function peopleSheet({ subjects }: Report): WriteSheet {
  return sheet(
    "Who changed",
    [
      SCHEME,
      PKID,
      { title: "Name", width: 30 },
      { title: "Kind" },
      { title: "Change" },
      { title: "From", width: 30 },
      { title: "To", width: 30 },
      { title: "Because", width: 60 },
    ],
    subjects.map((one): Value[] => [
      one.scheme,
      one.customer_pkid || one.provider_pkid,
      one.name,
      one.kind,
      one.change,
      one.from.join("; "),
      one.to.join("; "),
      one.causes.join("; "),
    ]),
  );
}

export function findingsSheet({ findings }: Report): WriteSheet {
  return sheet(
    "Findings",
    [
      { title: "Severity" },
      { title: "Finding", width: 30 },
      { title: "Customer PKID", width: 26 },
      { title: "In words", width: 90 },
      count("Times"),
    ],
    findings.map((one): Value[] => [one.severity, one.code, one.customer, one.message, one.count]),
  );
}

export function notesSheet({ notes }: Report): WriteSheet {
  return sheet(
    "Notes",
    [
      { title: "Note", width: 24 },
      { title: "Value", width: 120 },
    ],
    notes.map(([note, value]): Value[] => [note, value]),
  );
}
