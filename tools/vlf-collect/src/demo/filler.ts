/**
 * The fields of the real models that no tool reads: with `--all-fields` they make the records as wide as
 * those of a real system. Mostly constants, shared by all instances; what names a person or a
 * number is derived from the fields that are kept, never drawn, so that those are the same in both modes.
 */
import type { Data } from "@vlf/common/axl";
import { CISCO_FILLERS } from "./filler-cisco.ts";
import { MICROSOFT_FILLERS } from "./filler-microsoft.ts";
import { VOSS_FILLERS } from "./filler-voss.ts";

/** What a filler may use besides the data. */
export interface FillerFacts {
  pkid: string;
  /** RFC 3339, UTC: systems stamp the last synchronization. */
  collectedAt: string;
}

/** Fields to add to a model, constant or by instance; the latter may widen kept fields inside. */
export type Filler = Data | ((data: Data, facts: FillerFacts) => Data);

export const FILLERS: ReadonlyMap<string, Filler> = new Map(
  [CISCO_FILLERS, MICROSOFT_FILLERS, VOSS_FILLERS].flatMap((fillers) => Object.entries(fillers)),
);

export function withFiller(model: string, data: Data, pkid: string, collectedAt: string): Data {
  const filler = FILLERS.get(model);
  return { ...data, ...(typeof filler === "function" ? filler(data, { pkid, collectedAt }) : filler) };
}
