/** One customer while it is counted: its instances by the node they sit at, and what rules leave behind. */
import type { Severity } from "@vlf/common/records";
import type { AnyFacts, AnyProfile } from "@vlf/common/schemes";
import type { FactId, Facts } from "./facts.ts";

/** The instances at one hierarchy node. */
export interface Bucket {
  readonly path: string;
  /** When it was made (`Seen.epoch`), where that is known. */
  readonly epoch?: number;
  readonly facts: { [I in FactId]?: Facts[I][] };
}

/** A node's bucket, once it is known whether the node is at site level: a Site, or below one. */
export interface Place extends Bucket {
  readonly atSite: boolean;
  /** The input holds the node itself. */
  readonly known: boolean;
}

export interface CustomerInput {
  readonly path: string;
  /** Empty for what lies above the customers of a provider (`voss-5`). */
  readonly pkid: string;
  /** The provider, where there is no customer. */
  readonly providerPkid?: string;
  readonly places: readonly Place[];
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
export interface Subject {
  /** In the words of the field: `subscriber`, `phone`, `Teams account` ... */
  readonly kind: string;
  /** As compared: in lower case. */
  readonly name: string;
  /** The facts of the instances that led to it. */
  readonly sources: readonly Facts[FactId][];
  /** What was found, in words. */
  readonly reasons: readonly string[];
}

/** One count of a rule with its subject. */
export interface Proof {
  readonly profile: AnyProfile;
  readonly subject: Subject;
}

/** Gathered once per model, since several rules look at the same. */
type Lists = { [I in FactId]?: readonly Facts[I][] };

function gather<I extends FactId>(places: readonly Place[], id: I): Facts[I][] {
  const result: Facts[I][] = [];
  for (const { facts } of places) for (const fact of facts[id] ?? []) result.push(fact);
  return result;
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
export class Customer {
  readonly pkid: string;
  readonly providerPkid: string | undefined;
  readonly path: string;
  readonly sites: number;
  readonly #places: readonly Place[];
  readonly #sited: readonly Place[];
  readonly #all: Lists = {};
  readonly #atSite: Lists = {};
  readonly #profiles: AnyProfile[] = [];
  /** By data export and facts. */
  readonly #byFacts = new Map<string, Map<number | string, AnyProfile>>();
  readonly #notes = new Map<string, Noted>();
  /** Where proofs go; without it no subject is made. */
  readonly #prove: ((proof: Proof) => void) | undefined;

  constructor(input: CustomerInput, prove?: (proof: Proof) => void) {
    this.#prove = prove;
    this.pkid = input.pkid;
    this.providerPkid = input.providerPkid;
    this.path = input.path;
    this.sites = input.sites;
    this.#places = input.places;
    this.#sited = input.places.filter(({ atSite }) => atSite);
  }

  get places(): readonly Place[] {
    return this.#places;
  }

  /** All instances of a model, at the customer or anywhere below it. */
  all<I extends FactId>(id: I): readonly Facts[I][] {
    return (this.#all[id] ??= gather(this.#places, id) as never);
  }

  /** The instances of a model at site level. */
  atSite<I extends FactId>(id: I): readonly Facts[I][] {
    return (this.#atSite[id] ??= gather(this.#sited, id) as never);
  }

  /** Somebody asks why: rules count one by one, and say whom. */
  get isExplained(): boolean {
    return this.#prove !== undefined;
  }

  /** Counts one more person, device or account with this combination of facts, for what `subject` tells of. */
  countOne<E extends keyof AnyFacts>(exportId: E, facts: AnyFacts[E], subject: () => Subject): void {
    this.count(exportId, facts);
    this.#prove?.({
      profile: { export: exportId, profile: facts, count: 1 } as AnyProfile,
      subject: subject(),
    });
  }

  /** Counts so many with this combination of facts. */
  count<E extends keyof AnyFacts>(exportId: E, facts: AnyFacts[E], number = 1): void {
    let byFacts = this.#byFacts.get(exportId);
    if (byFacts === undefined) this.#byFacts.set(exportId, (byFacts = new Map()));
    const key = keyOf(exportId, facts);
    const known = byFacts.get(key);
    if (known !== undefined) {
      known.count += number;
      return;
    }
    const own = shared(textKey(exportId, facts), facts);
    const profile = { export: exportId, profile: own, count: number } as AnyProfile;
    byFacts.set(key, profile);
    this.#profiles.push(profile);
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
