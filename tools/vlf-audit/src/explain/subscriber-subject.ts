/** Why a subscriber counts as it does: the instances behind each of its facts, and what they say, in words. */
import type { Name } from "@vlf/common/names";
import type { Customer, Subject } from "../customer.ts";
import type { FactId, Facts, Phone } from "../facts.ts";
import { grouped } from "../grouped.ts";
import { isBlank } from "../names.ts";
import type { Subscriber } from "../subscribers.ts";

type ByName<N extends Name> = ReadonlyMap<N, readonly Facts<N>[FactId][]>;

/** The accounts and profiles at site level of a customer, by the names that users are matched with. */
interface Accounts<N extends Name> {
  readonly profiles: ByName<N>;
  readonly voicemail: ByName<N>;
  readonly webex: ByName<N>;
  readonly webexByEmail: ByName<N>;
  readonly reach: ByName<N>;
  readonly agents: ByName<N>;
}

const ACCOUNTS = new WeakMap<object, unknown>();

/** The subject of a subscriber, for whoever asks why it is counted so. */
export function subscriberSubject<N extends Name>(
  customer: Customer<N>,
  subscriber: Subscriber<N>,
): Subject<N> {
  const accounts = accountsOf(customer);
  const { userid, users, phones, sparkAccounts, facts } = subscriber;
  const mails = [...new Set([userid, ...users.map(({ mailid }) => mailid)])].filter((name) => !isBlank(name));
  const of = (index: ByName<N>, ...names: readonly N[]): Facts<N>[FactId][] =>
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
function countingPhones<N extends Name>(phones: readonly Phone<N>[]): readonly Phone<N>[] {
  const others = phones.filter(({ kind }) => kind !== "spark-remote");
  return others.length > 0 ? others : phones;
}

function reasonsOf({ users, phones }: Subscriber<Name>, facts: Subscriber["facts"]): string[] {
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

function accountsOf<N extends Name>(customer: Customer<N>): Accounts<N> {
  let accounts = ACCOUNTS.get(customer) as Accounts<N> | undefined;
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

function list(phones: readonly Phone<Name>[]): string {
  const names = phones.map(({ name }) => String(name)).toSorted();
  return names.length > 12
    ? `${names.slice(0, 12).join(", ")} and ${names.length - 12} more`
    : names.join(", ");
}

function plural(number: number, what: string): string {
  return `${number} ${what}${number === 1 ? "" : "s"}`;
}
