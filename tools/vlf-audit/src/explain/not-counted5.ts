/** Why an instance that no rule of scheme `voss-5` counted is not counted, in words. */
import type { Bucket, Place } from "../customer.ts";
import type { FactId, Facts, Phone } from "../facts.ts";

const UNLINKED =
  "linked with no data/User, or without what makes it a service: in no license of scheme voss-5";

const WHY: Partial<Readonly<Record<FactId, string>>> = {
  phone: "of a CUCM user that is linked with no data/User",
  deviceProfile: "in the list of no CUCM user that is linked with a data/User",
  remoteDestinationProfile: "of no CUCM user that is linked with a data/User",
  uccxAgent: "a contact center account without a name counts nowhere",
  webexContactCenterUser: "a contact center account without a name counts nowhere",
  user: "not below sys.hcs: users there are not looked at",
};

/** Why this instance of a row is not counted. */
export function whyNotCounted5(id: FactId, fact: Facts[FactId], _place: Place): string {
  if (id === "phone") {
    const { kind } = fact as Phone;
    if (kind === "cti-port") return "a CTI Port never counts (after audit 4.x)";
    if (kind === "spark-remote")
      return "a Cisco Spark Remote Device beside a phone of its user, or without a licensed user (after audit 4.x)";
  }
  return WHY[id] ?? UNLINKED;
}

/** Why an instance outside every provider is not counted. */
export function whyOutside5({ path }: Bucket): string {
  return `at ${path}, below no provider: in no row of scheme voss-5`;
}
