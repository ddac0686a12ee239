/**
 * Charts as SVG by Observable Plot, on a document that linkedom makes. Each is drawn twice, for wide screens and
 * paper and for narrow ones, so that its text keeps its size; the style of the page shows one. Colors are
 * variables of the page, and every bar says its value in a `title`.
 */
import * as Plot from "@observablehq/plot";
import { parseHTML } from "linkedom";
import type { Position } from "@vlf/common/records";
import type { MonthPoint, ReportRow, SchemeReport } from "../report/model.ts";
import { levelOf } from "../report/report.ts";
import { sum } from "../report/scheme.ts";
import { esc, shortened, visible, type Words } from "./text.ts";

/** Customers shown one by one. */
const CUSTOMERS = 15;
/** Largest changes shown. */
const CHANGES = 20;
/** Positions shown. */
const POSITIONS = 24;

type Size = "wide" | "narrow";

interface Drawn {
  readonly label: string;
  readonly height: number;
  readonly options: (size: Size) => Omit<Plot.PlotOptions, "document">;
}

const WIDTH: Readonly<Record<Size, number>> = { wide: 860, narrow: 340 };
/** Characters of a name beside a bar, and the room for them. */
const NAME: Readonly<Record<Size, { readonly length: number; readonly margin: number }>> = {
  wide: { length: 34, margin: 230 },
  narrow: { length: 18, margin: 122 },
};

/** Licenses by tier, month by month; months without an audit are marked as such. */
export function trendChart({ months, tiers, title }: SchemeReport, words: Words): string {
  const bars = months.flatMap(({ month, licenses }) =>
    (licenses ?? []).map((value, tier) => ({ month, tier, value })),
  );
  const gaps = months.filter(({ licenses }) => licenses === undefined);
  const top = Math.max(1, ...months.map(({ licenses }) => sum(licenses ?? [])));
  const last = months.at(-1)?.month ?? "";
  return draw({
    label: `${title}: licenses by tier from ${words.month(months[0]?.month ?? last)} to ${words.month(last)}; the table below has the numbers`,
    height: 250,
    options: (size) => ({
      x: { domain: months.map(({ month }) => month), label: null, padding: 0.25 },
      y: {
        domain: [0, top],
        label: null,
        tickFormat: (value: number) => words.number(value),
        tickSize: 0,
        nice: true,
      },
      color: { domain: tiers.map((_, at) => at), range: tiers.map((_, at) => `var(--tier-${at})`) },
      marginLeft: 56,
      marginTop: 24,
      marks: [
        Plot.gridY({ strokeOpacity: 0.12 }),
        Plot.axisX({
          ticks: ticks(months, Math.ceil(months.length / (size === "wide" ? 12 : 4))),
          tickFormat: (month: string) => words.shortMonth(month),
          tickSize: 0,
          label: null,
        }),
        Plot.barY(gaps, {
          x: "month",
          y1: 0,
          y2: top,
          fill: "var(--gap)",
          title: ({ month }: MonthPoint) => `${words.month(month)}: no audit is kept`,
        }),
        Plot.text(gaps, {
          x: "month",
          y: top / 2,
          text: () => "no audit",
          rotate: -90,
          fill: "var(--muted)",
        }),
        Plot.barY(bars, {
          x: "month",
          y: "value",
          fill: "tier",
          title: ({ month, tier, value }: (typeof bars)[number]) =>
            `${words.month(month)}, ${tiers[tier]?.title}: ${words.number(value)}`,
        }),
        Plot.text(
          months.filter(({ month }) => month === last),
          {
            x: "month",
            y: ({ licenses }: MonthPoint) => sum(licenses ?? []),
            text: ({ licenses }: MonthPoint) => words.number(sum(licenses ?? [])),
            dy: -8,
            fontWeight: "600",
            textAnchor: "end",
            dx: 12,
          },
        ),
        Plot.ruleY([0]),
      ],
    }),
  });
}

/** Every so many months, counted back from the last. */
function ticks(months: readonly MonthPoint[], step: number): string[] {
  return months.filter((_, at) => (months.length - 1 - at) % step === 0).map(({ month }) => month);
}

