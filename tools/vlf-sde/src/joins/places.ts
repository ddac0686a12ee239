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

const NOWHERE: Place = {
  provider: "",
  reseller: "",
  customer: "",
  division: "",
  location: "",
  customerPath: "",
};

export class Places {
  readonly #tree: Tree;
  readonly #known = new Map<string, Place>();
  /** The last one that was asked for, mostly that of the next row. */
  #path: string | undefined;
  #place: Place = NOWHERE;

  constructor(tree: Tree) {
    this.#tree = tree;
  }

  /** Names of the nodes at and above a path; `""` for a level that the path does not have. */
  of(path: string): Place {
    if (path === this.#path) return this.#place;
    let place = this.#known.get(path);
    if (place === undefined) {
      place = placeOf(this.#tree, path);
      this.#known.set(path, place);
    }
    this.#path = path;
    this.#place = place;
    return place;
  }
}

/** Elements of the shortest path that reaches a customer: `sys.hcs.Provider.Reseller.Customer`. */
const CUSTOMER_DEPTH = 5;

type Names = { -readonly [K in keyof Place]: Place[K] };

function placeOf(tree: Tree, path: string): Place {
  const names = path.split(".");
  const nodes = names.map((_name, nth) => {
    const at = names.slice(0, nth + 1).join(".");
    return { at, type: tree.typeOf(at) };
  });
  // A system whose nodes have no types at all, down to where its customers are, is read by position.
  const isTyped = nodes.some(({ type }) => type !== undefined && type !== "");
  const isUntyped = !isTyped && names.length >= CUSTOMER_DEPTH;
  const place: Names = { ...NOWHERE };
  for (const [nth, name] of names.entries()) {
    const node = nodes[nth];
    const type = isUntyped ? undefined : node?.type;
    setName(place, type ?? roleByPosition(place, nth, nth === names.length - 1), name, node?.at ?? "");
  }
  return place;
}

function setName(place: Names, type: string, name: string, path: string): void {
  switch (type) {
    case "provider":
      place.provider = name;
      break;
    case "reseller":
      place.reseller = name;
      break;
    case "customer":
      // Of a customer below another one, all that counts is below it.
      place.customer = name;
      place.customerPath = path;
      place.division = "";
      place.location = "";
      break;
    case "site":
      // A node beneath a site, of whatever type, does not rename the location.
      if (place.location === "") place.location = name;
      break;
    case "linkedsite":
      // Neither a site nor a division: it shows in `hierarchy` alone.
      break;
    default:
      // Any other node is an intermediate one; those between the upper levels fill no key.
      if (place.customer !== "" && place.location === "" && place.division === "") place.division = name;
  }
}

/** What a node of unknown type most likely is. Wrong where an intermediate node stands above a customer. */
function roleByPosition({ customer }: Place, nth: number, isLast: boolean): string {
  if (customer !== "" || nth >= CUSTOMER_DEPTH) return isLast ? "site" : "intermediate";
  return ["", "", "provider", "reseller", "customer"][nth] ?? "";
}
