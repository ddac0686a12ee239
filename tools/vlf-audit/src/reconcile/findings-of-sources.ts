/** Findings about sources that do not agree. */
import type { Position } from "@vlf/common/records";
import { usedOf } from "./books.ts";
import { type Findable, nameOf, type Note } from "./finding-note.ts";
import type { Measures } from "./measures.ts";
import { type LicenseModel, typeTitle } from "./models.ts";

/** Several sources of one customer and model: only the first counts. */
export function ofSources({ sources, ordered }: Findable, noteFor: (pkid: string) => Note): void {
  for (const { measured, bySource } of sources) {
    const [first, ...others] = bySource;
    if (first === undefined || !ordered.has(measured.model.id)) continue;
    for (const other of others) {
      const types = [...new Set([...first.figures.byType.keys(), ...other.figures.byType.keys()])];
      const differ = types
        .map((type) => ({ type, a: usedOf(first, type), b: usedOf(other, type) }))
        .filter(({ a, b }) => a !== b)
        .map(({ type, a, b }) => `${typeTitle(measured.model, type)} ${a} and ${b}`);
      if (differ.length === 0) continue;
      noteFor(measured.customer.pkid)(
        "sources-differ",
        "warning",
        `${first.source}, which counts, and ${other.source} differ for ${nameOf(measured)}: ${differ.join(", ")}`,
      );
    }
  }
}

/** What sources say that customers have bought, by what each said last, against the orders. */
export function ofTold({ measures, books }: Findable, noteFor: (pkid: string) => Note): void {
  const sums = new Map<string, { at: number; entitled: number; source: string; type: string; key: string }>();
  for (const { customer, model, type, source, at, entitled } of measures.told) {
    const key = JSON.stringify([customer.key, model.id]);
    const of = JSON.stringify([key, type, source]);
    const known = sums.get(of);
    if (known !== undefined && known.at > at) continue;
    const before = known?.at === at ? known.entitled : 0; // several sites have one license each
    sums.set(of, { at, entitled: before + entitled, source, type, key });
  }
  for (const { entitled, source, type, key } of sums.values()) {
    const book = books.find(({ customer, model }) => JSON.stringify([customer.key, model.id]) === key);
    const ordered = book?.entitled.get(type) ?? 0;
    if (book === undefined || ordered === entitled) continue;
    noteFor(book.customer.pkid)(
      "order-differs",
      "warning",
      `${source} says that ${entitled} ${typeTitle(book.model, type)} of ${book.model.title} are bought by ${nameOf(book)}, orders say ${ordered}`,
    );
  }
}

/** Totals of license managers against the sums of the partner. */
export function ofPools(
  measures: Measures,
  positions: readonly Position[],
  ordered: ReadonlySet<string>,
  note: Note,
): void {
  const latest = new Map<string, Measures["pools"][number]>();
  for (const total of measures.pools) {
    const key = JSON.stringify([total.pool, total.model.id, total.type]);
    if ((latest.get(key)?.at ?? 0) <= total.at) latest.set(key, total);
  }
  const sums = new Map<
    string,
    { model: LicenseModel; type: string; used: number; entitled: number | undefined }
  >();
  for (const { model, type, used, entitled } of latest.values()) {
    const key = JSON.stringify([model.id, type]);
    const known = sums.get(key);
    const both = entitled === undefined ? known?.entitled : entitled + (known?.entitled ?? 0);
    sums.set(key, { model, type, used: used + (known?.used ?? 0), entitled: both });
  }
  for (const { model, type, used, entitled } of sums.values()) {
    if (!ordered.has(model.id)) continue;
    const rows = positions.filter(
      (row) => row.level === "partner" && row.model === model.id && row.license_type === type,
    );
    const sum = (key: "used" | "entitled"): number => rows.reduce((all, row) => all + (row[key] ?? 0), 0);
    const title = `${typeTitle(model, type)} of ${model.title}`;
    if (entitled !== undefined && entitled !== sum("entitled")) {
      note(
        "pool-differs",
        "warning",
        `license managers say that ${entitled} ${title} are bought, orders say ${sum("entitled")}`,
      );
    }
    if (used !== sum("used")) {
      note(
        "pool-differs",
        "info",
        `license managers say that ${used} ${title} are used, the sum of the customers is ${sum("used")}`,
      );
    }
  }
}
