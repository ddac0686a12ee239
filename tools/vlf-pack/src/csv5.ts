/** The CSV files of scheme `voss-5`: detailed, anonymous, and the breakdown, which holds the profiles. */
import { formatTime, parseTime } from "@vlf/common/clock";
import { readCsv } from "@vlf/common/csv";
import { DataError } from "@vlf/common/exit";
import { PLATFORM_KEYS, type Platform } from "@vlf/common/records";
import { EXPORTS5, type ExportId5, FACT_KINDS5, type Profile5, profileProblem5 } from "@vlf/common/voss5";
import { type Layout, LAYOUTS, METADATA_NAMES, type MetadataId } from "@vlf/common/voss5-layouts";
import { byPkids, type NamedRow5, type Row5, rowOf } from "./content5.ts";
import { tableText } from "./csv.ts";
import { type Facts, makeFacts } from "./facts.ts";

/** What stands where there is no token or expiry: the vendor's words. */
const PLACEHOLDERS: Partial<Readonly<Record<MetadataId, string>>> = {
  license_token: "<license-token-not-found>",
  license_expiry: "<license-expiry-not-found>",
};

/** The facts of the breakdown by their columns; `kind` is a word, the others numbers or flags. */
const FACT_TITLES: Readonly<Record<string, string>> = {
  licenses: "Licenses",
  hybrid: "Hybrid",
  more_than_10_devices: "More than 10 Devices",
  cisco_voice: "Cisco Voice",
  cisco_voicemail: "Cisco Voicemail",
  ms_teams_voice: "MS Teams Voice",
  ms_online: "MS Online",
  ms_exchange: "MS Exchange",
  kind: "Type",
  sites: "Sites",
};

const FACTS = Object.keys(FACT_TITLES);

/** The files know minutes only, and so do the archives, which are made again from the files. */
export function toMinute({ platform, date }: Facts): Facts {
  return { platform, date: new Date(Math.floor(date.getTime() / 60_000) * 60_000) };
}

/** The metadata lines, each with its line feed. @internal exported for its tests */
export function head5({ platform, date }: Facts, { metadata, auditVersion }: Layout): string {
  const time = formatTime(date);
  const valueOf = (id: MetadataId): string => {
    if (id === "date_time") return `${time.slice(0, 10)} ${time.slice(11, 16)}`;
    if (id === "audit_version") return auditVersion;
    return platform[id] ?? PLACEHOLDERS[id] ?? "";
  };
  return metadata.map((id) => `#${METADATA_NAMES[id]}=${valueOf(id)}\n`).join("");
}

/** Values of a row's columns that name nobody. */
function cell(id: string, { providerPkid, customerPkid, counts }: Row5): string {
  if (id === "provider_pkid") return providerPkid;
  return id === "customer_pkid" ? customerPkid : String(counts[id] ?? 0);
}

export function anonymousCsv5(facts: Facts, layout: Layout, rows: readonly Row5[]): string {
  const table = rows.map((row) => layout.anonymous.map((id) => cell(id, row)));
  return head5(facts, layout) + tableText([layout.anonymous.map((id) => layout.titles[id] ?? id), ...table]);
}

export function detailedCsv5(facts: Facts, layout: Layout, named: readonly NamedRow5[]): string {
  const table = named.map((one) => layout.detailed.map((id) => nameIn(id, one) ?? cell(id, one.row)));
  return head5(facts, layout) + tableText([layout.detailed.map((id) => layout.titles[id] ?? id), ...table]);
}

function nameIn(id: string, named: Omit<NamedRow5, "row">): string | undefined {
  return id === "provider" || id === "reseller" || id === "customer" ? named[id] : undefined;
}

/** The profiles of all rows, one a line: who adds them up has every number of the other files. */
export function breakdownCsv(facts: Facts, layout: Layout, rows: readonly Row5[]): string {
  const table = rows.flatMap(({ providerPkid, customerPkid, profiles }) =>
    profiles.map(({ export: id, profile, count }) => {
      const values: Readonly<Record<string, number | boolean | string>> = profile;
      const facts = FACTS.map((fact) => factText(values[fact]));
      return [providerPkid, customerPkid, EXPORTS5[id], ...facts, String(count)];
    }),
  );
  return head5(facts, layout) + tableText([breakdownTitles(), ...table]);
}

function breakdownTitles(): string[] {
  return ["Provider PKID", "Customer PKID", "Kind", ...Object.values(FACT_TITLES), "Count"];
}

function factText(value: number | boolean | string | undefined): string {
  if (typeof value === "boolean") return value ? "Y" : "N";
  return value === undefined ? "" : String(value);
}

/** What the breakdown says: everything but names, patches and adaptations. */
export interface Breakdown {
  readonly facts: Facts;
  readonly layout: Layout;
  readonly rows: readonly Row5[];
}

/**
 * Reads a breakdown file back, and makes sure that it is what its content makes.
 * @throws {DataError} saying what is wrong
 */
