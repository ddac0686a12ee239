/**
 * Counts one scope by what is in it alone. It answers only when the scope is one customer with everything
 * in it; for all else there is the reading line by line, which knows the whole.
 */
import { CISCO_RULES, type CiscoRules } from "@vlf/common/cisco-settings";
import { modelOf, type ModelTable } from "@vlf/common/models";
import type { SchemeId } from "@vlf/common/schemes";
import type { ScopeReader } from "@vlf/common/scopes";
import { RULES5, type Rules5 } from "@vlf/common/voss5-services";
import { Audit, type AuditOptions, type CountedScope, type NodeAt } from "../audit.ts";
import { type FactReader, factReaders } from "../facts.ts";

export interface CountOptions {
  readonly audit: AuditOptions;
  readonly readers: ReadonlyMap<string, FactReader>;
  /** Models whose instances are passed on and not counted. */
  readonly passedOn: ReadonlySet<string>;
}

/** What a thread needs once: the readers of a table of models. */
export function countOptions(
  models: ModelTable,
  schemes: readonly SchemeId[] = ["voss-4"],
  rules5: Rules5 = RULES5,
  cisco: CiscoRules = CISCO_RULES,
): CountOptions {
  return {
    // The allocation belongs to the row, which is made where all nodes are known.
    audit: { models, standaloneAllocation: () => 0, schemes, rules5, cisco },
    readers: factReaders(models, schemes),
    passedOn: new Set([modelOf(models, "patch").model, modelOf(models, "adaptation").model]),
  };
}

/** Reads one scope, of which `known` has the nodes that came before it (`Audit.nodesOf()` as JSON). */
export function openScope(scope: string, known: string, options: CountOptions): ScopeReader<CountedScope> {
  const audit = new Audit(options.audit, options.readers);
  for (const node of JSON.parse(known) as NodeAt[]) audit.knowNode(node);
  return {
    add(instance) {
      if (options.passedOn.has(instance.model)) return false;
      audit.add(instance, "", 0);
      return undefined;
    },
    end() {
      audit.endScope(scope);
      return audit.soleCustomer(scope);
    },
  };
}
