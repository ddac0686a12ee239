/**
 * For tests: the rules of docs/voss-5.md written a second time, as literally as they stand there, one row
 * at a time, with nested loops and no index. Slow on purpose; shares nothing with the audit.
 */
import type { Instance } from "@vlf/common/records";

type Row = Readonly<Record<string, unknown>> & { readonly at: string };

const norm = (value: unknown): string => {
  if (Array.isArray(value)) return norm(value[0]);
  if (typeof value === "object" && value !== null)
    return norm((value as Record<string, unknown>)["_value_1"]);
  return typeof value === "string" ? value.trim().toLowerCase() : "";
};

function list(value: unknown, key: string): string[] {
  if (Array.isArray(value)) return value.flatMap((one) => list(one, key));
  if (typeof value === "object" && value !== null) {
    const object = value as Record<string, unknown>;
    return list(key in object ? object[key] : object["_value_1"], key);
  }
  return norm(value) === "" ? [] : [norm(value)];
}

const set = (value: unknown): boolean => value === true || ["true", "y", "yes", "1"].includes(norm(value));
const under = (path: string, top: string): boolean => path === top || path.startsWith(`${top}.`);
const same = (a: unknown, ...others: readonly unknown[]): boolean =>
  norm(a) !== "" && others.some((other) => norm(other) === norm(a));

/** All counts of the customer at a path, or of what lies above the customers of the provider there. */
export function oracle5(instances: readonly Instance[], top: string): Record<string, number> {
  const nodes = instances.filter(({ model }) => model === "data/HierarchyNode");
  const customers = nodes
    .filter(({ data }) => data["node_type"] === "Customer")
    .map(({ hierarchy }) => hierarchy);
  const isIn = (path: string): boolean =>
    under(path, top) && customers.every((customer) => customer === top || !under(path, customer));
  const of = (model: string): Row[] =>
    instances
      .filter((one) => one.model === model && isIn(one.hierarchy))
      .map(({ data, hierarchy }) => ({ ...data, at: hierarchy }));

  const cucm = of("device/cucm/User");
  const phones = of("device/cucm/Phone");
  const counted = (mine: readonly Row[]): number => {
    const real = mine.filter(
      ({ product }) => !["CTI Port", "Cisco Spark Remote Device"].includes(String(product)),
    );
    const remote = mine.filter(({ product }) => product === "Cisco Spark Remote Device");
    return real.length > 0 ? real.length : Math.min(1, remote.length);
  };
  const phonesOf = (users: readonly Row[]): Row[] =>
    phones.filter((phone) =>
      users.some(
        (user) =>
          list(user["associatedDevices"], "device").includes(norm(phone["name"])) ||
          same(phone["ownerUserName"], user["userid"]),
      ),
    );
  const hasMobility = (user: Row): boolean =>
    of("device/cucm/DeviceProfile").some((one) =>
      list(user["phoneProfiles"], "profileName").includes(norm(one["name"])),
    );
  const hasReach = (user: Row): boolean =>
    of("device/cucm/RemoteDestinationProfile").some((one) => same(one["userId"], user["userid"]));
  const isVoice = (one: Row): boolean =>
    set(one["AccountEnabled"]) &&
    set(one["EnterpriseVoiceEnabled"]) &&
    list(one["FeatureTypes"], "")
      .flatMap((text) => text.split(","))
      .some((text) => text.trim() === "phonesystem");

  const counts: Record<string, number> = {};
  const add = (id: string, number = 1): void => {
    counts[id] = (counts[id] ?? 0) + number;
  };
  for (const user of of("data/User")) {
    if (!user.at.startsWith("sys.hcs.")) continue;
    const { username, email, username_ms_365: ms365, username_ms_teams: msTeams } = user;
    const cucmName = norm(user["username_cucm"]) === "" ? username : user["username_cucm"];
    const cucName = norm(user["username_cuc"]) === "" ? username : user["username_cuc"];
    const own = cucm.filter((one) => same(one["userid"], cucmName));
    const voiceUsers = own.filter((one) => counted(phonesOf([one])) > 0 || hasMobility(one) || hasReach(one));
    const isVoiceUser = voiceUsers.length > 0;
    const hasVoicemail = of("device/cuc/User").some((one) => same(one["Alias"], cucName));
    const hasTeams = of("device/msteamsonline/CsOnlineUser").some(
      (one) => isVoice(one) && same(one["UserPrincipalName"], msTeams),
    );
    const has365 = of("device/msgraph/MsolUser").some(
      (one) => set(one["IsLicensed"]) && same(one["UserPrincipalName"], ms365),
    );
    const hasMailbox = of("device/msexchangeonline/UserMailbox").some((one) =>
      same(one["UserPrincipalName"], ms365),
    );
    const isLicensed =
      isVoiceUser ||
      hasVoicemail ||
      hasTeams ||
      has365 ||
      hasMailbox ||
      of("device/webex/User").some(
        (one) => same(one["webExId"], username, email) || same(one["email"], username, email),
      ) ||
      of("device/spark/User").some((one) => same(one["email"], username, email)) ||
      [...of("device/ccdm/Agent"), ...of("device/ccdm/User")].some((one) => same(one["Name"], cucmName)) ||
      of("device/pexip/Conference").some((one) =>
        same(norm(one["primary_owner_email_address"]) || one["owner_email"], email),
      );
    if (isLicensed) add("user_licenses");
    if (isLicensed && norm(user["mvs_hybrid_status"]) !== "") add("cisco_and_ms_integrated_services");
    if (counted(phonesOf(voiceUsers)) > 10) add("users_with_more_than_10_devices");
    if (isVoiceUser) add("cisco_voice_users");
    if (hasVoicemail) add("cisco_voicemail_users");
    if (hasTeams) add("ms_teams_voice_users");
    if (has365) add("ms_online_users");
    if (hasMailbox) add("ms_exchange_users");
  }
  for (const phone of phones) {
    if (["CTI Port", "Cisco Spark Remote Device"].includes(String(phone["product"]))) continue;
    const isUsed = cucm.some(
      (user) =>
        list(user["associatedDevices"], "device").includes(norm(phone["name"])) ||
        same(phone["ownerUserName"], user["userid"]),
    );
    if (isUsed) continue;
    add("standalone_devices");
    add("cisco_standalone_phones");
  }
  const names = (model: string, key: string): number =>
    new Set(
      of(model)
        .map((one) => norm(one[key]))
        .filter((name) => name !== ""),
    ).size;
  add("contact_center_express", names("device/uccx/Agent", "userID"));
  add("contact_center_user_webex", names("device/webexcc/User", "email"));
  add("meeting_rooms", of("device/msexchangeonline/RoomMailbox").length);
  add("microsoft_meeting_rooms", of("device/msexchangeonline/RoomMailbox").length);
  add("voss_phone_servers", of("data/PRS_MultiVendorPhone_DAT").length);
  add("sites", nodes.filter(({ hierarchy, data }) => data["node_type"] === "Site" && isIn(hierarchy)).length);
  const six = [
    "user_licenses",
    "contact_center_express",
    "contact_center_user_webex",
    "standalone_devices",
    "meeting_rooms",
    "voss_phone_servers",
  ];
  for (const id of six) add("total_license_usage", counts[id] ?? 0);
  return counts;
}
