/**
 * Which license class a device model of Unified CM needs: a table as data, that `[cisco.devices]` corrects.
 * Classes are those of Cisco's licensing chapter for 12.5; how AXL spells the products is our reading. Models
 * that the chapter does not list (78xx and 88xx are not in it) are in no row: they are findings.
 */
import type { Mark } from "./models.ts";

/** `none` needs no license. */
export type DeviceClass = "essential" | "basic" | "enhanced" | "telepresence_room" | "none";
export const DEVICE_CLASSES: readonly DeviceClass[] = [
  "essential",
  "basic",
  "enhanced",
  "telepresence_room",
  "none",
];

/** Products by class. `*` stands for any characters; case and blanks around a name do not count. */
export interface DeviceRow {
  readonly product: string;
  readonly class: DeviceClass;
  /** `documented`: the model is in Cisco's table; `inferred`: a reading of ours. */
  readonly mark: Mark;
}

function rows(deviceClass: DeviceClass, mark: Mark, ...products: readonly string[]): DeviceRow[] {
  return products.map((product) => ({ product, class: deviceClass, mark }));
}

// prettier-ignore
export const DEVICE_ROWS: readonly DeviceRow[] = [
  ...rows("essential", "documented", "Cisco 3905", "Cisco 6901", "Cisco ATA 186", "Cisco ATA 187"),
  // "Analogue devices (ATA, fax)": these are the words of AXL for ports of gateways.
  ...rows("essential", "inferred", "Analog Phone"),
  ...rows("basic", "documented", "Cisco 6911", "Cisco 6921"),
  ...rows("enhanced", "documented",
    "Cisco 3911", "Cisco 3941", "Cisco 3951", "Cisco 6941", "Cisco 6945", "Cisco 6961",
    "Cisco 79*", "Cisco 8941", "Cisco 8945", "Cisco 8961", "Cisco 9951", "Cisco 9971",
    "Cisco Unified Personal Communicator", "Cisco IP Communicator", "Cisco *UC Integration*",
    "*Jabber*", "Cisco VXC *", "Cisco E20", "Cisco TelePresence E20", "Cisco TelePresence EX*",
    "Third-party SIP Device*", "Cisco DX600", "Transnova S3", "Cisco Spark Room Device",
    "IMS-integrated Mobile*"),
  // The clients that the table calls Jabber, by their device types; the DX family is that of release 15.
  ...rows("enhanced", "inferred", "Cisco Unified Client Services Framework", "Cisco Dual Mode for *",
    "Third-party AS-SIP Endpoint", "Cisco DX6*", "Cisco DX70", "Cisco DX80"),
  ...rows("telepresence_room", "documented",
    "Cisco TelePresence", "Cisco TelePresence 500*", "Cisco TelePresence 1000", "Cisco TelePresence 1100",
    "Cisco TelePresence 1300*", "Cisco TelePresence 3000", "Cisco TelePresence 3200",
    "Cisco TelePresence TX9000", "Cisco TelePresence TX1300*", "Cisco TelePresence TX1310*",
    "Cisco TelePresence Profile *", "Cisco TelePresence Codec C*", "Cisco TelePresence Quick Set C20*",
    "Cisco TelePresence MX200*", "Cisco TelePresence MX300*", "Cisco TelePresence SX*", "Cisco Webex *",
    "Generic Desktop Video Endpoint", "Generic Single Screen Room System",
    "Generic Multiple Screen Room System"),
  // "The touch panel does not register and needs none"; FXS ports of MGCP gateways need none.
  ...rows("none", "documented", "Cisco TelePresence Touch*", "MGCP FXS*", "Analog Access"),
  // No row of the table, and left out of the count of devices in the field.
  ...rows("none", "inferred", "CTI Port", "Universal Device Template"),
];

/** The class of a product, or `undefined` where no row names it. */
export type DeviceClasses = (product: string) => DeviceClass | undefined;

/**
 * A reader of the table. Corrections go before its rows; among rows of one kind one without `*` goes first,
 * then the one with more characters.
 * @param corrections classes by product, with `*` as in the table
 */
export function deviceClasses(corrections: Readonly<Record<string, DeviceClass>>): DeviceClasses {
  const own = Object.entries(corrections).map(([product, deviceClass]) => ({ product, class: deviceClass }));
  const matchers = [...byPrecision(own), ...byPrecision(DEVICE_ROWS)].map((row) => ({
    pattern: patternOf(row.product),
    class: row.class,
  }));
  const known = new Map<string, DeviceClass | undefined>();
  return (product) => {
    if (!known.has(product)) known.set(product, matchers.find(({ pattern }) => pattern.test(product))?.class);
    return known.get(product);
  };
}

function byPrecision<R extends Pick<DeviceRow, "product">>(all: readonly R[]): R[] {
  const isOpen = ({ product }: R): number => Number(product.includes("*"));
  return all.toSorted((a, b) => isOpen(a) - isOpen(b) || b.product.length - a.product.length);
}

function patternOf(product: string): RegExp {
  const parts = product.trim().split("*");
  return new RegExp(`^${parts.map((part) => part.replace(/[\\^$.|?+()[\]{}]/g, "\\$&")).join(".*")}$`, "iu");
}
