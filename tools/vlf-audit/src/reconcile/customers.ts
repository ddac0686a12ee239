/** Customers and partners by what orders and other systems call them. */
import { joinKey } from "@vlf/common/axl";
import { DataError } from "@vlf/common/exit";
import type { LicenseCount } from "@vlf/common/records";

export interface Partner {
  readonly name: string;
  readonly pkid: string;
}

export interface Customer {
  /** What tells it apart from all others. */
  readonly key: string;
  /** Empty for what is of no customer: the partner's own. */
  readonly name: string;
  readonly pkid: string;
  readonly partner: Partner;
}

type Row = Pick<LicenseCount, "provider" | "provider_pkid" | "customer" | "customer_pkid">;

/** First all counts are added, which know names and pkids; then names from elsewhere are looked up. */
export class Customers {
  readonly #names: ReadonlyMap<string, string>;
  readonly #byPkid = new Map<string, Customer>();
  readonly #byName = new Map<string, Customer[]>();
  /** Those that only orders or other systems name. */
  readonly #others = new Map<string, Customer>();
  readonly #partners = new Map<string, Partner>();

  /** @param names from the settings: name or pkid of a customer by what others call it */
  constructor(names: ReadonlyMap<string, string>) {
    this.#names = new Map([...names].map(([name, to]) => [joinKey(name), to]));
  }

  /** The customer of a row of counts. */
  add({ provider, provider_pkid: providerPkid, customer, customer_pkid: pkid }: Row): Customer {
    const partner = { name: provider, pkid: providerPkid };
    this.#partners.set(providerPkid === "" ? `name ${joinKey(provider)}` : providerPkid, partner);
    if (pkid === "") return own(partner);
    const known = this.#byPkid.get(pkid);
    if (known !== undefined) return known;
    const added = { key: pkid, name: customer, pkid, partner };
    this.#byPkid.set(pkid, added);
    this.#byName.set(joinKey(customer), [...(this.#byName.get(joinKey(customer)) ?? []), added]);
    return added;
  }

  /** A partner that an order names, and maybe no count. */
  addPartner(name: string): void {
    const all = [...this.#partners.values()];
    if (!all.some((partner) => isNamed(partner, name)))
      this.#partners.set(`name ${joinKey(name)}`, { name, pkid: "" });
  }

  /**
   * The customer of this name or pkid; one that no counts know is one by itself. With neither it is what the
   * partner holds for all.
   * @throws {DataError} when the name is that of several, or no partner can be told
   */
  find(where: string, name: string, pkid: string, partnerName: string): Customer {
    if (name === "" && pkid === "") return own(this.#partner(where, partnerName));
    const wanted = this.#names.get(joinKey(name)) ?? name;
    const byPkid = this.#byPkid.get(pkid === "" ? wanted : pkid);
    if (byPkid !== undefined) return byPkid;
    if (pkid === "") {
      const all = this.#byName.get(joinKey(wanted)) ?? [];
      const ofPartner = partnerName === "" ? all : all.filter(({ partner }) => isNamed(partner, partnerName));
      const [first, second] = ofPartner;
      if (second !== undefined) {
        throw new DataError(`read ${where}: "${name}" is the name of ${ofPartner.length} customers`, {
          hint: "give customer_pkid, or the partner",
        });
      }
      if (first !== undefined) return first;
    }
    const key = pkid === "" ? `name ${joinKey(wanted)}` : pkid;
    const other = this.#others.get(key) ?? {
      key,
      name: wanted,
      pkid,
      partner:
        this.#partners.size > 1 && partnerName === ""
          ? { name: "", pkid: "" }
          : this.#partner(where, partnerName),
    };
    this.#others.set(key, other);
    return other;
  }

  /** Whose the total of a license manager is: by the settings a customer's, otherwise the partner's. */
  ofPool(pool: string): Customer {
    return this.find(`usage of "${pool}"`, this.#names.get(joinKey(pool)) ?? "", "", "");
  }

  #partner(where: string, name: string): Partner {
    const all = [...this.#partners.values()];
    const known = name === "" ? all : all.filter((partner) => isNamed(partner, name));
    const [first, second] = known;
    if (second !== undefined) {
      throw new DataError(`read ${where}: names no customer, and there are ${known.length} partners`, {
        hint: "name the customer or the partner",
      });
    }
    return first ?? { name, pkid: "" };
  }
}

function own(partner: Partner): Customer {
  return { key: `partner ${partnerKey(partner)}`, name: "", pkid: "", partner };
}

export function partnerKey({ name, pkid }: Partner): string {
  return pkid === "" ? `name ${joinKey(name)}` : pkid;
}

export function isOwn({ key }: Customer): boolean {
  return key.startsWith("partner ");
}

function isNamed({ name, pkid }: Partner, wanted: string): boolean {
  return pkid === wanted || joinKey(name) === joinKey(wanted);
}
