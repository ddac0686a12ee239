/** Exports the scope of one customer apart from the rest, often in a thread, and takes the result over. */
import { type Answer, answerTask, type ScopeReader, type ScopeTaker, type Task } from "@vlf/common/scopes";
import { LineScanner } from "../lines/scanner.ts";
import type { Report } from "../reports/report.ts";
import type { Block } from "./blocks.ts";
import { Export, type Output, type SoleCustomer } from "./export.ts";
import type { Plan, Slot } from "./plan.ts";

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

/** Exports scopes of blocks, one after the other: what was learned of the form of lines serves all of them. */
export class ScopeExporter {
  readonly #plan: Plan;
  readonly #lines: LineScanner<Slot>;

  constructor(plan: Plan) {
    this.#plan = plan;
    const slots = [...plan.slots.values()];
    // What is looked at at the end is parsed: the block is gone by then.
    const isLeft = ({ model, scoped, whole }: Slot): boolean => scoped && !whole && model !== plan.nodeModel;
    const parsed = slots.filter((slot) => !isLeft(slot)).map(({ model }) => model);
    this.#lines = new LineScanner(slots.filter(isLeft), [plan.nodeModel, ...parsed]);
  }

  answer(task: Task): Answer<ExportedScope> {
    const { memory, scopes } = task;
    let nth = 0;
    return answerTask(task, (scope, known) => {
      // Asked for in their order, where something is known of them.
      while (scopes[nth]?.known === undefined) nth += 1;
      const start = scopes[nth - 1]?.end ?? 0;
      const end = scopes[nth]?.end ?? start;
      nth += 1;
      return this.#open(scope, known, Buffer.from(memory, start, end - start));
    });
  }

  #open(scope: string, known: string, bytes: Buffer): ScopeReader<ExportedScope> {
    const plan = this.#plan;
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
    this.#lines.begin(scope, bytes, (slot, line, size) => exported.addLine(slot, line, size));
    return {
      scanner: this.#lines,
      add: (instance, size) => exported.add(instance, size, "", 0),
      end() {
        exported.endScope(scope);
        const customer = exported.soleCustomer(scope);
        return customer === undefined ? undefined : { customer, made: [...made.values()] };
      },
    };
  }
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
    : { ...block, bytes: new Uint8Array(block.bytes) };
}
