/** Counts one row by all schemes: has the rules look at its instances, and keeps what they leave. */
import { CISCO_RULES, type CiscoRules } from "@vlf/common/cisco-settings";
import { byCodeUnit } from "@vlf/common/hierarchy";
import { modelOf, type ModelTable } from "@vlf/common/models";
import type { Name } from "@vlf/common/names";
import type { AnyProfile, SchemeId } from "@vlf/common/schemes";
import { RULES5, type Rules5 } from "@vlf/common/voss5-services";
import { applyRules } from "./counting.ts";
import { type Bucket, Customer, type CustomerInput, type Noted, type Place, type Proof } from "./customer.ts";
import { dropDuplicates } from "./duplicates.ts";
import type { FactId } from "./facts.ts";
import type { Naming } from "./naming.ts";

/** What the rules of one scheme made of a row. */
export interface SchemeResult {
  readonly scheme: SchemeId;
  readonly profiles: readonly AnyProfile[];
  readonly notes: readonly Noted[];
}

export interface AuditOptions {
  readonly models: ModelTable;
  /** Standalone phones that need no license, by customer pkid (guide 1.7.3). */
  readonly standaloneAllocation: (customerPkid: string) => number;
  /** The schemes to count by, `voss-4` alone where none are given. */
  readonly schemes?: readonly SchemeId[] | undefined;
  /** Services and the like of scheme `voss-5`. */
  readonly rules5?: Rules5 | undefined;
  /** Settings of the schemes of Cisco. */
  readonly cisco?: CiscoRules | undefined;
  /** Told of each customer as it is counted, and of what lies outside all of them: why all of it counts or not. */
  readonly explain?: ((explained: Explained) => void) | undefined;
  /** Told of the same rows, and can have them counted with other instances. */
  readonly whatIf?: ((row: CountedRow) => void) | undefined;
}

/** The instances of a customer with what the rules made of them; or those outside every customer. */
export interface Explained {
  readonly scheme: SchemeId;
  /** Of `voss-5` also what lies above the customers of a provider; `undefined` for what is in no row. */
  readonly customer: Customer | undefined;
  readonly places: readonly Bucket[];
  readonly proofs: readonly Proof[];
  readonly profiles: readonly AnyProfile[];
}

/** A row that was counted, or what is in none. */
export interface CountedRow extends Omit<Explained, "proofs"> {
  /** Counts the row with other instances in it; of what is in no row there is nothing to count. */
  readonly again: ((places: readonly Place[]) => Customer) | undefined;
}

/** What all schemes made of a row. */
export interface CountedInput {
  readonly results: readonly SchemeResult[];
  /** Findings that are of no scheme. */
  readonly notes: readonly Noted[];
}

export class RowCounter<N extends Name = string> {
  readonly #options: AuditOptions;
  readonly #naming: Naming<N>;

  constructor(options: AuditOptions, naming: Naming<N>) {
    this.#options = options;
    this.#naming = naming;
  }

  /** Counts a row; `mayRepeat` where an instance of it may have come twice. */
  count(schemes: readonly SchemeId[], input: CustomerInput<N>, mayRepeat: boolean): CountedInput {
    // By path, so that rules meet the instances in the same order whatever the order of input.
    const places = input.places.toSorted((a, b) => byCodeUnit(a.path, b.path));
    const { tables, names } = this.#naming;
    const textOf = (number: number): string => names?.text(number) ?? "";
    const whole = new Customer({ ...input, places }, undefined, tables);
    this.#noteQuality(whole, mayRepeat ? dropDuplicates(places, textOf) : new Map());
    const { explain, whatIf, rules5 = RULES5, cisco = CISCO_RULES } = this.#options;
    const results = schemes.map((scheme): SchemeResult => {
      const proofs: Proof<N>[] = [];
      const prove = explain === undefined ? undefined : (proof: Proof<N>): void => void proofs.push(proof);
      tables.reuse?.();
      const customer = new Customer({ ...input, places }, prove, tables);
      applyRules(scheme, customer, rules5, cisco);
      const { profiles, notes } = customer;
      // Whoever asks why has texts for names (naming.ts).
      explain?.({ scheme, customer, places, proofs, profiles } as unknown as Explained);
      const again = (others: readonly Place<N>[]): Customer<N> => {
        const row = new Customer({ ...input, places: others }, undefined, tables);
        applyRules(scheme, row, rules5, cisco);
        return row;
      };
      whatIf?.({ scheme, customer, places, profiles, again } as unknown as CountedRow);
      return { scheme, profiles, notes };
    });
    return { results, notes: whole.notes };
  }

  /** Findings about the input, whatever the scheme. */
  #noteQuality(customer: Customer<N>, dropped: ReadonlyMap<FactId, number>): void {
    for (const [id, count] of dropped) {
      const { model } = modelOf(this.#options.models, id);
      customer.note("duplicate-instance", "warning", "an instance occurs more than once: counted once", {
        model,
        count,
      });
    }
    for (const { known, facts } of customer.places) {
      if (known) continue;
      const count = Object.values(facts).reduce((sum, list) => sum + list.length, 0);
      customer.note(
        "unknown-node",
        "error",
        "instances are at a node that the input does not hold: it counts as no site",
        { count },
      );
    }
  }

  /** Tells of what is in no row of a scheme. */
  explainOutside(scheme: SchemeId, buckets: readonly Bucket<N>[]): void {
    const places = buckets.toSorted((a, b) => byCodeUnit(a.path, b.path));
    const none = { scheme, customer: undefined, places: places as unknown as Bucket[], profiles: [] };
    this.#options.explain?.({ ...none, proofs: [] });
    this.#options.whatIf?.({ ...none, again: undefined });
  }
}
