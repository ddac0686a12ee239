/** The CUCM users of a customer, by what others name them: for "where no user exists" (D7, D8). */
import type { Name } from "@vlf/common/names";
import type { CucmUser } from "./facts.ts";
import { once } from "./grouped.ts";
import { isBlank, type NameSet, type NameTables } from "./names.ts";

/** Without blank names. Each is made when it is asked for. */
export interface Users<N extends Name = string> {
  readonly userids: () => Pick<NameSet<N>, "has">;
  /** Their mail addresses. */
  readonly mailids: () => Pick<NameSet<N>, "has">;
  /** Names in their lists of associated devices. */
  readonly devices: () => Pick<NameSet<N>, "has">;
}

export function usersOf<N extends Name>(users: () => Iterable<CucmUser<N>>, tables: NameTables<N>): Users<N> {
  const gathered = (add: (names: NameSet<N>, user: CucmUser<N>) => void): (() => NameSet<N>) =>
    once(() => {
      const names = tables.set();
      for (const user of users()) add(names, user);
      return names;
    });
  return {
    userids: gathered((names, { userid }) => addTo(names, userid)),
    mailids: gathered((names, { mailid }) => addTo(names, mailid)),
    devices: gathered((names, { devices }) => {
      for (const device of devices) addTo(names, device);
    }),
  };
}

function addTo<N extends Name>(names: NameSet<N>, name: N): void {
  if (!isBlank(name)) names.add(name);
}
