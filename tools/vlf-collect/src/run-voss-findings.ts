/** What a run finds of its lists: models that are missing, instances that came twice or stand elsewhere. */
import { byCodeUnit } from "@vlf/common/hierarchy";
import type { Finding } from "@vlf/common/records";
import type { Unit } from "./run-voss-unit.ts";
import { isBilled } from "./voss/required.ts";

export class ListFindings {
  readonly #all: Finding[] = [];

  get all(): readonly Finding[] {
    return this.#all;
  }

  add(findings: readonly Finding[]): void {
    this.#all.push(...findings);
  }

  /** A list whose rows came more than once, so many of them. */
  duplicates(unit: Unit, count: number): void {
    const message = `the list of ${unit.spec.model} brings instances more than once: ${count} rows are dropped`;
    this.#find(unit, "duplicate-instances", "warning", { message, count });
  }

  /** A model that is answered with 403 or 404: told once, whatever number of lists it has. */
  missing(unit: Unit, status: number): void {
    if (unit.isMissing) return;
    unit.isMissing = true;
    const { model } = unit.spec;
    const others = this.#all.some((finding) => finding.code === "model-missing" && finding.model === model);
    if (others) return;
    const what = status === 403 ? "may not be read by this account" : "is not known to the system";
    this.#find(unit, "model-missing", isBilled(unit.spec) ? "error" : "warning", {
      message: `${model} ${what} (status ${status}): the stream holds none of it`,
    });
  }

  #find(
    unit: Unit,
    code: string,
    severity: Finding["severity"],
    rest: Pick<Finding, "message" | "count">,
  ): void {
    const { message, count } = rest;
    this.#all.push({
      type: "finding",
      code,
      severity,
      message,
      customer_pkid: "",
      model: unit.spec.model,
      ...(count === undefined ? {} : { count }),
    });
  }
}

/**
 * Findings of a run and of its lists, in the order of the models.
 * @param order models in the order of the output
 */
export function orderedFindings(
  findings: readonly Finding[],
  units: readonly Unit[],
  order: readonly string[],
): Finding[] {
  const numbers = new Map(order.map((model, number) => [model, number]));
  const number = ({ model = "" }: Finding): number => numbers.get(model) ?? 0;
  return [...findings, ...units.flatMap(misplaced)].sort(
    (a, b) => number(a) - number(b) || byCodeUnit(a.code, b.code),
  );
}

/** Instances of a list that stand where no node is known, or elsewhere. */
function misplaced({ spec: { model }, unknown, outside }: Unit): Finding[] {
  const found: Finding[] = [];
  const add = (code: string, severity: Finding["severity"], message: string, count: number): void => {
    if (count > 0) found.push({ type: "finding", code, severity, message, customer_pkid: "", model, count });
  };
  add(
    "unknown-node",
    "warning",
    `instances of ${model} stand at nodes that are not in the list of nodes`,
    unknown,
  );
  add(
    "outside-scope",
    "info",
    `instances of ${model} from outside the branch that was asked for are left out`,
    outside,
  );
  return found;
}
