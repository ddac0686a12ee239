/** Columns 28 to 31: Microsoft accounts by UPN, at any level, of people without a Cisco account. */
import type { ProfileFacts } from "@vlf/common/voss4";
import { type Customer } from "../customer.ts";
import type { GraphUser, TeamsUser } from "../facts.ts";
import { names } from "../subscribers.ts";
import type { Rule, Shared } from "./_rule.ts";

export const microsoft: Rule = {
  id: "microsoft",
  reference: "guide 1.7.3, Microsoft columns; D11 to D14",
  apply(customer, shared) {
    const mailboxes = names(customer.all("mailbox"));
    const { named: teamsUsers, unnamed: teamsUnnamed } = byUpn(customer.all("teamsUser"));
    const { named: graphUsers, unnamed: graphUnnamed } = byUpn(customer.all("graphUser"));
    for (const upn of new Set([...teamsUsers.keys(), ...graphUsers.keys()])) {
      count(customer, shared, upn, teamsUsers.get(upn) ?? [], graphUsers.get(upn) ?? [], mailboxes.has(upn));
    }
    // Accounts without a UPN cannot be told to be one person: each counts by itself.
    for (const user of teamsUnnamed) count(customer, shared, "", [user], [], false);
    for (const user of graphUnnamed) count(customer, shared, "", [], [user], false);
  },
};

function byUpn<T extends { upn: string }>(users: Iterable<T>): { named: Map<string, T[]>; unnamed: T[] } {
  const named = new Map<string, T[]>();
  const unnamed: T[] = [];
  for (const user of users) {
    const list = user.upn === "" ? unnamed : named.get(user.upn);
    if (list === undefined) named.set(user.upn, [user]);
    else list.push(user);
  }
  return { named, unnamed };
}

function count(
  customer: Customer,
  { same }: Shared,
  upn: string,
  teamsUsers: readonly TeamsUser[],
  graphUsers: readonly GraphUser[],
  mailbox: boolean,
): void {
  const teams = [...teamsUsers].sort((a, b) => rank(b) - rank(a))[0];
  const facts: ProfileFacts["microsoft"] = {
    cisco: same.hasCisco(upn),
    teams: teams !== undefined,
    enabled: teams?.enabled ?? false,
    features: teams?.features ?? false,
    phone_system: teams?.phoneSystem ?? false,
    enterprise_voice: teams?.enterpriseVoice ?? false,
    mailbox,
    o365_licensed: graphUsers.some(({ licensed }) => licensed),
  };
  customer.count("microsoft", facts);
  if (!facts.cisco && facts.enabled && facts.features && facts.phone_system !== facts.enterprise_voice) {
    customer.note(
      "teams-voice-mismatch",
      "warning",
      "a Teams user has only one of PhoneSystem and Enterprise Voice and is in no column (D12)",
      { model: "device/msteamsonline/CsOnlineUser" },
    );
  }
}

/**
 * Accounts of one UPN count once: the one that uses most stands for all, whatever the order of input.
 * The lower bits only make the choice between two that count alike definite.
 */
function rank({ enabled, features, phoneSystem, enterpriseVoice }: TeamsUser): number {
  const bits = Number(enabled) * 8 + Number(features) * 4 + Number(phoneSystem) * 2 + Number(enterpriseVoice);
  if (!enabled || !features) return bits;
  if (phoneSystem && enterpriseVoice) return 300 + bits;
  return phoneSystem === enterpriseVoice ? 200 + bits : 100 + bits;
}
