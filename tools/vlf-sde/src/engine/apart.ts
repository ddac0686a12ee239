/** Exports the scope of one customer apart from the rest, in a thread, and takes the result over. */
import type { Instance } from "@vlf/common/records";
import type { ScopeReader, ScopeTaker } from "@vlf/common/scopes";
import type { Report } from "../reports/report.ts";
import type { Block } from "./blocks.ts";
import { Export, type Output, type SoleCustomer } from "./export.ts";
import type { Plan } from "./plan.ts";

/** Rows of one report. */
interface MadeRows {
  rows: number;
  readonly blocks: Block[];
}

/** What a thread gives back: a customer, and its rows by the number of the report. */
export interface ExportedScope {
  readonly customer: SoleCustomer;
  readonly made: readonly MadeRows[];
}

/** Reads a scope in a thread. */
export function openScope(plan: Plan, scope: string, known: string): ScopeReader<ExportedScope> {
  const made = new Map<Report, MadeRows>(plan.reports.map((report) => [report, { rows: 0, blocks: [] }]));
  const exported = new Export({
    plan,
    bufferBytes: Number.POSITIVE_INFINITY,
    openStore: () => {
      throw new Error("nothing is put aside in a thread");
    },
    output: {
      put: (report, block) => made.get(report)?.blocks.push(ownMemory(block)),
      count: (report, rows) => {
        const of = made.get(report);
        if (of !== undefined) of.rows += rows;
      },
    },
  });
  exported.learn(known);
  return {
    add: (instance: Instance, bytes) => exported.add(instance, bytes, "", 0),
    end() {
      exported.endScope(scope);
      const customer = exported.soleCustomer(scope);
      return customer === undefined ? undefined : { customer, made: [...made.values()] };
    },
  };
}

/** Gives the export of the whole what threads made. */
export function takerOf(exported: Export, plan: Plan, output: Output): ScopeTaker<ExportedScope> {
  return {
    known: (scope) => exported.known(scope),
    adopt(scope, { customer, made }) {
      exported.adopt(scope, customer);
      for (const [index, report] of plan.reports.entries()) {
        const { blocks = [], rows = 0 } = made[index] ?? {};
        for (const block of blocks) output.put(report, block);
        output.count(report, rows);
      }
    },
  };
}

/** A small Buffer lies in memory that it shares: a message would carry all of that. */
function ownMemory(block: Block): Block {
  return block.bytes.length === block.bytes.buffer.byteLength
    ? block
    : { ...block, bytes: Uint8Array.from(block.bytes) };
}
