/** Good standing, criterion 3: versions at or above the least that is supported. Avaya publishes no list: it is a setting. */
import { type Criterion, isSame, type Problem } from "./criterion.ts";

export const versions: Criterion = {
  id: "versions",
  title: "versions supported",
  check(system, { settings }) {
    const problems: Problem[] = [];
    const unchecked: string[] = [];
    for (const { name, version, isConfigured } of system.applications) {
      if (!isConfigured) continue;
      const least = [...settings.minimumVersions].find(([one]) => isSame(one, name))?.[1];
      if (least === undefined) {
        unchecked.push(`no minimum version of "${name}" in [standing.minimum_versions]`);
      } else if (!/^\d/.test(version)) {
        unchecked.push(`no version of "${name}"`);
      } else if (isBelow(version, least)) {
        const message = `"${name}" in "${system.id}" is of version ${version}, wanted ${least} or later`;
        problems.push({ code: "version-below-minimum", severity: "error", message });
      }
    }
    return { problems, unchecked };
  },
};

/** Compares number by number: 10.2 is above 9.9, and 10.2 the same as 10.2.0. @internal exported for tests */
export function isBelow(version: string, least: string): boolean {
  const [numbers, wanted] = [version, least].map((text) => text.split(/[^\d]+/).map(Number));
  for (const [at, number] of (wanted ?? []).entries()) {
    const has = numbers?.[at] ?? 0;
    if (has !== number) return has < number;
  }
  return false;
}
