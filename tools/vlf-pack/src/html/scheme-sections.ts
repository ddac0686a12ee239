/** The sections of the page that tell of one scheme. */
import { changesChart, customersChart, sparkline, trendChart } from "./charts.ts";
import { change, name, number, table, words as plain } from "./tables.ts";
import { esc, type Words } from "./text.ts";
import type { SchemeReport } from "../report/model.ts";

/** Changes listed; the workbook has all. */
const CHANGES = 300;
/** Columns of one customer, held against evidence. */
const EVIDENCE = 400;

/** A section: what the contents call it, and its HTML. */
export interface Section {
  readonly id: string;
  readonly title: string;
  readonly html: string;
}

export function schemeSections(scheme: SchemeReport, words: Words, isOnly: boolean): Section[] {
  const of = (title: string): string => (isOnly ? title : `${scheme.title}: ${title.toLowerCase()}`);
  const id = (part: string): string => `${scheme.id}-${part}`;
  const sections = [
    { id: id("tiers"), title: of("Licenses"), html: tiers(scheme, words) },
    { id: id("customers"), title: of("Customers"), html: customers(scheme, words) },
    { id: id("types"), title: of("By type"), html: types(scheme, words) },
    { id: id("changes"), title: of("Changes"), html: changes(scheme, words) },
    { id: id("evidence"), title: of("Evidence"), html: evidence(scheme, words) },
  ];
  // A reader by ear is told apart tables of one name.
  const region = 'role="region" aria-label="';
  return sections
    .filter(({ html }) => html !== "")
    .map((one) =>
      isOnly ? one : { ...one, html: one.html.replaceAll(region, `${region}${esc(scheme.title)}: `) },
    );
}

function key({ tiers: list }: SchemeReport): string {
  const items = list.map(
    ({ title }, at) => `<li><i style="background:var(--tier-${at})"></i>${esc(title)}</li>`,
  );
  return `<ul class="key">${items.join("")}</ul>`;
}

function figure(svg: string, legend = ""): string {
  return svg === "" ? "" : `<figure>${legend}${svg}</figure>`;
}

function tiers(scheme: SchemeReport, words: Words): string {
  const { before, months, tiers: list, total, totals } = scheme;
  const was = before === undefined ? "Before" : words.month(before.month);
  const gaps = months.filter(({ licenses }) => licenses === undefined).length;
  const trend =
    months.length < 2
      ? `<p class="note">No earlier month is kept in the folder of the license files, so there is no trend yet.</p>`
      : `<h3>Month by month</h3>
${figure(trendChart(scheme, words), key(scheme))}
${gaps > 0 ? `<p class="note">No audit is kept of ${words.number(gaps)} of these months: they are gaps, not months without use.</p>` : ""}
${history(scheme, words)}`;
  return `${table({
    caption: "Licenses by tier",
    headings: [
      { title: "Tier" },
      { title: "Now", isNumber: true },
      { title: was, isNumber: true },
      { title: "Change", isNumber: true },
    ],
    rows: list.map(({ title }, at) => {
      const now = totals[at] ?? 0;
      const then = before?.licenses[at];
      return [
        plain(title),
        number(now, words),
        number(then, words),
        change(then === undefined ? undefined : now - then, words),
      ];
    }),
    foot: [
      plain("All tiers"),
      number(total, words),
      number(before?.total, words),
      change(before === undefined ? undefined : total - before.total, words),
    ],
  })}
${trend}`;
}

function history({ months, tiers: list }: SchemeReport, words: Words): string {
  return table({
    caption: "Licenses by month, the latest first",
    headings: [
      { title: "Month", isFixed: true },
      ...list.map(({ title }) => ({ title, isNumber: true, isFixed: true })),
      { title: "All", isNumber: true, isFixed: true },
    ],
    rows: months.toReversed().map(({ month, licenses }) => [
      plain(words.month(month)),
      ...list.map((_, at) => number(licenses?.[at], words)),
      licenses === undefined
        ? { html: "no audit is kept", className: "n z" }
        : number(
            licenses.reduce((total, one) => total + one, 0),
            words,
          ),
    ]),
  });
}

