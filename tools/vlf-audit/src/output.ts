/** The records of a finished audit, sorted so that the order of input does not show. */
import { byCodeUnit } from "@vlf/common/hierarchy";
import type { Finding, LicenseProfile } from "@vlf/common/records";
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
  return findings.sort(
    (a, b) =>
      byCodeUnit(a.customer_pkid, b.customer_pkid) ||
      byCodeUnit(a.code, b.code) ||
      byCodeUnit(a.model ?? "", b.model ?? ""),
  );
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
