/** Tables of the page: a caption, headings that say what they are of, numbers that line up. */
import { esc, named, type Words } from "./text.ts";

/** A heading; numbers stand right. */
export interface Heading {
  readonly title: string;
  readonly isNumber?: boolean;
  /** Not to be sorted by. */
  readonly isFixed?: boolean;
}

/** A cell as HTML. */
export interface Cell {
  readonly html: string;
  /** What it is sorted by, where that is a number. */
  readonly value?: number;
  readonly className?: string;
}

export interface Table {
  readonly caption: string;
  readonly headings: readonly Heading[];
  /** The first cell of a row is its heading. */
  readonly rows: readonly (readonly Cell[])[];
  readonly foot?: readonly Cell[];
}

export function table({ caption, headings, rows, foot }: Table): string {
  const head = headings
    .map(
      ({ title, isNumber, isFixed }) =>
        `<th scope="col"${isNumber === true ? ' class="n"' : ""}${isFixed === true ? " data-fixed" : ""}>${esc(title)}</th>`,
    )
    .join("");
  return [
    `<div class="scroll" role="region" aria-label="${esc(caption)}" tabindex="0"><table data-sort>`,
    `<caption>${esc(caption)}</caption>`,
    `<thead><tr>${head}</tr></thead>`,
    "<tbody>",
    ...rows.map(row),
    "</tbody>",
    ...(foot === undefined ? [] : ["<tfoot>", row(foot), "</tfoot>"]),
    "</table></div>",
  ].join("\n");
}

function row(cells: readonly Cell[]): string {
  return `<tr>${cells.map((cell, at) => (at === 0 ? tag("th", ' scope="row"', cell) : tag("td", "", cell))).join("")}</tr>`;
}

function tag(name: string, scope: string, { html, value, className }: Cell): string {
  const kind = className === undefined ? "" : ` class="${className}"`;
  return `<${name}${scope}${kind}${value === undefined ? "" : ` data-v="${value}"`}>${html}</${name}>`;
}

export function words(text: string): Cell {
  return { html: esc(text) };
}

export function name(text: string): Cell {
  return { html: named(text) };
}

/** Text of some length. */
export function sentence(text: string): Cell {
  return { html: named(text), className: "w" };
}

export function number(value: number | undefined, form: Words): Cell {
  if (value === undefined) return { html: "–", value: -1, className: "n z" };
  return { html: form.number(value), value, className: value === 0 ? "n z" : "n" };
}

export function change(value: number | undefined, form: Words): Cell {
  if (value === undefined) return { html: "–", value: 0, className: "n z" };
  return { html: form.change(value), value, className: value === 0 ? "n z" : "n" };
}