function customers(scheme: SchemeReport, words: Words): string {
  const { before, gone, months, rows, tiers: list, totals, total } = scheme;
  if (rows.length === 0) return "<p>The stream has no customer.</p>";
  const hasTrend = months.length > 1;
  const hasReseller = rows.some(({ reseller }) => reseller !== "");
  return `${figure(customersChart(scheme, words), key(scheme))}
${table({
  caption: "Licenses by customer",
  headings: [
    { title: "Customer" },
    ...(hasReseller ? [{ title: "Reseller" }] : []),
    ...list.map(({ title }) => ({ title, isNumber: true })),
    { title: "All", isNumber: true },
    ...(before === undefined ? [] : [{ title: `Since ${words.shortMonth(before.month)}`, isNumber: true }]),
    ...(hasTrend ? [{ title: "Trend", isFixed: true }] : []),
  ],
  rows: rows.map((row) => [
    name(row.label),
    ...(hasReseller ? [name(row.reseller)] : []),
    ...row.licenses.map((value) => number(value, words)),
    number(row.total, words),
    ...(before === undefined ? [] : [change(row.total - (row.before ?? 0), words)]),
    ...(hasTrend ? [{ html: sparkline(row.trend, trendWords(row.trend, words)) }] : []),
  ]),
  foot: [
    plain("All customers"),
    ...(hasReseller ? [plain("")] : []),
    ...totals.map((value) => number(value, words)),
    number(total, words),
    ...(before === undefined ? [] : [change(total - before.total, words)]),
    ...(hasTrend ? [plain("")] : []),
  ],
})}
${goneWords(gone.length, before?.month, words)}`;
}

/** Why the change of all customers is not the sum of the lines above it. */
function goneWords(gone: number, since: string | undefined, words: Words): string {
  if (gone === 0 || since === undefined) return "";
  const who = gone === 1 ? "One customer that was" : `${words.number(gone)} customers that were`;
  return `<p class="note">${who} there in ${esc(words.month(since))} ${gone === 1 ? "is" : "are"} not any more. The change of all customers counts what is gone; Changes names it.</p>`;
}

function trendWords(trend: readonly (number | undefined)[], words: Words): string {
  const known = trend.filter((value) => value !== undefined);
  const [first = 0] = known;
  const last = known.at(-1) ?? 0;
  return `from ${words.number(first)} to ${words.number(last)}, at most ${words.number(Math.max(0, ...known))}`;
}

function types({ columns, before, tiers: list }: SchemeReport, words: Words): string {
  return table({
    caption: "Columns of the license files, over all customers",
    headings: [
      { title: "Column" },
      { title: "Tier" },
      { title: "Now", isNumber: true },
      ...(before === undefined
        ? []
        : [
            { title: words.month(before.month), isNumber: true },
            { title: "Change", isNumber: true },
          ]),
    ],
    rows: columns.map(({ title, tier, now, before: was }) => [
      plain(title),
      plain(list.find(({ id }) => id === tier)?.title ?? ""),
      number(now, words),
      ...(before === undefined
        ? []
        : [number(was, words), change(was === undefined ? undefined : now - was, words)]),
    ]),
  });
}

function changes(scheme: SchemeReport, words: Words): string {
  const { before, changes: list } = scheme;
  if (before === undefined) return "";
  const since = words.month(before.month);
  if (list.length === 0) return `<p>No column of any customer changed since ${esc(since)}.</p>`;
  const shown = list.slice(0, CHANGES);
  const chart = changesChart(scheme, words);
  return `${chart === "" ? "" : `<h3>Licenses since ${esc(since)}</h3>${figure(chart)}`}
${table({
  caption: `Columns that changed since ${since}, the largest changes first`,
  headings: [
    { title: "Customer" },
    { title: "Column" },
    { title: since, isNumber: true },
    { title: "Now", isNumber: true },
    { title: "Change", isNumber: true },
  ],
  rows: shown.map(({ label, title, before: was, after }) => [
    name(label),
    plain(title),
    number(was, words),
    number(after, words),
    change(after - was, words),
  ]),
})}
${shown.length < list.length ? `<p class="note">The largest ${words.number(shown.length)} of ${words.number(list.length)} changes. The workbook has all.</p>` : ""}`;
}

function evidence({ evidence: list, notCounted }: SchemeReport, words: Words): string {
  if (list.length === 0) return "";
  const shown = list.toSorted((a, b) => b.licenses - a.licenses || b.number - a.number).slice(0, EVIDENCE);
  return `<p>Who and what is behind the numbers, from <code>vlf-audit explain</code>. ${notCounted === 0 ? "" : `${words.number(notCounted)} instances are in it with the reason why they do not count. `}The workbook has every record.</p>
${table({
  caption: "Evidence by customer and column, most licenses first",
  headings: [
    { title: "Customer" },
    { title: "Column" },
    { title: "Count", isNumber: true },
    { title: "By evidence", isNumber: true },
    { title: "Licenses", isNumber: true },
    { title: "Among them" },
  ],
  rows: shown.map(({ label, title, count, number: sum, licenses, names, rows }) => [
    name(label),
    plain(title),
    number(count, words),
    sum === count ? number(sum, words) : { ...number(sum, words), className: "n over" },
    number(licenses, words),
    {
      html: `${names
        .filter((one) => one !== "")
        .map((one) => `<bdi>${esc(one)}</bdi>`)
        .join(", ")}${rows > names.length ? " …" : ""}`,
      className: "w",
    },
  ]),
})}
${shown.length < list.length ? `<p class="note">The first ${words.number(shown.length)} of ${words.number(list.length)} lines. The workbook has every record.</p>` : ""}`;
}
