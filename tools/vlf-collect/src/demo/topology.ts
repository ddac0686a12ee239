/** How many customers of which size there are, and the nodes of each. */
import { isCustomerCase } from "./cases.ts";
import { codeOf, customerName, type NameSpace, placeName } from "./names.ts";
import { mixAll } from "./random.ts";

export const ROOT = "sys";
export const PLATFORM_NODE = "sys.hcs";
export const PROVIDER = "CS-P";
export const PROVIDER_NODE: string = `${PLATFORM_NODE}.${PROVIDER}`;
const RESELLERS: readonly string[] = ["CS-NB", "CS-SB"];
/** An intermediate node between a reseller and some of its customers. */
export const REGION_NODE: string = `${PROVIDER_NODE}.CS-SB.Northern-Region`;

export interface HierarchyNode {
  path: string;
  /** `Customer`, `Site`; an intermediate node is blank or says so. */
  type: string;
}

export const NODES_ABOVE: readonly HierarchyNode[] = [
  { path: ROOT, type: "" },
  { path: PLATFORM_NODE, type: "Hcs" },
  { path: PROVIDER_NODE, type: "Provider" },
  ...RESELLERS.map((name) => ({ path: `${PROVIDER_NODE}.${name}`, type: "Reseller" })),
  { path: REGION_NODE, type: "IntermediateNode" },
];

export interface Site {
  index: number;
  path: string;
  users: number;
  /** Number of the first user's line; a multiple of 100, so that blocks of numbers stay in one site. */
  firstLine: number;
  /** Seven digits. */
  siteCode: string;
  /** A node beneath the site that holds instances too. */
  beneath: string | undefined;
}

export interface Customer extends NameSpace {
  index: number;
  name: string;
  path: string;
  divisions: string[];
  sites: Site[];
  linkedSite: string | undefined;
}

/** Share of a customer; the largest is half as much again as the smallest, so none is far from the mean. */
function weightOf(seed: number, index: number): number {
  return isCustomerCase(index, "no-sites") ? 0 : 820 + (mixAll(seed, index, 0x517e) % 409);
}

/** The number of subscribers of each customer in turn, `subscribers` in all. */
export function* customerSizes(seed: number, customers: number, subscribers: number): Generator<number> {
  let all = 0;
  for (let index = 0; index < customers; index++) all += weightOf(seed, index);
  let weights = 0;
  let given = 0;
  for (let index = 0; index < customers; index++) {
    weights += weightOf(seed, index);
    const until = Math.floor((subscribers * weights) / all);
    yield until - given;
    given = until;
  }
}

const MAX_SITES = 40;
const SUBSCRIBERS_PER_SITE = 50;

/** The customer's own facts and nodes; `size` decides the number of sites, nothing else. */
export function customerOf(seed: number, index: number, size: number): Customer {
  const name = customerName(seed, index);
  const customer: Customer = {
    index,
    name,
    path: `${nodeAbove(index)}.${name}`,
    prefix: codeOf(index, 3, mixAll(seed, 3)),
    domain: `${name.toLowerCase()}.example`,
    start: mixAll(seed, index, 5),
    divisions: [],
    sites: [],
    linkedSite: undefined,
  };
  if (isCustomerCase(index, "no-sites")) return customer;
  let place = 0;
  const newPlace = (above: string): string => `${above}.${placeName(seed, index, place++)}`;
  if (isCustomerCase(index, "divisions")) {
    const first = newPlace(customer.path);
    customer.divisions.push(first, newPlace(first));
  }
  const count = Math.min(1 + Math.ceil(size / SUBSCRIBERS_PER_SITE), MAX_SITES);
  const idle = isCustomerCase(index, "site-without-users") ? 1 : 0;
  let firstLine = 1000 + (mixAll(seed, index, 1) % 900) * 100;
  for (let i = 0; i < count + idle; i++) {
    const users = i < count ? Math.floor((size * (i + 1)) / count) - Math.floor((size * i) / count) : 0;
    // The first site stands directly below the customer, those of a division take turns with the rest.
    const above = customer.divisions[(i % 3) - 1] ?? customer.path;
    const path = newPlace(above);
    customer.sites.push({
      index: i,
      path,
      users,
      firstLine,
      siteCode: String(8_123_000 + ((index * 41 + i) % 800_000)),
      beneath: i === 0 && isCustomerCase(index, "node-beneath-site") ? newPlace(path) : undefined,
    });
    firstLine += Math.ceil(users / 100) * 100 + 100;
  }
  if (isCustomerCase(index, "linked-site")) customer.linkedSite = newPlace(customer.path);
  return customer;
}

function nodeAbove(index: number): string {
  if (isCustomerCase(index, "without-reseller")) return PROVIDER_NODE;
  if (isCustomerCase(index, "in-region")) return REGION_NODE;
  return `${PROVIDER_NODE}.${RESELLERS[index % RESELLERS.length] ?? PROVIDER}`;
}

/** All nodes of a customer, each after the one above it. */
export function nodesOf(customer: Customer): HierarchyNode[] {
  const nodes: HierarchyNode[] = [{ path: customer.path, type: "Customer" }];
  customer.divisions.forEach((path, i) => {
    nodes.push({ path, type: i % 2 === 0 ? "" : "IntermediateNode" });
  });
  for (const site of customer.sites) {
    nodes.push({ path: site.path, type: "Site" });
    if (site.beneath !== undefined) nodes.push({ path: site.beneath, type: "" });
  }
  if (customer.linkedSite !== undefined) nodes.push({ path: customer.linkedSite, type: "LinkedSite" });
  return nodes;
}
