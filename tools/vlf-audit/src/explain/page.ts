/** Evidence as a page to read. */
import type { Evidence, SchemeDifference } from "@vlf/common/records";
import type { Scheme } from "@vlf/common/schemes";

/**
 * The page of the evidence about one user, or about whatever was asked for.
 * @param isOneOfTwo says the scheme as well
 */
export function pageOf(scheme: Scheme, evidence: readonly Evidence[], isOneOfTwo = false): string {
  const lines: string[] = [];
  let head: string | undefined;
  for (const one of evidence) {
    if (headOf(one) !== head) {
      head = headOf(one);
      lines.push(isOneOfTwo ? `${head}, scheme ${scheme.id}` : head, "");
    }
    lines.push(...(one.counted ? counted(scheme, one) : notCounted(one)), "");
  }
  return lines.map((line) => `${line}\n`).join("");
}

/** What two schemes count differently, as a page. */
export function differencesPage(differences: readonly SchemeDifference[]): string {
  const lines: string[] = [];
  let head: string | undefined;
  for (const { customer, name, hierarchy, schemes, licenses, causes, subjects } of differences) {
    if (customer !== head) {
      head = customer;
      lines.push(`Customer ${customer}, where ${schemes.join(" and ")} differ`, "");
    }
    lines.push(`  DIFFERS  ${name === "" ? "without a name" : name} at ${hierarchy}`);
    for (const scheme of schemes) {
      const counted = subjects.filter((one) => one.scheme === scheme && one.licenses > 0);
      const whom = counted.map(({ kind, name: own }) => `${kind} ${own}`.trim());
      const tiers = Object.entries(licenses[scheme] ?? {}).map(
        ([tier, number]) => `${number} ${tier.replaceAll("_", " ")}`,
      );
      lines.push(
        `    ${scheme}: ${tiers.length === 0 ? "no license" : `${tiers.join(", ")} (${[...new Set(whom)].join(", ")})`}`,
      );
    }
    lines.push(...causes.map(({ message }) => `    - ${message}`), "");
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
