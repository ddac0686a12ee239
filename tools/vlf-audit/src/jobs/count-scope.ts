/**
 * Counts one scope by what is in it alone. It answers only when the scope is one customer with everything
 * in it; for all else there is the reading line by line, which knows the whole.
 */
import { CISCO_RULES, type CiscoRules } from "@vlf/common/cisco-settings";
import { FieldScanner, type WantedFields } from "@vlf/common/fields";
import { isWithin } from "@vlf/common/hierarchy";
import { modelOf, type ModelTable } from "@vlf/common/models";
import type { Name } from "@vlf/common/names";
import type { SchemeId } from "@vlf/common/schemes";
import { NotAlone, type ScopeReader } from "@vlf/common/scopes";
import { RULES5, type Rules5 } from "@vlf/common/voss5-services";
import { Audit, type AuditOptions, type CountedScope, type NodeAt, wantedFields } from "../audit.ts";
import { type Naming, namingFor } from "../naming.ts";

/** Counts scopes, one after the other: what was learned of the form of lines serves all of them. */
export class ScopeCounter {
  readonly #options: AuditOptions;
  readonly #naming: Naming<Name>;
  /** Models whose instances are passed on and not counted. */
  readonly #passedOn: ReadonlySet<string>;
  readonly #scanner: FieldScanner;
  /** The one that is counted now. */
  #audit: Audit<Name>;
  #scope = "";

  constructor(
    models: ModelTable,
    schemes: readonly SchemeId[] = ["voss-4"],
    rules5: Rules5 = RULES5,
    cisco: CiscoRules = CISCO_RULES,
  ) {
    // The allocation belongs to the row, which is made where all nodes are known.
    this.#options = { models, standaloneAllocation: () => 0, schemes, rules5, cisco };
    this.#naming = namingFor(models, schemes);
    this.#passedOn = new Set([modelOf(models, "patch").model, modelOf(models, "adaptation").model]);
    this.#audit = this.#newAudit();
    const fields = new Map<string, WantedFields | "parse">();
    for (const model of this.#passedOn) fields.set(model, "parse");
    for (const model of this.#audit.parsedModels) fields.set(model, "parse");
    for (const reader of this.#naming.readers.values()) {
      const take: WantedFields["take"] = (pkid, hierarchy, values, _, isNew) => {
        if (!isWithin(hierarchy, this.#scope)) throw new NotAlone();
        this.#audit.addFacts(reader, pkid, hierarchy, values, "", 0, isNew);
      };
      fields.set(reader.model, wantedFields(reader, this.#naming, take));
    }
    this.#scanner = new FieldScanner(fields, this.#naming.names);
  }

  /** Reads one scope, of which `known` has the nodes that came before it (`Audit.nodesOf()` as JSON). */
  open(scope: string, known: string): ScopeReader<CountedScope> {
    this.#naming.names?.keep(0);
    const audit = this.#newAudit();
    for (const node of JSON.parse(known) as NodeAt[]) audit.knowNode(node);
    this.#audit = audit;
    this.#scope = scope;
    return {
      scanner: this.#scanner,
      add: (instance) => {
        if (this.#passedOn.has(instance.model)) return false;
        audit.add(instance, "", 0);
        return undefined;
      },
      end: () => {
        audit.endScope(scope);
        return audit.soleCustomer(scope);
      },
    };
  }

  #newAudit(): Audit<Name> {
    return new Audit(this.#options, this.#naming);
  }
}
