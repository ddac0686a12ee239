/** What findings are made of. */
import type { Position, Severity } from "@vlf/common/records";
import type { Book } from "./books.ts";
import { isOwn } from "./customers.ts";
import type { Figures, Period } from "./figures.ts";
import type { Measured, Measures } from "./measures.ts";
import type { ReconcileSettings } from "./settings.ts";

/** What each source says of a customer and model, the one that counts first. */
export interface SourceFigures {
  readonly measured: Measured;
  readonly bySource: readonly { readonly source: string; readonly figures: Figures }[];
}

export interface Findable {
  readonly books: readonly Book[];
  readonly positions: readonly Position[];
  readonly measures: Measures;
  readonly settings: ReconcileSettings;
  readonly period: Period;
  readonly sources: readonly SourceFigures[];
  /** Ids of models that somebody has ordered. */
  readonly ordered: ReadonlySet<string>;
}

/** Adds a finding about one customer. */
export type Note = (code: string, severity: Severity, message: string, count?: number) => void;

/** `"Innovia"`, or whose licenses or usage name no customer. */
export function nameOf({ customer }: Pick<Book, "customer">): string {
  if (!isOwn(customer)) return `"${customer.name || customer.pkid}"`;
  return customer.partner.name === "" ? "no customer" : `no customer of "${customer.partner.name}"`;
}
