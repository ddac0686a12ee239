/** A subscription system as its file tells it: orders, applications, licenses, usage and alerts. */
import { timeOf } from "@vlf/common/clock";
import { Config, type ConfigTable, parseToml, type TableSpec, type TableValues } from "@vlf/common/config";
import { DataError } from "@vlf/common/exit";

/** What was ordered of one application and metric. */
export interface Ordered {
  readonly application: string;
  /** The metric that usage is told in; empty where the application has one alone. */
  readonly unit: string;
  /** `undefined`: pay per use. */
  readonly quantity: number | undefined;
  /** Percent that may be used beyond it; `undefined`: that of the settings. */
  readonly allowance: number | undefined;
  readonly onPremises: boolean;
}

/** An application in the collector. */
export interface Application {
  readonly name: string;
  readonly version: string;
  /** `paused`, or anything else. */
  readonly state: string;
  readonly isConfigured: boolean;
  readonly lastUsage: Date | undefined;
  /** Name of its WebLM server; empty where the system has one alone. */
  readonly weblm: string;
}

/** A license that has to be refreshed, or a token that ends. */
export interface License {
  readonly name: string;
  readonly refreshedAt: Date | undefined;
  readonly expiresAt: Date | undefined;
}

export interface WebLm extends License {
  readonly hostId: string;
  readonly isRegistered: boolean | undefined;
  /** Subscription license status: `Installed`. */
  readonly licenseStatus: string;
  /** Of the link to the collector: `Active`. */
  readonly linkStatus: string;
  readonly lastStatus: Date | undefined;
  /** The applications it asks licenses for; `undefined` where the file does not tell. */
  readonly applications: readonly string[] | undefined;
}

export interface Used {
  readonly application: string;
  readonly unit: string;
  readonly quantity: number;
  readonly at: Date;
}

export interface Alert {
  readonly id: string;
  readonly resolvedAt: Date | undefined;
  readonly clearedAt: Date | undefined;
}

export interface System {
  readonly id: string;
  readonly vendor: "avaya" | "voss";
  readonly customer: string;
  readonly customerPkid: string;
  /** Billing status; empty where the offer has none. */
  readonly billing: string;
  readonly orders: readonly Ordered[];
  readonly applications: readonly Application[];
  readonly weblms: readonly WebLm[];
  readonly licenses: readonly License[];
  readonly usage: readonly Used[];
  readonly alerts: readonly Alert[];
}

const SYSTEM = {
  id: "text",
  vendor: ["avaya", "voss"],
  customer: "text",
  customer_pkid: "text",
  offer: "text",
  bundle: "text",
  state: "text",
  billing: "text",
} as const;
const ORDER = {
  application: "text",
  unit: "text",
  quantity: "whole-number",
  allowance: "whole-number",
  on_premises: "flag",
} as const;
const APPLICATION = {
  name: "text",
  version: "text",
  state: "text",
  configured: "flag",
  last_usage: "text",
  weblm: "text",
} as const;
const LICENSE = { name: "text", refreshed_at: "text", expires_at: "text" } as const;
const WEBLM = {
  ...LICENSE,
  host_id: "text",
  registered: "flag",
  license_status: "text",
  link_status: "text",
  last_status: "text",
  applications: "texts",
} as const;
const USAGE = { application: "text", unit: "text", quantity: "whole-number", at: "text" } as const;
const ALERT = { id: "text", raised_at: "text", resolved_at: "text", cleared_at: "text" } as const;

/** @throws {ToolError} with file and line, for what is unknown, missing, or of another kind */
export function readSystems(file: string, text: string): System[] {
  const reader = new Reader(file, text);
  const systems = reader.list(parseToml(file, text), "system", file);
  if (systems.length === 0) throw new DataError(`read ${file}: no [[system]]`);
  return systems.map((table) => reader.system(table));
}

/** Reads tables in the order of the file, so that each is known by the line of its head. */
class Reader {
  readonly #file: string;
  readonly #text: string;
  readonly #taken = new Map<string, number>();
  readonly #total = new Map<string, number>();

  constructor(file: string, text: string) {
    this.#file = file;
    this.#text = text;
  }

