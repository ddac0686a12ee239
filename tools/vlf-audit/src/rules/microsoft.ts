/** Columns 28 to 31: Microsoft accounts by UPN, at any level, of people without a Cisco account. */
import type { Name } from "@vlf/common/names";
import type { ProfileFacts } from "@vlf/common/voss4";
import { type Customer } from "../customer.ts";
import type { GraphUser, Named, TeamsUser } from "../facts.ts";
import { combinations, groupedIn } from "../grouped.ts";
import { isBlank } from "../names.ts";
import type { Rule, Shared } from "./_rule.ts";

const NONE: readonly never[] = [];

const factsOf = combinations<ProfileFacts["microsoft"]>();

export const microsoft: Rule = {
  id: "microsoft",
  reference: "guide 1.7.3, Microsoft columns; D11 to D14",
  apply<N extends Name>(customer: Customer<N>, shared: Shared<N>) {
    const { tables } = customer;
    const teams = customer.all("teamsUser");
    const graph = customer.all("graphUser");
    const teamsByUpn = groupedIn(tables, teams, ({ upn }) => upn);
    const graphByUpn = groupedIn(tables, graph, ({ upn }) => upn);
    const mailboxes = groupedIn(tables, customer.all("mailbox"), ({ name }) => name);
    const accountsOf = (upn: N): Accounts<N> => ({
      teams: teamsByUpn.get(upn) ?? NONE,
      graph: graphByUpn.get(upn) ?? NONE,
      mailboxes: mailboxes.get(upn) ?? NONE,
    });
    for (const upn of teamsByUpn.keys()) count(customer, shared, upn, accountsOf(upn));
    for (const upn of graphByUpn.keys())
      if (teamsByUpn.get(upn) === undefined) count(customer, shared, upn, accountsOf(upn));
    // Accounts without a UPN cannot be told to be one person: each counts by itself.
    const alone = { teams: NONE, graph: NONE, mailboxes: NONE };
    for (const user of teams)
      if (isBlank(user.upn)) count(customer, shared, user.upn, { ...alone, teams: [user] });
    for (const user of graph)
      if (isBlank(user.upn)) count(customer, shared, user.upn, { ...alone, graph: [user] });
  },
};

/** The accounts of one UPN. */
interface Accounts<N extends Name> {
  readonly teams: readonly TeamsUser<N>[];
  readonly graph: readonly GraphUser<N>[];
  readonly mailboxes: readonly Named<N>[];
}

function reasonsOf(facts: ProfileFacts["microsoft"]): string[] {
  if (facts.cisco)
    return ["the person has a Cisco account in the customer: in none of columns 28 to 31 (D11)"];
  const reasons: string[] = [];
  if (!facts.teams) reasons.push("no Teams account");
  else if (!facts.enabled) reasons.push("the Teams account is disabled");
  else if (!facts.features) reasons.push("the Teams account has no feature types");
  else {
    reasons.push(facts.phone_system ? "Teams with PhoneSystem" : "Teams without PhoneSystem");
    reasons.push(facts.enterprise_voice ? "Enterprise Voice is on" : "Enterprise Voice is off");
    reasons.push(facts.mailbox ? "an Exchange mailbox" : "no Exchange mailbox");
    if (facts.phone_system !== facts.enterprise_voice)
      reasons.push("only one of PhoneSystem and Enterprise Voice: in none of the Teams columns (D12)");
  }
  reasons.push(facts.o365_licensed ? "licensed for Office 365" : "not licensed for Office 365");
  return reasons;
}

function count<N extends Name>(
  customer: Customer<N>,
  { same }: Shared<N>,
  upn: N,
  accounts: Accounts<N>,
): void {
  const { length } = accounts.teams;
  const teams = length <= 1 ? accounts.teams[0] : accounts.teams.toSorted((a, b) => rank(b) - rank(a))[0];
  const cisco = same.hasCisco(upn);
  const mailbox = accounts.mailboxes.length > 0;
  const licensed = accounts.graph.some((user) => user.licensed);
  const bits = (teams === undefined ? 0 : 16 + bitsOf(teams)) * 8;
  const facts = factsOf(bits + (cisco ? 4 : 0) + (mailbox ? 2 : 0) + (licensed ? 1 : 0), () => ({
    cisco,
    teams: teams !== undefined,
    enabled: teams?.enabled ?? false,
    features: teams?.features ?? false,
    phone_system: teams?.phoneSystem ?? false,
    enterprise_voice: teams?.enterpriseVoice ?? false,
    mailbox,
    o365_licensed: licensed,
  }));
  customer.countOne("microsoft", facts, () => ({
    kind: "Microsoft account",
    name: upn,
    sources: [...accounts.teams, ...accounts.graph, ...accounts.mailboxes],
    reasons: reasonsOf(facts),
  }));
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
function rank(user: TeamsUser<Name>): number {
  const { enabled, features, phoneSystem, enterpriseVoice } = user;
  const bits = bitsOf(user);
  if (!enabled || !features) return bits;
  if (phoneSystem && enterpriseVoice) return 300 + bits;
  return phoneSystem === enterpriseVoice ? 200 + bits : 100 + bits;
}

function bitsOf({ enabled, features, phoneSystem, enterpriseVoice }: TeamsUser<Name>): number {
  return (enabled ? 8 : 0) + (features ? 4 : 0) + (phoneSystem ? 2 : 0) + (enterpriseVoice ? 1 : 0);
}
