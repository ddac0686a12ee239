/**
 * Who is the same person across vendors (D11): a UPN, or the mail of a PexIP owner, is a Cisco
 * account's name or address, or a `data/User` of the customer ties the two.
 */
import type { Customer } from "./customer.ts";
import type { VossUser } from "./facts.ts";

/** The people of a customer who have Microsoft accounts or own PexIP conferences. */
export interface SamePerson {
  /** Their Microsoft UPNs, of any of the three user models. */
  readonly upns: ReadonlySet<string>;
  /** Their addresses as owners of conferences. */
  readonly owners: ReadonlySet<string>;
  /** The person has a Cisco account in the customer, at any level. */
  hasCisco(person: string): boolean;
  /** The person uses the integrated Cisco and Microsoft service. */
  isHybrid(person: string): boolean;
}

export function samePerson(customer: Customer): SamePerson {
  const upns = new Set<string>();
  for (const { upn } of customer.all("teamsUser")) upns.add(upn);
  for (const { upn } of customer.all("graphUser")) upns.add(upn);
  for (const { name } of customer.all("azureUser")) upns.add(name);
  const owners = new Set<string>();
  for (const { name } of customer.all("conference")) owners.add(name);
  // A name that is missing on both sides makes nobody the same person.
  upns.delete("");
  owners.delete("");

  // Most people of a customer have neither: only the names that can matter are looked for.
  const wanted = new Set([...upns, ...owners]);
  const ties = new Map<string, string[]>();
  const hybrid = new Set<string>();
  const tie = (upn: string, { username, email }: VossUser): void => {
    if (!wanted.has(upn)) return;
    const tied = ties.get(upn) ?? [];
    tied.push(username, email);
    ties.set(upn, tied);
  };
  for (const user of customer.all("user")) {
    const { username, email, ms365, teams } = user;
    if (user.hybrid) for (const name of [username, email, ms365, teams]) hybrid.add(name);
    // A VOSS user stands for its Microsoft user names, else for its e-mail address.
    tie(ms365 === "" && teams === "" ? email : ms365, user);
    if (teams !== ms365) tie(teams, user);
  }
  for (const names of ties.values()) for (const name of names) wanted.add(name);
  const cisco = wanted.size === 0 ? new Set<string>() : ciscoNames(customer, wanted);
  cisco.delete("");
  hybrid.delete("");

  const isOrIsTiedTo = (names: ReadonlySet<string>, person: string): boolean =>
    names.has(person) || (ties.get(person)?.some((name) => names.has(name)) ?? false);
  return {
    upns,
    owners,
    hasCisco: (person) => isOrIsTiedTo(cisco, person),
    isHybrid: (person) => isOrIsTiedTo(hybrid, person),
  };
}

/** The names and addresses of Cisco accounts at any level, as far as they are wanted. */
function ciscoNames(customer: Customer, wanted: ReadonlySet<string>): Set<string> {
  const result = new Set<string>();
  const add = (name: string): void => {
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