/** Licenses of the largest customers by tier, and of all others together. */
export function customersChart({ rows, tiers, title }: SchemeReport, words: Words): string {
  const largest = rows.filter(({ total }) => total > 0).toSorted((a, b) => b.total - a.total);
  const shown: Pick<ReportRow, "label" | "licenses">[] = largest.slice(0, CUSTOMERS);
  const others = largest.slice(CUSTOMERS);
  if (others.length > 0) {
    shown.push({
      label: `${words.number(others.length)} others`,
      licenses: tiers.map((_, tier) => sum(others.map(({ licenses }) => licenses[tier] ?? 0))),
    });
  }
  if (shown.length === 0) return "";
  const bars = shown.flatMap(({ label, licenses }, place) =>
    licenses.map((value, tier) => ({ place, label, tier, value })),
  );
  return draw({
    label: `${title}: licenses of the largest customers by tier; the table below has the numbers`,
    height: 34 + 24 * shown.length,
    options: (size) => ({
      ...namesAt(
        shown.map(({ label }) => label),
        size,
        words,
      ),
      color: { domain: tiers.map((_, at) => at), range: tiers.map((_, at) => `var(--tier-${at})`) },
      marks: [
        Plot.barX(bars, {
          y: "place",
          x: "value",
          fill: "tier",
          title: ({ label, tier, value }: (typeof bars)[number]) =>
            `${visible(label)}, ${tiers[tier]?.title}: ${words.number(value)}`,
        }),
        Plot.text(shown, {
          y: (_: unknown, place: number) => place,
          x: ({ licenses }: Pick<ReportRow, "licenses">) => sum(licenses),
          text: ({ licenses }: Pick<ReportRow, "licenses">) => words.number(sum(licenses)),
          textAnchor: "start",
          dx: 5,
        }),
      ],
    }),
  });
}

/** Customers whose licenses changed most, up and down. */
export function changesChart({ rows, gone, before, title }: SchemeReport, words: Words): string {
  if (before === undefined) return "";
  const changed = [
    ...rows.map(({ label, total, before: was = 0 }) => ({ label, value: total - was })),
    ...gone.map(({ label, total }) => ({ label, value: -total })),
  ]
    .filter(({ value }) => value !== 0)
    .toSorted((a, b) => Math.abs(b.value) - Math.abs(a.value))
    .slice(0, CHANGES)
    .toSorted((a, b) => b.value - a.value)
    .map((one, place) => ({ ...one, place }));
  if (changed.length === 0) return "";
  return draw({
    label: `${title}: changes of licenses by customer since ${words.month(before.month)}, the largest; the table below has the numbers`,
    height: 34 + 24 * changed.length,
    options: (size) => ({
      ...namesAt(
        changed.map(({ label }) => label),
        size,
        words,
      ),
      marks: [
        Plot.barX(changed, {
          y: "place",
          x: "value",
          fill: ({ value }: { value: number }) => (value > 0 ? "var(--more)" : "var(--less)"),
          title: ({ label, value }: { label: string; value: number }) =>
            `${visible(label)}: ${words.change(value)}`,
        }),
        ...[1, -1].map((sign) =>
          Plot.text(
            changed.filter(({ value }) => Math.sign(value) === sign),
            {
              y: "place",
              x: "value",
              text: ({ value }: { value: number }) => words.change(value),
              textAnchor: sign > 0 ? "start" : "end",
              dx: 5 * sign,
            },
          ),
        ),
        Plot.ruleX([0]),
      ],
      insetLeft: 36,
    }),
  });
}

/** Used against entitled: what is over stands out by color, by a line at what is entitled, and in words. */
export function positionsChart(positions: readonly Position[], words: Words): string {
  const shown = positions
    .filter(
      ({ entitled, used, license_type: type, level }) =>
        entitled !== undefined && entitled + used > 0 && type !== "total" && level === levelOf(positions),
    )
    .toSorted((a, b) => (b.overage ?? 0) - (a.overage ?? 0) || (b.utilization ?? 0) - (a.utilization ?? 0))
    .slice(0, POSITIONS)
    .map((position, place) => {
      const who = whoOf(position);
      return { ...position, place, who, label: who === "" ? position.title : `${who}, ${position.title}` };
    });
  if (shown.length === 0) return "";
  type Shown = (typeof shown)[number];
  const within = ({ used, overage = 0 }: Shown): number => used - overage;
  return draw({
    label: "Licenses used against entitled; the table below has the numbers",
    height: 34 + 28 * shown.length,
    options: (size) => ({
      ...namesAt(
        shown.map(({ who, title }) => {
          const [name, type] = size === "wide" ? [18, 16] : [9, 7];
          return who === "" ? title : `${shortened(who, name)}, ${shortened(title, type)}`;
        }),
        size,
        words,
      ),
      marks: [
        Plot.barX(shown, {
          y: "place",
          x1: 0,
          x2: "entitled",
          fill: "var(--gap)",
          title: ({ label, entitled = 0 }: Shown) => `${visible(label)}, entitled: ${words.number(entitled)}`,
        }),
        Plot.barX(shown, {
          y: "place",
          x1: 0,
          x2: within,
          insetTop: 5,
          insetBottom: 5,
          fill: "var(--tier-0)",
          title: ({ label, used }: Shown) => `${visible(label)}, used: ${words.number(used)}`,
        }),
        Plot.barX(
          shown.filter(({ overage = 0 }) => overage > 0),
          {
            y: "place",
            x1: within,
            x2: "used",
            insetTop: 5,
            insetBottom: 5,
            fill: "var(--over)",
            title: ({ label, overage = 0 }: Shown) => `${visible(label)}, over: ${words.number(overage)}`,
          },
        ),
        Plot.tickX(shown, { y: "place", x: "entitled", stroke: "currentColor", strokeWidth: 2 }),
        Plot.text(shown, {
          y: "place",
          x: ({ used, entitled = 0 }: Shown) => Math.max(used, entitled),
          text: ({ overage = 0, used }: Shown) =>
            overage > 0 ? `${words.number(overage)} over` : words.number(used),
          fill: ({ overage = 0 }: Shown) => (overage > 0 ? "var(--over-text)" : "currentColor"),
          textAnchor: "start",
          dx: 5,
        }),
      ],
    }),
  });
}

