/** Findings and deliveries as alerts. */
import type { Delivery, Finding } from "@vlf/common/records";
import { type Alert, isAtLeast, TRANSFER_CATEGORY, TRANSFER_CODE } from "./alert.ts";

/**
 * The alert for a delivery that failed, or waits for a later run; `undefined` for one that arrived. Code and
 * category are VOSS's. VOSS's id is the model of the destination: here it is its name.
 */
export function deliveryAlert({ destination, file, status, message }: Delivery): Alert | undefined {
  if (status !== "failed" && status !== "queued") return undefined;
  const isFailed = status === "failed";
  return {
    id: destination,
    code: TRANSFER_CODE,
    category: TRANSFER_CATEGORY,
    severity: isFailed ? "error" : "warning",
    title: isFailed ? "License file transfer failed" : "License file transfer is waiting",
    text: `The file ${file} ${isFailed ? "did not arrive" : "has not arrived yet"} at ${destination}: ${message || status}`,
    details: [`File: ${file}`, `Destination: ${destination}`],
  };
}

interface Gathered {
  readonly first: Finding;
  records: number;
  struck: number;
}

/** Gathers findings by code and severity: one alert for each, however many customers have it. */
export class FindingAlerts {
  readonly #gathered = new Map<string, Gathered>();

  add(finding: Finding): void {
    const key = JSON.stringify([finding.code, finding.severity]);
    const known = this.#gathered.get(key);
    const struck = finding.count ?? 1;
    if (known === undefined) this.#gathered.set(key, { first: finding, records: 1, struck });
    else {
      known.records += 1;
      known.struck += struck;
    }
  }

  /** The gravest first, otherwise in the order in which they came. */
  alerts(): Alert[] {
    const all = [...this.#gathered.values()].map(findingAlert);
    return all.toSorted((a, b) => rank(b) - rank(a));
  }
}

function rank({ severity }: Alert): number {
  return isAtLeast(severity, "error") ? 2 : isAtLeast(severity, "warn") ? 1 : 0;
}

function findingAlert({ first, records, struck }: Gathered): Alert {
  const { code, severity, message, customer_pkid: customer } = first;
  const where = customer === "" ? "" : `, first at customer ${customer}`;
  return {
    id: `finding ${code}`,
    code,
    category: "Findings",
    severity,
    title: `Finding ${code}`,
    text: `${message} (${struck} times${records > 1 ? ` in ${records} findings` : ""}${where})`,
    details: [`Finding: ${code}`, `Records: ${records}`, `Times: ${struck}`],
  };
}
