/** The applications that a WebLM server asks licenses for, against those of the collector. */
import { type Criterion, isSame, type Problem, quoted } from "./criterion.ts";

export const synchronizedApplications: Criterion = {
  id: "synchronized",
  title: "applications in step",
  check(system) {
    const problems: Problem[] = [];
    const unchecked: string[] = [];
    for (const { name, applications } of system.weblms) {
      if (applications === undefined) {
        unchecked.push(`the applications of WebLM "${name}"`);
        continue;
      }
      const wanted = system.applications
        .filter(
          (one) =>
            one.isConfigured && (isSame(one.weblm, name) || (one.weblm === "" && system.weblms.length === 1)),
        )
        .map((one) => one.name);
      const missing = wanted.filter((one) => !applications.some((other) => isSame(one, other)));
      const extra = applications.filter((one) => !wanted.some((other) => isSame(one, other)));
      if (missing.length === 0 && extra.length === 0) continue;
      const change = [
        ...(missing.length === 0 ? [] : [`add ${quoted([...new Set(missing)])}`]),
        ...(extra.length === 0 ? [] : [`take away ${quoted(extra)}`]),
      ].join(" and ");
      const message = `"Synchronize Applications" on WebLM "${name}" of "${system.id}" would ${change}`;
      problems.push({
        code: "applications-not-in-step",
        severity: "warning",
        message,
      });
    }
    return { problems, unchecked };
  },
};
