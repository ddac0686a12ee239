/** Which evidence somebody asked for: of a user, a customer, a column. */
import { joinKey } from "@vlf/common/axl";
import { UsageError } from "@vlf/common/exit";
import { nodeName } from "@vlf/common/hierarchy";
import type { Evidence } from "@vlf/common/records";
import type { Scheme } from "@vlf/common/schemes";
import type { Explained } from "../audit.ts";

export interface Wanted {
  readonly user?: string | undefined;
  readonly customer?: string | undefined;
  readonly column?: string | undefined;
}

/** Whether the customer is the one that was asked for: by name, path or pkid. */
export function isWantedCustomer(
  { customer }: Pick<Explained, "customer">,
  { customer: wanted }: Pick<Wanted, "customer">,
): boolean {
  if (wanted === undefined) return true;
  return customer !== undefined && [nodeName(customer.path), customer.path, customer.pkid].includes(wanted);
}

/**
 * The id of a column that is named by id, title or number, from 1: in `voss-4` that of the files.
 * @throws {UsageError} when there is none
 */
export function columnId({ columns, counted }: Scheme, wanted: string): string {
  const number = /^\d+$/.test(wanted) ? Number(wanted) : 0;
  const column = columns.find(
    ({ id, title, kind }, index) =>
      kind !== "pkid" &&
      kind !== "total" &&
      (id === wanted || title.toLowerCase() === wanted.toLowerCase() || index + 1 === number),
  );
  if (column !== undefined) return column.id;
  throw new UsageError(`read options: --column is "${wanted}", which is no column of the scheme`, {
    hint: `by number from 2 to ${columns.length}, title, or id, such as ${counted
      .filter(({ kind }) => kind !== "total")
      .slice(0, 3)
      .map(({ id }) => id)
      .join(", ")}`,
  });
}

/** The evidence that has to do with a user: by any name or address of the person, and their devices. */
export function ofUser(evidence: readonly Evidence[], { places }: Explained, user: string): Evidence[] {
  const names = namesOf(places, joinKey(user));
  return evidence.filter(
    ({ name, sources }) => names.has(name) || sources.some((source) => names.has(source.name)),
  );
}

function namesOf(places: Explained["places"], user: string): ReadonlySet<string> {
  const names = new Set([user]);
  const addAll = (own: readonly string[]): void => {
    if (own.some((name) => names.has(name))) for (const name of own) if (name !== "") names.add(name);
  };
  // Once more, since a VOSS user may tie what comes before it.
  for (let round = 0; round < 2; round += 1) {
    for (const { facts } of places) {
      for (const { username, email, ms365, teams, cucm, cuc } of facts.user ?? [])
        addAll([username, email, ms365, teams, cucm, cuc]);
      for (const { userid, mailid } of facts.cucmUser ?? []) addAll([userid, mailid]);
    }
  }
  for (const { facts } of places) {
    for (const { userid, devices } of facts.cucmUser ?? []) {
      if (names.has(userid)) for (const device of devices) names.add(device);
    }
  }
  for (const { facts } of places) {
    for (const { name, owner } of facts.phone ?? []) if (owner !== "" && names.has(owner)) names.add(name);
  }
  return names;
}
