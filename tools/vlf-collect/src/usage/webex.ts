/** Licenses of Webex: answers of GET /v1/licenses. */
import { DataError } from "@vlf/common/exit";
import type { UsageContext, UsageFormat } from "./_format.ts";
import { usageRecord } from "./usage-record.ts";

interface License {
  readonly name?: unknown;
  readonly totalUnits?: unknown;
  readonly consumedUnits?: unknown;
  readonly consumedByUsers?: unknown;
  readonly consumedByWorkspaces?: unknown;
  readonly subscriptionId?: unknown;
  readonly siteUrl?: unknown;
}

export const webex: UsageFormat = {
  id: "webex",
  about: "licenses of Webex: the JSON answer of GET /v1/licenses",
  read({ name: file, text }, context) {
    let answer: unknown;
    try {
      answer = JSON.parse(text);
    } catch (error) {
      throw new DataError(`read ${file}: not JSON, wanted an answer of GET /v1/licenses`, { cause: error });
    }
    const items: unknown = (answer as { items?: unknown } | null)?.items;
    if (!Array.isArray(items))
      throw new DataError(`read ${file}: no list "items", wanted an answer of GET /v1/licenses`);
    const leftOut: string[] = [];
    const usage = items.flatMap((item: unknown, index) => {
      const where = `${file}: item ${index + 1}`;
      if (typeof item !== "object" || item === null)
        throw new DataError(`read ${where}: wanted an object with name, totalUnits, consumedUnits`);
      const license = item as License;
      const name = textOf(license.name);
      if (name === "") throw new DataError(`read ${where}: no "name"`);
      const skip = skipWord(name, context);
      if (skip !== undefined) {
        leftOut.push(`${where}: "${name}", since "${skip}" licenses always read 1 of 0`);
        return [];
      }
      const total = numberOf(license.totalUnits);
      const used = numberOf(license.consumedUnits);
      if (used === undefined)
        throw new DataError(
          `read ${where}: "${name}" has a wrong "consumedUnits", wanted a whole number from 0`,
        );
      const users = numberOf(license.consumedByUsers);
      const workspaces = numberOf(license.consumedByWorkspaces);
      const record = usageRecord(
        {
          vendor: "cisco",
          application: "Webex",
          cluster: textOf(license.siteUrl) || context.told.cluster,
          subscription: textOf(license.subscriptionId) || context.told.subscription,
          license_name: name,
          quantity: used,
          source: "webex",
          // A total that is no number from 0 is one without a limit.
          ...(total === undefined ? {} : { entitled: total }),
          ...(users === undefined ? {} : { by_users: users }),
          ...(workspaces === undefined ? {} : { by_devices: workspaces }),
        },
        context,
      );
      return [record];
    });
    return { usage, leftOut };
  },
};

/** Hybrid services: "always total 1, consumed 0" (Webex developer pages). */
function skipWord(name: string, { settings }: UsageContext): string | undefined {
  return settings.webexSkip.find((word) => name.toLowerCase().includes(word.toLowerCase()));
}

function textOf(value: unknown): string {
  return typeof value === "string" ? value.trim() : "";
}

function numberOf(value: unknown): number | undefined {
  return Number.isSafeInteger(value) && (value as number) >= 0 ? (value as number) : undefined;
}
