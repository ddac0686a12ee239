/** For tests: record streams in which rows and profiles agree, and a run of the tool on them. */
import { type Ran, runInMemory, streamOf } from "@vlf/common/_testing";
import type { Io } from "@vlf/common/main";
import type { AnyRecord, LicenseCount, LicenseProfile, Platform } from "@vlf/common/records";
import { countsOf, licensesOf, type Profile, type ProfileFacts, SCHEME } from "@vlf/common/voss4";
import { tool } from "./cli.ts";

export const PLATFORM: Platform = {
  org_id: "0010O00001kPTUpQAO",
  platform_id: "5e54067d116fa10046313224",
  hostname: "VOSS-UN-1",
  provider_name: "CS-P",
  software_version: "21.4",
  platform_version: "21.4.0-1630252949",
  deployment_mode: "Provider with HCMF",
};

const COLLECTED_AT = "2022-11-19T13:11:00Z";

/** A customer by its profiles, with names. */
export interface TestCustomer {
  readonly pkid: string;
  readonly provider?: string;
  readonly reseller?: string;
  readonly customer?: string;
  readonly profiles: readonly Profile[];
}

/** A subscriber profile: what is not named is not there. */
export function subscriber(facts: Partial<ProfileFacts["subscriber"]>, count: number): Profile {
  const none = { agent: false, phones: 0, em: false, webex: false, vm: false, spark: false, snr: false };
  return { export: "subscriber", profile: { ...none, ...facts }, count };
}

/** The profile that every customer has. */
export function ownProfile(sites: number, publicSector = false, inactiveBilling = false): Profile {
  return {
    export: "customer",
    profile: { public_sector: publicSector, inactive_billing: inactiveBilling, sites },
    count: 1,
  };
}

export function begin(platform: Platform = PLATFORM, collectedAt: string = COLLECTED_AT): AnyRecord {
  return {
    type: "begin",
    schema: 1,
    tool: "vlf-collect",
    version: "0.1.0",
    run_id: "11111111-2222-8333-8444-555555555555",
    started_at: collectedAt,
    collected_at: collectedAt,
    platform,
    via: [{ tool: "vlf-audit", version: "0.1.0" }],
  };
}

export function countRecord(customer: TestCustomer): LicenseCount {
  const counts = countsOf(customer.profiles);
  return {
    type: "license-count",
    scheme: SCHEME,
    provider: customer.provider ?? "",
    reseller: customer.reseller ?? "",
    customer: customer.customer ?? "",
    provider_pkid: "",
    customer_pkid: customer.pkid,
    counts,
    licenses: licensesOf(counts),
  };
}

export function profileRecords(customer: TestCustomer): LicenseProfile[] {
  return customer.profiles.map((profile) => ({
    type: "license-profile",
    scheme: SCHEME,
    customer_pkid: customer.pkid,
    ...profile,
    profile: { ...profile.profile },
  }));
}

/** The records between begin and end. */
export function recordsOf(customers: readonly TestCustomer[]): { type: string }[] {
  return customers.flatMap((customer) => [countRecord(customer), ...profileRecords(customer)]);
}

export function instance(model: string, data: Readonly<Record<string, unknown>>): AnyRecord {
  return { type: "instance", model, pkid: "1", hierarchy: "sys", data };
}

/** A whole stream as text, with an end record that counts right. */
export function stream(records: readonly { type: string }[], first: AnyRecord = begin()): string {
  return streamOf(first, records);
}

/** Runs the tool in this process. Today is 2022-12-01 unless `io.now` says otherwise. */
export function run(argv: readonly string[], input: string = "", io: Partial<Io> = {}): Promise<Ran> {
  return runInMemory(tool, argv, { stdin: [Buffer.from(input)], ...io });
}

const SAMPLE_1: TestCustomer = {
  pkid: "6197a2522f7ab2c5dbb8f2aa",
  provider: "Provider_01",
  reseller: "Reseller_01",
  customer: "Customer_01",
  profiles: [
    subscriber({ phones: 1, spark: true }, 3),
    subscriber({ phones: 1 }, 6),
    subscriber({ phones: 1, vm: true }, 2),
    subscriber({ phones: 1, webex: true }, 6),
    subscriber({ phones: 12 }, 3),
    subscriber({ phones: 2 }, 7),
    subscriber({}, 6),
    subscriber({ snr: true }, 4),
    subscriber({ vm: true }, 4),
    subscriber({ webex: true }, 2),
    subscriber({ spark: true }, 5),
    subscriber({ em: true, spark: true }, 3),
    subscriber({ em: true }, 4),
    subscriber({ em: true, snr: true }, 6),
    subscriber({ em: true, vm: true }, 7),
    subscriber({ em: true, webex: true }, 6),
    { export: "standalone-phone", profile: { analog: true }, count: 4 },
    { export: "standalone-phone", profile: { analog: false }, count: 1 },
    { export: "standalone-webex", profile: {}, count: 2 },
    { export: "standalone-voicemail", profile: {}, count: 3 },
    { export: "contact-center", profile: { enterprise: true, express: false }, count: 2 },
    { export: "contact-center", profile: { enterprise: false, express: true }, count: 2 },
    { export: "spark-hybrid", profile: { kind: "spark-account", place: "standalone" }, count: 12 },
    ownProfile(2, true, true),
  ],
};

const SAMPLE_2: TestCustomer = {
  pkid: "6197a2572f7ab2c5dbb8f2fc",
  provider: "Provider_01",
  reseller: "Reseller_01",
  customer: "Customer_02",
  profiles: [
    subscriber({ phones: 1 }, 4),
    subscriber({ phones: 1, vm: true }, 6),
    subscriber({ phones: 1, webex: true }, 7),
    subscriber({ webex: true }, 1),
    subscriber({ spark: true }, 4),
    subscriber({ em: true, spark: true }, 1),
    subscriber({ em: true }, 1),
    subscriber({ em: true, snr: true }, 2),
    subscriber({ em: true, vm: true }, 1),
    subscriber({ em: true, webex: true }, 3),
    { export: "standalone-phone", profile: { analog: true }, count: 2 },
    { export: "standalone-webex", profile: {}, count: 1 },
    { export: "standalone-voicemail", profile: {}, count: 1 },
    { export: "contact-center", profile: { enterprise: true, express: true }, count: 1 },
    { export: "spark-hybrid", profile: { kind: "spark-account", place: "standalone" }, count: 8 },
    ownProfile(1, true, false),
  ],
};

/** The two customers of the guide's sample (1.7.1, 1.7.2). */
export const SAMPLE: readonly TestCustomer[] = [SAMPLE_1, SAMPLE_2];
