/** The criteria of good standing, in the order of the page. */
import { alerts } from "./alerts.ts";
import { applicationsConfigured, usageCollected } from "./applications.ts";
import { billing } from "./billing.ts";
import type { Criterion } from "./criterion.ts";
import { licenseAge } from "./license-age.ts";
import { quantities } from "./quantities.ts";
import { synchronizedApplications } from "./synchronized.ts";
import { versions } from "./versions.ts";
import { weblm } from "./weblm.ts";

const AVAYA: readonly Criterion[] = [
  licenseAge,
  billing,
  applicationsConfigured,
  usageCollected,
  versions,
  weblm,
  alerts,
  synchronizedApplications,
  quantities,
];

/** A VOSS system has a license token, and none of the rest. */
const VOSS: readonly Criterion[] = [licenseAge];

export function criteriaOf(vendor: "avaya" | "voss"): readonly Criterion[] {
  return vendor === "avaya" ? AVAYA : VOSS;
}
