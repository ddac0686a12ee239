/** The records of a finished audit, sorted so that the order of input does not show. */
import { byCodeUnit } from "@vlf/common/hierarchy";
import type { AnyRecord, Finding, Instance, LicenseProfile } from "@vlf/common/records";
import { EXPORTS, SCHEME } from "@vlf/common/voss4";
import type { Counted } from "./audit.ts";
import type { Noted } from "./customer.ts";

const EXPORT_IDS = Object.keys(EXPORTS);

/** The profiles of a customer: by data export, then by their facts. */
export function profileRecords({ pkid, profiles }: Counted): LicenseProfile[] {
  return profiles
    .map((profile): LicenseProfile => ({
      type: "license-profile",
      scheme: SCHEME,
      customer_pkid: pkid,
      export: profile.export,
      profile: { ...profile.profile },
      count: profile.count,
    }))
    .sort(
      (a, b) =>
        EXPORT_IDS.indexOf(a.export) - EXPORT_IDS.indexOf(b.export) ||
        byCodeUnit(JSON.stringify(a.profile), JSON.stringify(b.profile)),
    );
}

/** The findings of the whole, then those of each customer, by code and model. */
export function findingRecords(ofAll: readonly Noted[], customers: readonly Counted[]): Finding[] {
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
    byCodeUnit(a.model ?? "", b.model ?? "")
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
