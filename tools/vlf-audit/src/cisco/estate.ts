/**
 * What a customer has in Unified CM, as the schemes of Cisco see it: cluster by cluster its users with the
 * devices that they own (OwnerUserID, and nothing else), and the devices that nobody owns. All levels of the
 * customer count, as Unified CM knows none.
 */
import { type CiscoRules, type ClusterPlace, clusterReader } from "@vlf/common/cisco-settings";
import { type DeviceClass, deviceClasses } from "@vlf/common/cisco-devices";
import { byCodeUnit } from "@vlf/common/hierarchy";
import type { Place } from "../customer.ts";
import type { Account, CucmUser, FactId, Facts, Named, Phone } from "../facts.ts";

export interface Device {
  readonly phone: Phone;
  readonly product: string;
  readonly class: DeviceClass;
  /** The table of device classes has the model. */
  readonly isKnown: boolean;
}

/** An end user of a cluster, or the owner of a device that no user instance tells of. */
export interface Person {
  readonly at: ClusterPlace;
  readonly userid: string;
  readonly users: readonly CucmUser[];
  /** Devices whose owner it is, those that need no license left out. */
  readonly owned: readonly Device[];
  /** Devices in its list of associated devices that it does not own: they change nothing. */
  readonly associated: readonly Device[];
  /** Remote destination profiles: Mobile Connect, Single Number Reach. */
  readonly reach: readonly Named[];
  /** Device profiles: extension mobility. */
  readonly mobility: readonly Named[];
  readonly voicemail: readonly Account[];
}

export interface OwnerlessDevice {
  readonly at: ClusterPlace;
  readonly device: Device;
  /** Users in whose lists it is. */
  readonly associatedWith: readonly string[];
}

export interface Estate {
  /** By cluster and userid. */
  readonly people: readonly Person[];
  readonly ownerless: readonly OwnerlessDevice[];
  /** Products that the table of device classes does not have, with how many devices there are of each. */
  readonly unknownProducts: ReadonlyMap<string, number>;
  /** Voicemail accounts of no user of Unified CM. */
  readonly voicemailAlone: readonly Account[];
  /** Instances of which nothing tells the cluster, where there are several. */
  readonly unplaced: number;
  readonly duplicateUserids: number;
}

interface Draft {
  at: ClusterPlace;
  readonly userid: string;
  readonly users: CucmUser[];
  readonly owned: Device[];
}

/** The estate of the places of a customer. */
export function estateOf(places: readonly Place[], rules: CiscoRules): Estate {
  return new Builder(places, rules).build();
}

const NOWHERE: ClusterPlace = { cluster: "", region: "" };

class Builder {
  readonly #places: readonly Place[];
  readonly #classOf: ReturnType<typeof deviceClasses>;
  readonly #unknownModel: DeviceClass;
  readonly #where = new Map<Facts[FactId], ClusterPlace>();
  readonly #drafts = new Map<string, Draft>();
  /** Users without a userid: nobody can own a device by it. */
  readonly #nameless: Draft[] = [];
  #unplaced = 0;
  /** There are several clusters. */
  #isSpread = false;
  /** Where all is, unless there are several. */
  #everywhere: ClusterPlace = NOWHERE;
  #duplicates = 0;

  constructor(places: readonly Place[], rules: CiscoRules) {
    this.#places = places;
    this.#classOf = deviceClasses(rules.devices);
    this.#unknownModel = rules.unknownModel;
    this.#locate(rules);
  }

  build(): Estate {
    const users = this.#all("cucmUser");
    const devices = this.#all("phone").map((phone): Device => {
      const product = phone.product ?? "";
      const known = this.#classOf(product);
      return { phone, product, class: known ?? this.#unknownModel, isKnown: known !== undefined };
    });
    for (const user of users) this.#addUser(user);
    const unknownProducts = new Map<string, number>();
    for (const { product, isKnown } of devices)
      if (!isKnown) unknownProducts.set(product, (unknownProducts.get(product) ?? 0) + 1);
    const counted = devices.filter((device) => device.class !== "none");
    if (this.#isSpread) counted.sort((a, b) => byPlace(this.#placeOf(a.phone), this.#placeOf(b.phone)));
    const ownerless: Device[] = [];
    for (const device of counted) {
      if (device.phone.owner === "") ownerless.push(device);
      else this.#ownerOf(device).owned.push(device);
    }
    const lists = this.#associations(counted, users);
    const voicemail = this.#all("voicemail");
    const people = this.#people(lists.byUser, voicemail);
    const userids = new Set(people.map(({ userid }) => userid));
    return {
      people,
      ownerless: ownerless.map((device) => ({
        at: this.#placeOf(device.phone),
        device,
        associatedWith: lists.byDevice.get(device) ?? [],
      })),
      unknownProducts,
      voicemailAlone: voicemail.filter(({ id }) => id === "" || !userids.has(id)),
      unplaced: this.#unplaced,
      duplicateUserids: this.#duplicates,
    };
  }

  #all<I extends FactId>(id: I): Facts[I][] {
    const all: Facts[I][] = [];
    for (const { facts } of this.#places) for (const fact of facts[id] ?? []) all.push(fact);
    return all;
  }

  /** The cluster of every instance. Where all that is known is one cluster, the rest belongs to it as well. */
  #locate({ clusters }: CiscoRules): void {
    const read = clusterReader(clusters);
    const each = (take: (fact: Facts[FactId], at: ClusterPlace) => void): void => {
      for (const { path, facts } of this.#places) {
        for (const id of ["cucmUser", "phone", "deviceProfile", "remoteDestinationProfile"] as const)
          for (const fact of facts[id] ?? []) take(fact, read(fact.device ?? "", path));
      }
    };
    const seen = new Set<ClusterPlace>();
    each((_, at) => {
      if (at.cluster !== "") seen.add(at);
    });
    const [only = NOWHERE, ...others] = seen;
    this.#everywhere = only;
    this.#isSpread = others.length > 0;
    if (!this.#isSpread) return;
    each((fact, at) => {
      this.#where.set(fact, at);
      if (at.cluster === "") this.#unplaced += 1;
    });
  }

