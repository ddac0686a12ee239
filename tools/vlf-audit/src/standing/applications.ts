/** Good standing, criterion 2: every ordered application on premises is configured, and its usage is collected. */
import { type Criterion, HOUR_MS, isSame, type Problem } from "./criterion.ts";
import type { Application, System } from "./system.ts";

function configured({ applications }: System, name: string): Application | undefined {
  return applications.find((one) => one.isConfigured && isSame(one.name, name));
}

function orderedNames({ orders }: System): string[] {
  const names: string[] = [];
  for (const { application, onPremises } of orders) {
    if (onPremises && !names.some((name) => isSame(name, application))) names.push(application);
  }
  return names;
}

export const applicationsConfigured: Criterion = {
  id: "configured",
  title: "ordered applications configured",
  check(system) {
    const problems: Problem[] = [];
    for (const name of orderedNames(system)) {
      if (configured(system, name) !== undefined) continue;
      const message = `"${name}" is ordered, but not configured in "${system.id}"`;
      problems.push({ code: "application-not-configured", severity: "error", message });
    }
    for (const { name, isConfigured } of system.applications) {
      if (!isConfigured || system.orders.some((order) => isSame(order.application, name))) continue;
      const message = `"${name}" is configured in "${system.id}", but not ordered`;
      problems.push({ code: "application-not-ordered", severity: "warning", message });
    }
    return { problems, unchecked: system.orders.length === 0 ? ["no orders"] : [] };
  },
};

export const usageCollected: Criterion = {
  id: "collected",
  title: "usage collected",
  check(system, { now, settings }) {
    const problems: Problem[] = [];
    for (const name of orderedNames(system)) {
      const application = configured(system, name);
      if (application === undefined) continue; // told by the criterion above
      const times = [
        application.lastUsage,
        ...system.usage.filter((one) => isSame(one.application, name)).map(({ at }) => at),
      ];
      const last = times
        .filter((time) => time !== undefined)
        .reduce<Date | undefined>(
          (newest, time) => (newest === undefined || time > newest ? time : newest),
          undefined,
        );
      const hours = last === undefined ? undefined : Math.floor((now.getTime() - last.getTime()) / HOUR_MS);
      if (hours !== undefined && hours <= settings.usageHours) continue;
      const paused = isSame(application.state, "paused") ? ", and it is paused" : "";
      const since = hours === undefined ? "never" : `not for ${hours} hours`;
      const message = `usage of "${name}" in "${system.id}" was ${since} collected, wanted within ${settings.usageHours}${paused}`;
      problems.push({ code: "usage-not-collected", severity: "error", message });
    }
    return { problems, unchecked: [] };
  },
};
