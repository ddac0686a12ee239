/** What the schemes of Cisco keep of an instance beside the other schemes: its device in VOSS, and a phone's product. */
import type { Name } from "@vlf/common/names";
import type { FactId } from "../facts.ts";
import type { ModelFields, Values } from "../values.ts";

/** Models of Unified CM and Unity Connection that the schemes look at. */
const MODELS: readonly FactId[] = [
  "cucmUser",
  "phone",
  "deviceProfile",
  "remoteDestinationProfile",
  "voicemail",
];

/** Those that belong to a cluster of Unified CM. */
const OF_CLUSTER: readonly FactId[] = ["cucmUser", "phone", "deviceProfile", "remoteDestinationProfile"];

export function looksAtCisco(id: FactId): boolean {
  return MODELS.includes(id);
}

export interface CiscoFacts {
  /** pkid of the device in VOSS that the instance was read from: its cluster. */
  readonly device?: string;
  /** Product of a phone, as it stands there. */
  readonly product?: string;
}

/** Adds them to the facts of an instance, from its values; `undefined` for a model that has none. */
export function ciscoFactReader(
  id: FactId,
  fields: ModelFields<Name>,
): (<F extends CiscoFacts>(facts: F, values: Values) => F) | undefined {
  if (!OF_CLUSTER.includes(id)) return undefined;
  const device = once(fields.text("device"));
  const product = id === "phone" ? once(fields.text("product")) : undefined;
  return (facts, values) => {
    const more: Writable<CiscoFacts> = facts;
    more.device = device(values);
    if (product !== undefined) more.product = product(values);
    return facts;
  };
}

/** For facts that are being made. */
type Writable<T> = { -readonly [K in keyof T]: T[K] };

/** The same text is kept once: there are few of them, and many instances. */
function once(read: (values: Values) => string): (values: Values) => string {
  const texts = new Map<string, string>();
  return (values) => {
    const text = read(values);
    const known = texts.get(text);
    if (known !== undefined) return known;
    texts.set(text, text);
    return text;
  };
}
