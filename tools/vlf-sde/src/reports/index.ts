/** All reports, in alphabetical order of type. */
import type { Report } from "./report.ts";

export const REPORTS: readonly Report[] = [];
