/** `user = "ada"`: a user loses or gets devices and services, comes or goes. */
import { joinKey } from "@vlf/common/axl";
import { UsageError } from "@vlf/common/exit";
import { modelOf } from "@vlf/common/models";
import type { Change, Kind, Outcome } from "./_change.ts";
import { NOTHING } from "./_change.ts";
import type { Row } from "./row.ts";
import { type Person, personOf, SERVICES } from "./services.ts";

const SPEC = {
  user: "text",
  add: "flag",
  email: "text",
  remove: "flag",
  remove_device: "texts",
  add_device: "texts",
  remove_service: "texts",
  add_service: "texts",
} as const;

/** One thing that is done to a person: gives what hinders it. */
type Step = (row: Row, person: Person) => string | undefined;

export const user: Kind = {
  key: "user",
  read({ config, table, ...entry }, context): Change {
    const values = config.values("user:", table, SPEC, ["user"]);
    const { add = false, remove = false, email, remove_service: lost = [], add_service: got = [] } = values;
    const name = joinKey(values.user);
    if (name === "") throw new UsageError(`read ${entry.where}: user: wanted a name that is not blank`);
    const words = Object.entries(values).filter(
      ([key, value]) => !["user", "email"].includes(key) && value !== false,
    );
    if (words.length === 0 || (remove && words.length > 1))
      throw config.problem("user", "devices or services to add or remove, or add, or remove alone");
    if (add && entry.hierarchy === undefined) throw config.problem("user: add", "a hierarchy to add it at");
    if (email !== undefined && !add) throw config.problem("user: email", "add = true beside it");
    for (const service of [...lost, ...got]) {
      const [model] = Object.hasOwn(SERVICES, service) ? (SERVICES[service]?.models ?? []) : [];
      if (model === undefined)
        throw config.problem("user: service", `one of ${Object.keys(SERVICES).join(", ")}`);
      if (!context.readers.has(modelOf(context.models, model).model))
        throw new UsageError(`read ${entry.where}: user: no scheme that is counted looks at ${service}`);
    }
    const keys = (names: readonly string[] = []): string[] => names.map(joinKey);
    const steps: Step[] = [
      ...keys(values.remove_device).map((device) => loseDevice(device)),
      ...keys(values.add_device).map((device) => getDevice(device)),
      ...lost.map((service) => loseService(service)),
      ...got.map((service) => getService(service)),
      ...(remove ? [leave] : []),
    ];
    const address = email === undefined ? "" : joinKey(email);
    return {
      ...entry,
      title: `user "${name}": ${words.map(([key, value]) => wordsOf(key, value)).join(", ")}`,
      adds: add,
      apply(row) {
        if (add) {
          if (!row.has(entry.hierarchy ?? "")) return NOTHING;
          if (personOf(row, name, undefined) !== undefined)
            return hindered(`user "${name}" is in ${row.name} already, wanted one that is not`);
          enter(row, entry.hierarchy ?? "", name, address);
        }
        const before = row.version;
        for (const step of steps) {
          // Read anew, since a step before may have replaced what it found.
          const person = personOf(row, name, add ? undefined : entry.hierarchy);
          if (person === undefined) return NOTHING;
          const problem = step(row, person);
          if (problem !== undefined) return hindered(`user "${name}" ${problem}`);
        }
        return { found: 1, changed: add || row.version !== before };
      },
    };
  },
};

function wordsOf(key: string, value: unknown): string {
  const word = key.replace("_", " ");
  return value === true
    ? word
    : `${word} ${(value as readonly string[]).map((one) => `"${one}"`).join(", ")}`;
}

function hindered(problem: string): Outcome {
  return { found: 1, problem, changed: false };
}

/** A new user is one in CUCM and in VOSS, of one name. */
function enter(row: Row, path: string, name: string, email: string): void {
  row.add("cucmUser", path, { userid: name, mailid: email, devices: [], profiles: [] });
  row.add("user", path, {
    username: name,
    email,
    ms365: "",
    teams: "",
    cucm: name,
    cuc: name,
    hybrid: false,
  });
}

/** Whoever leaves leaves with all accounts; phones stay, and have no user then. */
function leave(row: Row, person: Person): undefined {
  for (const service of Object.values(SERVICES))
    if (!service.models.some((id) => id === "cucmUser" || id === "user")) service.remove(row, person);
  // Teams voice is a value of an account, which has gone before or goes now.
  for (const one of person.cucm) row.remove("cucmUser", one);
  for (const one of person.voss) row.remove("user", one);
}

/** The phone is not theirs any more, by association or as owner. */
function loseDevice(device: string): Step {
  return (row, { cucm }) => {
    let any = false;
    const userids = new Set(cucm.map(({ fact }) => fact.userid));
    for (const one of cucm) {
      const { devices } = one.fact;
      if (!devices.includes(device)) continue;
      row.replace("cucmUser", one, { ...one.fact, devices: devices.filter((name) => name !== device) });
      any = true;
    }
    for (const one of row.named("phone", device)) {
      if (!userids.has(one.fact.owner)) continue;
      row.replace("phone", one, { ...one.fact, owner: "" });
      any = true;
    }
    return any ? undefined : `has no device "${device}", wanted one that is associated or owned`;
  };
}

/** A device is associated with the user. */
function getDevice(device: string): Step {
  return (row, { cucm }) => {
    const [one] = cucm;
    if (one === undefined) return "is no CUCM user, wanted one that can have a device";
    if (row.named("phone", device).length === 0)
      return `cannot get device "${device}": no phone of that name is in ${row.name}`;
    if (cucm.some(({ fact }) => fact.devices.includes(device))) return undefined;
    row.replace("cucmUser", one, { ...one.fact, devices: [...one.fact.devices, device] });
    return undefined;
  };
}

function loseService(service: string): Step {
  return (row, person) =>
    SERVICES[service]?.remove(row, person) === true
      ? undefined
      : `has no ${service}, wanted a service to remove`;
}

function getService(service: string): Step {
  return (row, person) =>
    SERVICES[service]?.add(row, person) === true
      ? undefined
      : `cannot get ${service}: has it already, or is no user that can have it`;
}
