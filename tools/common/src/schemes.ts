/** The schemes side by side, for whoever works with any of them: columns, and counts from profiles. */
import * as cisco from "./cisco.ts";
import type { AnyLicenses, ClusterLicenses, LicenseProfile, LicenseTier } from "./records.ts";
import * as voss4 from "./voss4.ts";
import * as voss5 from "./voss5.ts";

export type SchemeId = "voss-4" | "voss-5" | cisco.CiscoScheme;
export const SCHEMES: readonly SchemeId[] = ["voss-4", "voss-5", ...cisco.CISCO_SCHEMES];

export type AnyProfile = voss4.Profile | voss5.Profile5 | cisco.CiscoProfile;
export type AnyFacts = voss4.ProfileFacts & voss5.ProfileFacts5 & cisco.CiscoProfileFacts;

/** A column of any scheme. */
export interface SchemeColumn {
  readonly id: string;
  readonly title: string;
  readonly tier: LicenseTier | "none";
  readonly kind: "pkid" | "count" | "flag" | "total";
}

export interface Scheme {
  readonly id: SchemeId;
  /** In order; the number of a column is its place, from 1. */
  readonly columns: readonly SchemeColumn[];
  /** Those that hold a value. */
  readonly counted: readonly SchemeColumn[];
  /** Ids of the kinds of profiles, in order. */
  readonly exports: readonly string[];
  /** What a profile adds to a column. */
  weight(column: SchemeColumn, profile: AnyProfile): number;
  countsOf(profiles: readonly AnyProfile[]): voss4.Counts;
  licensesOf(counts: voss4.Counts, standaloneAllocation?: number): AnyLicenses;
  /** Where the scheme counts by cluster: the licenses of each. */
  clustersOf?(profiles: readonly AnyProfile[]): ClusterLicenses[];
  profileProblem(profile: Pick<LicenseProfile, "export" | "profile" | "count">): string | undefined;
}

function ciscoScheme(id: cisco.CiscoScheme): Scheme {
  return {
    id,
    columns: cisco.CISCO_COLUMNS[id],
    counted: cisco.CISCO_COLUMNS[id],
    exports: Object.keys(cisco.CISCO_EXPORTS),
    weight: (column, profile) =>
      cisco.weightCisco(column as cisco.CiscoColumn, profile as cisco.CiscoProfile),
    countsOf: (profiles) => cisco.countsOfCisco(id, profiles as readonly cisco.CiscoProfile[]),
    licensesOf: (counts) => cisco.licensesOfCisco(id, counts),
    clustersOf: (profiles) => cisco.clustersOf(id, profiles as readonly cisco.CiscoProfile[]),
    profileProblem: (profile) => cisco.profileProblemCisco(id, profile),
  };
}

const ALL: Readonly<Record<SchemeId, Scheme>> = {
  "voss-4": {
    id: "voss-4",
    columns: voss4.COLUMNS,
    counted: voss4.COLUMNS.filter(({ kind }) => kind !== "pkid"),
    exports: Object.keys(voss4.EXPORTS),
    weight: (column, profile) => voss4.weight(column as voss4.Column, profile as voss4.Profile),
    countsOf: (profiles) => voss4.countsOf(profiles as readonly voss4.Profile[]),
    licensesOf: (counts, allocation) => voss4.licensesOf(counts, allocation),
    profileProblem: voss4.profileProblem,
  },
  "voss-5": {
    id: "voss-5",
    columns: voss5.COLUMNS5,
    counted: voss5.COLUMNS5,
    exports: Object.keys(voss5.EXPORTS5),
    weight: (column, profile) => voss5.weight5(column as voss5.Column5, profile as voss5.Profile5),
    countsOf: (profiles) => voss5.countsOf5(profiles as readonly voss5.Profile5[]),
    licensesOf: (counts) => voss5.licensesOf5(counts),
    profileProblem: voss5.profileProblem5,
  },
  "cisco-ucm": ciscoScheme("cisco-ucm"),
  "cisco-flex-2": ciscoScheme("cisco-flex-2"),
  "cisco-flex-3-nu": ciscoScheme("cisco-flex-3-nu"),
  "cisco-flex-3-ea": ciscoScheme("cisco-flex-3-ea"),
};

export function schemeOf(id: SchemeId): Scheme {
  return ALL[id];
}
