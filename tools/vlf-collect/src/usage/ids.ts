/** Names of the formats, apart from them: the command line needs no more. */
export const USAGE_FORMAT_IDS: readonly string[] = ["axl-totals", "hcmf", "cssm", "webex", "avaya"];