  #placeOf(fact: Facts[FactId]): ClusterPlace {
    return this.#isSpread ? (this.#where.get(fact) ?? NOWHERE) : this.#everywhere;
  }

  #addUser(user: CucmUser): void {
    const at = this.#placeOf(user);
    const draft = { at, userid: user.userid, users: [user], owned: [] };
    const key = keyOf(at, user.userid);
    const known = this.#drafts.get(key);
    if (user.userid === "") this.#nameless.push(draft);
    else if (known === undefined) this.#drafts.set(key, draft);
    else {
      known.users.push(user);
      this.#duplicates += 1;
    }
  }

  /**
   * The owner in the cluster of the device, where owners live. A user of whom nothing tells the cluster is
   * taken for it; one whose instance is missing is a user all the same: the field names one.
   */
  #ownerOf({ phone }: Device): Draft {
    const at = this.#placeOf(phone);
    const key = keyOf(at, phone.owner);
    const known = this.#drafts.get(key);
    if (known !== undefined) return known;
    const unplacedKey = keyOf(NOWHERE, phone.owner);
    const unplaced = this.#drafts.get(unplacedKey);
    if (unplaced !== undefined) {
      this.#drafts.delete(unplacedKey);
      unplaced.at = at;
      this.#drafts.set(key, unplaced);
      return unplaced;
    }
    const draft: Draft = { at, userid: phone.owner, users: [], owned: [] };
    this.#drafts.set(key, draft);
    return draft;
  }

  /** Who has whose device in the list: in the same cluster. */
  #associations(
    devices: readonly Device[],
    users: readonly CucmUser[],
  ): { byUser: Map<CucmUser, Device[]>; byDevice: Map<Device, string[]> } {
    const byName = listsBy(devices, ({ phone }) => phone.name);
    const byUser = new Map<CucmUser, Device[]>();
    const byDevice = new Map<Device, string[]>();
    for (const user of users) {
      for (const name of new Set(user.devices)) {
        for (const device of byName.get(name) ?? []) {
          if (device.phone.owner === user.userid && user.userid !== "") continue;
          if (!this.#canMeet(user, device.phone)) continue;
          push(byUser, user, device);
          push(byDevice, device, user.userid);
        }
      }
    }
    for (const list of byDevice.values()) list.sort(byCodeUnit);
    return { byUser, byDevice };
  }

  #canMeet(a: Facts[FactId], b: Facts[FactId]): boolean {
    const [one, other] = [this.#placeOf(a).cluster, this.#placeOf(b).cluster];
    return one === other || one === "" || other === "";
  }

  #people(associated: ReadonlyMap<CucmUser, readonly Device[]>, voicemail: readonly Account[]): Person[] {
    const accounts = listsBy(voicemail, ({ id }) => id);
    const profiles = listsBy(this.#all("deviceProfile"), ({ name }) => name);
    const reach = listsBy(this.#all("remoteDestinationProfile"), ({ name }) => name);
    const drafts = [...this.#drafts.values(), ...this.#nameless];
    for (const { users, owned } of drafts) {
      if (users.length > 1) users.sort((a, b) => byCodeUnit(a.pkid, b.pkid));
      if (owned.length > 1) owned.sort((a, b) => byCodeUnit(a.phone.pkid, b.phone.pkid));
    }
    if (this.#isSpread) drafts.sort((a, b) => byPlace(a.at, b.at));
    // Unity Connection knows no cluster of Unified CM: an account is its user's in one of them, where it owns a device.
    const withVoicemail = new Map<string, Draft>();
    for (const draft of drafts) {
      const known = withVoicemail.get(draft.userid);
      if (known === undefined || (known.owned.length === 0 && draft.owned.length > 0))
        withVoicemail.set(draft.userid, draft);
    }
    return drafts.map((draft) => {
      const { at, userid, users, owned } = draft;
      const here = ({ cluster }: ClusterPlace): boolean =>
        cluster === at.cluster || cluster === "" || at.cluster === "";
      const mobility = users.flatMap((user) => user.profiles.flatMap((name) => profiles.get(name) ?? []));
      return {
        at,
        userid,
        users,
        owned,
        associated: [...new Set(users.flatMap((user) => associated.get(user) ?? []))],
        reach:
          userid === "" ? [] : (reach.get(userid) ?? []).filter((profile) => here(this.#placeOf(profile))),
        mobility: [...new Set(mobility)].filter((profile) => here(this.#placeOf(profile))),
        voicemail: withVoicemail.get(userid) === draft ? (accounts.get(userid) ?? []) : [],
      };
    });
  }
}

function keyOf({ cluster }: ClusterPlace, userid: string): string {
  return `${cluster}\n${userid}`;
}

function byPlace(a: ClusterPlace, b: ClusterPlace): number {
  return byCodeUnit(a.region, b.region) || byCodeUnit(a.cluster, b.cluster);
}

function listsBy<T>(all: readonly T[], key: (one: T) => string): Map<string, T[]> {
  const map = new Map<string, T[]>();
  for (const one of all) if (key(one) !== "") push(map, key(one), one);
  return map;
}

function push<K, T>(map: Map<K, T[]>, key: K, value: T): void {
  const list = map.get(key);
  if (list === undefined) map.set(key, [value]);
  else list.push(value);
}
