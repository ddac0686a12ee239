/** What a rule is: it looks at a customer and leaves profiles of one data export, and findings. */
import type { ExportId } from "@vlf/common/voss4";
import type { Name } from "@vlf/common/names";
import type { Customer } from "../customer.ts";
import type { Subscriber } from "../subscribers.ts";
import type { Users } from "../users.ts";
import type { SamePerson } from "../same-person.ts";

/** Worked out once per customer, used by several rules. */
export interface Shared<N extends Name = string> {
  readonly subscribers: readonly Subscriber<N>[];
  /** At any level. */
  readonly users: Users<N>;
  readonly usersAboveSite: Users<N>;
  readonly same: SamePerson<N>;
}

export interface Rule {
  readonly id: ExportId;
  /** Where the rule is written down. */
  readonly reference: string;
  apply<N extends Name>(customer: Customer<N>, shared: Shared<N>): void;
}
