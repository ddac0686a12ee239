/** The schemes of Cisco applied to a customer: users with what they own, and devices of nobody. */
import { CISCO_TYPES, type CiscoExportId, type CiscoProfileFacts, type CiscoScheme } from "@vlf/common/cisco";
import type { CiscoRules } from "@vlf/common/cisco-settings";
import type { CiscoTier } from "@vlf/common/records";
import type { Customer, Place, Subject } from "../customer.ts";
import { type Device, type Estate, estateOf, type Person } from "./estate.ts";
import { noteAgreement, noteEstate } from "./findings.ts";
import { deviceNeeds, userNeeds } from "./licenses.ts";
import { deviceSubject, userSubject } from "./subjects.ts";
import { basisOf, type Needed, type UserFacts } from "./user-facts.ts";

interface CiscoRule {
  readonly id: CiscoExportId;
  readonly reference: string;
}

const ABOUT: Readonly<Record<CiscoScheme, string>> = {
  "cisco-ucm": "Unified CM 12.5, Licensing; what is left open is in docs/cisco.md",
  "cisco-flex-2": "definitions of Flex 2.0; their mapping to Unified CM is ours (docs/cisco.md)",
  "cisco-flex-3-nu": "types of Flex 3.0 Named User; their mapping to Unified CM is ours (docs/cisco.md)",
  "cisco-flex-3-ea":
    "definitions of Flex 3.0 Enterprise Agreement; their mapping to Unified CM is ours (docs/cisco.md)",
};

/** The rules of a scheme, as evidence tells of them. */
export function ciscoRulesOf(scheme: CiscoScheme): readonly CiscoRule[] {
  return (["ucm-user", "ucm-device"] as const).map((id) => ({ id, reference: ABOUT[scheme] }));
}

/** Worked out once for all schemes that are counted in one pass. */
const ESTATES = new WeakMap<readonly Place[], Estate>();

/** Counts a customer by a scheme. */
export function applyCisco(scheme: CiscoScheme, row: Customer, rules: CiscoRules): void {
  let estate = ESTATES.get(row.places);
  if (estate === undefined) {
    estate = estateOf(row.places, rules);
    ESTATES.set(row.places, estate);
    // What is wrong with the input is told once, whatever the number of schemes.
    noteEstate(row, estate, rules);
  }
  const tally = new Tally(row);
  const needs = new Map<string, UserNeeds>();
  let workers = 0;
  for (const person of estate.people) {
    const facts = factsOf(person);
    const key = keyOf(facts);
    let own = needs.get(key);
    if (own === undefined) {
      const needed = userNeeds(scheme, facts, rules);
      own = { needed, has: basisOf(facts), types: typesOf(scheme, needed) };
      needs.set(key, own);
    }
    const { needed, has, types } = own;
    workers += needed.licenses.knowledge_worker ?? 0;
    const unknown = countUnknown(person.owned);
    const { cluster, region } = person.at;
    tally.add(
      "ucm-user",
      person.at,
      `${unknown} ${key}`,
      () => ({ cluster, has, unknown, ...types, region }),
      () => userSubject(person, needed),
    );
  }
  const commonArea = rules.nuCommonArea !== rules.nuCommonAreaCustomers.includes(row.pkid);
  for (const one of estate.ownerless) {
    const { at, device } = one;
    const needed = deviceNeeds(scheme, device.class, rules, commonArea);
    const unknown = device.isKnown ? 0 : 1;
    const { cluster, region } = at;
    tally.add(
      "ucm-device",
      at,
      `${unknown} ${device.class}`,
      () => ({ cluster, unknown, ...typesOf(scheme, needed), region }),
      () => deviceSubject(one, needed),
    );
  }
  tally.close();
  if (scheme === "cisco-flex-3-ea") noteAgreement(row, workers, rules);
}

/** What users with the same facts need. */
interface UserNeeds {
  readonly needed: Needed;
  readonly has: CiscoProfileFacts["ucm-user"]["has"];
  readonly types: Partial<Record<CiscoTier, number>>;
}

/** The facts as a text; the order of devices does not matter. */
function keyOf({ classes, snr, mobility, voicemail }: UserFacts): string {
  const list = classes.length > 1 ? classes.toSorted() : classes;
  return `${list.join()} ${snr} ${mobility} ${voicemail}`;
}

function countUnknown(devices: readonly Device[]): number {
  let unknown = 0;
  for (const { isKnown } of devices) if (!isKnown) unknown += 1;
  return unknown;
}

/** Users are many, their combinations few: without anybody who asks why, they are counted by combination. */
class Tally {
  readonly #row: Customer;
  readonly #seen = new Map<
    Person["at"],
    Map<string, { id: CiscoExportId; profile: object; count: number }>
  >();

  constructor(row: Customer) {
    this.#row = row;
  }

  /** @param key the same for the same profile at a place */
  add<E extends CiscoExportId>(
    id: E,
    at: Person["at"],
    key: string,
    profile: () => CiscoProfileFacts[E],
    subject: () => Subject,
  ): void {
    if (this.#row.isExplained) {
      this.#row.countOne(id, profile() as never, subject);
      return;
    }
    const own = `${id} ${key}`;
    const here = this.#seen.get(at);
    const known = here?.get(own);
    if (known !== undefined) {
      known.count += 1;
      return;
    }
    const fresh = { id, profile: profile(), count: 1 };
    if (here === undefined) this.#seen.set(at, new Map([[own, fresh]]));
    else here.set(own, fresh);
  }

  close(): void {
    for (const here of this.#seen.values())
      for (const { id, profile, count } of here.values()) this.#row.count(id, profile as never, count);
  }
}

function typesOf(scheme: CiscoScheme, { licenses }: Needed): Partial<Record<CiscoTier, number>> {
  return Object.fromEntries(
    Object.keys(CISCO_TYPES[scheme]).map((type) => [type, licenses[type as CiscoTier] ?? 0]),
  );
}

function factsOf({ owned, reach, mobility, voicemail }: Person): UserFacts {
  return {
    classes: owned.map((device) => device.class),
    snr: reach.length > 0,
    mobility: mobility.length > 0,
    voicemail: voicemail.length > 0,
  };
}
