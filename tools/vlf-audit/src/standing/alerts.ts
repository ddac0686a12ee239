/** Alerts have to be resolved, then cleared: otherwise automated billing has problems. */
import type { Criterion, Problem } from "./criterion.ts";

export const alerts: Criterion = {
  id: "alerts",
  title: "alerts cleared",
  check(system) {
    const problems: Problem[] = [];
    for (const { id, resolvedAt, clearedAt } of system.alerts) {
      if (clearedAt !== undefined) continue;
      const label = `alert "${id}" of "${system.id}"`;
      problems.push(
        resolvedAt === undefined
          ? { code: "alert-open", severity: "warning", message: `${label} is not resolved` }
          : {
              code: "alert-not-cleared",
              severity: "warning",
              message: `${label} is resolved, but not cleared`,
            },
      );
    }
    return { problems, unchecked: [] };
  },
};