  system(table: ConfigTable): System {
    const where = this.#where("system");
    const { order, application, weblm, license, usage, alert, ...plain } = table;
    const own = values(where, "[[system]]", plain, SYSTEM, ["id"]);
    const tables = { order, application, weblm, license, usage, alert };
    const each = <T>(name: keyof typeof tables, read: (where: string, one: ConfigTable) => T): T[] =>
      this.list(tables, name, where).map((one) => read(this.#where(`system.${name}`), one));
    return {
      id: own.id,
      vendor: own.vendor ?? "avaya",
      customer: own.customer ?? "",
      customerPkid: own.customer_pkid ?? "",
      billing: own.billing ?? "",
      orders: each("order", readOrder),
      applications: each("application", readApplication),
      weblms: each("weblm", readWebLm),
      licenses: each("license", (at, one) => {
        const found = values(at, "[[system.license]]", one, LICENSE, ["name"]);
        return { name: found.name, ...agesOf(at, found) };
      }),
      usage: each("usage", (at, one) => {
        const found = values(at, "[[system.usage]]", one, USAGE, ["application", "quantity", "at"]);
        return { ...found, unit: found.unit ?? "", at: time(at, "at", found.at) ?? new Date(0) };
      }),
      alerts: each("alert", (at, one) => {
        const found = values(at, "[[system.alert]]", one, ALERT, ["id"]);
        time(at, "raised_at", found.raised_at);
        const resolvedAt = time(at, "resolved_at", found.resolved_at);
        return { id: found.id, resolvedAt, clearedAt: time(at, "cleared_at", found.cleared_at) };
      }),
    };
  }

  /** The tables of a list; a list that is not there is empty. */
  list(tables: ConfigTable, name: string, where: string): ConfigTable[] {
    const list = tables[name] ?? [];
    const isTable = (one: unknown): one is ConfigTable =>
      typeof one === "object" && one !== null && !Array.isArray(one) && !(one instanceof Date);
    if (!Array.isArray(list) || !list.every(isTable)) {
      throw new DataError(`read ${where}: ${name}: wanted tables in double brackets`);
    }
    this.#total.set(name, (this.#total.get(name) ?? 0) + list.length);
    return list;
  }

  /** File and line of the next table of a name; without the line where heads cannot be told for sure. */
  #where(name: string): string {
    const pattern = new RegExp(String.raw`^\s*\[\[\s*${name.replace(".", String.raw`\s*\.\s*`)}\s*\]\]`);
    const lines = this.#text.split("\n").flatMap((line, at) => (pattern.test(line) ? [at + 1] : []));
    const taken = this.#taken.get(name) ?? 0;
    this.#taken.set(name, taken + 1);
    const line = lines[taken];
    return line === undefined ? this.#file : `${this.#file}:${line}`;
  }
}

/** Values of a table. TOML's own times become texts first: whether they have a zone is seen there. */
function values<const S extends TableSpec, const R extends keyof S & string>(
  where: string,
  name: string,
  table: ConfigTable,
  spec: S,
  required: readonly R[],
): TableValues<S, R> {
  const plain = Object.fromEntries(
    Object.entries(table).map(([key, value]) => [key, value instanceof Date ? value.toISOString() : value]),
  );
  return new Config(where, {}).values(name, plain, spec, required);
}

function readOrder(where: string, table: ConfigTable): Ordered {
  const found = values(where, "[[system.order]]", table, ORDER, ["application"]);
  const { application, unit = "", quantity, allowance, on_premises: onPremises = true } = found;
  return { application, unit, quantity, allowance, onPremises };
}

function readApplication(where: string, table: ConfigTable): Application {
  const found = values(where, "[[system.application]]", table, APPLICATION, ["name"]);
  const { name, version = "", state = "", configured = true, weblm = "" } = found;
  const lastUsage = time(where, "last_usage", found.last_usage);
  return { name, version, state, isConfigured: configured, lastUsage, weblm };
}

function readWebLm(where: string, table: ConfigTable): WebLm {
  const found = values(where, "[[system.weblm]]", table, WEBLM, ["name"]);
  return {
    name: found.name,
    ...agesOf(where, found),
    hostId: found.host_id ?? "",
    isRegistered: found.registered,
    licenseStatus: found.license_status ?? "",
    linkStatus: found.link_status ?? "",
    lastStatus: time(where, "last_status", found.last_status),
    applications: found.applications,
  };
}

function agesOf(
  where: string,
  found: { readonly refreshed_at?: string; readonly expires_at?: string },
): Pick<License, "refreshedAt" | "expiresAt"> {
  return {
    refreshedAt: time(where, "refreshed_at", found.refreshed_at),
    expiresAt: time(where, "expires_at", found.expires_at),
  };
}

function time(where: string, key: string, text: string | undefined): Date | undefined {
  if (text === undefined) return undefined;
  const date = timeOf(text);
  if (date !== undefined) return date;
  throw new DataError(`read ${where}: ${key} is "${text}", wanted a time with a zone (RFC 3339)`, {
    hint: "write it as 2026-11-01T00:00:00Z",
  });
}