/** Whose a position is. */
function whoOf({ customer, customer_pkid: pkid, subscription, level }: Position): string {
  const who = customer || pkid;
  return level === "subscription" ? `${who} ${subscription}`.trim() : who;
}

/** Horizontal bars beside their names. Places stand for names, since two may be called the same. */
function namesAt(
  labels: readonly string[],
  size: Size,
  words: Words,
): Omit<Plot.PlotOptions, "document" | "marks"> {
  const { length, margin } = NAME[size];
  return {
    y: {
      domain: labels.map((_, place) => place),
      tickFormat: (place: number) => shortened(labels[place] ?? "", length),
      tickSize: 0,
      label: null,
      padding: 0.3,
    },
    x: {
      label: null,
      ticks: size === "wide" ? 6 : 3,
      tickFormat: (value: number) => (Number.isInteger(value) ? words.number(value) : ""),
      grid: true,
      nice: true,
    },
    marginLeft: margin,
    marginRight: 64,
    insetRight: 4,
  };
}

function draw({ label, height, options }: Drawn): string {
  return (["wide", "narrow"] as const)
    .map((size) => {
      const { document } = parseHTML("<!doctype html><html><body></body></html>");
      const svg: SvgElement = Plot.plot({
        document,
        width: WIDTH[size],
        height,
        style: { fontSize: "12px", fontFamily: "inherit", overflow: "visible" },
        ...options(size),
      });
      svg.querySelector("style")?.remove(); // the page has it once
      svg.setAttribute("role", "img");
      svg.setAttribute("aria-label", visible(label));
      svg.setAttribute("class", `chart ${size}`);
      // One picture with one label: those of its groups are nobody's.
      return rounded(svg.outerHTML.replaceAll(/(<g\b[^>]*?) aria-label="[^"]*"/g, "$1"));
    })
    .join("\n");
}

/** What is used of a node of the document; its types are not among those of this project. */
interface SvgElement {
  readonly outerHTML: string;
  querySelector(selector: string): { remove(): void } | null;
  setAttribute(name: string, value: string): void;
}

/** Places on the drawing with two digits after the point: more of them only make the page larger. */
function rounded(svg: string): string {
  return svg.replaceAll(/ (?:x|y|x1|x2|y1|y2|width|height|d|transform)="[^"]*"/g, (attribute) =>
    attribute.replaceAll(/(\.\d\d)\d+/g, "$1"),
  );
}

/** A line of two years beside a row, without text: its numbers are in the title. */
export function sparkline(values: readonly (number | undefined)[], title: string): string {
  if (values.filter((value) => value !== undefined).length < 2) return "";
  const top = Math.max(1, ...values.map((value) => value ?? 0));
  const step = 88 / (values.length - 1);
  const round = (value: number): number => Math.round(value * 10) / 10;
  let path = "";
  for (const [at, value] of values.entries()) {
    if (value === undefined) continue;
    const start = values[at - 1] === undefined;
    path += `${start ? "M" : "L"}${round(1 + at * step)} ${round(17 - (16 * value) / top)}`;
    if (start && values[at + 1] === undefined) path += "h.1"; // a single month between gaps is a dot
  }
  return `<svg class="spark" viewBox="0 0 90 18" role="img" aria-label="${esc(title)}"><path d="${path}"/></svg>`;
}
