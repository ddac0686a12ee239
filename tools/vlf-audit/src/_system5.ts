/** For tests: counts of small systems by scheme `voss-5`. */
import { MODELS } from "@vlf/common/models";
import type { Finding, Instance, LicenseCount, LicenseProfile, Licenses5 } from "@vlf/common/records";
import { RULES5, type Rules5 } from "@vlf/common/voss5-services";
import { Audit } from "./audit.ts";
import { CUSTOMER, instance, nodes } from "./_system.ts";

export interface Audited5 {
  readonly rows: readonly LicenseCount<Licenses5>[];
  readonly profiles: readonly LicenseProfile[];
  readonly findings: readonly Finding[];
}

export const room = (upn: string, at: string = CUSTOMER): Instance =>
  instance("device/msexchangeonline/RoomMailbox", at, { UserPrincipalName: upn });
export const webexAgent = (email: string, at: string = CUSTOMER): Instance =>
  instance("device/webexcc/User", at, { email });

export function audit5(instances: readonly Instance[], rules5: Rules5 = RULES5): Audited5 {
  const auditor = new Audit({
    models: MODELS,
    standaloneAllocation: () => 0,
    schemes: ["voss-5"],
    rules5,
  });
  for (const [index, one] of instances.entries()) auditor.add(one, "test", index + 1);
  const { customers, findings } = auditor.finish();
  return {
    rows: customers.map(({ count }) => count as LicenseCount<Licenses5>),
    profiles: customers.flatMap(({ profiles }) => profiles),
    findings,
  };
}

/** The counts of a row that are not 0, sites left out. */
function filled(row: LicenseCount<Licenses5> | undefined): Record<string, number | boolean> {
  return Object.fromEntries(
    Object.entries(row?.counts ?? {}).filter(([id, value]) => value !== 0 && id !== "sites"),
  );
}

/** The counts of the one customer of `nodes()`. */
export function counted5(...instances: readonly Instance[]): Record<string, number | boolean> {
  return filled(audit5([...nodes(), ...instances]).rows.find(({ customer_pkid: pkid }) => pkid !== ""));
}

/** The counts of the row above customers. */
export function countedAbove(...instances: readonly Instance[]): Record<string, number | boolean> {
  return filled(audit5([...nodes(), ...instances]).rows.find(({ customer_pkid: pkid }) => pkid === ""));
}

/** The findings as `{code: count}`. */
export function found5(...instances: readonly Instance[]): Record<string, number> {
  const { findings } = audit5([...nodes(), ...instances]);
  return Object.fromEntries(findings.map(({ code, count }) => [code, count ?? 0]));
}