export function readBreakdown(text: string, configured: Layout): Breakdown {
  const { facts, layout, table } = readHead(text, configured);
  const [titles, ...lines] = readCsv(table) ?? [];
  if (titles?.join() !== breakdownTitles().join()) throw new DataError("breakdown: other columns than ours");
  const profiles = new Map<string, { pkids: readonly [string, string]; list: Profile5[] }>();
  for (const [index, cells] of lines.entries()) {
    const [providerPkid = "", customerPkid = "", kind = "", ...rest] = cells;
    const key = JSON.stringify([providerPkid, customerPkid]);
    const row = profiles.get(key) ?? { pkids: [providerPkid, customerPkid], list: [] };
    profiles.set(key, row);
    row.list.push(readProfile(kind, rest, index + 1));
  }
  const rows = [...profiles.values()].map(({ pkids: [provider, customer], list }) =>
    rowOf(provider, customer, list),
  );
  rows.sort(byPkids);
  if (breakdownCsv(facts, layout, rows) !== text)
    throw new DataError("breakdown: is not what its own content makes");
  return { facts, layout, rows };
}

function readProfile(title: string, cells: readonly string[], line: number): Profile5 {
  const [id] = (Object.entries(EXPORTS5) as [ExportId5, string][]).find(([, name]) => name === title) ?? [];
  if (id === undefined) throw new DataError(`breakdown: row ${line}: unknown kind "${title}"`);
  const kinds: Readonly<Record<string, unknown>> = FACT_KINDS5[id];
  const profile: Record<string, number | boolean | string> = {};
  // In the order in which the audit has them.
  for (const fact of Object.keys(kinds)) {
    const text = cells[FACTS.indexOf(fact)] ?? "";
    if (kinds[fact] === "boolean") profile[fact] = text === "Y";
    else profile[fact] = kinds[fact] === "number" ? wholeNumber(text, line) : text;
  }
  const record = { export: id, profile, count: wholeNumber(cells[FACTS.length] ?? "", line) };
  const wrong = profileProblem5(record);
  if (wrong !== undefined) throw new DataError(`breakdown: row ${line}: ${wrong}`);
  return record as unknown as Profile5;
}

function wholeNumber(text: string, line: number): number {
  if (!/^\d{1,15}$/.test(text)) throw new DataError(`breakdown: row ${line}: "${text}" is no number`);
  return Number(text);
}

/** The facts in the metadata lines, the layout that they are of, and what follows them. */
function readHead(text: string, configured: Layout): { facts: Facts; layout: Layout; table: string } {
  const version = /^#Audit Version=(.*)$/mu.exec(text)?.[1];
  const layout = [configured, ...LAYOUTS].find(({ auditVersion }) => auditVersion === version);
  if (layout === undefined) {
    throw new DataError(`no layout of audit version "${version ?? ""}" is known`, {
      hint: 'set it in vlf.toml: [voss5] audit_version = "..."',
    });
  }
  const platform: Platform = {};
  let date: Date | undefined;
  let rest = text;
  for (const id of layout.metadata) {
    const end = rest.indexOf("\n");
    const line = rest.slice(0, end);
    const prefix = `#${METADATA_NAMES[id]}=`;
    if (end < 0 || !line.startsWith(prefix)) throw new DataError(`no metadata line "${prefix}" in its place`);
    const value = line.slice(prefix.length);
    rest = rest.slice(end + 1);
    if (id === "date_time") date = parseTime(`${value.replace(" ", "T")}:00Z`, "Date Time");
    else if (id !== "audit_version" && value !== PLACEHOLDERS[id]) platform[id] = value;
  }
  if (date === undefined) throw new DataError("no date in the metadata lines");
  // Lines that a correction leaves out have no values; makeFacts() knows what a value may be.
  for (const key of PLATFORM_KEYS) if (platform[key] === "") delete platform[key];
  return { facts: makeFacts(platform, {}, date), layout, table: rest };
}

/**
 * The names in a detailed file, each with the row of these numbers. The detailed file of 5.0 has no pkids, so
 * rows are found by all that the file shows of them.
 * @throws {DataError} when a row has numbers that none of the rows has, or the file is not one of ours
 */
export function readDetailed5(text: string, { facts, layout, rows }: Breakdown): NamedRow5[] {
  const head = head5(facts, layout);
  if (!text.startsWith(head)) throw new DataError("metadata lines are not those of the archive");
  const [titles, ...lines] = readCsv(text.slice(head.length)) ?? [];
  if (titles?.join() !== layout.detailed.map((id) => layout.titles[id] ?? id).join())
    throw new DataError("column titles are not those of the layout");
  const shown = layout.detailed.map((id, place) => ({ id, place }));
  const numbers = shown.filter(
    ({ id }) => nameIn(id, { provider: "", reseller: "", customer: "" }) === undefined,
  );
  const left = new Map<string, Row5[]>();
  for (const row of rows) {
    const key = JSON.stringify(numbers.map(({ id }) => cell(id, row)));
    left.set(key, [...(left.get(key) ?? []), row]);
  }
  const named = lines.map((cells, index): NamedRow5 => {
    const key = JSON.stringify(numbers.map(({ place }) => cells[place] ?? ""));
    const row = left.get(key)?.shift();
    if (row === undefined) throw new DataError(`row ${index + 1} has other numbers than the breakdown makes`);
    const name = (id: string): string => cells[layout.detailed.indexOf(id)] ?? "";
    return { provider: name("provider"), reseller: name("reseller"), customer: name("customer"), row };
  });
  if (named.length !== rows.length) {
    throw new DataError(`${named.length} rows, but the breakdown has ${rows.length}`);
  }
  return named;
}
