/** The services that a user of a what-if can lose and get, with the accounts behind them. */
import type { CucmUser, FactId, Facts, VossUser } from "../facts.ts";
import type { At, Row } from "./row.ts";

/** A person of a row: the CUCM and VOSS users of that name, and the names their accounts go by. */
export interface Person {
  readonly cucm: readonly At<CucmUser>[];
  readonly voss: readonly At<VossUser>[];
  /** Userids and user names. */
  readonly ids: ReadonlySet<string>;
  /** The same and mail addresses. */
  readonly addresses: ReadonlySet<string>;
  /** The same and Microsoft user names. */
  readonly upns: ReadonlySet<string>;
  /** Where new accounts go. */
  readonly home: string;
}

/** A service: what taking it away and giving it do to a row; `false` where there is nothing to do. */
export interface Service {
  readonly models: readonly FactId[];
  remove(row: Row, person: Person): boolean;
  add(row: Row, person: Person): boolean;
}

/** The people of that name: by userid, by name of the VOSS user, or by what the one names the other. */
export function personOf(row: Row, name: string, within: string | undefined): Person | undefined {
  // One without a user name goes by its address in evidence: that is nobody's user name.
  const voss = row.named("user", name, within).filter(({ fact }) => fact.username === name);
  const own = row.named("cucmUser", name, within);
  const named = own.length > 0 ? own : voss.flatMap(({ fact }) => row.named("cucmUser", fact.cucm, within));
  // Those at a site first: what comes to a user comes to where users count.
  const level = ({ path }: At): number => (row.isAtSite(path) ? 0 : 1);
  const cucm = [...new Set(named)]
    .filter(({ fact }) => fact.userid !== "")
    .sort((a, b) => level(a) - level(b));
  const home = cucm[0]?.path ?? voss[0]?.path;
  if (home === undefined) return undefined;
  const ids = filled([
    ...cucm.map(({ fact }) => fact.userid),
    ...voss.flatMap(({ fact }) => [fact.username, fact.cucm, fact.cuc]),
  ]);
  const addresses = filled([
    ...ids,
    ...cucm.map(({ fact }) => fact.mailid),
    ...voss.map(({ fact }) => fact.email),
  ]);
  const upns = filled([...addresses, ...voss.flatMap(({ fact }) => [fact.ms365, fact.teams])]);
  return { cucm, voss, ids, addresses, upns, home };
}

const filled = (names: readonly string[]): Set<string> => new Set(names.filter((name) => name !== ""));
const first = (names: readonly (string | undefined)[]): string =>
  names.find((name) => name !== undefined && name !== "") ?? "";

/** By what a new account is known. */
const idOf = ({ cucm, voss }: Person): string => first([cucm[0]?.fact.userid, voss[0]?.fact.username]);
const mailOf = (person: Person): string =>
  first([person.cucm[0]?.fact.mailid, person.voss[0]?.fact.email, idOf(person)]);
const teamsOf = (person: Person): string => {
  const user = person.voss[0]?.fact;
  return first([user?.teams, user?.ms365, mailOf(person)]);
};
const ms365Of = (person: Person): string => {
  const user = person.voss[0]?.fact;
  return first([user?.ms365, user?.teams, mailOf(person)]);
};

type Names = "ids" | "addresses" | "upns";

/** The accounts of a model that a person has. */
function accountsOf<I extends FactId>(row: Row, id: I, person: Person, names: Names): At<Facts[I]>[] {
  const wanted = person[names];
  return row.all(id).filter(({ fact }) => {
    const { id: alias, email, name, upn } = fact as Partial<Record<"id" | "email" | "name" | "upn", string>>;
    return [alias, email, name, upn].some((own) => own !== undefined && wanted.has(own));
  });
}

/** A service that is there when there is an account of one of the models; a new one is of the first. */
function accounts<I extends FactId>(
  models: readonly [I, ...FactId[]],
  names: Names,
  make: (person: Person) => Omit<Facts[I], "pkid">,
): Service {
  return {
    models,
    remove(row, person) {
      let any = false;
      for (const id of models) {
        for (const one of accountsOf(row, id, person, names)) {
          row.remove(id, one);
          any = true;
        }
      }
      return any;
    },
    add(row, person) {
      if (models.some((id) => accountsOf(row, id, person, names).length > 0)) return false;
      row.add(models[0], person.home, make(person));
      return true;
    },
  };
}

