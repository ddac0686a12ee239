/** Texts and numbers of the page: escaped, and written as the locale has them. */
import { UsageError } from "@vlf/common/exit";

/** Controls, halves of a pair, and what is no character. */
const FORBIDDEN = /[\p{Cc}\p{Cs}\u{fffe}\u{ffff}]/gu;
const ALLOWED: ReadonlySet<string> = new Set(["\t", "\n", "\r"]);

/** A text without characters that a page or a workbook may not hold. */
export function clean(text: string): string {
  return text.replaceAll(FORBIDDEN, (one) => (ALLOWED.has(one) ? one : "\u{fffd}"));
}

/** Marks that turn the text after them round, by which a name could pass itself off as another. */
const OVERRIDES = /[\u{202a}-\u{202e}\u{2066}-\u{2069}]/gu;

/** A text as HTML, in elements and in quoted attributes. */
export function esc(text: string): string {
  return visible(text)
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;");
}

/** A name: isolated, so that its direction changes nothing around it. */
export function named(text: string): string {
  return `<bdi>${esc(text)}</bdi>`;
}

/** A text of which all is seen as it stands. */
export function visible(text: string): string {
  return clean(text).replaceAll(OVERRIDES, "\u{fffd}");
}

/**
 * A text cut to some length, with an ellipsis: characters as people count them, of which capitals and those beyond
 * ASCII take more room.
 */
export function shortened(text: string, length: number): string {
  const parts = [...new Intl.Segmenter("en", { granularity: "grapheme" }).segment(visible(text))];
  let room = length;
  const fits = parts.findIndex(({ segment }) => {
    room -= /^[ -@[-~]$/.test(segment) ? 1 : 1.4;
    return room < 0;
  });
  if (fits < 0) return visible(text);
  return `${parts
    .slice(0, Math.max(1, fits - 1))
    .map(({ segment }) => segment)
    .join("")}…`;
}

/** @throws {UsageError} for a locale that is none, or that this runtime has no data of */
export function checkLocale(locale: string): void {
  let known: string[] = [];
  try {
    known = Intl.NumberFormat.supportedLocalesOf(locale);
  } catch {
    // not the shape of a locale: the same as one that is not known
  }
  if (known.length > 0) return;
  throw new UsageError(`read options: --locale is "${locale}", wanted a locale as en, de-DE or fr-CH`);
}

/** Numbers and dates in a locale, UTC. */
export class Words {
  readonly locale: string;
  readonly #number: Intl.NumberFormat;
  readonly #change: Intl.NumberFormat;
  readonly #month: Intl.DateTimeFormat;
  readonly #shortMonth: Intl.DateTimeFormat;
  readonly #day: Intl.DateTimeFormat;

  /** @throws {UsageError} for a locale that is none */
  constructor(locale: string) {
    checkLocale(locale);
    this.locale = locale;
    this.#number = new Intl.NumberFormat(locale);
    this.#change = new Intl.NumberFormat(locale, { signDisplay: "exceptZero" });
    this.#month = new Intl.DateTimeFormat(locale, { month: "long", year: "numeric", timeZone: "UTC" });
    this.#shortMonth = new Intl.DateTimeFormat(locale, { month: "short", year: "2-digit", timeZone: "UTC" });
    this.#day = new Intl.DateTimeFormat(locale, { dateStyle: "long", timeZone: "UTC" });
  }

  number(value: number): string {
    return this.#number.format(value);
  }

  /** With its sign, unless it is 0. */
  change(value: number): string {
    return this.#change.format(value);
  }

  /** Of `2026-10`. */
  month(month: string): string {
    return this.#month.format(new Date(`${month}-01T00:00:00Z`));
  }

  shortMonth(month: string): string {
    return this.#shortMonth.format(new Date(`${month}-01T00:00:00Z`));
  }

  day(date: Date): string {
    return this.#day.format(date);
  }
}
