/** What the schemes of Cisco keep of an instance beside the other schemes: its device in VOSS, and a phone's product. */
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

/** Reads them from the values of an instance; `undefined` for a model that has none. */
export function ciscoFactReader(
  id: FactId,
  fields: ModelFields,
): ((values: Values) => CiscoFacts) | undefined {
  if (!OF_CLUSTER.includes(id)) return undefined;
  const device = once(fields.text("device"));
  if (id !== "phone") return (values) => ({ device: device(values) });
  const product = once(fields.text("product"));
  return (values) => ({ device: device(values), product: product(values) });
}

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
