/**
 * Who is the same person across vendors (D11): a UPN, or the mail of a PexIP owner, is a Cisco
 * account's name or address, or a `data/User` of the customer ties the two.
 */
import type { Customer } from "./customer.ts";
import type { VossUser } from "./facts.ts";

export interface SamePerson {
  /** The person has a Cisco account in the customer, at any level. */
  hasCisco(upn: string): boolean;
  /** The person uses the integrated Cisco and Microsoft service. */
  isHybrid(upn: string): boolean;
}

export function samePerson(customer: Customer): SamePerson {
  const cisco = ciscoNames(customer);
  const hybrid = new Set<string>();
  const ties = new Map<string, string[]>();
  for (const user of customer.all("user")) {
    const { username, email, ms365, teams } = user;
    if (user.hybrid) for (const name of [username, email, ms365, teams]) hybrid.add(name);
    for (const upn of upnsOf(user)) {
      const tied = ties.get(upn) ?? [];
      tied.push(username, email);
      ties.set(upn, tied);
    }
  }
  // A name that is missing on both sides makes nobody the same person.
  cisco.delete("");
  hybrid.delete("");
  const isOrIsTiedTo = (names: ReadonlySet<string>, upn: string): boolean =>
    names.has(upn) || (ties.get(upn)?.some((name) => names.has(name)) ?? false);
  return {
    hasCisco: (upn) => isOrIsTiedTo(cisco, upn),
    isHybrid: (upn) => isOrIsTiedTo(hybrid, upn),
  };
}

/** The UPNs a VOSS user stands for: the Microsoft user names, else the e-mail address. */
function upnsOf({ ms365, teams, email }: VossUser): string[] {
  const upns = [ms365, teams].filter((name) => name !== "");
  if (upns.length > 0) return upns;
  return email === "" ? [] : [email];
}

function ciscoNames(customer: Customer): Set<string> {
  const result = new Set<string>();
  for (const { userid, mailid } of customer.all("cucmUser")) result.add(userid).add(mailid);
  for (const { id, email } of customer.all("voicemail")) result.add(id).add(email);
  for (const { id, email } of customer.all("webexUser")) result.add(id).add(email);
  for (const model of ["sparkUser", "uccxAgent", "ccdmAgent", "ccdmUser"] as const) {
    for (const { name } of customer.all(model)) result.add(name);
  }
  return result;
}
