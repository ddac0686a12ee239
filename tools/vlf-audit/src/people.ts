/**
 * The users of a row in scheme `voss-5`: each `data/User` with the services that are associated with it,
 * by the table of services in `@vlf/common/voss5-services`. Names are compared inside one row only.
 */
import { isWithin } from "@vlf/common/hierarchy";
import type { Condition, Link, Rules5, Service, ServiceModel } from "@vlf/common/voss5-services";
import type { Customer } from "./customer.ts";
import type { CucmUser, FactId, Facts, Named, Phone, VossUser } from "./facts.ts";
import { grouped } from "./grouped.ts";
import { countedPhones } from "./subscribers.ts";

type Fact = Facts[FactId];

/** A service of a user, with the accounts that are behind it. */
export interface Held {
  readonly service: Service;
  readonly accounts: readonly Fact[];
}

/** A `data/User` and what it has. */
export interface Person {
  readonly user: VossUser;
  readonly held: readonly Held[];
  /** Its phones of whatever product but CTI Port. */
  readonly phones: readonly Phone[];
  /** Phones that count. */
  readonly devices: number;
}

/** All people of a row, and accounts that are nobody's. */
export interface People {
  readonly all: readonly Person[];
  /** Users that the scheme does not look at: not below `sys.hcs`. */
  readonly outside: readonly VossUser[];
  /** Accounts with a service of the table that no user is linked with, by model. */
  readonly unlinked: ReadonlyMap<ServiceModel, number>;
}

/** Users count below this node, not at it. */
const HCS = "sys.hcs";

/** The value of a field of a user that can name an account. */
const LINK_VALUES: Readonly<Record<Link, (user: VossUser) => string>> = {
  username: ({ username }) => username,
  email: ({ email }) => email,
  username_cucm: ({ cucm }) => cucm,
  username_cuc: ({ cuc }) => cuc,
  username_ms_365: ({ ms365 }) => ms365,
  username_ms_teams: ({ teams }) => teams,
};

/** The names by which an account is linked. */
const NAMES: { readonly [M in ServiceModel]: (account: Facts[M]) => readonly string[] } = {
  cucmUser: ({ userid }) => [userid],
  voicemail: ({ id }) => [id],
  webexUser: ({ id, email }) => [id, email],
  sparkUser: ({ name }) => [name],
  ccdmAgent: ({ name }) => [name],
  ccdmUser: ({ name }) => [name],
  teamsUser: ({ upn }) => [upn],
  graphUser: ({ upn }) => [upn],
  mailbox: ({ name }) => [name],
  conference: ({ name }) => [name],
};

/** The devices and profiles of a row, by the names that CUCM users are matched with. */
export interface CucmIndex {
  phonesOf(user: CucmUser): Phone[];
  profilesOf(user: CucmUser): readonly Named[];
  reachOf(user: CucmUser): readonly Named[];
}

/** Looks at every level of the row: no rule of 5.x asks for a site. */
export function cucmIndex(customer: Customer): CucmIndex {
  const phones = customer.all("phone").filter(({ kind }) => kind !== "cti-port");
  const byName = grouped(phones, ({ name }) => name);
  const byOwner = grouped(phones, ({ owner }) => owner);
  const profiles = grouped(customer.all("deviceProfile"), ({ name }) => name);
  const reach = grouped(customer.all("remoteDestinationProfile"), ({ name }) => name);
  return {
    phonesOf: ({ userid, devices }) => [
      ...new Set([...devices.flatMap((name) => byName.get(name) ?? []), ...(byOwner.get(userid) ?? [])]),
    ],
    profilesOf: (user) => user.profiles.flatMap((name) => profiles.get(name) ?? []),
    reachOf: ({ userid }) => reach.get(userid) ?? [],
  };
}

/** The people of a row. */
export function peopleOf(customer: Customer, { services }: Rules5, index: CucmIndex): People {
  const tables = services.map((service) => ({ service, byName: accountsOf(customer, service, index) }));
  const linked = new Set<Fact>();
  const all: Person[] = [];
  const outside: VossUser[] = [];
  for (const { path, facts } of customer.places) {
    const isBelow = isWithin(path, HCS) && path !== HCS;
    for (const user of facts.user ?? []) {
      if (!isBelow) {
        outside.push(user);
        continue;
      }
      const held: Held[] = [];
      for (const { service, byName } of tables) {
        const accounts = linkedAccounts(user, service, byName);
        for (const account of accounts) linked.add(account);
        if (accounts.length > 0) held.push({ service, accounts });
      }
      const phones = phonesOf(held, index);
      all.push({ user, held, phones, devices: countedPhones(phones) });
    }
  }
  const nobodys = new Map<ServiceModel, Set<Fact>>();
  for (const { service, byName } of tables) {
    if (!service.licensed) continue;
    const accounts = nobodys.get(service.model) ?? new Set<Fact>();
    nobodys.set(service.model, accounts);
    for (const account of [...byName.values()].flat()) if (!linked.has(account)) accounts.add(account);
  }
  const unlinked = new Map([...nobodys].map(([model, accounts]) => [model, accounts.size]));
  return { all, outside, unlinked };
}

/** The accounts of a service of which its condition holds, by their names. */
function accountsOf(customer: Customer, service: Service, index: CucmIndex): Map<string, Fact[]> {
  const byName = new Map<string, Fact[]>();
  const names = NAMES[service.model] as (account: Fact) => readonly string[];
  for (const account of customer.all(service.model) as readonly Fact[]) {
    if (!service.condition.every((condition) => holds(condition, account, index))) continue;
    for (const name of new Set(names(account))) {
      // Blank names link nobody; the account is there all the same, as one that is nobody's.
      const same = byName.get(name);
      if (same === undefined) byName.set(name, [account]);
      else same.push(account);
    }
  }
  return byName;
}

function linkedAccounts(
  user: VossUser,
  { link }: Service,
  byName: ReadonlyMap<string, readonly Fact[]>,
): readonly Fact[] {
  let accounts: readonly Fact[] = [];
  for (const field of link) {
    const name = LINK_VALUES[field](user);
    const found = name === "" ? undefined : byName.get(name);
    if (found === undefined) continue;
    accounts = accounts.length === 0 ? found : [...new Set([...accounts, ...found])];
  }
  return accounts;
}

function holds(condition: Condition, account: Fact, index: CucmIndex): boolean {
  switch (condition) {
    case "phone":
      return countedPhones(index.phonesOf(account as CucmUser)) > 0;
    case "extension_mobility":
      return index.profilesOf(account as CucmUser).length > 0;
    case "single_number_reach":
      return index.reachOf(account as CucmUser).length > 0;
    case "enabled":
      return (account as Facts["teamsUser"]).enabled;
    case "features":
      return (account as Facts["teamsUser"]).features;
    case "phone_system":
      return (account as Facts["teamsUser"]).phoneSystem;
    case "enterprise_voice":
      return (account as Facts["teamsUser"]).enterpriseVoice;
    case "licensed":
      return (account as Facts["graphUser"]).licensed;
  }
  return condition satisfies never;
}

/** The phones of all CUCM users behind the services of a person. */
function phonesOf(held: readonly Held[], index: CucmIndex): Phone[] {
  const users = new Set<CucmUser>();
  for (const { service, accounts } of held) {
    if (service.model === "cucmUser") for (const account of accounts) users.add(account as CucmUser);
  }
  const phones = new Set<Phone>();
  for (const user of users) for (const phone of index.phonesOf(user)) phones.add(phone);
  return [...phones];
}
