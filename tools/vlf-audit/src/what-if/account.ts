/** `account = "ada@x.example"`: the Microsoft accounts of a UPN are disabled, change, or go. */
import { joinKey } from "@vlf/common/axl";
import { UsageError } from "@vlf/common/exit";
import type { FactId, Facts } from "../facts.ts";
import { type Change, type Kind, NOTHING } from "./_change.ts";
import type { Row } from "./row.ts";

const MODELS = ["teamsUser", "graphUser", "azureUser", "mailbox", "roomMailbox"] as const;

const SPEC = { account: "text", enabled: "flag", voice: "flag", licensed: "flag", remove: "flag" } as const;

export const account: Kind = {
  key: "account",
  read({ config, table, ...entry }): Change {
    const values = config.values("account:", table, SPEC, ["account"]);
    const { enabled, voice, licensed, remove = false } = values;
    const upn = joinKey(values.account);
    if (upn === "") throw new UsageError(`read ${entry.where}: account: wanted a UPN that is not blank`);
    const words = Object.entries({ enabled, voice, licensed }).filter(([, value]) => value !== undefined);
    if (remove ? words.length > 0 : words.length === 0)
      throw config.problem("account", "some of enabled, voice and licensed, or remove alone");
    const title = remove ? "removed" : words.map(([key, value]) => `${key} ${String(value)}`).join(", ");
    const setTeams = (row: Row, to: Partial<Facts["teamsUser"]>): string | undefined =>
      set(row, "teamsUser", upn, entry.hierarchy, to) ? undefined : `"${upn}" has no Teams account`;
    return {
      ...entry,
      title: `account "${upn}": ${title}`,
      adds: false,
      apply(row) {
        const found = MODELS.flatMap((id) => row.named(id, upn, entry.hierarchy).map((one) => ({ id, one })));
        if (found.length === 0) return NOTHING;
        const before = row.version;
        if (remove) for (const { id, one } of found) row.remove(id, one);
        let problem: string | undefined;
        if (enabled !== undefined) problem = setTeams(row, { enabled });
        if (voice !== undefined) problem ??= setTeams(row, voiceOf(voice));
        if (licensed !== undefined && !set(row, "graphUser", upn, entry.hierarchy, { licensed }))
          problem ??= `"${upn}" has no Microsoft 365 account`;
        return { found: 1, problem, changed: row.version !== before };
      },
    };
  },
};

function voiceOf(voice: boolean): Partial<Facts["teamsUser"]> {
  return { phoneSystem: voice, enterpriseVoice: voice, ...(voice ? { features: true } : {}) };
}

/** Sets values of all accounts of that UPN; `false` where there is none. */
function set<I extends FactId>(
  row: Row,
  id: I,
  upn: string,
  within: string | undefined,
  to: Partial<Facts[I]>,
): boolean {
  const all = row.named(id, upn, within);
  for (const one of all) {
    const now = { ...one.fact, ...to };
    if (JSON.stringify(now) !== JSON.stringify(one.fact)) row.replace(id, one, now);
  }
  return all.length > 0;
}
