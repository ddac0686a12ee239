/**
 * The age of licenses. Avaya: valid for 30 days and refreshed every 20; without a refresh after day 20 there is
 * an alert, after day 30 the applications run in license error mode (Avaya OneCloud Subscription, license
 * enablement). Which moment of a day counts is not said: days are whole ones since the refresh.
 */
import { type Criterion, DAY_MS, type Problem } from "./criterion.ts";
import type { License } from "./system.ts";
import type { StandingSettings } from "./settings.ts";

export const licenseAge: Criterion = {
  id: "license-age",
  title: "license refreshed",
  check(system, { now, settings }) {
    const problems: Problem[] = [];
    const unchecked: string[] = [];
    const licenses: readonly License[] = [...system.weblms, ...system.licenses];
    if (licenses.length === 0) unchecked.push("no license is named");
    for (const license of licenses) {
      if (license.refreshedAt === undefined && license.expiresAt === undefined) {
        unchecked.push(`no refresh and no expiry of "${license.name}"`);
        continue;
      }
      const mode =
        system.vendor === "avaya" ? "applications run in license error mode" : "it is not valid any more";
      const problem = problemOf(license, now, settings, mode);
      if (problem !== undefined) {
        problems.push({
          ...problem,
          message: `license "${license.name}" of "${system.id}" ${problem.message}`,
        });
      }
    }
    return { problems, unchecked };
  },
};

function problemOf(
  { refreshedAt, expiresAt }: License,
  now: Date,
  { refreshDays, validDays, expiryDays }: StandingSettings,
  mode: string,
): Problem | undefined {
  const age =
    refreshedAt === undefined ? undefined : Math.floor((now.getTime() - refreshedAt.getTime()) / DAY_MS);
  if (expiresAt !== undefined && now > expiresAt) {
    const message = `expired at ${text(expiresAt)}: ${mode}`;
    return { code: "license-expired", severity: "error", message };
  }
  if (age !== undefined && age < 0) {
    return {
      code: "license-in-future",
      severity: "warning",
      message: "was refreshed later than now: check the clocks",
    };
  }
  if (age !== undefined && age > validDays) {
    const message = `was not refreshed for ${age} days, it was valid for ${validDays}: ${mode}`;
    return { code: "license-expired", severity: "error", message };
  }
  if (age !== undefined && age > refreshDays) {
    const message = `was not refreshed for ${age} days, wanted after ${refreshDays}; error mode begins after day ${validDays}`;
    return { code: "license-not-refreshed", severity: "warning", message };
  }
  if (age !== undefined || expiresAt === undefined) return undefined;
  const left = Math.floor((expiresAt.getTime() - now.getTime()) / DAY_MS);
  if (left > expiryDays) return undefined;
  const message = `expires at ${text(expiresAt)}, in ${left} days`;
  return { code: "license-expiring", severity: "warning", message };
}

function text(time: Date): string {
  return `${time.toISOString().slice(0, 19)}Z`;
}
