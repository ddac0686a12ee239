/** What a rule is: it looks at a customer and leaves profiles of one data export, and findings. */
import type { ExportId } from "@vlf/common/voss4";
import type { Customer } from "../customer.ts";
import type { Subscriber } from "../subscribers.ts";
import type { Users } from "../users.ts";
import type { SamePerson } from "../same-person.ts";

/** Worked out once per customer, used by several rules. */
export interface Shared {
  readonly subscribers: readonly Subscriber[];
  /** At any level. */
  readonly users: Users;
  readonly usersAboveSite: Users;
  readonly same: SamePerson;
}

export interface Rule {
  readonly id: ExportId;
  /** Where the rule is written down. */
  readonly reference: string;
  apply(customer: Customer, shared: Shared): void;
}
