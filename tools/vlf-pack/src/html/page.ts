/**
 * The page of a month: one file that needs no network and no script, for people who read it as a statement.
 * What runs in it is the script of this tool alone, by its hash; whatever a name holds is text.
 */
import { sha256 } from "@noble/hashes/sha2.js";
import { utf8ToBytes } from "@noble/hashes/utils.js";
import { formatTime } from "@vlf/common/clock";
import type { Position } from "@vlf/common/records";
import type { Report, SchemeReport } from "../report/model.ts";
import { positionsChart } from "./charts.ts";
import { schemeSections, type Section } from "./scheme-sections.ts";
import { SCRIPT } from "./script.ts";
import { STYLE } from "./style.ts";
import { type Cell, change, name, number, sentence, table, words as plain } from "./tables.ts";
import { esc, named, Words } from "./text.ts";

/** Lines of a list that the page shows; the workbook has all. */
const LINES = 1000;

/** The whole page. @throws {UsageError} for a locale that is not known */
export function htmlPage(report: Report, locale: string): string {
  const words = new Words(locale);
  const { facts, isAnonymous, month, schemes } = report;
  const who = facts.platform.provider_name ?? facts.platform.hostname ?? "";
  const title = `License statement ${who}, ${words.month(month)}`.replace(" ,", ",");
  const sections: Section[] = [
    ...over(report, words),
    ...schemes.flatMap((scheme) => schemeSections(scheme, words, schemes.length === 1)),
    ...entitlements(report, words),
    ...people(report, words),
    ...findings(report, words),
    notes(report),
  ];
  const hash = Buffer.from(sha256(utf8ToBytes(SCRIPT))).toString("base64");
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-${hash}'; base-uri 'none'; form-action 'none'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<title>${esc(title)}</title>
<style>${STYLE}</style>
</head>
<body>
<a class="skip" href="#content">To the numbers</a>
<header>
<p class="kicker">License statement${isAnonymous ? ", without names" : ""}</p>
<h1>${named(who)}${who === "" ? "" : "<br>"}${esc(words.month(month))}</h1>
${schemes.map((scheme) => `<p class="lead">${lead(scheme, words, schemes.length === 1)}</p>`).join("\n")}
<p class="kicker">Audit of ${esc(words.day(facts.date))}, ${esc(formatTime(facts.date).slice(11, 16))} UTC${facts.platform.hostname === undefined ? "" : `, system ${named(facts.platform.hostname)}`}</p>
<nav aria-label="Contents"><ul>${sections.map(({ id, title: text }) => `<li><a href="#${id}">${esc(text)}</a></li>`).join("")}</ul></nav>
</header>
<main id="content">
${sections.map(({ id, title: text, html }) => `<section aria-labelledby="${id}"><h2 id="${id}">${esc(text)}</h2>\n${html}\n</section>`).join("\n")}
</main>
<script>${SCRIPT}</script>
</body>
</html>
`;
}

function lead({ title, total, rows, before }: SchemeReport, words: Words, isOnly: boolean): string {
  const customers = rows.filter(({ key }) => !key.startsWith(" ")).length;
  const what = `${words.number(total)} ${total === 1 ? "license" : "licenses"} for ${words.number(customers)} ${customers === 1 ? "customer" : "customers"}`;
  const since = (): string => {
    if (before === undefined) return "";
    const by = total - before.total;
    const than = words.month(before.month);
    if (by === 0) return `, as many as in ${than}`;
    return `, ${words.number(Math.abs(by))} ${by > 0 ? "more" : "fewer"} than in ${than}`;
  };
  return esc(`${isOnly ? "" : `${title}: `}${what}${since()}.`);
}

/** Those with overage, and what is known of why. */
function over({ over: list, positions, schemes }: Report, words: Words): Section[] {
  if (positions.length === 0) return [];
  const html =
    list.length === 0
      ? "<p>Nobody uses more than is entitled.</p>"
      : `<p>These use more licenses than they are entitled to.</p>
${table({
  caption: "Over, the largest overage first",
  headings: [
    { title: "Customer" },
    { title: "Subscription" },
    { title: "License type" },
    { title: "Entitled", isNumber: true },
    { title: "Used", isNumber: true },
    { title: "Over", isNumber: true },
    { title: "Status" },
    { title: "Why" },
  ],
  rows: list
    .slice(0, LINES)
    .map((position) => [
      name(position.customer || position.customer_pkid),
      name(position.subscription),
      plain(position.title),
      number(position.entitled, words),
      number(position.used, words),
      { ...number(position.overage, words), className: "n over" },
      plain(position.status),
      sentence(why(position, schemes, words)),
    ]),
})}`;
  return [{ id: "over", title: "Over", html }];
}

/** What changed for the customer in the same model, when that is counted in the stream as well. */
function why(position: Position, schemes: readonly SchemeReport[], words: Words): string {
  const scheme = schemes.find(({ id }) => id === position.model);
  const row = scheme?.rows.find(({ pkid }) => pkid === position.customer_pkid);
  const parts = [
    `${position.statistic} of ${words.number(position.days)} ${position.days === 1 ? "day" : "days"}`,
  ];
  if (position.used_on !== undefined) parts.push(`reached on ${position.used_on}`);
  if (position.status === "no-order") parts.push("nothing is ordered");
  if (row?.before !== undefined && scheme?.before !== undefined) {
    parts.push(`${words.change(row.total - row.before)} licenses since ${words.month(scheme.before.month)}`);
  }
  const lines = scheme?.evidence.filter(({ label }) => label === row?.label) ?? [];
  for (const { title, licenses } of lines)
    if (licenses > 0) parts.push(`${title}: ${words.number(licenses)} by evidence`);
  return parts.join("; ");
}

function entitlements({ positions }: Report, words: Words): Section[] {
  if (positions.length === 0) return [];
  const rows = positions.filter(({ level }) => level !== "cluster" && level !== "region");
  const chart = positionsChart(positions, words);
  const shown = rows.slice(0, LINES);
  const html = `${
    chart === ""
      ? ""
      : `<figure><ul class="key"><li><i style="background:var(--tier-0)"></i>Used</li><li><i style="background:var(--over)"></i>Over</li><li><i style="background:var(--gap)"></i>Entitled</li></ul>${chart}</figure>`
  }
${table({
  caption: "Entitled and used by license type",
  headings: [
    { title: "Of" },
    { title: "Level" },
    { title: "Subscription" },
    { title: "Model" },
    { title: "License type" },
    { title: "Entitled", isNumber: true },
    { title: "Used", isNumber: true },
    { title: "Available", isNumber: true },
    { title: "Over", isNumber: true },
    { title: "Utilization", isNumber: true },
    { title: "Status" },
  ],
  rows: shown.map((one): Cell[] => [
    name(one.customer || one.customer_pkid || one.partner || one.partner_pkid),
    plain(one.level),
    name(one.subscription),
    plain(one.model),
    plain(one.title),
    number(one.entitled, words),
    number(one.used, words),
    one.available === undefined ? number(undefined, words) : change(one.available, words),
    (one.overage ?? 0) > 0
      ? { ...number(one.overage, words), className: "n over" }
      : number(one.overage, words),
    one.utilization === undefined
      ? number(undefined, words)
      : { html: `${words.number(one.utilization)} %`, value: one.utilization, className: "n" },
    plain(one.status),
  ]),
})}
<p class="note">From <code>vlf-audit reconcile</code>. Rows of type total are sums of the others of their level.${shown.length < rows.length ? ` The first ${words.number(shown.length)} of ${words.number(rows.length)} rows; the workbook has all.` : ""}</p>`;
  return [{ id: "entitlements", title: "Entitled against used", html }];
}

function people({ subjects }: Report, words: Words): Section[] {
  if (subjects.length === 0) return [];
  const shown = subjects.slice(0, LINES);
  const html = `${table({
    caption: "Who came, left or moved, from vlf-audit diff",
    headings: [
      { title: "Name" },
      { title: "Kind" },
      { title: "Change" },
      { title: "From" },
      { title: "To" },
      { title: "Because" },
    ],
    rows: shown.map(({ name: who, kind, change: what, from, to, causes }) => [
      name(who),
      plain(kind),
      plain(what),
      plain(from.join(", ")),
      plain(to.join(", ")),
      sentence(causes.join("; ")),
    ]),
  })}
${shown.length < subjects.length ? `<p class="note">The first ${words.number(shown.length)} of ${words.number(subjects.length)}. The workbook has all.</p>` : ""}`;
  return [{ id: "people", title: "Who changed", html }];
}

function findings({ findings: list, isAnonymous, schemes }: Report, words: Words): Section[] {
  if (list.length === 0) return [];
  const labels = new Map(
    schemes.flatMap(({ rows }) => rows.map(({ pkid, label }): [string, string] => [pkid, label])),
  );
  const shown = list.slice(0, LINES);
  const html = `${table({
    caption: "What the tools found, the gravest first",
    headings: [
      { title: "Finding" },
      { title: "Severity" },
      { title: "Customer" },
      ...(isAnonymous ? [] : [{ title: "In words" }]),
      { title: "Times", isNumber: true },
    ],
    rows: shown.map(({ code, severity, customer, message, count }) => [
      plain(code),
      plain(severity),
      name(customer === "" ? "" : (labels.get(customer) ?? customer)),
      ...(isAnonymous ? [] : [sentence(message)]),
      number(count, words),
    ]),
  })}
${shown.length < list.length ? `<p class="note">The first ${words.number(shown.length)} of ${words.number(list.length)}. The workbook has all.</p>` : ""}`;
  return [{ id: "findings", title: "Findings", html }];
}

function notes({ notes: list, isAnonymous }: Report): Section {
  const html = `<p>${isAnonymous ? "Customers are named by the pkid of their node, and nothing else of them is named." : "This page names customers. It is for those who may see them."} What the numbers are made of:</p>
<dl class="facts">${list.map(([key, value]) => `<dt>${esc(key)}</dt><dd>${named(value)}</dd>`).join("\n")}</dl>`;
  return { id: "notes", title: "Notes", html };
}
