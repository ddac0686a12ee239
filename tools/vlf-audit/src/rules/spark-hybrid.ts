/**
 * Columns 12 (in part), 23, 27 and 32: where each Spark account is counted, and the users of the
 * hybrid service. Spark is counted by account (D10), at any level of the customer.
 */
import { isWithin } from "@vlf/common/hierarchy";
import type { Name } from "@vlf/common/names";
import { COLUMNS, type ProfileFacts } from "@vlf/common/voss4";
import type { Customer } from "../customer.ts";
import { isBlank, type NameMap, type NameTables } from "../names.ts";
import { type SparkAccount, type Subscriber } from "../subscribers.ts";
import type { Rule } from "./_rule.ts";

type PlaceOfAccount = ProfileFacts["spark-hybrid"]["place"];

const WHY: Readonly<Record<PlaceOfAccount, string>> = {
  column: "its subscriber is in a column whose title names Spark: counted there",
  "above-site": "its user is above site level: it counts as Spark (D9)",
  standalone: "no CUCM user on its branch has its address: standalone (D9)",
  standard: "its subscriber is in a column that does not name Spark: a standard user with Spark (D10)",
  "": "",
};

/** Of each place, its facts. */
const ACCOUNTS = Object.fromEntries(
  Object.keys(WHY).map((place) => [place, { kind: "spark-account", place }]),
) as unknown as Readonly<Record<PlaceOfAccount, ProfileFacts["spark-hybrid"]>>;

/** The columns of subscribers whose Spark account is not one of the standard users with Spark. */
const SPARK_COLUMNS = COLUMNS.filter(({ id }) =>
  ["one_phone_and_spark", "spark", "em_and_spark"].includes(id),
);

export const sparkHybrid: Rule = {
  id: "spark-hybrid",
  reference: "guide 1.7.3, Spark detailed notes; D9, D10",
  apply(customer, { subscribers }) {
    const matched = accountsOfSubscribers(subscribers, customer.tables);
    const above = usersAboveSite(customer);
    for (const { path, facts } of customer.places) {
      for (const account of facts.sparkUser ?? []) {
        const { pkid, name } = account;
        const place = matched.get(pkid) ?? unmatched({ name, path }, above);
        customer.countOne("spark-hybrid", ACCOUNTS[place], () => ({
          kind: "Spark account",
          name,
          sources: [account],
          reasons: [WHY[place]],
        }));
        if (place === "above-site") {
          customer.note(
            "spark-of-user-above-site",
            "info",
            "a Spark account whose user is above site level counts as Spark (D9)",
          );
        }
      }
    }
    for (const user of customer.all("user")) {
      if (!user.hybrid) continue;
      customer.countOne("spark-hybrid", { kind: "hybrid-user", place: "" }, () => ({
        kind: "hybrid user",
        name: user.username,
        sources: [user],
        reasons: ["the hybrid status of the VOSS user is set"],
      }));
    }
  },
};

/** Accounts on the branch of a matching subscriber, an agent included, by pkid. */
function accountsOfSubscribers<N extends Name>(
  subscribers: readonly Subscriber<N>[],
  tables: NameTables<N>,
): NameMap<N, PlaceOfAccount> {
  const places = tables.map<PlaceOfAccount>();
  for (const { facts, sparkAccounts } of subscribers) {
    if (sparkAccounts.length === 0) continue;
    const inColumn = SPARK_COLUMNS.some(({ parts }) => parts.subscriber?.(facts) === true);
    for (const { pkid } of sparkAccounts) {
      if (inColumn) places.set(pkid, "column");
      else if (places.get(pkid) === undefined) places.set(pkid, "standard");
    }
  }
  return places;
}

/** The nodes of CUCM users above site level, by userid and mail address. */
function usersAboveSite<N extends Name>(customer: Customer<N>): Map<N, string[]> {
  const paths = new Map<N, string[]>();
  for (const { path, atSite, facts } of customer.places) {
    if (atSite) continue;
    for (const { userid, mailid } of facts.cucmUser ?? []) {
      for (const id of new Set([userid, mailid])) {
        if (isBlank(id)) continue;
        const at = paths.get(id) ?? [];
        at.push(path);
        paths.set(id, at);
      }
    }
  }
  return paths;
}

/** D9: a user at the account's own node or below makes it premium; one higher up, or none, standalone. */
function unmatched<N extends Name>(
  account: Pick<SparkAccount<N>, "name" | "path">,
  above: ReadonlyMap<N, readonly string[]>,
): PlaceOfAccount {
  const paths = above.get(account.name) ?? [];
  return paths.some((path) => isWithin(path, account.path)) ? "above-site" : "standalone";
}
