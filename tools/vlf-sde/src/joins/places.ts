/** The names that a path gives: provider, reseller, customer, division and location, by the types of its nodes. */
import type { Tree } from "../reports/report.ts";

export interface Place {
  readonly provider: string;
  readonly reseller: string;
  readonly customer: string;
  readonly division: string;
  readonly location: string;
  /** Path of the customer; `""` above customers. */
  readonly customerPath: string;
}

export class Places {
  readonly #tree: Tree;
  readonly #known = new Map<string, Place>();

  constructor(tree: Tree) {
    this.#tree = tree;
  }

  /** Names of the nodes at and above a path; `""` for a level that the path does not have. */
  of(path: string): Place {
    let place = this.#known.get(path);
    if (place === undefined) {
      place = byType(this.#tree, path) ?? byPosition(path);
      this.#known.set(path, place);
    }
    return place;
  }
}

/** Elements of the shortest path that reaches a customer: `sys.hcs.Provider.Reseller.Customer`. */
const CUSTOMER_DEPTH = 5;

/** `undefined` when the input holds no node of the path, or nodes down to a customer and none with a type. */
function byType(tree: Tree, path: string): Place | undefined {
  const place = { provider: "", reseller: "", customer: "", division: "", location: "", customerPath: "" };
  let at = "";
  let depth = 0;
  let isKnown = false;
  let isTyped = false;
  for (const name of path.split(".")) {
    at = depth === 0 ? name : `${at}.${name}`;
    depth++;
    const type = tree.typeOf(at);
    if (type !== undefined) isKnown = true;
    if (type !== undefined && type !== "") isTyped = true;
    switch (type ?? "") {
      case "provider":
        place.provider = name;
        break;
      case "reseller":
        place.reseller = name;
        break;
      case "customer":
        place.customer = name;
        place.customerPath = at;
        break;
      case "site":
        // A node beneath a site, of whatever type, does not rename the location.
        if (place.location === "") place.location = name;
        break;
      case "linkedsite":
        // Neither a site nor a division: it shows in `hierarchy` alone.
        break;
      default:
        if (place.customer !== "" && place.location === "" && place.division === "") place.division = name;
    }
  }
  return isTyped || (isKnown && depth < CUSTOMER_DEPTH) ? place : undefined;
}

/** Without types the position decides, which is wrong where an intermediate node stands above a customer. */
function byPosition(path: string): Place {
  const names = path.split(".");
  return {
    provider: names[2] ?? "",
    reseller: names[3] ?? "",
    customer: names[4] ?? "",
    division: names.length > CUSTOMER_DEPTH + 1 ? (names[CUSTOMER_DEPTH] ?? "") : "",
    location: names.length > CUSTOMER_DEPTH ? (names.at(-1) ?? "") : "",
    customerPath: names.length >= CUSTOMER_DEPTH ? names.slice(0, CUSTOMER_DEPTH).join(".") : "",
  };
}
