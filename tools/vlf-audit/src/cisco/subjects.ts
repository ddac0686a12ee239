/** Why a user or device is counted as it is, in words, for whoever asks. */
import { byCodeUnit } from "@vlf/common/hierarchy";
import type { Subject } from "../customer.ts";
import type { Device, OwnerlessDevice, Person } from "./estate.ts";
import type { Needed } from "./user-facts.ts";

export function userSubject(person: Person, { reasons }: Needed): Subject {
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

export function deviceSubject({ at, device, associatedWith }: OwnerlessDevice, { reasons }: Needed): Subject {
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
