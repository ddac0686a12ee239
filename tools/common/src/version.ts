/** The version of all tools: they are released together. */
export const VERSION = "0.1.0";
