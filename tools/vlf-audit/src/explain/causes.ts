/** Why two schemes count a group of instances differently: each cause a word, and what it means here. */
import { isCisco } from "@vlf/common/cisco";
import type { SchemeDifference } from "@vlf/common/records";
import type { SchemeId } from "@vlf/common/schemes";
import { byCodeUnit } from "@vlf/common/hierarchy";
import type { Explained } from "../audit.ts";
import type { Place } from "../customer.ts";
import { type Account, type FactId, looksAt } from "../facts.ts";
import type { Pair } from "./differences.ts";
import { type Members, membersOf } from "./members.ts";

type Cause = SchemeDifference["causes"][number];

/** The causes, in order. There is one at least: that the rules differ, with the reasons beside it. */
export function causesOf(pair: Pair, pkids: ReadonlySet<string>, { places }: Explained): Cause[] {
  const members = membersOf(pair, pkids, places as readonly Place[]);
  const causes = unique(CAUSES.flatMap((cause) => cause(members)));
  const other = "the rules of the two schemes differ: the reasons of each subject say how";
  return causes.length > 0 ? causes : [{ cause: "other", message: other }];
}

/** Duplicates of a user or phone tell the same. */
function unique(causes: readonly Cause[]): Cause[] {
  return [...new Map(causes.map((one) => [one.message, one])).values()];
}

/** The scheme of VOSS and that of Cisco, where it is one of each. */
function vossAndCisco([first, second]: Pair): { voss: SchemeId; cisco: SchemeId } | undefined {
  if (isCisco(first) === isCisco(second)) return undefined;
  return isCisco(first) ? { voss: second, cisco: first } : { voss: first, cisco: second };
}

const CAUSES: readonly ((members: Members) => Cause[])[] = [
  associatedNotOwned,
  ownedElsewhere,
  voicemailWithoutUser,
  contactCenterAgent,
  manyDevices,
  severalClusters,
  serviceAlone,
  telepresence,
  notAtSite,
  notLookedAt,
  byProduct,
];

/** VOSS takes a phone for a user's by association as well, Cisco by OwnerUserID alone. */
function associatedNotOwned({ pair, phones, services }: Members): Cause[] {
  const both = vossAndCisco(pair);
  if (both === undefined) return [];
  return phones.flatMap(({ name, owner }) =>
    (services.listers.get(name) ?? [])
      .filter(({ userid }) => owner === "" || owner !== userid)
      .map(({ userid, atSite }) => {
        const taken =
          both.voss === "voss-4" && !atSite
            ? `${both.voss} takes it for a phone of ${userid}, who is above site level (D7)`
            : `${both.voss} takes it for a phone of ${userid}`;
        const where = `${name} is in the list of devices of ${userid} and its OwnerUserID is ${owner === "" ? "blank" : owner}`;
        return { cause: "associated-not-owned", message: `${where}: ${taken}, ${both.cisco} does not` };
      }),
  );
}

/** A voicemail account that no CUCM user has. */
function voicemailWithoutUser({ pair, all, services }: Members): Cause[] {
  const both = vossAndCisco(pair);
  if (both === undefined) return [];
  return all
    .filter(({ id, fact }) => id === "voicemail" && !services.userids.has((fact as Account).id))
    .map(({ fact }) => ({
      cause: "voicemail-without-user",
      message: `the voicemail account ${(fact as Account).id} is of no CUCM user: ${both.cisco} does not count it`,
    }));
}

/** An owner who is no user of the input. */
function ownedElsewhere({ pair, users, phones }: Members): Cause[] {
  const both = vossAndCisco(pair);
  if (both === undefined) return [];
  const userids = new Set(users.map(({ userid }) => userid));
  return phones
    .filter(({ owner }) => owner !== "" && !userids.has(owner))
    .map(({ name, owner }) => ({
      cause: "owner-unknown",
      message: `the owner of ${name}, ${owner}, is no CUCM user of the input: ${both.cisco} counts the owner, ${both.voss} the phone`,
    }));
}

/** In `voss-4` a contact center agent is that and nothing else. */
function contactCenterAgent({ pair, users, services }: Members): Cause[] {
  const other = pair.find((scheme) => scheme !== "voss-4");
  if (!pair.includes("voss-4") || other === undefined) return [];
  return users
    .filter(({ userid }) => userid !== "" && services.agents.has(userid))
    .map(({ userid }) => ({
      cause: "contact-center-agent",
      message: `${userid} is a contact center agent: voss-4 counts the agent, and none of its phones and services; ${other} counts these`,
    }));
}

function manyDevices({ pair, users, phones }: Members): Cause[] {
  return users.flatMap((user) => {
    const own = phones.filter(({ owner, name }) => owner === user.userid || user.devices.includes(name));
    if (own.length <= 10) return [];
    const message = `${user.userid} has ${own.length} devices, and the schemes differ above ten: ${pair
      .map((scheme) => `${scheme} ${MORE_THAN_TEN[scheme]}`)
      .join(", ")}`;
    return [{ cause: "more-than-ten-devices", message }];
  });
}

const MORE_THAN_TEN: Readonly<Record<SchemeId, string>> = {
  "voss-4": "counts a license for every ten begun",
  "voss-5": "counts one license, unless set otherwise",
  "cisco-ucm": "counts CUWL and a license for each device more",
  "cisco-flex-2": "counts a Knowledge Worker for every ten begun, unless set otherwise",
  "cisco-flex-3-nu": "counts a Professional for every ten begun, unless set otherwise",
  "cisco-flex-3-ea": "counts a Knowledge Worker for every ten begun, unless set otherwise",
};

