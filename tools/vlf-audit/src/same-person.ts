/**
 * Who is the same person across vendors (D11): a UPN, or the mail of a PexIP owner, is a Cisco
 * account's name or address, or a `data/User` of the customer ties the two.
 */
import type { Name } from "@vlf/common/names";
import type { Customer } from "./customer.ts";
import type { VossUser } from "./facts.ts";
import { isBlank, type NameSet } from "./names.ts";

/** The people of a customer who have Microsoft accounts or own PexIP conferences. */
export interface SamePerson<N extends Name = string> {
  /** Their Microsoft UPNs, of any of the three user models, and their addresses as owners of conferences: each once. */
  readonly people: readonly N[];
  /** The person has a Microsoft account. */
  isMicrosoft(person: N): boolean;
  /** The person owns a conference. */
  isOwner(person: N): boolean;
  /** The person has a Cisco account in the customer, at any level. */
  hasCisco(person: N): boolean;
  /** The person uses the integrated Cisco and Microsoft service. */
  isHybrid(person: N): boolean;
}

export function samePerson<N extends Name>(customer: Customer<N>): SamePerson<N> {
  const { tables } = customer;
  const people: N[] = [];
  const upns = tables.set();
  const owners = tables.set();
  // Most people of a customer have neither: only the names that can matter are looked for.
  const wanted = tables.set();
  const want = (name: N, names: NameSet<N>): void => {
    // A name that is missing on both sides makes nobody the same person.
    if (isBlank(name)) return;
    names.add(name);
    if (wanted.has(name)) return;
    wanted.add(name);
    people.push(name);
  };
  for (const { upn } of customer.all("teamsUser")) want(upn, upns);
  for (const { upn } of customer.all("graphUser")) want(upn, upns);
  for (const { name } of customer.all("azureUser")) want(name, upns);
  for (const { name } of customer.all("conference")) want(name, owners);

  const ties = tables.map<N[]>();
  const hybrid = tables.set();
  const tied: N[] = [];
  const tie = (upn: N, { username, email }: VossUser<N>): void => {
    if (!wanted.has(upn)) return;
    const names = ties.get(upn);
    if (names === undefined) ties.set(upn, [username, email]);
    else names.push(username, email);
    tied.push(username, email);
  };
  for (const user of customer.all("user")) {
    const { username, email, ms365, teams } = user;
    if (user.hybrid) for (const name of [username, email, ms365, teams]) hybrid.add(name);
    // A VOSS user stands for its Microsoft user names, else for its e-mail address.
    tie(isBlank(ms365) && isBlank(teams) ? email : ms365, user);
    if (teams !== ms365) tie(teams, user);
  }
  for (const name of tied) wanted.add(name);
  const cisco = people.length === 0 ? tables.set() : ciscoNames(customer, wanted);

  const isOrIsTiedTo = (names: NameSet<N>, person: N): boolean =>
    isIn(names, person) || (ties.get(person)?.some((name) => isIn(names, name)) ?? false);
  return {
    people,
    isMicrosoft: (person) => upns.has(person),
    isOwner: (person) => owners.has(person),
    hasCisco: (person) => isOrIsTiedTo(cisco, person),
    isHybrid: (person) => isOrIsTiedTo(hybrid, person),
  };
}

/** The blank name is in no set. */
function isIn<N extends Name>(names: NameSet<N>, name: N): boolean {
  return !isBlank(name) && names.has(name);
}

/** The names and addresses of Cisco accounts at any level, as far as they are wanted. */
function ciscoNames<N extends Name>(customer: Customer<N>, wanted: NameSet<N>): NameSet<N> {
  const result = customer.tables.set();
  const add = (name: N): void => {
    if (wanted.has(name)) result.add(name);
  };
  for (const { userid, mailid } of customer.all("cucmUser")) {
    add(userid);
    add(mailid);
  }
  for (const model of ["voicemail", "webexUser"] as const) {
    for (const { id, email } of customer.all(model)) {
      add(id);
      add(email);
    }
  }
  for (const model of ["sparkUser", "uccxAgent", "ccdmAgent", "ccdmUser"] as const) {
    for (const { name } of customer.all(model)) add(name);
  }
  return result;
}
