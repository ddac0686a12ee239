/** The rules of the schemes of Cisco: users with what they own, devices of nobody, and findings about the estate. */
import { CISCO_TYPES, type CiscoExportId, type CiscoProfileFacts, type CiscoScheme } from "@vlf/common/cisco";
import type { CiscoRules } from "@vlf/common/cisco-settings";
import { byCodeUnit } from "@vlf/common/hierarchy";
import type { CiscoTier } from "@vlf/common/records";
import type { Customer, Place, Subject } from "../customer.ts";
import { type Device, type Estate, estateOf, type OwnerlessDevice, type Person } from "./estate.ts";
import { basisOf, deviceNeeds, type Needed, type UserFacts, userNeeds } from "./licenses.ts";

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
  readonly #seen = new Map<Person["at"], Map<string, { id: CiscoExportId; profile: object; count: number }>>();

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

function userSubject(person: Person, { reasons }: Needed): Subject {
  const { at, userid, users, owned, associated, reach, mobility, voicemail } = person;
  const phones = owned.map(({ phone }) => phone);
  const more: string[] = [];
  if (owned.length > 0) more.push(`devices with its OwnerUserID: ${devicesIn(owned)}`);
  if (associated.length > 0)
    more.push(`in its list of devices, and not owned, which changes nothing: ${devicesIn(associated)}`);
  if (mobility.length > 0 && !reasons.some((reason) => reason.startsWith("extension mobility")))
    more.push("extension mobility, which changes nothing");
  if (voicemail.length > 0 && !reasons.some((reason) => reason.startsWith("voicemail")))
    more.push("voicemail, which changes nothing");
  if (users.length === 0) more.push("no CUCM user of this name is in the input; OwnerUserID names it");
  if (users.length > 1) more.push(`${users.length} CUCM users with one userid in one cluster are one`);
  return {
    kind: "UCM user",
    name: userid,
    sources: [...users, ...phones, ...reach, ...mobility, ...voicemail],
    reasons: [...reasons, ...more, ...unknownIn(owned), placeReason(at)],
  };
}

function deviceSubject({ at, device, associatedWith }: OwnerlessDevice, { reasons }: Needed): Subject {
  const lists =
    associatedWith.length === 0 ? [] : [`in the list of ${associatedWith.join(", ")}, which changes nothing`];
  return {
    kind: "device",
    name: device.phone.name,
    sources: [device.phone],
    reasons: [...reasons, `product "${device.product}"`, ...lists, ...unknownIn([device]), placeReason(at)],
  };
}

function devicesIn(devices: readonly Device[]): string {
  const names = devices.map(({ phone, product }) => `${phone.name} (${product})`).toSorted(byCodeUnit);
  return names.length > 12
    ? `${names.slice(0, 12).join(", ")} and ${names.length - 12} more`
    : names.join(", ");
}

function unknownIn(devices: readonly Device[]): string[] {
  const products = new Map(devices.filter(({ isKnown }) => !isKnown).map((one) => [one.product, one.class]));
  return [...products]
    .toSorted(([a], [b]) => byCodeUnit(a, b))
    .map(
      ([product, as]) => `"${product}" is in no row of the device classes: taken for ${as}, not published`,
    );
}

function placeReason({ cluster, region }: Person["at"]): string {
  if (cluster === "") return "nothing tells its cluster";
  return `cluster ${cluster}${region === "" ? "" : `, region ${region}`}`;
}

const PHONE = "device/cucm/Phone";
const USER = "device/cucm/User";

/** Findings about the input. */
function noteEstate(row: Customer, estate: Estate, rules: CiscoRules): void {
  const { people, ownerless, unknownProducts, voicemailAlone, unplaced, duplicateUserids } = estate;
  const note = (
    code: string,
    severity: "info" | "warning",
    message: string,
    model: string,
    count: number,
  ): void => {
    if (count > 0) row.note(code, severity, message, model === "" ? { count } : { model, count });
  };
  const products = [...unknownProducts].toSorted(([a], [b]) => byCodeUnit(a, b));
  note(
    "unknown-device-model",
    "warning",
    `products in no row of the table of device classes, counted as ${rules.unknownModel}: ${products
      .map(([product, count]) => `"${product}" (${count})`)
      .join(", ")}; correct it under [cisco.devices]`,
    PHONE,
    products.reduce((sum, [, count]) => sum + count, 0),
  );
  const associated = ownerless.filter(({ associatedWith }) => associatedWith.length > 0).length;
  note(
    "device-associated-not-owned",
    "info",
    "devices are in a user's list and have no OwnerUserID: Cisco counts them as devices of nobody",
    PHONE,
    associated,
  );
  note(
    "device-without-owner",
    "info",
    "devices have no OwnerUserID and are in nobody's list",
    PHONE,
    ownerless.length - associated,
  );
  note(
    "owner-unknown",
    "warning",
    "owners of devices are no CUCM users of the input: they count as users with what they own",
    PHONE,
    people.filter(({ users }) => users.length === 0).length,
  );
  note(
    "cluster-unknown",
    "warning",
    "nothing tells the cluster of instances, and the customer has several: they are a cluster without a name",
    "",
    unplaced,
  );
  note(
    "duplicate-userid-in-cluster",
    "warning",
    "a userid occurs more than once in a cluster: counted as one user",
    USER,
    duplicateUserids,
  );
  note(
    "user-without-userid-in-cluster",
    "warning",
    "a CUCM user has no userid: no device can be its own",
    USER,
    people.filter(({ userid }) => userid === "").length,
  );
  note(
    "voicemail-without-user",
    "info",
    "voicemail accounts are of no CUCM user: no scheme of Cisco counts them",
    "device/cuc/User",
    voicemailAlone.length,
  );
}

function noteAgreement(row: Customer, workers: number, { eaMinimum }: CiscoRules): void {
  row.note(
    "agreement-from-devices",
    "info",
    "an Enterprise Agreement counts the knowledge workers of the whole organization; these are those that their devices and services tell",
    { count: workers },
  );
  if (workers < eaMinimum) {
    row.note(
      "agreement-below-minimum",
      "warning",
      `${workers} Knowledge Workers, and an Enterprise Agreement has at least ${eaMinimum}`,
      { count: eaMinimum - workers },
    );
  }
}
