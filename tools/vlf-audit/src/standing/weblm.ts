/** WebLM servers: registered, licensed, asking, of one system alone, and separate where Avaya wants it. */
import { type Criterion, HOUR_MS, isAmong, isSame, type Problem, quoted } from "./criterion.ts";
import type { System, WebLm } from "./system.ts";

export const weblm: Criterion = {
  id: "weblm",
  title: "WebLM servers",
  check(system, { now, settings, systems }) {
    const problems: Problem[] = [];
    const unchecked: string[] = [];
    const add = (code: string, message: string): void => {
      problems.push({ code, severity: "error", message });
    };
    if (system.vendor === "avaya" && system.weblms.length === 0) unchecked.push("no WebLM server");
    for (const one of system.weblms) {
      const label = `WebLM "${one.name}" of "${system.id}"`;
      if (one.isRegistered === undefined) unchecked.push(`${label}: whether it is registered`);
      else if (!one.isRegistered) add("weblm-not-registered", `${label} is not registered`);
      if (one.licenseStatus === "") unchecked.push(`${label}: its license status`);
      else if (!isAmong(settings.licenseGood, one.licenseStatus)) {
        add(
          "weblm-license",
          `${label}: subscription license status is "${one.licenseStatus}", wanted ${quoted(settings.licenseGood)}`,
        );
      }
      const hours =
        one.lastStatus === undefined ? 0 : Math.floor((now.getTime() - one.lastStatus.getTime()) / HOUR_MS);
      if (one.linkStatus === "") unchecked.push(`${label}: its link status`);
      else if (!isAmong(settings.linkGood, one.linkStatus)) {
        add(
          "weblm-link",
          `${label}: link status is "${one.linkStatus}", wanted ${quoted(settings.linkGood)}`,
        );
      } else if (hours >= settings.linkHours) {
        add("weblm-link", `${label}: last status is ${hours} hours old, wanted within ${settings.linkHours}`);
      }
    }
    problems.push(...shared(system, systems), ...together(system, settings.separate));
    return { problems, unchecked };
  },
};

/** Servers are told apart by their host id, and by their name where that is missing. */
function isOneServer(a: WebLm, b: WebLm): boolean {
  return a.hostId === "" || b.hostId === "" ? isSame(a.name, b.name) : isSame(a.hostId, b.hostId);
}

/** A WebLM server cannot be shared: told once, at the first of its systems. */
function shared(system: System, systems: readonly System[]): Problem[] {
  const at = systems.indexOf(system);
  return system.weblms.flatMap((own) => {
    const others = systems.filter(
      (other) => other !== system && other.weblms.some((one) => isOneServer(own, one)),
    );
    if (others.length === 0 || others.some((other) => systems.indexOf(other) < at)) return [];
    const message = `WebLM "${own.name}" is shared by ${quoted([system.id, ...others.map(({ id }) => id)])}`;
    return [{ code: "weblm-shared", severity: "error" as const, message }];
  });
}

/** Two CMS, or two IX Messaging, of one system need a WebLM server each. */
function together(system: System, separate: readonly string[]): Problem[] {
  return separate.flatMap((name) => {
    const servers = system.applications
      .filter((one) => one.isConfigured && isSame(one.name, name))
      .map((one) => (one.weblm === "" ? (system.weblms[0]?.name ?? "") : one.weblm));
    const twice = servers.find((server, at) => servers.indexOf(server) !== at);
    if (twice === undefined) return [];
    const message = `two "${name}" of "${system.id}" use WebLM "${twice}", wanted separate servers`;
    return [{ code: "weblm-not-separate", severity: "error" as const, message }];
  });
}
