/**
 * Where an instance comes in the output: what lies above the customers first, then customer by customer
 * in the order of their paths; within, the models in the table's order, their instances by pkid.
 */
import { byCodeUnit, parentPath, selfAndAbove } from "@vlf/common/hierarchy";
import { Texts } from "./texts.ts";

/** Digits of a customer and of a model in a key, base 36: 60 million and 1295 of them. */
export const CUSTOMER_DIGITS = 5;
const MODEL_DIGITS = 2;
/** Where the pkid begins in a key. */
export const PKID_AT: number = CUSTOMER_DIGITS + MODEL_DIGITS;

/** The number of what stands above the customers. @internal exported for its tests */
export const ABOVE = 0;

/** What there is to know of a path. */
export interface Place {
  /** Number of the customer it belongs to, from 1; `ABOVE` for none. */
  readonly customer: number;
  /** Whether it is the path of a node. */
  readonly isNode: boolean;
  /** What keys of instances there begin with. */
  readonly prefix: string;
}

export class Places {
  /** Paths of the customers in order; a customer's number is its index and one. */
  readonly customers: readonly string[];
  readonly #numbers: ReadonlyMap<string, number>;
  /** Paths of the nodes. */
  readonly nodes: Texts;
  /** By number of the customer. */
  readonly #ofNodes = new Map<number, Place>();
  readonly #ofOthers = new Map<number, Place>();

  /**
   * @param nodes paths of all nodes
   * @param customers paths of those of type Customer
   */
  constructor(nodes: readonly string[], customers: Iterable<string>) {
    const all = new Set(customers);
    // A customer below another one belongs to that: readers close whole branches.
    this.customers = [...all].filter((path) => !isBelow(path, all)).sort(byCodeUnit);
    this.#numbers = new Map(this.customers.map((path, index) => [path, index + 1]));
    this.nodes = new Texts(nodes);
  }

  at(path: string): Place {
    const isNode = this.nodes.indexOf(path) >= 0;
    let customer = ABOVE;
    for (const at of selfAndAbove(path)) {
      const found = this.#numbers.get(at);
      if (found !== undefined) customer = found;
    }
    // One for all nodes of a customer: there are many.
    const same = isNode ? this.#ofNodes : this.#ofOthers;
    let place = same.get(customer);
    if (place === undefined) {
      place = { customer, isNode, prefix: customer.toString(36).padStart(CUSTOMER_DIGITS, "0") };
      same.set(customer, place);
    }
    return place;
  }

  /** What an instance is sorted by: keys are compared as texts. */
  key(path: string, model: number, pkid: string): string {
    return keyOf(this.at(path), model, pkid);
  }
}

/** What an instance at a place is sorted by: keys are compared as texts. */
export function keyOf({ prefix }: Place, model: number, pkid: string): string {
  return `${prefix}${modelPart(model)}${keyPart(pkid)}`;
}

/** The part of a key that names its model, between customer and pkid. */
export function modelPart(model: number): string {
  return model.toString(36).padStart(MODEL_DIGITS, "0");
}

function isBelow(path: string, others: ReadonlySet<string>): boolean {
  const above = parentPath(path);
  if (above === undefined) return false;
  for (const at of selfAndAbove(above)) if (others.has(at)) return true;
  return false;
}

/** Number of the customer in a key, or in its first digits. */
export function customerIn(key: string): number {
  return Number.parseInt(key.slice(0, CUSTOMER_DIGITS), 36);
}

/** A pkid within a key, which ends at the first control character. */
function keyPart(pkid: string): string {
  if (/^[\w-]+$/.test(pkid)) return pkid; // as they are; a quicker test
  return /\p{Cc}/u.test(pkid) ? encodeURIComponent(pkid) : pkid;
}
