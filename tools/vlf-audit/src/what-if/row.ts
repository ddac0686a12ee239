/** A row of the audit with changes made to it: a copy of what is changed, and the rest as it is. */
import { byCodeUnit, isWithin } from "@vlf/common/hierarchy";
import type { Explained } from "../audit.ts";
import type { Place } from "../customer.ts";
import { nameOf } from "../explain/evidence.ts";
import type { FactId, Facts } from "../facts.ts";
import type { Nodes } from "./nodes.ts";

type Fact = Facts[FactId];
type Lists = Partial<Record<FactId, Fact[]>>;

/** An instance and the node it is at. */
export interface At<F extends Fact = Fact> {
  readonly path: string;
  readonly fact: F;
}

export class Row {
  readonly #row: Explained["customer"];
  readonly #nodes: Nodes;
  readonly #places: Place[];
  /** Lists that are copies. */
  readonly #own = new Set<readonly Fact[]>();
  readonly #byName = new Map<FactId, Map<string, At[]>>();
  readonly #byPkid = new Map<FactId, Map<string, At[]>>();
  #added = 0;
  /** Goes up with each thing that is changed. */
  version = 0;

  constructor({ customer, places }: Pick<Explained, "customer" | "places">, nodes: Nodes) {
    this.#row = customer;
    this.#nodes = nodes;
    this.#places = places.map((place) => ({ ...(place as Place), facts: { ...place.facts } }));
  }

  /** The instances with the changes, or `undefined` where nothing was changed. */
  get places(): readonly Place[] | undefined {
    return this.version > 0 ? this.#places.toSorted((a, b) => byCodeUnit(a.path, b.path)) : undefined;
  }

  /** In words, for messages. */
  get name(): string {
    if (this.#row === undefined) return "outside every row";
    const { path, providerPkid } = this.#row;
    return providerPkid === undefined ? path : `above the customers of ${path}`;
  }

  /** All instances of a model, by path and pkid. */
  all<I extends FactId>(id: I): At<Facts[I]>[] {
    const result: At<Facts[I]>[] = [];
    for (const { path, facts } of this.#places) {
      const list = (facts[id] ?? []) as readonly Facts[I][];
      for (const fact of list) result.push({ path, fact });
    }
    return result.sort((a, b) => byCodeUnit(a.path, b.path) || byCodeUnit(a.fact.pkid, b.fact.pkid));
  }

  /** The instances of a model with that name, as evidence names them; those within a node, where one is given. */
  named<I extends FactId>(id: I, name: string, within?: string): At<Facts[I]>[] {
    return this.#found(this.#byName, id, nameOf, name, within);
  }

  /** The instances of a model with that pkid. */
  withPkid<I extends FactId>(id: I, pkid: string, within?: string): At<Facts[I]>[] {
    return this.#found(this.#byPkid, id, (fact) => fact.pkid, pkid, within);
  }

  replace<I extends FactId>(id: I, { path, fact }: At<Facts[I]>, by: Facts[I]): void {
    const list = this.#list(id, path);
    list[list.indexOf(fact)] = by;
  }

  remove<I extends FactId>(id: I, { path, fact }: At<Facts[I]>): void {
    const list = this.#list(id, path);
    list.splice(list.indexOf(fact), 1);
  }

  /** Adds an instance at a node that is the row's. */
  add<I extends FactId>(id: I, path: string, fact: Omit<Facts[I], "pkid">): void {
    this.#added += 1;
    // No pkid of VOSS holds a blank.
    this.#list(id, path).push({ ...fact, pkid: `what-if ${this.#added}` } as unknown as Facts[I]);
  }

  /** What is at that node is in this row. */
  has(path: string): boolean {
    return this.#nodes.isIn(path, this.#row);
  }

  /** What is at that node is at site level, where something is. */
  isAtSite(path: string): boolean {
    return this.#places.find((place) => place.path === path)?.atSite === true;
  }

  #found<I extends FactId>(
    indexes: Map<FactId, Map<string, At[]>>,
    id: I,
    keyOf: (fact: Fact) => string,
    key: string,
    within: string | undefined,
  ): At<Facts[I]>[] {
    let index = indexes.get(id);
    if (index === undefined) {
      index = new Map();
      for (const at of this.all(id)) {
        const own = keyOf(at.fact);
        const same = index.get(own);
        if (same === undefined) index.set(own, [at]);
        else same.push(at);
      }
      indexes.set(id, index);
    }
    const found = (index.get(key) ?? []) as At<Facts[I]>[];
    return within === undefined ? found : found.filter(({ path }) => isWithin(path, within));
  }

  /** A list that may be changed. */
  #list(id: FactId, path: string): Fact[] {
    this.version += 1;
    this.#byName.delete(id);
    this.#byPkid.delete(id);
    let place = this.#places.find((one) => one.path === path);
    if (place === undefined) {
      place = { path, facts: {}, atSite: this.#nodes.isAtSite(path, this.#row), known: true };
      this.#places.push(place);
    }
    const facts = place.facts as Lists;
    const list = facts[id] ?? [];
    if (this.#own.has(list)) return list;
    const own = [...list];
    this.#own.add(own);
    facts[id] = own;
    return own;
  }
}
