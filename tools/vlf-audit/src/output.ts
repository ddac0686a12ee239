/** The records of a finished audit, sorted so that the order of input does not show. */
import { byCodeUnit } from "@vlf/common/hierarchy";
import type { AnyRecord, Finding, Instance, LicenseProfile } from "@vlf/common/records";
import { type AnyProfile, type SchemeId, schemeOf } from "@vlf/common/schemes";
import type { Noted } from "./customer.ts";

/** The profiles of a row: by data export, then by their facts. */
export function profileRecords(
  scheme: SchemeId,
  { pkid, providerPkid }: { readonly pkid: string; readonly providerPkid?: string | undefined },
  profiles: readonly AnyProfile[],
): LicenseProfile[] {
  const { exports } = schemeOf(scheme);
  return profiles
    .map((profile): LicenseProfile => ({
      type: "license-profile",
      scheme,
      customer_pkid: pkid,
      ...(providerPkid === undefined ? {} : { provider_pkid: providerPkid }),
      export: profile.export,
      profile: { ...profile.profile },
      count: profile.count,
    }))
    .sort(
      (a, b) =>
        exports.indexOf(a.export) - exports.indexOf(b.export) ||
        byCodeUnit(JSON.stringify(a.profile), JSON.stringify(b.profile)),
    );
}

/** The findings of the whole, then those of each customer, by code and model. */
export function findingRecords(
  ofAll: readonly Noted[],
  customers: readonly { readonly pkid: string; readonly notes: readonly Noted[] }[],
): Finding[] {
  const findings: Finding[] = ofAll.map((noted) => findingRecord("", noted));
  for (const { pkid, notes } of customers) {
    for (const noted of notes) findings.push(findingRecord(pkid, noted));
  }
  return findings.sort(byFinding);
}

/** The order of findings: those of the whole first. */
export function byFinding(a: Finding, b: Finding): number {
  return (
    byCodeUnit(a.customer_pkid, b.customer_pkid) ||
    byCodeUnit(a.code, b.code) ||
    byCodeUnit(a.model ?? "", b.model ?? "") ||
    byCodeUnit(a.pkid ?? "", b.pkid ?? "") ||
    byCodeUnit(a.message, b.message)
  );
}

/** Instances that are passed on, in an order that is theirs alone. */
export function sortedInstances(instances: readonly Instance[]): AnyRecord[] {
  const key = ({ model, pkid, data }: Instance): string => `${model} ${pkid} ${JSON.stringify(data)}`;
  return instances
    .map((instance) => ({ instance, key: key(instance) }))
    .sort((a, b) => byCodeUnit(a.key, b.key))
    .map(({ instance }) => instance as unknown as AnyRecord);
}

function findingRecord(customerPkid: string, { code, severity, message, model, count }: Noted): Finding {
  return {
    type: "finding",
    code,
    severity,
    message,
    customer_pkid: customerPkid,
    ...(model === undefined ? {} : { model }),
    count,
  };
}
