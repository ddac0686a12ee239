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
  const lookUp = makeLookUp(customer);
  return groupByUserid(customer).map(({ users, paths }) => lookUp(users, paths));
}

interface Group {
  users: CucmUser[];
  paths: string[];
}

function groupByUserid(customer: Customer): Group[] {
  const groups: Group[] = [];
  const byUserid = new Map<string, Group>();
  for (const { atSite, path, facts } of customer.places) {
    if (!atSite) continue;
    for (const user of facts.cucmUser ?? []) {
      // Without a userid nobody can be the same person: each is a subscriber of its own.
      const group = user.userid === "" ? undefined : byUserid.get(user.userid);
      if (group === undefined) {
        const fresh = { users: [user], paths: [path] };
        groups.push(fresh);
        if (user.userid !== "") byUserid.set(user.userid, fresh);
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
  return groups;
}

type LookUp = (users: readonly CucmUser[], paths: readonly string[]) => Subscriber;

function makeLookUp(customer: Customer): LookUp {
  const byName = new Map<string, Phone[]>();
  const byOwner = new Map<string, Phone[]>();
  for (const phone of customer.atSite("phone")) {
    if (phone.kind === "cti-port") continue; // never counted anywhere
    addTo(byName, phone.name, phone);
    addTo(byOwner, phone.owner, phone);
  }
  const profiles = names(customer.atSite("deviceProfile"));
  const voicemails = new Set<string>();
  for (const account of customer.atSite("voicemail")) voicemails.add(account.id);
  const meetingIds = new Set<string>();
  const meetingEmails = new Set<string>();
  for (const account of customer.atSite("webexUser")) {
    meetingIds.add(account.id);
    meetingEmails.add(account.email);
  }
  const reach = names(customer.atSite("remoteDestinationProfile"));
  const agents = names(customer.atSite("uccxAgent"));
  for (const name of names(customer.atSite("ccdmAgent"))) agents.add(name);
  for (const name of names(customer.atSite("ccdmUser"))) agents.add(name);
  const sparkByEmail = sparkAccounts(customer);

  return (users, paths) => {
    const userid = users[0]?.userid ?? "";
    const ids = identifiers(users);
    const phones: Phone[] = [];
    for (const user of users) {
      for (const device of user.devices) addNew(phones, byName.get(device));
    }
    if (userid !== "") addNew(phones, byOwner.get(userid));
    const accounts: SparkAccount[] = [];
    for (const id of ids) {
      for (const account of sparkByEmail.get(id) ?? []) {
        if (paths.some((path) => onOneBranch(path, account.path))) accounts.push(account);
      }
    }
    const known = userid !== "";
    return {
      userid,
      users,
      paths,
      phones,
      sparkAccounts: accounts,
      facts: {
        agent: known && agents.has(userid),
        phones: countedPhones(phones),
        em: users.some((user) => user.profiles.some((name) => profiles.has(name))),
        webex: (known && meetingIds.has(userid)) || ids.some((id) => meetingEmails.has(id)),
        vm: known && voicemails.has(userid),
        spark: accounts.length > 0,
        snr: known && reach.has(userid),
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
function sparkAccounts(customer: Customer): Map<string, SparkAccount[]> {
  const byEmail = new Map<string, SparkAccount[]>();
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

function addTo<T>(map: Map<string, T[]>, key: string, value: T): void {
  if (key === "") return;
  const list = map.get(key);
  if (list === undefined) map.set(key, [value]);
  else list.push(value);
}

function addNew<T>(list: T[], more: readonly T[] | undefined): void {
  for (const one of more ?? []) if (!list.includes(one)) list.push(one);
}
