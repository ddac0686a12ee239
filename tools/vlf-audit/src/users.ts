/** The CUCM users of a customer at any level, by what others name them: for "where no user exists" (D7, D8). */
import type { Customer } from "./customer.ts";

export interface Users {
  readonly userids: ReadonlySet<string>;
  /** Userids and mail addresses: what the e-mail address of an account is compared with. */
  readonly addresses: ReadonlySet<string>;
  /** Names in the lists of associated devices. */
  readonly devices: ReadonlySet<string>;
}

export function usersOf(customer: Customer): Users {
  const userids = new Set<string>();
  const addresses = new Set<string>();
  const devices = new Set<string>();
  for (const user of customer.all("cucmUser")) {
    userids.add(user.userid);
    addresses.add(user.userid).add(user.mailid);
    for (const device of user.devices) devices.add(device);
  }
  userids.delete("");
  addresses.delete("");
  return { userids, addresses, devices };
}
