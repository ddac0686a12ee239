/**
 * A whole made-up VOSS Automate system, streamed: what lies above the customers, then one customer
 * after the other. The same options give the same records on every machine; memory does not grow
 * with the size of the system.
 */
import { UsageError } from "@vlf/common/exit";
import type { Instance, Platform, ScopeEnd } from "@vlf/common/records";
import { addBeside } from "./beside.ts";
import { BESIDE_CASES, type Need, SUBSCRIBER_CASES } from "./cases.ts";
import { Deck } from "./deck.ts";
import { codeOf, Pkids } from "./names.ts";
import { mixAll } from "./random.ts";
import { addCustomerData, addSiteData, addSiteServices } from "./site.ts";
import { addSubscriber } from "./subscriber.ts";
import { type Customer, customerOf, customerSizes, nodesOf, PROVIDER, type Site } from "./topology.ts";
import { addAboveCustomers, addNodes } from "./voss.ts";
import { providerWork, Work } from "./work.ts";

export interface DemoOptions {
  customers: number;
  /** Instances of `device/cucm/User` at site level, over all customers. */
  subscribers: number;
  seed: number;
  /** All fields that the models have, not only those that the tools read. */
  allFields: boolean;
  /** RFC 3339, UTC. */
  collectedAt: string;
}

/** Facts of the platform for the `begin` record. It has no license token, as a system before its first. */
export function demoPlatform(options: DemoOptions): Platform {
  return {
    org_id: `ORG-${codeOf(0, 5, mixAll(options.seed, 6)).toUpperCase()}`,
    platform_id: new Pkids(options.seed, 0xfffffffe).next(),
    hostname: "VOSS-DEMO-1",
    provider_name: PROVIDER,
    software_version: "21.4",
    platform_version: "21.4.0-1630252949",
    deployment_mode: "Provider with HCMF",
  };
}

/**
 * All instances of the system, each customer's closed by its `scope-end`.
 * @throws {UsageError} for subscribers without a customer to belong to
 */
export function* demoSystem(options: DemoOptions): Generator<Instance | ScopeEnd> {
  if (options.customers === 0 && options.subscribers > 0) {
    throw new UsageError(`make the demo system: ${options.subscribers} subscribers need a customer, found 0`);
  }
  const above = providerWork(options);
  addAboveCustomers(above);
  yield* above.instances.take();
  const decks = { subscribers: new Deck(SUBSCRIBER_CASES), beside: new Deck(BESIDE_CASES) };
  let index = 0;
  for (const size of customerSizes(options.seed, options.customers, options.subscribers)) {
    yield* customerRecords(new Work(options, customerOf(options.seed, index, size)), decks);
    index++;
  }
}

interface Decks {
  subscribers: Deck<(typeof SUBSCRIBER_CASES)[number]>;
  beside: Deck<(typeof BESIDE_CASES)[number]>;
}

function* customerRecords(work: Work, decks: Decks): Generator<Instance | ScopeEnd> {
  const { customer, instances, random } = work;
  addNodes(work, nodesOf(customer));
  addCustomerData(work);
  for (const site of customer.sites) {
    addSiteData(work, site);
    const isPossible = (row: { needs?: Need }): boolean => isMet(work, customer, site, row.needs);
    for (let k = 0; k < site.users; k++) {
      addSubscriber(work, site, k, decks.subscribers.deal(random, isPossible));
      addBeside(work, site, decks.beside.deal(random, isPossible).what);
      yield* instances.take();
    }
    if (site.users > 0) addSiteServices(work, site);
    yield* instances.take();
  }
  yield* instances.take();
  yield { type: "scope-end", hierarchy: customer.path };
}

function isMet(work: Work, customer: Customer, site: Site, need: Need | undefined): boolean {
  switch (need) {
    case undefined:
      return true;
    case "neighbour":
      return work.neighbour !== undefined;
    case "beneath":
      return site.beneath !== undefined;
    case "division":
      return customer.divisions.length > 0;
  }
}