function severalClusters({ pair, users }: Members): Cause[] {
  const both = vossAndCisco(pair);
  const clusters = new Set(users.map(({ device }) => device ?? ""));
  if (both === undefined || clusters.size < 2) return [];
  const message = `a userid is in ${clusters.size} clusters: ${both.cisco} counts it in each, ${both.voss} once`;
  return [{ cause: "several-clusters", message }];
}

/** A user whose only use is a service that one of the schemes asks nothing for. */
function serviceAlone({ pair, users, phones, services }: Members): Cause[] {
  return users.flatMap((user) => {
    const hasPhone = phones.some(({ owner, name }) => owner === user.userid || user.devices.includes(name));
    if (hasPhone) return [];
    const has: readonly (readonly [boolean, string, string])[] = [
      [services.reach.has(user.userid), "snr-only", "SNR"],
      [
        user.profiles.some((name) => services.profiles.has(name)),
        "extension-mobility-only",
        "extension mobility",
      ],
      [services.voicemail.has(user.userid), "voicemail-only", "voicemail"],
    ];
    return has
      .filter(([is]) => is)
      .map(([, cause, words]) => ({
        cause,
        message: `${user.userid} has no device and uses ${words}: ${pair
          .map((scheme) => `${scheme} ${asks(scheme, cause) ? "counts that" : "wants nothing for it"}`)
          .join(", ")}`,
      }));
  });
}

/** Whether a scheme has a license for a user who has this alone. */
function asks(scheme: SchemeId, cause: string): boolean {
  if (scheme === "cisco-ucm" || scheme === "cisco-flex-3-nu") return cause === "snr-only";
  return true;
}

/** A device of a room has a license of its own in the schemes of Cisco. */
function telepresence({ pair, phones }: Members): Cause[] {
  const rooms = phones.filter(({ product = "" }) => /telepresence|room|webex/i.test(product));
  if (rooms.length === 0) return [];
  const names = rooms.map(({ name }) => name).join(", ");
  const words = pair.map((scheme) => `${scheme} ${ROOM_WORDS[scheme]}`).join(", ");
  return [{ cause: "telepresence", message: `${names}: a TelePresence device: ${words}` }];
}

const PHONE_LIKE_OTHERS = "counts it as any phone";
const BY_ITSELF = "counts it by itself, beside its owner";

const ROOM_WORDS: Readonly<Record<SchemeId, string>> = {
  "voss-4": PHONE_LIKE_OTHERS,
  "voss-5": PHONE_LIKE_OTHERS,
  "cisco-ucm": "counts a TelePresence Room that covers a phone of the same owner",
  "cisco-flex-2": BY_ITSELF,
  "cisco-flex-3-nu": BY_ITSELF,
  "cisco-flex-3-ea": BY_ITSELF,
};

/** Scheme `voss-4` alone asks for a site. */
function notAtSite({ pair, all }: Members): Cause[] {
  const other = pair.find((scheme) => scheme !== "voss-4");
  if (!pair.includes("voss-4") || other === undefined) return [];
  const above = all.filter(
    ({ id, atSite }) => !atSite && (id === "cucmUser" || id === "phone") && looksAt(other, id),
  );
  if (above.length === 0) return [];
  return [
    {
      cause: "above-site",
      message: `a user or phone is above site level: voss-4 counts at sites alone, ${other} everywhere`,
    },
  ];
}

/** Accounts of which one of the schemes knows nothing. */
function notLookedAt({ pair, all }: Members): Cause[] {
  const [first, second] = pair;
  return [...new Set(all.map(({ id }) => id))].toSorted(byCodeUnit).flatMap((id) => {
    if (looksAt(first, id) === looksAt(second, id)) return [];
    // A data/User is the name under which voss-5 counts what else is here.
    if (id === "user" && all.some((one) => one.id === "cucmUser")) return [];
    const blind = looksAt(first, id) ? second : first;
    return [{ cause: "not-looked-at", message: `${blind} does not look at ${MODEL_WORDS[id] ?? id}` }];
  });
}

const MODEL_WORDS: Partial<Readonly<Record<FactId, string>>> = {
  webexUser: "WebEx Meetings accounts",
  sparkUser: "Webex App (Spark) accounts",
  uccxAgent: "agents of Contact Center Express",
  ccdmAgent: "agents of Contact Center Enterprise",
  ccdmUser: "users of Contact Center Enterprise",
  user: "users of VOSS (data/User)",
  teamsUser: "Microsoft Teams accounts",
  graphUser: "Microsoft 365 accounts",
  azureUser: "Microsoft Azure AD accounts",
  mailbox: "Exchange mailboxes",
  conference: "PexIP conferences",
  phoneServerPhone: "phones of the VOSS Phone Server",
  roomMailbox: "room mailboxes",
  webexContactCenterUser: "Webex Contact Center accounts",
};

/** Products that one vendor leaves out and the other does not. */
function byProduct({ pair, phones }: Members): Cause[] {
  const both = vossAndCisco(pair);
  if (both === undefined) return [];
  return phones
    .filter(({ kind }) => kind === "spark-remote")
    .map(({ name }) => ({
      cause: "spark-remote-device",
      message: `${name}: ${both.voss} counts a Cisco Spark Remote Device only where its user has no other phone, ${both.cisco} by its device class`,
    }));
}
