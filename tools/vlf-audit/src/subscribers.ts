/**
 * The subscribers of a customer and what each has: phones, extension mobility, voicemail, WebEx,
 * SNR, Spark, and whether it is a contact center agent. Guide 1.7.3; docs/voss-4.md, "A subscriber".
 */
import { onOneBranch } from "@vlf/common/hierarchy";
import type { Name } from "@vlf/common/names";
import type { ProfileFacts } from "@vlf/common/voss4";
import type { Customer } from "./customer.ts";
import type { CucmUser, Named, Phone } from "./facts.ts";
import { isBlank, type NameMap, type NameSet, type NameTables } from "./names.ts";

/** A Spark account with the node it is at: it counts only for users on the same branch. */
export interface SparkAccount<N extends Name = string> extends Named<N> {
  readonly path: string;
  /** The account itself, of which this is the view of subscribers. */
  readonly fact: Named<N>;
}

/** What a subscriber has; of equal ones there is one object. */
type Has = ProfileFacts["subscriber"];

const NONE: never[] = [];

/** One userid at site level; several instances of it are one subscriber (D2). */
export interface Subscriber<N extends Name = string> {
  readonly userid: N;
  readonly users: readonly CucmUser<N>[];
  /** Every phone that is the user's, of whatever product but CTI Port. */
  readonly phones: readonly Phone<N>[];
  readonly sparkAccounts: readonly SparkAccount<N>[];
  readonly facts: Has;
}

/** All subscribers of the customer. */
export function subscribersOf<N extends Name>(customer: Customer<N>): Subscriber<N>[] {
  const groups = groupByUserid(customer);
  lookUp(customer, groups);
  return groups.all;
}

/**
 * The users of one userid, and what names it: most accounts name one, so they look for it. Customers have many, so that lists of
 * one or none are not made anew.
 */
class Group<N extends Name> implements Subscriber<N> {
  readonly first: CucmUser<N>;
  readonly path: string;
  /** Further instances of the userid, and the nodes they are at. */
  others: { readonly user: CucmUser<N>; readonly path: string }[] = NONE;
  owned: Phone<N>[] = NONE;
  phones: readonly Phone<N>[] = NONE;
  sparkAccounts: readonly SparkAccount<N>[] = NONE;
  facts: Has = NOTHING;
  agent = false;
  webex = false;
  vm = false;
  snr = false;

  constructor(first: CucmUser<N>, path: string) {
    this.first = first;
    this.path = path;
  }

  get userid(): N {
    return this.first.userid;
  }

  get users(): readonly CucmUser<N>[] {
    return [this.first, ...this.others.map(({ user }) => user)];
  }

  /** Whether the userid is at a node on the branch of this one. */
  isOnBranchOf(path: string): boolean {
    return onOneBranch(this.path, path) || this.others.some((other) => onOneBranch(other.path, path));
  }
}

interface Groups<N extends Name> {
  readonly all: Group<N>[];
  readonly byUserid: NameMap<N, Group<N>>;
}

function groupByUserid<N extends Name>(customer: Customer<N>): Groups<N> {
  const all: Group<N>[] = [];
  const byUserid = customer.tables.map<Group<N>>();
  for (const { atSite, path, facts } of customer.places) {
    if (!atSite) continue;
    for (const user of facts.cucmUser ?? []) {
      const { userid } = user;
      // Without a userid nobody can be the same person: each is a subscriber of its own.
      const group = isBlank(userid) ? undefined : byUserid.get(userid);
      if (group === undefined) {
        const fresh = new Group(user, path);
        all.push(fresh);
        if (!isBlank(userid)) byUserid.set(userid, fresh);
        else {
          customer.note("user-without-userid", "warning", "a CUCM user has no userid: it counts by itself", {
            model: "device/cucm/User",
          });
        }
      } else {
        group.others = [...group.others, { user, path }];
        customer.note(
          "duplicate-userid",
          "warning",
          "a userid occurs more than once at site level: counted as one subscriber",
          {
            model: "device/cucm/User",
          },
        );
      }
    }
  }
  return { all, byUserid };
}

