/** Why a subscriber counts as it does: the instances behind each of its facts, and what they say, in words. */
import type { Customer, Subject } from "../customer.ts";
import type { FactId, Facts } from "../facts.ts";
import { grouped } from "../grouped.ts";
import type { Subscriber } from "../subscribers.ts";

type ByName = ReadonlyMap<string, readonly Facts[FactId][]>;

/** The accounts and profiles at site level of a customer, by the names that users are matched with. */
interface Accounts {
  readonly profiles: ByName;
  readonly voicemail: ByName;
  readonly webex: ByName;
  readonly webexByEmail: ByName;
  readonly reach: ByName;
  readonly agents: ByName;
}

const ACCOUNTS = new WeakMap<Customer, Accounts>();

/** The subject of a subscriber, for whoever asks why it is counted so. */
export function subscriberSubject(customer: Customer, subscriber: Subscriber): Subject {
  const accounts = accountsOf(customer);
  const { userid, users, phones, sparkAccounts, facts } = subscriber;
  const mails = [...new Set([userid, ...users.map(({ mailid }) => mailid)])].filter((name) => name !== "");
  const of = (index: ByName, ...names: readonly string[]): Facts[FactId][] =>
    names.flatMap((name) => index.get(name) ?? []);
  const profileNames = users.flatMap(({ profiles }) => profiles);
  const sources = [
    ...users,
    ...countingPhones(phones),
    ...of(accounts.profiles, ...profileNames),
    ...of(accounts.webex, userid),
    ...of(accounts.webexByEmail, ...mails),
    ...of(accounts.voicemail, userid),
    ...of(accounts.reach, userid),
    ...of(accounts.agents, userid),
    ...sparkAccounts.map(({ fact }) => fact),
  ];
  return {
    kind: "subscriber",
    name: userid,
    sources: [...new Set(sources)],
    reasons: reasonsOf(subscriber, facts),
  };
}

/** Beside a phone, Spark Remote Devices count for nothing (guide 1.7.2). */
function countingPhones(phones: Subscriber["phones"]): Subscriber["phones"] {
  const others = phones.filter(({ kind }) => kind !== "spark-remote");
  return others.length > 0 ? others : phones;
}

function reasonsOf({ users, phones }: Subscriber, facts: Subscriber["facts"]): string[] {
  const reasons: string[] = [];
  if (users.length > 1) reasons.push(`${users.length} CUCM users with one userid are one subscriber (D2)`);
  const remote = phones.filter(({ kind }) => kind === "spark-remote");
  const others = phones.filter(({ kind }) => kind !== "spark-remote");
  if (others.length > 0) {
    reasons.push(`${plural(others.length, "phone")}, associated or owned: ${list(others)}`);
    if (remote.length > 0)
      reasons.push(`not counted beside a phone: Cisco Spark Remote Device ${list(remote)}`);
  } else if (remote.length > 0) {
    reasons.push(`no phone but Cisco Spark Remote Device ${list(remote)}, counted as one`);
  } else {
    reasons.push("no phone");
  }
  const services: readonly [boolean, string, string][] = [
    [facts.em, "extension mobility: a device profile of the customer", "no extension mobility"],
    [facts.webex, "WebEx Meetings account", "no WebEx Meetings"],
    [facts.vm, "voicemail account", "no voicemail"],
    [facts.spark, "Spark (Webex Teams) account on the branch of the user", "no Spark"],
    [facts.snr, "Single Number Reach: a remote destination profile", "no SNR"],
  ];
  for (const [has, yes, no] of services) reasons.push(has ? yes : no);
  if (facts.agent) reasons.push("a contact center agent: counted there, and in none of columns 2 to 17");
  return reasons;
}

function accountsOf(customer: Customer): Accounts {
  let accounts = ACCOUNTS.get(customer);
  if (accounts === undefined) {
    accounts = {
      profiles: grouped(customer.atSite("deviceProfile"), ({ name }) => name),
      voicemail: grouped(customer.atSite("voicemail"), ({ id }) => id),
      webex: grouped(customer.atSite("webexUser"), ({ id }) => id),
      webexByEmail: grouped(customer.atSite("webexUser"), ({ email }) => email),
      reach: grouped(customer.atSite("remoteDestinationProfile"), ({ name }) => name),
      agents: grouped(
        [...customer.atSite("uccxAgent"), ...customer.atSite("ccdmAgent"), ...customer.atSite("ccdmUser")],
        ({ name }) => name,
      ),
    };
    ACCOUNTS.set(customer, accounts);
  }
  return accounts;
}

function list(phones: Subscriber["phones"]): string {
  const names = phones.map(({ name }) => name).toSorted();
  return names.length > 12
    ? `${names.slice(0, 12).join(", ")} and ${names.length - 12} more`
    : names.join(", ");
}

function plural(number: number, what: string): string {
  return `${number} ${what}${number === 1 ? "" : "s"}`;
}
