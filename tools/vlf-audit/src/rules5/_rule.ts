/** What a rule of scheme `voss-5` is: it looks at a row and leaves profiles of one kind, and findings. */
import type { Rules5 } from "@vlf/common/voss5-services";
import type { ExportId5 } from "@vlf/common/voss5";
import type { Customer } from "../customer.ts";
import type { CucmIndex, People } from "../people.ts";
import type { Users } from "../users.ts";

/** Worked out once per row, used by several rules. */
export interface Shared5 {
  readonly rules: Rules5;
  readonly people: People;
  readonly index: CucmIndex;
  readonly users: Users;
}

export interface Rule5 {
  readonly id: ExportId5;
  /** Where the rule is written down, and whether it is the vendor's word. */
  readonly reference: string;
  apply(row: Customer, shared: Shared5): void;
}
