/** One customer while it is counted: its instances by the node they sit at, and what rules leave behind. */
import type { Severity } from "@vlf/common/records";
import type { Name } from "@vlf/common/names";
import type { AnyFacts, AnyProfile } from "@vlf/common/schemes";
import type { FactId, Facts } from "./facts.ts";
import { type NameTables, TEXT_TABLES } from "./names.ts";

/** The instances at one hierarchy node. */
export interface Bucket<N extends Name = string> {
  readonly path: string;
  /** When it was made (`Seen.epoch`), where that is known. */
  readonly epoch?: number;
  /** The last number that a name had when an instance came here last, where names are numbers. */
  lastName?: number;
  readonly facts: { [I in FactId]?: Facts<N>[I][] };
}

/** A node's bucket, once it is known whether the node is at site level: a Site, or below one. */
export interface Place<N extends Name = string> extends Bucket<N> {
  readonly atSite: boolean;
  /** The input holds the node itself. */
  readonly known: boolean;
}

export interface CustomerInput<N extends Name = string> {
  readonly path: string;
  /** Empty for what lies above the customers of a provider (`voss-5`). */
  readonly pkid: string;
  /** The provider, where there is no customer. */
  readonly providerPkid?: string;
  readonly places: readonly Place<N>[];
  /** Nodes of type Site below the customer. */
  readonly sites: number;
}

/** A finding of a customer before it becomes a record; equal ones are counted together. */
export interface Noted {
  readonly code: string;
  readonly severity: Severity;
  readonly message: string;
  readonly model?: string;
  count: number;
}

/** Whom or what a rule counted, or looked at and counted nowhere: made only for whoever asks why. */
export interface Subject<N extends Name = string> {
  /** In the words of the field: `subscriber`, `phone`, `Teams account` ... */
  readonly kind: string;
  /** As compared: in lower case. */
  readonly name: N | "";
  /** The facts of the instances that led to it. */
  readonly sources: readonly Facts<N>[FactId][];
  /** What was found, in words. */
  readonly reasons: readonly string[];
}

/** One count of a rule with its subject. */
export interface Proof<N extends Name = string> {
  readonly profile: AnyProfile;
  readonly subject: Subject<N>;
}

/** Gathered once per model, since several rules look at the same. */
type Lists<N extends Name> = { [I in FactId]?: readonly Facts<N>[I][] };

/** V8 takes some 120,000 arguments. */
const MANY_LISTS = 10_000;

function gather<I extends FactId, N extends Name>(places: readonly Place<N>[], id: I): Facts<N>[I][] {
  const lists: (readonly Facts<N>[I][])[] = [];
  for (const { facts } of places) {
    const own = facts[id];
    if (own !== undefined) lists.push(own);
  }
  // By concat(), which copies whole lists, as far as a call takes so many.
  return lists.length < MANY_LISTS ? ([] as Facts<N>[I][]).concat(...lists) : lists.flat();
}

/** Combinations of facts are few, and the same in all customers: they are in memory once. */
const SHARED = new Map<string, object>();
const MANY_COMBINATIONS = 1 << 16;

function shared<T extends object>(key: string, facts: T): T {
  const own = `${Object.keys(facts).join()} ${key}`; // facts of two schemes may have equal values
  const known = SHARED.get(own);
  if (known !== undefined) return known as T;
  if (SHARED.size < MANY_COMBINATIONS) SHARED.set(own, facts);
  return facts;
}

/** So many objects are known by themselves. */
const MANY_OBJECTS = 64;

/** The same for equal facts of a data export alone. Texts among them are names of clusters, which hold no line feed. */
function textKey(exportId: string, facts: object): string {
  return `${exportId}\n${Object.values(facts).join("\n")}`;
}

/** The same for equal facts of one data export: where all are flags, which is most often, a number. */
function keyOf(exportId: string, facts: object): number | string {
  let bits = 1;
  for (const fact of Object.values(facts)) {
    if (typeof fact !== "boolean") return textKey(exportId, facts);
    bits = bits * 2 + (fact ? 1 : 0);
  }
  return bits;
}