/** Finds what each subscriber has. */
function lookUp<N extends Name>(customer: Customer<N>, { all, byUserid }: Groups<N>): void {
  const { tables } = customer;
  const phonesByName = tables.map<Phone<N> | Phone<N>[]>();
  for (const phone of customer.atSite("phone")) {
    if (phone.kind === "cti-port") continue; // never counted anywhere
    addTo(phonesByName, phone.name, phone);
    const owner = byUserid.get(phone.owner);
    if (owner !== undefined) owner.owned = withNew(owner.owned, phone);
  }
  const give = (userid: N, service: "agent" | "webex" | "vm" | "snr"): void => {
    const group = byUserid.get(userid);
    if (group !== undefined) group[service] = true;
  };
  for (const { id } of customer.atSite("voicemail")) give(id, "vm");
  const meetingEmails = tables.set();
  for (const { id, email } of customer.atSite("webexUser")) {
    give(id, "webex");
    meetingEmails.add(email);
  }
  for (const { name } of customer.atSite("remoteDestinationProfile")) give(name, "snr");
  for (const { name } of customer.atSite("uccxAgent")) give(name, "agent");
  for (const { name } of customer.atSite("ccdmAgent")) give(name, "agent");
  for (const { name } of customer.atSite("ccdmUser")) give(name, "agent");
  const profiles = names(customer.atSite("deviceProfile"), tables).set;
  const sparkByEmail = sparkAccounts(customer);

  let group: Group<N>;
  let em: boolean;
  const look = ({ userid, mailid, devices, profiles: own }: CucmUser<N>): void => {
    for (const device of devices) {
      const found = phonesByName.get(device);
      if (found === undefined) continue;
      if (Array.isArray(found)) for (const phone of found) group.phones = withNew(group.phones, phone);
      else group.phones = withNew(group.phones, found);
    }
    for (const name of own) em ||= profiles.has(name);
    lookFor(userid);
    if (mailid !== userid) lookFor(mailid);
  };
  /** What an e-mail address of an account is compared with: userid and mailids, none of them blank. */
  const lookFor = (id: N): void => {
    if (isBlank(id)) return;
    group.webex ||= meetingEmails.has(id);
    const found = sparkByEmail.get(id);
    if (found === undefined) return;
    for (const account of Array.isArray(found) ? found : [found])
      if (group.isOnBranchOf(account.path)) group.sparkAccounts = withNew(group.sparkAccounts, account);
  };
  for (const one of all) {
    group = one;
    em = false;
    look(one.first);
    for (const { user } of one.others) look(user);
    for (const phone of one.owned) one.phones = withNew(one.phones, phone);
    one.facts = sharedFacts(one, countedPhones(one.phones), em);
  }
}

const MANY_PHONES = 1000;
const NOTHING: Has = {
  agent: false,
  phones: 0,
  em: false,
  webex: false,
  vm: false,
  spark: false,
  snr: false,
};
const COMBINATIONS = new Map<number, Has>();

function sharedFacts<N extends Name>(group: Group<N>, phones: number, em: boolean): Has {
  const { agent, webex, vm, snr } = group;
  const spark = group.sparkAccounts.length > 0;
  let key = phones;
  key = key * 2 + (agent ? 1 : 0);
  key = key * 2 + (em ? 1 : 0);
  key = key * 2 + (webex ? 1 : 0);
  key = key * 2 + (vm ? 1 : 0);
  key = key * 2 + (spark ? 1 : 0);
  key = key * 2 + (snr ? 1 : 0);
  let facts = COMBINATIONS.get(key);
  if (facts === undefined) {
    facts = { agent, phones, em, webex, vm, spark, snr };
    if (phones < MANY_PHONES) COMBINATIONS.set(key, facts);
  }
  return facts;
}

/** Spark Remote Devices count only when there is no other phone, and then as one (guide 1.7.2). */
export function countedPhones(phones: readonly Pick<Phone, "kind">[]): number {
  let remote = 0;
  for (const phone of phones) if (phone.kind === "spark-remote") remote += 1;
  const others = phones.length - remote;
  return others > 0 ? others : Math.min(remote, 1);
}

/** The Spark accounts of the customer by e-mail address. */
function sparkAccounts<N extends Name>(
  customer: Customer<N>,
): NameMap<N, SparkAccount<N> | SparkAccount<N>[]> {
  const byEmail = customer.tables.map<SparkAccount<N> | SparkAccount<N>[]>();
  for (const { path, facts } of customer.places) {
    for (const fact of facts.sparkUser ?? []) {
      const { pkid, name } = fact;
      addTo(byEmail, name, { pkid, name, path, fact });
    }
  }
  return byEmail;
}

/** The names of accounts, each once, without the blank one. */
export function names<N extends Name>(
  accounts: Iterable<Named<N>>,
  tables: NameTables<N>,
): { all: N[]; set: NameSet<N> } {
  const all: N[] = [];
  const set = tables.set();
  for (const { name } of accounts) {
    if (isBlank(name) || set.has(name)) continue;
    set.add(name);
    all.push(name);
  }
  return { all, set };
}

/** Most names are of one: no list is made for it. */
function addTo<T extends object, N extends Name>(map: NameMap<N, T | T[]>, name: N, one: T): void {
  if (isBlank(name)) return;
  const known = map.get(name);
  if (known === undefined) map.set(name, one);
  else if (Array.isArray(known)) known.push(one);
  else map.set(name, [known, one]);
}

/** A list with one more, which is made anew where it was empty: most have one, and need no room for more. */
function withNew<T>(list: readonly T[], one: T): T[] {
  if (list.length === 0) return [one];
  if (!list.includes(one)) (list as T[]).push(one);
  return list as T[];
}
