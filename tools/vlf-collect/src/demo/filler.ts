/**
 * The fields of the real models that no tool reads: with `--all-fields` they make the records as wide as
 * those of a real system. Mostly constants, shared by all instances; what names a person or a
 * number is derived from the fields that are kept, never drawn, so that those are the same in both modes.
 */
import type { Data } from "@vlf/common/axl";
import { CISCO_FILLERS } from "./filler-cisco.ts";
import { CUCM_FILLERS } from "./filler-cucm.ts";
import { MICROSOFT_FILLERS } from "./filler-microsoft.ts";
import { VOSS_FILLERS } from "./filler-voss.ts";

/** What a filler may use besides the data. */
export interface FillerFacts {
  pkid: string;
  /** RFC 3339, UTC: systems stamp the last synchronization. */
  collectedAt: string;
}

/** Fields to add to a model: constants, and those of an instance; the latter may widen kept fields inside. */
export type Filler = readonly [fields: Data, derive?: (data: Data, facts: FillerFacts) => Data];

const FILLERS: ReadonlyMap<string, Filler> = new Map(
  [CUCM_FILLERS, CISCO_FILLERS, MICROSOFT_FILLERS, VOSS_FILLERS].flatMap((fillers) =>
    Object.entries(fillers),
  ),
);

/** Objects with all keys of a model, by the model and the keys that its data has. */
const templates = new Map<string, Data>();

/**
 * The data with all fields. A copy of a template whose keys are all there is 20 times faster than
 * adding 60 keys to an object (Node 20).
 */
export function withFiller(model: string, data: Data, pkid: string, collectedAt: string): Data {
  const [fields, derive] = FILLERS.get(model) ?? [{}];
  const derived = derive?.(data, { pkid, collectedAt });
  const kind = `${model} ${Object.keys(data).join()}`;
  let template = templates.get(kind);
  if (template === undefined) {
    template = { ...data, ...fields, ...derived };
    templates.set(kind, template);
  }
  const all: Record<string, unknown> = { ...template };
  for (const key in data) all[key] = data[key];
  for (const key in derived) all[key] = derived[key];
  return all;
}
