/** For tests of reports: a folder with the months of a made-up system, in which one is missing and one was run again. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Evidence, Position } from "@vlf/common/records";
import { streamOf } from "@vlf/common/_testing";
import {
  begin,
  countRecord,
  ownProfile,
  recordsOf,
  subscriber,
  type TestCustomer,
} from "../../tools/vlf-pack/src/_stream.ts";
import { bash, type Result } from "../pipelines/_run.ts";

/** Names that would do harm where they are taken for anything but text. */
export const HOSTILE: readonly string[] = [
  `<script>document.title="owned"</script>`,
  `<img src=x onerror="document.title='owned'">`,
  `"><svg onload=document.title='owned'>`,
  "</script></style></title>",
  "]]>&amp;&#60;b&#62;",
  '=HYPERLINK("http://evil.example/","click")',
  "+1+cmd|'/C calc'!A0",
  "@SUM(A1:A9)",
  "-2+3",
  "שלום עולם בע״מ",
  "شركة الاتصالات",
  "\u202Egnp.exe",
  "👩‍👩‍👧‍👦 family 🇳🇱 é e\u0301",
  "_x0041_ escaped",
  `${"long name ".repeat(19)}of 200`,
  "Ω".repeat(200),
  "a\u0001b\u0000c",
  "semi;colon,comma\ttab",
];

/** Customers with these names; the number of the month makes them differ. */
export function customers(month: number): TestCustomer[] {
  return HOSTILE.map((customer, at) => ({
    pkid: `5e54067d116fa10046${String(at).padStart(6, "0")}`,
    provider: "CS-P",
    reseller: at % 3 === 0 ? HOSTILE[(at + 1) % HOSTILE.length]! : "",
    customer,
    profiles: [
      subscriber({ phones: 1 }, 10 + at * 3 + month),
      subscriber({ phones: 1, vm: true }, 100 - at * 2 + (at % 2) * month),
      { export: "contact-center", profile: { enterprise: true, express: false }, count: at },
      ownProfile(1 + at),
    ],
  }));
}

/** The stream of a month. */
export function monthStream(at: string, month: number, more: readonly { type: string }[] = []): string {
  return streamOf(begin(undefined, at), [...recordsOf(customers(month)), ...more]);
}

/** What is over and what is not, of two customers. */
export function positions(): Position[] {
  const [first, second] = customers(0);
  return [
    { customer: first, title: "Essential", entitled: 20, used: 35 },
    { customer: first, title: "Premium", entitled: 200, used: 120 },
    { customer: second, title: "Essential", entitled: 50, used: 40 },
  ].map(({ customer, title, entitled, used }): Position => {
    const overage = Math.max(0, used - entitled);
    return {
      type: "position",
      level: "customer",
      model: "voss-4",
      license_type: title.toLowerCase(),
      title,
      partner: "CS-P",
      partner_pkid: "p",
      customer: customer?.customer ?? "",
      customer_pkid: customer?.pkid ?? "",
      subscription: "Sub-1",
      cluster: "",
      region: "",
      entitled,
      used,
      available: entitled - used,
      overage,
      utilization: Math.ceil((used * 100) / entitled),
      status: overage > 0 ? "over" : "ok",
      statistic: "peak",
      used_on: "2026-10-28",
      period_start: "2026-10-01T00:00:00Z",
      period_end: "2026-11-01T00:00:00Z",
      days: 31,
    };
  });
}

/** Evidence for every subscriber with one phone of each customer. */
export function evidence(month: number): Evidence[] {
  return customers(month).flatMap((customer) => {
    const number = Number(countRecord(customer).counts["one_phone"]);
    return Array.from({ length: number }, (_, at): Evidence => ({
      type: "evidence",
      scheme: "voss-4",
      customer: customer.customer ?? "",
      customer_pkid: customer.pkid,
      counted: true,
      column: "one_phone",
      title: "One Phone (No VM & No WebEx & No Spark)",
      number: 1,
      tier: "essential",
      licenses: 1,
      rule: "subscriber",
      reference: "guide 1.7.3",
      kind: "subscriber",
      name: at === 0 ? HOSTILE[at]! : `user-${at}`,
      hierarchy: "sys.hcs.CS-P",
      reasons: ["1 phone", HOSTILE[at % HOSTILE.length]!],
      sources: [{ model: "device/cucm/User", pkid: `u${at}`, name: `user-${at}` }],
    }));
  });
}

/** The time of the report, and the times of those before it: June twice, and none of August. */
export const AT = "2026-11-01T03:00:00Z";
const BEFORE: readonly (readonly [at: string, month: number])[] = [
  ["2026-06-01T03:00:00Z", 9],
  ["2026-06-05T03:00:00Z", 1],
  ["2026-07-01T03:00:00Z", 2],
  ["2026-09-01T03:00:00Z", 3],
  ["2026-10-01T03:00:00Z", 4],
];
export const MONTH = 5;

/** Makes the files of all months in `folder`/out, and the reports of the last. */
export async function makeReports(folder: string, options: string): Promise<Result> {
  for (const [at, month] of BEFORE) writeFileSync(join(folder, at.slice(0, 10)), monthStream(at, month));
  writeFileSync(join(folder, "now"), monthStream(AT, MONTH, positions()));
  writeFileSync(join(folder, "evidence"), streamOf(begin(undefined, AT), evidence(MONTH)));
  return bash(
    `for month in 2026-0* 2026-1*; do vlf-pack --quiet -o out < $month > /dev/null || exit; done
     vlf-pack -o out --format detailed-csv,${options} < now > records`,
    folder,
  );
}
