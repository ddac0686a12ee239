/** Evidence as a page to read. */
import type { Evidence } from "@vlf/common/records";
import { COLUMNS } from "@vlf/common/voss4";

/** The page of the evidence about one user, or about whatever was asked for. */
export function pageOf(evidence: readonly Evidence[]): string {
  const lines: string[] = [];
  let customer: string | undefined;
  for (const one of evidence) {
    if (one.customer !== customer) {
      customer = one.customer;
      lines.push(customer === "" ? "Outside every customer" : `Customer ${customer}`, "");
    }
    lines.push(...(one.counted ? counted(one) : notCounted(one)), "");
  }
  return lines.map((line) => `${line}\n`).join("");
}

function counted(one: Evidence): string[] {
  const { column, title, number, tier, licenses, kind, name, hierarchy, reasons, reference } = one;
  const place = COLUMNS.findIndex(({ id }) => id === column) + 1;
  const license = licenses === 0 ? "no license" : `${licenses} ${tier} license${licenses === 1 ? "" : "s"}`;
  return [
    `  COUNTED  ${kind}${name === "" ? "" : ` ${name}`} at ${hierarchy}`,
    `    column ${place}, ${title}: ${number}; ${license}`,
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
