/** The CUCM users of a customer, by what others name them: for "where no user exists" (D7, D8). */
import type { CucmUser } from "./facts.ts";
import { once } from "./grouped.ts";

/** Without blank names. Each is made when it is asked for. */
export interface Users {
  readonly userids: () => ReadonlySet<string>;
  /** Their mail addresses. */
  readonly mailids: () => ReadonlySet<string>;
  /** Names in their lists of associated devices. */
  readonly devices: () => ReadonlySet<string>;
}

export function usersOf(users: () => Iterable<CucmUser>): Users {
  const gathered = (add: (names: Set<string>, user: CucmUser) => void): (() => ReadonlySet<string>) =>
    once(() => {
      const names = new Set<string>();
      for (const user of users()) add(names, user);
      names.delete("");
      return names;
    });
  return {
    userids: gathered((names, { userid }) => names.add(userid)),
    mailids: gathered((names, { mailid }) => names.add(mailid)),
    devices: gathered((names, { devices }) => {
      for (const device of devices) names.add(device);
    }),
  };
}
