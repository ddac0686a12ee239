/** The CUCM users of a customer at any level, by what others name them: for "where no user exists" (D7, D8). */
import type { Customer } from "./customer.ts";
import type { CucmUser } from "./facts.ts";
import { once } from "./grouped.ts";

export interface Users {
  readonly userids: ReadonlySet<string>;
  /** Userids and mail addresses: what the e-mail address of an account is compared with. */
  readonly addresses: ReadonlySet<string>;
  /** Names in the lists of associated devices. */
  readonly devices: ReadonlySet<string>;
}

export function usersOf(customer: Customer): Users {
  const all = customer.all("cucmUser");
  // Many customers have nobody who asks for some of them.
  const userids = once(() => namesOf(all, ({ userid }) => [userid]));
  const addresses = once(() => namesOf(all, ({ userid, mailid }) => [userid, mailid]));
  const devices = once(() => namesOf(all, (user) => user.devices));
  return {
    get userids() {
      return userids();
    },
    get addresses() {
      return addresses();
    },
    get devices() {
      return devices();
    },
  };
}

function namesOf(users: readonly CucmUser[], of: (user: CucmUser) => readonly string[]): Set<string> {
  const names = new Set<string>();
  for (const user of users) for (const name of of(user)) names.add(name);
  names.delete("");
  return names;
}
