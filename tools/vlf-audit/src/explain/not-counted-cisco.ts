/** Why an instance that no rule of a scheme of Cisco counted is not counted, in words. */
import type { Bucket, Place } from "../customer.ts";
import type { FactId, Facts } from "../facts.ts";

const WHY: Partial<Readonly<Record<FactId, string>>> = {
  phone: "its product needs no license of Unified CM (table of device classes)",
  deviceProfile: "in the list of no CUCM user of its cluster",
  remoteDestinationProfile: "of no CUCM user of its cluster",
  voicemail: "of no CUCM user: Unified CM knows nothing of it",
};

/** Why this instance of a customer is not counted. */
export function whyNotCountedCisco(id: FactId, _fact: Facts[FactId], _place: Place): string {
  return WHY[id] ?? "the schemes of Cisco do not look at it";
}

/** Why an instance outside every customer is not counted. */
export function whyOutsideCisco({ path }: Bucket): string {
  return `at ${path}, above every customer: in no row`;
}
