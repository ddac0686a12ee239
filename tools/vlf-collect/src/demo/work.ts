/** What the records of one customer are made with. */
import type { Data } from "@vlf/common/axl";
import type { Instance } from "@vlf/common/records";
import { withFiller } from "./filler.ts";
import { directoryNumber, type Person, personOf, Pkids } from "./names.ts";
import { Random } from "./random.ts";
import { type Customer, PROVIDER_NODE, type Site } from "./topology.ts";

/** How to make the instances: the parts of the options that matter below the system as a whole. */
export interface Making {
  seed: number;
  allFields: boolean;
  collectedAt: string;
}

/** Instances in the making; taken away after each subscriber, so that there are never many. */
export class Instances {
  readonly #making: Making;
  readonly #pkids: Pkids;
  #made: Instance[] = [];

  /** `owner` is the number of the customer; pkids of different owners differ. */
  constructor(making: Making, owner: number) {
    this.#making = making;
    this.#pkids = new Pkids(making.seed, owner);
  }

  add(model: string, hierarchy: string, data: Data): void {
    const pkid = this.#pkids.next();
    const all = this.#making.allFields ? withFiller(model, data, pkid, this.#making.collectedAt) : data;
    this.#made.push({ type: "instance", model, pkid, hierarchy, data: all });
  }

  take(): Instance[] {
    const made = this.#made;
    this.#made = [];
    return made;
  }
}

/** A directory number with its partition. */
export interface Line {
  number: string;
  partition: string;
}

/** A subscriber that later ones can share things with. */
export interface Neighbour {
  userid: string;
  phone: string;
}

/** Owner number of what lies above every customer. */
const ABOVE = 0xffffffff;

export class Work {
  readonly customer: Customer;
  readonly random: Random;
  readonly instances: Instances;
  /** The last plain subscriber of this customer so far. */
  neighbour: Neighbour | undefined;
  /** The first lines of the site's users, for its hunt group. */
  groupLines: Line[] = [];
  readonly #counts = new Map<string, number>();

  constructor(making: Making, customer: Customer, owner: number = customer.index) {
    this.customer = customer;
    this.random = new Random(making.seed, owner, 2);
    this.instances = new Instances(making, owner);
  }

  /** How many of a kind there were before: 0, 1, 2 ... */
  count(kind: string): number {
    const before = this.#counts.get(kind) ?? 0;
    this.#counts.set(kind, before + 1);
    return before;
  }

  newPerson(): Person {
    return personOf(this.random, this.customer, this.count("person"));
  }

  /** Where each series of directory numbers begins. */
  get firstNumber(): number {
    return 21_347 + (this.customer.index % 1000) * 7;
  }

  /** A directory number that nothing else of the customer has. */
  newLine(series: number): Line {
    const number = this.firstNumber + this.count(`line ${series}`);
    return { number: directoryNumber(series, number), partition: this.named("DirNum-PT") };
  }

  /** Another site than this one, if the customer has any. */
  otherSite(site: Site): Site {
    return this.customer.sites[(site.index + 1) % this.customer.sites.length] ?? site;
  }

  /** Name of a thing that CUCM keeps once for the customer: `CuQ7F3-DirNum-PT`. */
  named(what: string): string {
    return `Cu${this.customer.name.slice(-4)}-${what}`;
  }
}

/** For the instances above every customer: people and devices of the provider itself. */
export function providerWork(making: Making): Work {
  const customer: Customer = {
    index: 99_999,
    name: "Provider-CSP0",
    path: PROVIDER_NODE,
    prefix: "zzz",
    domain: "provider-csp0.example",
    start: 9_601,
    divisions: [],
    sites: [],
    linkedSite: undefined,
  };
  return new Work(making, customer, ABOVE);
}
