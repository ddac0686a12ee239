/** For tests: a system read customer by customer, with the joins that the audit makes. */
import { joinKey } from "@vlf/common/axl";
import { isWithin, onOneBranch } from "@vlf/common/hierarchy";
import { fieldOf, modelOf, MODELS, textsReader } from "@vlf/common/models";
import type { Instance } from "@vlf/common/records";
import { demoSystem } from "./index.ts";

/** The texts at a field of an instance, by the ids of the model table, as names are compared. */
export function keysAt(one: Instance, modelId: string, fieldId: string): string[] {
  return textsReader(fieldOf(modelOf(MODELS, modelId), fieldId))(one.data).map(joinKey);
}

export interface Subscriber {
  user: Instance;
  userid: string;
  mail: string;
  /** Phones at site level that the user's list or their owner ties to the user. */
  listed: Instance[];
  owned: Instance[];
  /** Names in the list that no phone has. */
  missing: string[];
  em: number;
  webex: boolean;
  vm: Instance[];
  snr: boolean;
  spark: Instance[];
  agent: { express: boolean; enterprise: boolean; enterpriseUser: boolean };
}

export class CustomerView {
  readonly path: string;
  readonly #all: Instance[];
  readonly #byModel = new Map<string, Instance[]>();
  readonly #indexes = new Map<string, ReadonlyMap<string, Instance[]>>();
  readonly sites: string[];
  #subscribers: Subscriber[] | undefined;

  constructor(path: string, all: Instance[]) {
    this.path = path;
    this.#all = all;
    for (const one of all) {
      const list = this.#byModel.get(one.model) ?? [];
      list.push(one);
      this.#byModel.set(one.model, list);
    }
    this.sites = this.nodes("Site");
  }

  nodes(type: string): string[] {
    return this.#all
      .filter((one) => one.model === "data/HierarchyNode" && one.data["node_type"] === type)
      .map((one) => one.hierarchy);
  }

  of(modelId: string): Instance[] {
    return this.#byModel.get(modelOf(MODELS, modelId).model) ?? [];
  }

  isAtSite(one: Instance): boolean {
    return this.sites.some((site) => isWithin(one.hierarchy, site));
  }

  /** Instances of a model whose field is one of the keys. */
  matching(modelId: string, fieldId: string, keys: readonly string[]): Instance[] {
    const index = this.#index(modelId, fieldId);
    return [...new Set(keys.flatMap((key) => index.get(key) ?? []))];
  }

  #index(modelId: string, fieldId: string): ReadonlyMap<string, Instance[]> {
    const name = `${modelId} ${fieldId}`;
    const known = this.#indexes.get(name);
    if (known !== undefined) return known;
    const index = new Map<string, Instance[]>();
    for (const one of this.of(modelId)) {
      for (const key of keysAt(one, modelId, fieldId)) index.set(key, [...(index.get(key) ?? []), one]);
    }
    this.#indexes.set(name, index);
    return index;
  }

  usersAbove(): Instance[] {
    return this.of("cucmUser").filter((one) => !this.isAtSite(one));
  }

  subscribers(): Subscriber[] {
    this.#subscribers ??= this.of("cucmUser")
      .filter((one) => this.isAtSite(one))
      .map((user) => this.#subscriber(user));
    return this.#subscribers;
  }

  #subscriber(user: Instance): Subscriber {
    const userid = keysAt(user, "cucmUser", "userid")[0] ?? "";
    const mail = keysAt(user, "cucmUser", "mailid")[0] ?? "";
    const names = keysAt(user, "cucmUser", "devices");
    const atSite = (phones: Instance[]): Instance[] => phones.filter((one) => this.isAtSite(one));
    return {
      user,
      userid,
      mail,
      listed: atSite(this.matching("phone", "name", names)),
      owned: atSite(this.matching("phone", "owner", [userid])),
      missing: names.filter((name) => this.matching("phone", "name", [name]).length === 0),
      em: this.matching("deviceProfile", "name", keysAt(user, "cucmUser", "profiles")).length,
      webex:
        this.matching("webexUser", "meeting_id", [userid]).length +
          this.matching("webexUser", "email", [userid, mail]).length >
        0,
      vm: this.matching("voicemail", "alias", [userid]),
      snr: this.matching("remoteDestinationProfile", "user", [userid]).length > 0,
      spark: this.matching("sparkUser", "email", [userid, mail]),
      agent: {
        express: this.matching("uccxAgent", "userid", [userid]).length > 0,
        enterprise: this.matching("ccdmAgent", "name", [userid]).length > 0,
        enterpriseUser: this.matching("ccdmUser", "name", [userid]).length > 0,
      },
    };
  }
}

/** Systems large enough for every case: customers, subscribers, seed. */
export const SYSTEMS: readonly (readonly [number, number, number])[] = [
  [5, 200, 1],
  [5, 200, 2],
  [25, 250, 3],
];

/** The customers of a demo system. */
export function viewsOf(customers: number, subscribers: number, seed: number): CustomerView[] {
  const views: CustomerView[] = [];
  let open: Instance[] = [];
  const options = { customers, subscribers, seed, allFields: false, collectedAt: "2026-11-01T03:00:00Z" };
  for (const record of demoSystem(options)) {
    if (record.type === "instance") {
      open.push(record);
      continue;
    }
    const within = open.filter((one) => isWithin(one.hierarchy, record.hierarchy));
    views.push(new CustomerView(record.hierarchy, within));
    open = [];
  }
  return views;
}

/** True when one of the UPNs has a Teams account. */
export function hasTeams(customer: CustomerView, upns: readonly string[]): boolean {
  return customer.matching("teamsUser", "upn", upns).length > 0;
}

export const REMOTE = "Cisco Spark Remote Device";

/** The different phones of a subscriber, of all products or of one. */
export function phonesOf(one: Subscriber, product?: string): Instance[] {
  const all = [...new Set([...one.listed, ...one.owned])];
  return product === undefined ? all : all.filter((phone) => phone.data["product"] === product);
}

/** The number of phones that count: no CTI ports; Spark remote devices as one, and only alone. */
export function countedPhones(one: Subscriber): number {
  const remotes = phonesOf(one, REMOTE).length;
  const others = phonesOf(one).length - remotes - phonesOf(one, "CTI Port").length;
  return others > 0 ? others : Math.min(remotes, 1);
}

export function isAgent(one: Subscriber): boolean {
  return one.agent.express || one.agent.enterprise || one.agent.enterpriseUser;
}

/** The subscriber's Spark accounts on the branch of the user. */
export function sparkOnBranch(one: Subscriber): Instance[] {
  return one.spark.filter((account) => onOneBranch(account.hierarchy, one.user.hierarchy));
}
