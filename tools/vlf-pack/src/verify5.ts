/** Verifies the license files of scheme `voss-5` from their bytes alone; the breakdown is what all is made from. */
import { DataError } from "@vlf/common/exit";
import type { Layout } from "@vlf/common/voss5-layouts";
import { byNames, type NamedRow5 } from "./content5.ts";
import { anonymousCsv5, type Breakdown, detailedCsv5, readBreakdown, readDetailed5 } from "./csv5.ts";
import { archive5, makeNames5 } from "./files5.ts";
import { hashLine } from "./files.ts";
import { sameBytes, text } from "./verify.ts";
import { readZip } from "./zip.ts";

const BREAKDOWN = /_anonymous_breakdown_[\d_-]+\.csv$/;

/** Whether an archive is one of 5.x: it has a breakdown, and no license JSON. */
export function isZip5(bytes: Uint8Array): boolean {
  return readZip(bytes).some(({ name }) => BREAKDOWN.test(name));
}

/** Whether a CSV file is one of 5.x, by its version. */
export function isCsv5(bytes: Uint8Array): boolean {
  return /^#Audit Version=5\./mu.test(new TextDecoder().decode(bytes));
}

/**
 * Verifies an archive: structure, CRCs, hashes, members, the breakdown, the CSV file made again from it, and
 * at last the whole archive, made again from its own content: so any changed byte is found.
 * @param name the file's own name: it has to be the one that the content makes
 * @throws {DataError} saying what is wrong
 */
export function verifyZip5(name: string, bytes: Uint8Array, configured: Layout): Breakdown {
  const members = new Map(readZip(bytes).map((entry) => [entry.name, entry.data]));
  const take = (member: string): Uint8Array => {
    const data = members.get(member);
    if (data === undefined) throw new DataError(`"${member}" is not in the archive`);
    members.delete(member);
    return data;
  };
  const breakdownName = [...members.keys()].find((key) => BREAKDOWN.test(key)) ?? "breakdown CSV";
  const breakdown = readBreakdown(text(members.get(breakdownName) ?? take(breakdownName)), configured);
  const { facts, layout, rows } = breakdown;
  const names = makeNames5(facts);
  const main = members.has(`${names.folder}/${names.detailed}`) ? "detailed" : "anonymous";
  const wanted = main === "detailed" ? names.detailedZip : names.zip;
  if (wanted !== name) throw new DataError(`the content is that of "${wanted}"`);

  take(`${names.folder}/`);
  const contents = [names[main], names.breakdown, names.patch, names.adaptationLog].map((member) => {
    const data = take(`${names.folder}/${member}`);
    if (text(take(`${names.folder}/${member}.hash`)) !== hashLine(member, data)) {
      throw new DataError(`"${member}" does not agree with its hash`);
    }
    return data;
  });
  const [extra] = members.keys();
  if (extra !== undefined) throw new DataError(`"${extra}" does not belong in the archive`);

  const [csv, , patch, adaptationLog] = contents as [Uint8Array, Uint8Array, Uint8Array, Uint8Array];
  let named: readonly NamedRow5[] = [];
  if (main === "detailed") named = verifyDetailed5(csv, breakdown);
  else verifyAnonymous5(csv, breakdown);
  const again = archive5(facts, layout, { rows, named }, main, { patch, adaptationLog });
  if (!sameBytes(again, bytes)) throw new DataError("is not what its own content makes: bytes are changed");
  return breakdown;
}

/** Verifies that an anonymous CSV file is what the breakdown makes. @throws {DataError} when it is not */
export function verifyAnonymous5(bytes: Uint8Array, { facts, layout, rows }: Breakdown): void {
  if (text(bytes) !== anonymousCsv5(facts, layout, rows)) {
    throw new DataError("has other numbers than the breakdown in the archive");
  }
}

/** Verifies all of a detailed CSV file but the names, which it alone has; gives its rows. @throws {DataError} */
export function verifyDetailed5(bytes: Uint8Array, breakdown: Breakdown): NamedRow5[] {
  const named = readDetailed5(text(bytes), breakdown).sort(byNames);
  if (detailedCsv5(breakdown.facts, breakdown.layout, named) !== text(bytes)) {
    throw new DataError("is not written as this tool writes it");
  }
  return named;
}
