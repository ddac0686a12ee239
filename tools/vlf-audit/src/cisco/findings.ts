/** What a reader of Cisco's counts should know of the input. */
import type { CiscoRules } from "@vlf/common/cisco-settings";
import { byCodeUnit } from "@vlf/common/hierarchy";
import type { Customer } from "../customer.ts";
import type { Estate } from "./estate.ts";

const PHONE = "device/cucm/Phone";
const USER = "device/cucm/User";

/** Findings about the input. */
export function noteEstate(row: Customer, estate: Estate, rules: CiscoRules): void {
  const { people, ownerless, unknownProducts, voicemailAlone, unplaced, duplicateUserids } = estate;
  const note = (
    code: string,
    severity: "info" | "warning",
    message: string,
    model: string,
    count: number,
  ): void => {
    if (count > 0) row.note(code, severity, message, model === "" ? { count } : { model, count });
  };
  const products = [...unknownProducts].toSorted(([a], [b]) => byCodeUnit(a, b));
  note(
    "unknown-device-model",
    "warning",
    `products in no row of the table of device classes, counted as ${rules.unknownModel}: ${products
      .map(([product, count]) => `"${product}" (${count})`)
      .join(", ")}; correct it under [cisco.devices]`,
    PHONE,
    products.reduce((sum, [, count]) => sum + count, 0),
  );
  const associated = ownerless.filter(({ associatedWith }) => associatedWith.length > 0).length;
  note(
    "device-associated-not-owned",
    "info",
    "devices are in a user's list and have no OwnerUserID: Cisco counts them as devices of nobody",
    PHONE,
    associated,
  );
  note(
    "device-without-owner",
    "info",
    "devices have no OwnerUserID and are in nobody's list",
    PHONE,
    ownerless.length - associated,
  );
  note(
    "owner-unknown",
    "warning",
    "owners of devices are no CUCM users of the input: they count as users with what they own",
    PHONE,
    people.filter(({ users }) => users.length === 0).length,
  );
  note(
    "cluster-unknown",
    "warning",
    "nothing tells the cluster of instances, and the customer has several: they are a cluster without a name",
    "",
    unplaced,
  );
  note(
    "duplicate-userid-in-cluster",
    "warning",
    "a userid occurs more than once in a cluster: counted as one user",
    USER,
    duplicateUserids,
  );
  note(
    "user-without-userid-in-cluster",
    "warning",
    "a CUCM user has no userid: no device can be its own",
    USER,
    people.filter(({ userid }) => userid === "").length,
  );
  note(
    "voicemail-without-user",
    "info",
    "voicemail accounts are of no CUCM user: no scheme of Cisco counts them",
    "device/cuc/User",
    voicemailAlone.length,
  );
}

/** An Enterprise Agreement is made for a whole organization. */
export function noteAgreement(row: Customer, workers: number, { eaMinimum }: CiscoRules): void {
  row.note(
    "agreement-from-devices",
    "info",
    "an Enterprise Agreement counts the knowledge workers of the whole organization; these are those that their devices and services tell",
    { count: workers },
  );
  if (workers < eaMinimum) {
    row.note(
      "agreement-below-minimum",
      "warning",
      `${workers} Knowledge Workers, and an Enterprise Agreement has at least ${eaMinimum}`,
      { count: eaMinimum - workers },
    );
  }
}
