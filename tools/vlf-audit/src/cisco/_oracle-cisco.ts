/**
 * For tests: the rules of Cisco counted a second time, straight from the instances and as simply as they are
 * written down, one license after another. Random systems of `_random-cisco.ts` are held against it.
 */
import type { CiscoScheme } from "@vlf/common/cisco";
import type { Instance } from "@vlf/common/records";

type Class = "essential" | "basic" | "enhanced" | "room" | "none";

const CLASSES: Readonly<Record<string, Class>> = {
  "Cisco 6901": "essential",
  "Cisco 6911": "basic",
  "Cisco 7965": "enhanced",
  "Cisco 8841": "enhanced",
  "Cisco TelePresence SX20": "room",
  "CTI Port": "none",
};

const low = (value: unknown): string => (typeof value === "string" ? value.trim().toLowerCase() : "");

function list(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(list);
  if (typeof value === "object" && value !== null) return Object.values(value).flatMap(list);
  return low(value) === "" ? [] : [low(value)];
}

/** Licenses by cluster and type, `cluster/type: number`; every instance names its cluster. */
export function ciscoOracle(scheme: CiscoScheme, instances: readonly Instance[]): Record<string, number> {
  const of = (model: string): Instance[] => instances.filter((one) => one.model === model);
  const cluster = ({ data }: Instance): string => String(data["_device"]);
  const result: Record<string, number> = {};
  const add = (where: string, type: string, number = 1): void => {
    if (number > 0) result[`${where}/${type}`] = (result[`${where}/${type}`] ?? 0) + number;
  };
  const classOf = ({ data }: Instance): Class => CLASSES[String(data["product"]).trim()] ?? "enhanced";
  const ownerOf = ({ data }: Instance): string => low(data["ownerUserName"]);
  const phones = of("device/cucm/Phone").filter((phone) => classOf(phone) !== "none");
  const users = of("device/cucm/User");

  const people = new Set<string>();
  for (const user of users)
    if (low(user.data["userid"]) !== "") people.add(`${cluster(user)}/${low(user.data["userid"])}`);
  for (const phone of phones) if (ownerOf(phone) !== "") people.add(`${cluster(phone)}/${ownerOf(phone)}`);

  const mailOf = new Map<string, string>();
  for (const person of [...people].toSorted()) {
    const [where, name = ""] = person.split("/");
    if (!of("device/cuc/User").some(({ data }) => low(data["Alias"]) === name)) continue;
    const owns = (one: string): boolean =>
      phones.some((phone) => cluster(phone) === one && ownerOf(phone) === name);
    const clusters = [...people]
      .filter((other) => other.endsWith(`/${name}`))
      .map((other) => other.split("/")[0] ?? "")
      .toSorted();
    const best = clusters.find(owns) ?? clusters[0];
    if (best === where) mailOf.set(person, name);
  }

  for (const person of people) {
    const [where = "", name = ""] = person.split("/");
    const owned = phones.filter((phone) => cluster(phone) === where && ownerOf(phone) === name).map(classOf);
    const rooms = owned.filter((one) => one === "room").length;
    const order = ["enhanced", "basic", "essential"];
    const rest = owned
      .filter((one) => one !== "room")
      .toSorted((a, b) => order.indexOf(a) - order.indexOf(b));
    const snr = of("device/cucm/RemoteDestinationProfile").some(
      (one) => cluster(one) === where && low(one.data["userId"]) === name,
    );
    const profileNames = of("device/cucm/DeviceProfile")
      .filter((one) => cluster(one) === where)
      .map(({ data }) => low(data["name"]));
    const em = users
      .filter((user) => cluster(user) === where && low(user.data["userid"]) === name)
      .some((user) => list(user.data["phoneProfiles"]).some((one) => profileNames.includes(one)));
    const vm = mailOf.has(person);
    if (scheme === "cisco-ucm") {
      add(where, "telepresence_room", rooms);
      const own = rest.slice(rooms);
      if (owned.length === 0) add(where, "basic", snr ? 1 : 0);
      else if (own.length === 1) add(where, snr && own[0] === "essential" ? "basic" : (own[0] ?? ""));
      else if (own.length === 2) add(where, "enhanced_plus");
      else if (own.length > 2) {
        add(where, "cuwl");
        for (const extra of own.slice(10)) add(where, extra);
      }
      continue;
    }
    add(where, "telepresence", rooms);
    if (scheme === "cisco-flex-3-nu") {
      const named = (one: string): string => (one === "essential" ? "access" : "enhanced");
      if (rest.length > 1) add(where, "professional", Math.ceil(rest.length / 10));
      else if (rest.length === 1) {
        if (vm) add(where, "professional");
        else add(where, snr ? "enhanced" : named(rest[0] ?? ""));
      } else if (snr) add(where, "enhanced");
      continue;
    }
    const isAccess =
      scheme === "cisco-flex-3-ea" && rest.length === 1 && rest[0] === "essential" && !snr && !em && !vm;
    if (isAccess) add(where, "access");
    else if (rest.length > 0) add(where, "knowledge_worker", Math.ceil(rest.length / 10));
    else if (snr || em || vm) add(where, "knowledge_worker");
  }
  // Without a userid each is a user by itself, who can own nothing.
  if (scheme === "cisco-flex-2" || scheme === "cisco-flex-3-ea") {
    for (const user of users.filter(({ data }) => low(data["userid"]) === "")) {
      const profiles = of("device/cucm/DeviceProfile").filter((one) => cluster(one) === cluster(user));
      const names = profiles.map(({ data }) => low(data["name"]));
      if (list(user.data["phoneProfiles"]).some((one) => names.includes(one)))
        add(cluster(user), "knowledge_worker");
    }
  }
  for (const phone of phones.filter((one) => ownerOf(one) === "")) {
    const one = classOf(phone);
    const room = scheme === "cisco-ucm" ? "telepresence_room" : "telepresence";
    if (one === "room") add(cluster(phone), room);
    else if (scheme === "cisco-ucm") add(cluster(phone), one);
    else if (scheme === "cisco-flex-3-nu") add(cluster(phone), one === "essential" ? "access" : "enhanced");
    else add(cluster(phone), "common_area");
  }
  return result;
}
