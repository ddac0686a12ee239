/** For tests: systems counted by the schemes of Cisco. */
import type { CiscoScheme } from "@vlf/common/cisco";
import { CISCO_RULES, type CiscoRules } from "@vlf/common/cisco-settings";
import { MODELS } from "@vlf/common/models";
import type { CiscoLicenses, Evidence, Finding, Instance, LicenseCount } from "@vlf/common/records";
import { Audit } from "../audit.ts";
import { evidenceOf } from "../explain/evidence.ts";
import { nodes, phone } from "../_system.ts";

export type CiscoCount = LicenseCount<CiscoLicenses>;

export interface CiscoAudited {
  readonly rows: readonly CiscoCount[];
  readonly findings: readonly Finding[];
  readonly evidence: readonly Evidence[];
}

export function auditCisco(
  schemes: readonly CiscoScheme[],
  instances: readonly Instance[],
  rules: Partial<CiscoRules> = {},
  isExplained = true,
): CiscoAudited {
  const evidence: Evidence[] = [];
  const settings = { models: MODELS, standaloneAllocation: () => 0 };
  const audit = new Audit({
    ...settings,
    schemes,
    cisco: { ...CISCO_RULES, ...rules },
    ...(isExplained
      ? { explain: (explained) => void evidence.push(...evidenceOf(explained, settings)) }
      : {}),
  });
  for (const [index, one] of instances.entries()) audit.add(one, "test", index + 1);
  const { customers, findings } = audit.finish();
  return { rows: customers.map(({ count }) => count as CiscoCount), findings, evidence };
}

/** The licenses of the one customer of `nodes()`, without those of which there are none. */
export function needs(
  scheme: CiscoScheme,
  instances: readonly Instance[],
  rules: Partial<CiscoRules> = {},
): Record<string, number> {
  const { rows } = auditCisco([scheme], [...nodes(), ...instances], rules);
  return Object.fromEntries(Object.entries(rows[0]?.licenses ?? {}).filter(([, number]) => number > 0));
}

/** Products of each class that Cisco's table names. */
export const ESSENTIAL = "Cisco 6901";
export const BASIC = "Cisco 6911";
export const ENHANCED = "Cisco 7965";
export const ROOM = "Cisco TelePresence SX20";

/** Phones of an owner, named after it. */
export function owned(owner: string, ...products: readonly string[]): Instance[] {
  return products.map((product, index) => phone(`SEP-${owner}-${index}`, { product, ownerUserName: owner }));
}
