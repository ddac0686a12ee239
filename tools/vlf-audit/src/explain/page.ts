/** Evidence as a page to read. */
import type { Evidence } from "@vlf/common/records";
import type { Scheme } from "@vlf/common/schemes";

/** The page of the evidence about one user, or about whatever was asked for. */
export function pageOf(scheme: Scheme, evidence: readonly Evidence[]): string {
  const lines: string[] = [];
  let head: string | undefined;
  for (const one of evidence) {
    if (headOf(one) !== head) {
      head = headOf(one);
      lines.push(head, "");
    }
    lines.push(...(one.counted ? counted(scheme, one) : notCounted(one)), "");
  }
  return lines.map((line) => `${line}\n`).join("");
}

function headOf({ customer, provider_pkid: provider }: Evidence): string {
  if (provider !== undefined) return `Above the customers of provider ${provider}`;
  return customer === "" ? "Outside every customer" : `Customer ${customer}`;
}

function counted({ columns }: Scheme, one: Evidence): string[] {
  const { column, title, number, tier, licenses, kind, name, hierarchy, reasons, reference } = one;
  const place = columns.findIndex(({ id }) => id === column) + 1;
  const license = licenses === 0 ? "no license" : `${licenses} ${tier} license${licenses === 1 ? "" : "s"}`;
  return [
    `  COUNTED  ${kind}${name === "" ? "" : ` ${name}`} at ${hierarchy}`,
    `    column ${place}, ${title}: ${number}; ${license.replaceAll("_", " ")}`,
    ...reasons.map((reason) => `    - ${reason}`),
    `    rule: ${reference}`,
    ...sources(one),
  ];
}

function notCounted(one: Evidence): string[] {
  const [source] = one.sources;
  return [
    `  NOT COUNTED  ${source?.model ?? ""} ${one.name} at ${one.hierarchy}`,
    ...one.reasons.map((reason) => `    - ${reason}`),
    ...sources(one),
  ];
}

function sources({ sources: all }: Evidence): string[] {
  return all.map(({ model, pkid, name }) => `    from ${model} ${pkid}${name === "" ? "" : ` (${name})`}`);
}
