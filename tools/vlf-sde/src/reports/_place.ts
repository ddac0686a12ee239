/** Hierarchy keys (guide, 2.3): names of the nodes above the item, and its path. */
import type { Column, Read } from "./_column.ts";

type PlaceKey =
  | "provider_name"
  | "reseller_name"
  | "customer_name"
  | "division_name"
  | "location_name"
  | "hierarchy";

const READS: Readonly<Record<PlaceKey, Read>> = {
  provider_name: (_source, _joins, place) => place.provider,
  reseller_name: (_source, _joins, place) => place.reseller,
  customer_name: (_source, _joins, place) => place.customer,
  division_name: (_source, _joins, place) => place.division,
  location_name: (_source, _joins, place) => place.location,
  hierarchy: ({ hierarchy }) => hierarchy,
};

const SITE_KEYS: readonly PlaceKey[] = [
  "provider_name",
  "reseller_name",
  "customer_name",
  "division_name",
  "location_name",
  "hierarchy",
];
const CUSTOMER_KEYS: readonly PlaceKey[] = ["provider_name", "reseller_name", "customer_name", "hierarchy"];

export function place(key: PlaceKey, since: string): Column {
  const read = READS[key];
  return { key, kind: "string", since, from: "hierarchy path", byNode: true, bind: () => read };
}

/** The six keys of what can stand at a site; provider and reseller came with `upper`, the rest with `since`. */
export function sitePlace(upper: string, since: string = upper): Column[] {
  return SITE_KEYS.map((key, nth) => place(key, nth < 2 ? upper : since));
}

/** The four keys of what is shown by customer. */
export function customerPlace(since: string): Column[] {
  return CUSTOMER_KEYS.map((key) => place(key, since));
}
