/** A change of a what-if, as the file has it and as a row is told of it. */
import type { Config, ConfigTable } from "@vlf/common/config";
import type { ModelTable } from "@vlf/common/models";
import type { FactId, FactReader, Facts } from "../facts.ts";
import type { Values } from "../values.ts";
import type { Row } from "./row.ts";

export interface Change {
  /** `FILE:LINE` of its `[[change]]`. */
  readonly where: string;
  /** In words: `phone "sep1": owner "ada"`. */
  readonly title: string;
  /** Only this customer: name, path or pkid. */
  readonly customer: string | undefined;
  /** Only what is at this node or below it; of what is added its node. */
  readonly hierarchy: string | undefined;
  /** Fields of an instance, which are set before all other changes are made. */
  readonly set?: FieldChange;
  /** It adds an instance at `hierarchy`. */
  readonly adds: boolean;
  /** Makes the change in a row where it finds what it is about. */
  apply(row: Row): Outcome;
}

/** An instance that gets other fields, by its model and one of pkid and name. */
export interface FieldChange {
  readonly model: string;
  readonly pkid: string | undefined;
  /** As it is compared. */
  readonly name: string | undefined;
}

/** What a change met in a row. */
export interface Outcome {
  /** How many instances, or people, of that name there are. */
  readonly found: number;
  /** Why it cannot be made there: what was found, and what was wanted. */
  readonly problem?: string | undefined;
  /** Something is not as it was before. */
  readonly changed: boolean;
}

export const NOTHING: Outcome = { found: 0, changed: false };

/** What is needed to read a change. */
export interface Context {
  readonly models: ModelTable;
  readonly readers: ReadonlyMap<string, FactReader>;
  /** The fields of the instances of which fields are set, as they are read. */
  readonly values: WeakMap<Facts[FactId], Values>;
}

/** A `[[change]]` of the file before its kind has looked at it. */
export interface Entry extends Pick<Change, "where" | "customer" | "hierarchy"> {
  /** Checks keys; its path is `FILE:LINE`. */
  readonly config: Config;
  /** Without `customer` and `hierarchy`. */
  readonly table: ConfigTable;
}

/** A kind of change: what it is about is the key it is told by. */
export interface Kind {
  /** `phone`, `user`, `account`, `model`. */
  readonly key: string;
  /** @throws {UsageError} for keys and values that are none of it */
  read(entry: Entry, context: Context): Change;
}
