/** The instances of a group that two schemes count differently, and the services of their customer by name. */
import { byCodeUnit } from "@vlf/common/hierarchy";
import type { Place } from "../customer.ts";
import type { CucmUser, FactId, Facts, Phone } from "../facts.ts";
import type { Pair } from "./differences.ts";

/** An instance of the group. */
interface Member {
  readonly id: FactId;
  readonly fact: Facts[FactId];
  readonly atSite: boolean;
}

/** The instances of a group, and what the customer has of services, by name. */
export interface Members {
  readonly pair: Pair;
  readonly all: readonly Member[];
  readonly users: readonly CucmUser[];
  readonly phones: readonly Phone[];
  readonly services: Services;
}

interface Services {
  readonly profiles: ReadonlySet<string>;
  readonly reach: ReadonlySet<string>;
  readonly voicemail: ReadonlySet<string>;
  readonly userids: ReadonlySet<string>;
  readonly agents: ReadonlySet<string>;
  /** Who has a device in the list, by its name. */
  readonly listers: ReadonlyMap<string, readonly { readonly userid: string; readonly atSite: boolean }[]>;
  /** Where each instance is. */
  readonly where: ReadonlyMap<string, readonly Member[]>;
}

const SERVICES = new WeakMap<object, Services>();

/** The members of the group with these pkids. */
export function membersOf(pair: Pair, pkids: ReadonlySet<string>, places: readonly Place[]): Members {
  const services = servicesOf(places);
  const all = [...pkids].flatMap((pkid) => services.where.get(pkid) ?? []);
  const users = all.flatMap(({ id, fact }) => (id === "cucmUser" ? [fact as CucmUser] : []));
  const phones = all.flatMap(({ id, fact }) => (id === "phone" ? [fact as Phone] : []));
  return { pair, all, users: sorted(users), phones: sorted(phones), services };
}

const sorted = <F extends { readonly pkid: string }>(facts: readonly F[]): F[] =>
  facts.toSorted((a, b) => byCodeUnit(a.pkid, b.pkid));

function servicesOf(places: readonly Place[]): Services {
  const known = SERVICES.get(places);
  if (known !== undefined) return known;
  const where = new Map<string, Member[]>();
  const profiles = new Set<string>();
  const reach = new Set<string>();
  const voicemail = new Set<string>();
  const userids = new Set<string>();
  const agents = new Set<string>();
  const listers = new Map<string, { userid: string; atSite: boolean }[]>();
  for (const { facts, atSite } of places) {
    for (const [id, list] of Object.entries(facts)) {
      for (const fact of list as Facts[FactId][]) {
        const one = { id: id as FactId, fact, atSite };
        const same = where.get(fact.pkid);
        if (same === undefined) where.set(fact.pkid, [one]);
        else same.push(one);
      }
    }
    for (const { userid, devices } of facts.cucmUser ?? []) {
      userids.add(userid);
      for (const name of new Set(devices)) {
        const list = listers.get(name) ?? [];
        listers.set(name, [...list, { userid, atSite }]);
      }
    }
    for (const { name } of facts.deviceProfile ?? []) profiles.add(name);
    for (const { name } of facts.remoteDestinationProfile ?? []) reach.add(name);
    for (const id of ["uccxAgent", "ccdmAgent", "ccdmUser"] as const)
      for (const { name } of facts[id] ?? []) agents.add(name);
    for (const { id } of facts.voicemail ?? []) voicemail.add(id);
  }
  for (const list of listers.values()) list.sort((a, b) => byCodeUnit(a.userid, b.userid));
  const services = { profiles, reach, voicemail, userids, agents, listers, where };
  SERVICES.set(places, services);
  return services;
}
