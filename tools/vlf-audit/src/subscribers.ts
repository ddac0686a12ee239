/**
 * The subscribers of a customer and what each has: phones, extension mobility, voicemail, WebEx,
 * SNR, Spark, and whether it is a contact center agent. Guide 1.7.3; docs/voss-4.md, "A subscriber".
 */
import { onOneBranch } from "@vlf/common/hierarchy";
import type { ProfileFacts } from "@vlf/common/voss4";
import type { Customer } from "./customer.ts";
import type { CucmUser, Named, Phone } from "./facts.ts";

/** A Spark account with the node it is at: it counts only for users on the same branch. */
export interface SparkAccount extends Named {
  readonly path: string;
  /** The account itself, of which this is the view of subscribers. */
  readonly fact: Named;
}

/** One userid at site level; several instances of it are one subscriber (D2). */
export interface Subscriber {
  readonly userid: string;
  readonly users: readonly CucmUser[];
  /** The nodes of those instances. */
  readonly paths: readonly string[];
  /** Every phone that is the user's, of whatever product but CTI Port. */
  readonly phones: readonly Phone[];
  readonly sparkAccounts: readonly SparkAccount[];
  readonly facts: ProfileFacts["subscriber"];
}

/** All subscribers of the customer. */
export function subscribersOf(customer: Customer): Subscriber[] {
  const groups = groupByUserid(customer);
  const lookUp = makeLookUp(customer, groups.byUserid);
  return groups.all.map(lookUp);
}

/** The users of one userid, and what names it: most accounts name one, so they look for it. */
interface Group {
  readonly userid: string;
  readonly users: CucmUser[];
  readonly paths: string[];
  readonly owned: Phone[];
  agent: boolean;
  webex: boolean;
  vm: boolean;
  snr: boolean;
}

interface Groups {
  readonly all: Group[];
  readonly byUserid: ReadonlyMap<string, Group>;
}

function groupByUserid(customer: Customer): Groups {
  const all: Group[] = [];
  const byUserid = new Map<string, Group>();
  for (const { atSite, path, facts } of customer.places) {
    if (!atSite) continue;
    for (const user of facts.cucmUser ?? []) {
      const { userid } = user;
      // Without a userid nobody can be the same person: each is a subscriber of its own.
      const group = userid === "" ? undefined : byUserid.get(userid);
      if (group === undefined) {
        const none = { agent: false, webex: false, vm: false, snr: false };
        const fresh: Group = { userid, users: [user], paths: [path], owned: [], ...none };
        all.push(fresh);
        if (userid !== "") byUserid.set(userid, fresh);
        else {
          customer.note("user-without-userid", "warning", "a CUCM user has no userid: it counts by itself", {
            model: "device/cucm/User",
          });
        }
      } else {
        group.users.push(user);
        group.paths.push(path);
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

type LookUp = (group: Group) => Subscriber;

function makeLookUp(customer: Customer, byUserid: Groups["byUserid"]): LookUp {
  const phonesByName = new Map<string, Phone | Phone[]>();
  for (const phone of customer.atSite("phone")) {
    if (phone.kind === "cti-port") continue; // never counted anywhere
    addTo(phonesByName, phone.name, phone);
    byUserid.get(phone.owner)?.owned.push(phone);
  }
  const give = (userid: string, service: "agent" | "webex" | "vm" | "snr"): void => {
    const group = byUserid.get(userid);
    if (group !== undefined) group[service] = true;
  };
  for (const { id } of customer.atSite("voicemail")) give(id, "vm");
  const meetingEmails = new Set<string>();
  for (const { id, email } of customer.atSite("webexUser")) {
    give(id, "webex");
    meetingEmails.add(email);
  }
  for (const { name } of customer.atSite("remoteDestinationProfile")) give(name, "snr");
  for (const { name } of customer.atSite("uccxAgent")) give(name, "agent");
  for (const { name } of customer.atSite("ccdmAgent")) give(name, "agent");
  for (const { name } of customer.atSite("ccdmUser")) give(name, "agent");
  const profiles = names(customer.atSite("deviceProfile"));
  const sparkByEmail = sparkAccounts(customer);

  return ({ userid, users, paths, owned, agent, webex, vm, snr }) => {
    const ids = identifiers(users);
    const phones: Phone[] = [];
    for (const user of users) {
      for (const device of user.devices) addNew(phones, phonesByName.get(device));
    }
    addNew(phones, owned);
    const accounts: SparkAccount[] = [];
    for (const id of ids) {
      for (const account of listOf(sparkByEmail.get(id))) {
        if (paths.some((path) => onOneBranch(path, account.path))) accounts.push(account);
      }
    }
    return {
      userid,
      users,
      paths,
      phones,
      sparkAccounts: accounts,
      facts: {
        agent,
        phones: countedPhones(phones),
        em: users.some((user) => user.profiles.some((name) => profiles.has(name))),
        webex: webex || ids.some((id) => meetingEmails.has(id)),
        vm,
        spark: accounts.length > 0,
        snr,
      },
    };
  };
}

/** Spark Remote Devices count only when there is no other phone, and then as one (guide 1.7.2). */
export function countedPhones(phones: readonly Phone[]): number {
  let remote = 0;
  for (const phone of phones) if (phone.kind === "spark-remote") remote += 1;
  const others = phones.length - remote;
  return others > 0 ? others : Math.min(remote, 1);
}

/** The Spark accounts of the customer by e-mail address. */
function sparkAccounts(customer: Customer): Map<string, SparkAccount | SparkAccount[]> {
  const byEmail = new Map<string, SparkAccount | SparkAccount[]>();
  for (const { path, facts } of customer.places) {
    for (const fact of facts.sparkUser ?? []) {
      const { pkid, name } = fact;
      addTo(byEmail, name, { pkid, name, path, fact });
    }
  }
  return byEmail;
}

/** What an e-mail address of an account is compared with: userid and mailids, none of them blank. */
function identifiers(users: readonly CucmUser[]): string[] {
  const ids: string[] = [];
  for (const { userid, mailid } of users) {
    if (userid !== "" && !ids.includes(userid)) ids.push(userid);
    if (mailid !== "" && !ids.includes(mailid)) ids.push(mailid);
  }
  return ids;
}

/** The names of accounts, without the blank one. */
export function names(accounts: Iterable<Named>): Set<string> {
  const result = new Set<string>();
  for (const { name } of accounts) if (name !== "") result.add(name);
  return result;
}

/** Most names are of one: no list is made for it. */
function addTo<T extends object>(map: Map<string, T | T[]>, name: string, one: T): void {
  if (name === "") return;
  const known = map.get(name);
  if (known === undefined) map.set(name, one);
  else if (Array.isArray(known)) known.push(one);
  else map.set(name, [known, one]);
}

function addNew<T extends object>(list: T[], more: T | readonly T[] | undefined): void {
  for (const one of listOf(more)) if (!list.includes(one)) list.push(one);
}

const NONE: readonly never[] = [];

function listOf<T extends object>(found: T | readonly T[] | undefined): readonly T[] {
  if (found === undefined) return NONE;
  return Array.isArray(found) ? (found as readonly T[]) : [found as T];
}
