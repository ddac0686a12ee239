/** The formats of usage, one file each. A test compares this list with the folder. */
import type { UsageFormat } from "./_format.ts";
import { avaya } from "./avaya.ts";
import { axlTotals } from "./axl-totals.ts";
import { cssm } from "./cssm.ts";
import { hcmf } from "./hcmf.ts";
import { webex } from "./webex.ts";

export const USAGE_FORMATS: readonly UsageFormat[] = [axlTotals, hcmf, cssm, webex, avaya];