/** A service that is a value of the users themselves. */
function ofUsers<I extends "cucmUser" | "user">(
  id: I,
  usersOf: (person: Person) => readonly At<Facts[I]>[],
  has: (user: Facts[I]) => boolean,
  change: (user: Facts[I], isGiven: boolean, row: Row, person: Person) => Facts[I],
): Service {
  const to =
    (isGiven: boolean) =>
    (row: Row, person: Person): boolean => {
      const users = usersOf(person).filter(({ fact }) => has(fact) !== isGiven);
      for (const one of users) row.replace(id, one, change(one.fact, isGiven, row, person));
      return users.length > 0;
    };
  return { models: [id], remove: to(false), add: to(true) };
}

const noVoice = { phoneSystem: false, enterpriseVoice: false };
const voice = { enabled: true, features: true, phoneSystem: true, enterpriseVoice: true };

const teamsVoice: Service = {
  models: ["teamsUser"],
  remove(row, person) {
    const users = accountsOf(row, "teamsUser", person, "upns").filter(
      ({ fact }) => fact.phoneSystem || fact.enterpriseVoice,
    );
    for (const one of users) row.replace("teamsUser", one, { ...one.fact, ...noVoice });
    return users.length > 0;
  },
  add(row, person) {
    const users = accountsOf(row, "teamsUser", person, "upns");
    const without = users.filter(
      ({ fact }) => !(fact.enabled && fact.features && fact.phoneSystem && fact.enterpriseVoice),
    );
    for (const one of without) row.replace("teamsUser", one, { ...one.fact, ...voice });
    if (users.length === 0) row.add("teamsUser", person.home, { upn: teamsOf(person), ...voice });
    return users.length === 0 || without.length > 0;
  },
};

/** By the words of the file. What is given is what a new account would look like; names are ours. */
export const SERVICES: Readonly<Record<string, Service>> = {
  voicemail: accounts(["voicemail"], "ids", (person) => ({ id: idOf(person), email: "" })),
  webex: accounts(["webexUser"], "addresses", (person) => ({ id: idOf(person), email: mailOf(person) })),
  spark: accounts(["sparkUser"], "addresses", (person) => ({ name: mailOf(person) })),
  extension_mobility: ofUsers(
    "cucmUser",
    ({ cucm }) => cucm,
    ({ profiles }) => profiles.length > 0,
    (user, isGiven, row, { home }) => {
      if (!isGiven) return { ...user, profiles: [] };
      const name = `${user.userid} what-if`;
      if (row.named("deviceProfile", name).length === 0) row.add("deviceProfile", home, { name });
      return { ...user, profiles: [name] };
    },
  ),
  single_number_reach: accounts(["remoteDestinationProfile"], "ids", (person) => ({ name: idOf(person) })),
  contact_center_express: accounts(["uccxAgent"], "ids", (person) => ({ name: idOf(person) })),
  contact_center_enterprise: accounts(["ccdmAgent", "ccdmUser"], "ids", (person) => ({ name: idOf(person) })),
  teams: accounts(["teamsUser"], "upns", (person) => ({
    ...voice,
    ...noVoice,
    upn: teamsOf(person),
  })),
  teams_voice: teamsVoice,
  microsoft_365: accounts(["graphUser", "azureUser"], "upns", (person) => ({
    upn: ms365Of(person),
    licensed: true,
  })),
  exchange: accounts(["mailbox"], "upns", (person) => ({ name: ms365Of(person) })),
  pexip: accounts(["conference"], "addresses", (person) => ({ name: mailOf(person) })),
  hybrid: ofUsers(
    "user",
    ({ voss }) => voss,
    ({ hybrid }) => hybrid,
    (user, hybrid) => ({ ...user, hybrid }),
  ),
};
