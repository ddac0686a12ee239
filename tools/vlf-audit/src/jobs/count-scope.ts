/**
 * Counts one scope from its bytes alone. It answers only when the scope is one customer with everything
 * in it, as far as the bytes show; for all else there is the reading line by line, which knows the whole.
 */
import { Buffer } from "node:buffer";
import { DataError } from "@vlf/common/exit";
import { modelOf, type ModelTable } from "@vlf/common/models";
import { LineReader } from "@vlf/common/ndjson";
import { type AnyRecord, type Instance, recordProblem } from "@vlf/common/records";
import type { SchemeId } from "@vlf/common/schemes";
import { RULES5, type Rules5 } from "@vlf/common/voss5-services";
import { Audit, type AuditOptions, type CountedScope, type NodeAt } from "../audit.ts";
import { type FactReader, factReaders } from "../facts.ts";
import type { Answer, Task } from "./messages.ts";

/** A line that is not for this scope to count: a record to pass on, or an instance elsewhere. */
export interface OtherLine {
  /** Counted from 1 within the scope. */
  readonly line: number;
  readonly text: string;
}

export interface ScopeResult extends CountedScope {
  readonly scope: string;
  readonly lines: number;
  /** Records that were taken, by type. */
  readonly taken: Readonly<Record<string, number>>;
  readonly others: readonly OtherLine[];
}

export interface ScopeOptions {
  readonly audit: AuditOptions;
  readonly readers: ReadonlyMap<string, FactReader>;
  /** Models whose instances are passed on and not counted. */
  readonly passedOn: ReadonlySet<string>;
}

/** What a thread needs once: the readers of a table of models. */
export function scopeOptions(
  models: ModelTable,
  schemes: readonly SchemeId[] = ["voss-4"],
  rules5: Rules5 = RULES5,
): ScopeOptions {
  return {
    // The allocation belongs to the row, which is made where all nodes are known.
    audit: { models, standaloneAllocation: () => 0, schemes, rules5 },
    readers: factReaders(models, schemes),
    passedOn: new Set([modelOf(models, "patch").model, modelOf(models, "adaptation").model]),
  };
}

/** Counts the scopes of a block, each by itself. */
export function countBlock({ memory, scopes }: Task, options: ScopeOptions): Answer {
  let start = 0;
  const results = scopes.map(({ scope, end, known }) => {
    const result = countScope(Buffer.from(memory, start, end - start), scope, known, options);
    start = end;
    return result;
  });
  return { memory, results };
}

/** A scope that this way of counting has no answer for. */
class NotAlone extends Error {}

/**
 * Counts the scope whose lines are given, its `scope-end` record last.
 * @param known its nodes that came before it
 * @returns `undefined` when it is not one customer by itself, or anything is wrong with it
 */
function countScope(
  bytes: Buffer,
  scope: string,
  known: readonly NodeAt[],
  options: ScopeOptions,
): ScopeResult | undefined {
  const audit = new Audit(options.audit, options.readers);
  const below = `${scope}.`;
  const others: OtherLine[] = [];
  let instances = 0;
  let ended = false;
  const take = (record: AnyRecord, line: number): void => {
    if (ended || record.type === "begin" || record.type === "end") throw new NotAlone();
    if (record.type === "scope-end") {
      if (recordProblem(record) !== undefined || record["hierarchy"] !== scope) throw new NotAlone();
      ended = true;
      return;
    }
    const isInstance = record.type === "instance";
    if (isInstance && recordProblem(record) === undefined) {
      const instance = record as unknown as Instance;
      const { hierarchy, model } = instance;
      if ((hierarchy.startsWith(below) || hierarchy === scope) && !options.passedOn.has(model)) {
        audit.add(instance, "", line);
        instances += 1;
        return;
      }
    }
    others.push({ line, text: JSON.stringify(record) });
  };
  const reader = new LineReader({ name: "" }, take);
  try {
    for (const node of known) audit.knowNode(node);
    if (reader.push(bytes) !== undefined || !ended) return undefined;
    audit.endScope(scope);
  } catch (error) {
    // What is wrong with the input is said by the reading line by line, with its line.
    if (error instanceof DataError || error instanceof NotAlone) return undefined;
    throw error;
  }
  const customer = audit.soleCustomer(scope);
  if (customer === undefined) return undefined;
  return { ...customer, scope, lines: reader.lines, taken: { instance: instances, "scope-end": 1 }, others };
}