/** What the rules see, and where they put profiles and findings. */
export class Customer<N extends Name = string> {
  readonly pkid: string;
  readonly providerPkid: string | undefined;
  readonly path: string;
  readonly sites: number;
  readonly #places: readonly Place<N>[];
  readonly #sited: readonly Place<N>[];
  readonly #all: Lists<N> = {};
  readonly #atSite: Lists<N> = {};
  readonly #profiles: AnyProfile[] = [];
  /** By data export and facts. */
  readonly #byFacts = new Map<string, Map<number | string, AnyProfile>>();
  /** The same by the objects that came first: most rules have one for equal facts. */
  readonly #byObject = new Map<object, AnyProfile>();
  readonly #notes = new Map<string, Noted>();
  /** Where proofs go; without it no subject is made. */
  readonly #prove: ((proof: Proof<N>) => void) | undefined;
  /** Makes tables by name. */
  readonly tables: NameTables<N>;

  constructor(
    input: CustomerInput<N>,
    prove?: (proof: Proof<N>) => void,
    tables: NameTables<N> = TEXT_TABLES as NameTables<Name> as NameTables<N>,
  ) {
    this.#prove = prove;
    this.tables = tables;
    this.pkid = input.pkid;
    this.providerPkid = input.providerPkid;
    this.path = input.path;
    this.sites = input.sites;
    this.#places = input.places;
    this.#sited = input.places.filter(({ atSite }) => atSite);
  }

  get places(): readonly Place<N>[] {
    return this.#places;
  }

  /** All instances of a model, at the customer or anywhere below it. */
  all<I extends FactId>(id: I): readonly Facts<N>[I][] {
    return (this.#all[id] ??= gather(this.#places, id) as never);
  }

  /** The instances of a model at site level. */
  atSite<I extends FactId>(id: I): readonly Facts<N>[I][] {
    return (this.#atSite[id] ??= gather(this.#sited, id) as never);
  }

  /** Somebody asks why: rules count one by one, and say whom. */
  get isExplained(): boolean {
    return this.#prove !== undefined;
  }

  /** Counts one more person, device or account with this combination of facts, for what `subject` tells of. */
  countOne<E extends keyof AnyFacts>(exportId: E, facts: AnyFacts[E], subject: () => Subject<N>): void {
    this.count(exportId, facts);
    this.#prove?.({
      profile: { export: exportId, profile: facts, count: 1 } as AnyProfile,
      subject: subject(),
    });
  }

  /** Counts so many with this combination of facts. */
  count<E extends keyof AnyFacts>(exportId: E, facts: AnyFacts[E], number = 1): void {
    const same = this.#byObject.get(facts);
    if (same !== undefined) {
      same.count += number;
      return;
    }
    const profile = this.#profileOf(exportId, facts);
    profile.count += number;
    if (this.#byObject.size < MANY_OBJECTS) this.#byObject.set(facts, profile);
  }

  #profileOf<E extends keyof AnyFacts>(exportId: E, facts: AnyFacts[E]): AnyProfile {
    let byFacts = this.#byFacts.get(exportId);
    if (byFacts === undefined) this.#byFacts.set(exportId, (byFacts = new Map()));
    const key = keyOf(exportId, facts);
    const known = byFacts.get(key);
    if (known !== undefined) return known;
    const own = shared(textKey(exportId, facts), facts);
    const profile = { export: exportId, profile: own, count: 0 } as AnyProfile;
    byFacts.set(key, profile);
    this.#profiles.push(profile);
    return profile;
  }

  /** Notes something a user would want to know; the same code and model is one finding with a count. */
  note(
    code: string,
    severity: Severity,
    message: string,
    options: { model?: string; count?: number } = {},
  ): void {
    const { model, count = 1 } = options;
    const key = `${code} ${model ?? ""}`;
    const noted = this.#notes.get(key);
    if (noted !== undefined) noted.count += count;
    else this.#notes.set(key, { code, severity, message, count, ...(model === undefined ? {} : { model }) });
  }

  get profiles(): readonly AnyProfile[] {
    return this.#profiles;
  }

  get notes(): readonly Noted[] {
    return [...this.#notes.values()];
  }
}
