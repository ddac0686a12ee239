/** `vlf-audit standing`: is the subscription in good standing, and how long will it be. */
import { readFile } from "node:fs/promises";
import { formatTime, timeOf } from "@vlf/common/clock";
import { loadConfig } from "@vlf/common/config";
import { asToolError, DataError, EXIT } from "@vlf/common/exit";
import type { Io } from "@vlf/common/main";
import { readRecords, RecordWriter } from "@vlf/common/ndjson";
import { type Finding, type Platform, SCHEMA, type Usage } from "@vlf/common/records";
import type { Context, Problem } from "./standing/criterion.ts";
import { criteriaOf } from "./standing/index.ts";
import type { StandingOptions } from "./standing/options.ts";
import { standingDefaults, standingSettings } from "./standing/settings.ts";
import { readSystems, type System, type Used } from "./standing/system.ts";

/** Looks at each criterion of each system; gives the exit status. */
export async function runStanding(options: StandingOptions, io: Io): Promise<number> {
  const { clock, log, tool, version } = options;
  if (options.printDefaults) {
    await io.stdout.write(standingDefaults());
    return EXIT.ok;
  }
  const settings = standingSettings(loadConfig(options.config));
  const files = await Promise.all(options.systems.map(readSystemFile));
  const { used, platform } = options.usage ? await readUsage(io) : { used: [], platform: {} };
  const systems = [...files.flat().map((system) => withUsage(system, used)), ...vossSystem(platform)];
  checkIds(systems);
  if (systems.length === 0)
    throw new DataError("read systems: none is named, and the input has no license expiry");
  warnOfOthers(used, systems, (message) => log.warning(message));

  const context: Context = { settings, now: clock.now, systems };
  const lines: string[] = [];
  const findings: Finding[] = [];
  for (const system of systems) {
    lines.push(`${system.id}${system.customer === "" ? "" : ` (${system.customer})`}`);
    for (const criterion of criteriaOf(system.vendor)) {
      const { id, title } = criterion;
      const { problems, unchecked } = criterion.check(system, context);
      const told = [...problems, ...uncheckedProblem(id, system, unchecked)];
      findings.push(...told.map((problem) => findingOf(problem, system)));
      const isGood = problems.every(({ severity }) => severity === "info");
      const word = !isGood ? "NOT GOOD" : unchecked.length > 0 ? "not checked" : "ok";
      lines.push(`  ${title.padEnd(34)}${word}`, ...told.map(({ message }) => `      ${message}`));
    }
  }
  if (options.asText) {
    await io.stdout.write(lines.map((line) => `${line.replaceAll(/[\p{Cc}\p{Cf}]/gu, "?")}\n`).join(""));
  } else {
    const writer = new RecordWriter(io.stdout);
    const time = formatTime(clock.now);
    const run_id = clock.runId(options.systems.join("\n"));
    await writer.begin({
      type: "begin",
      schema: SCHEMA,
      tool,
      version,
      run_id,
      started_at: time,
      collected_at: time,
      platform: {},
    });
    for (const finding of findings) await writer.write(finding);
    await writer.end(tool);
  }
  return options.exitStatus && findings.some(({ severity }) => severity !== "info") ? EXIT.no : EXIT.ok;
}

async function readSystemFile(file: string): Promise<System[]> {
  let text: string;
  try {
    text = await readFile(file, "utf8");
  } catch (error) {
    throw asToolError(`read ${file}`, error);
  }
  return readSystems(file, text);
}

interface UsageStream {
  readonly used: readonly (Used & { readonly subscription: string; readonly customer: string })[];
  readonly platform: Platform;
}

/** Usage of Avaya in a record stream, and the facts of the platform that it is of. */
async function readUsage(io: Io): Promise<UsageStream> {
  const used: UsageStream["used"][number][] = [];
  const { begin } = await readRecords(
    io.stdin,
    { name: "stdin" },
    {
      record: (record) => {
        if (record.type !== "usage" || record["vendor"] !== "avaya") return;
        const {
          application,
          license_type: unit,
          quantity,
          at,
          subscription,
          customer,
        } = record as unknown as Usage;
        used.push({ application, unit, quantity, at: timeOf(at) ?? new Date(0), subscription, customer });
      },
    },
  );
  return { used, platform: begin.platform };
}

/** Usage that names a system goes there; usage that names none goes to the one system there is. */
function withUsage(system: System, used: UsageStream["used"]): System {
  const own = used.filter((one) => isOf(one, system));
  return { ...system, usage: [...system.usage, ...own] };
}

function isOf({ subscription, customer }: UsageStream["used"][number], system: System): boolean {
  if (system.vendor !== "avaya") return false;
  if (subscription !== "") return subscription === system.id;
  return customer === "" || customer === system.customer || customer === system.customerPkid;
}

function warnOfOthers(
  used: UsageStream["used"],
  systems: readonly System[],
  warn: (message: string) => void,
): void {
  const lost = used.filter((one) => !systems.some((system) => isOf(one, system)));
  const [first] = lost;
  if (first === undefined) return;
  const whose = first.subscription || first.customer;
  warn(`${lost.length} usage records are of no system here, the first of "${whose}"`);
}

/** The license token of a VOSS platform, by the facts at the head of a stream. */
function vossSystem({ hostname, platform_id: id, license_expiry: expiry }: Platform): System[] {
  if (expiry === undefined) return [];
  const expiresAt = timeOf(expiry);
  if (expiresAt === undefined) {
    throw new DataError(`read license expiry: "${expiry}" is not a time with a zone (RFC 3339)`, {
      hint: 'write it into [platform] of vlf.toml: license_expiry = "2026-11-01T00:00:00Z"',
    });
  }
  const none = { customer: "", customerPkid: "", billing: "" };
  const lists = { orders: [], applications: [], weblms: [], usage: [], alerts: [] };
  const license = { name: "license token", refreshedAt: undefined, expiresAt };
  return [{ id: hostname ?? id ?? "VOSS", vendor: "voss", ...none, ...lists, licenses: [license] }];
}

function checkIds(systems: readonly System[]): void {
  const ids = systems.map(({ id }) => id);
  const twice = ids.find((id, at) => ids.indexOf(id) !== at);
  if (twice !== undefined) throw new DataError(`read systems: "${twice}" is there twice`);
}

/** Good standing is not proven by what the file does not tell: that is said, too. */
function uncheckedProblem(id: string, system: System, unchecked: readonly string[]): Problem[] {
  if (unchecked.length === 0) return [];
  const message = `not checked of "${system.id}", ${id}: ${unchecked.join("; ")}`;
  return [{ code: "standing-not-checked", severity: "info", message, count: unchecked.length }];
}

function findingOf({ code, severity, message, count }: Problem, { customerPkid }: System): Finding {
  return {
    type: "finding",
    code,
    severity,
    message,
    customer_pkid: customerPkid,
    ...(count === undefined ? {} : { count }),
  };
}
