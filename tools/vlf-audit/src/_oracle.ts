/**
 * For tests: the rules of docs/voss-4.md written a second time, as literally as they stand there, one
 * customer at a time, with nested loops and no index. Slow on purpose; shares nothing with the audit.
 */
import type { Instance } from "@vlf/common/records";

type Row = Readonly<Record<string, unknown>> & { readonly at: string; readonly pkid: string };

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
const same = (a: unknown, b: unknown): boolean => norm(a) !== "" && norm(a) === norm(b);
const under = (path: string, top: string): boolean => path === top || path.startsWith(`${top}.`);
const distinct = (values: readonly string[]): string[] => [
  ...new Set(values.filter((value) => value !== "")),
];

/** All counts of one customer, from the instances of the whole system. */
export function oracle(instances: readonly Instance[], customer: string): Record<string, number | boolean> {
  const nodeTypes = new Map(
    instances
      .filter(({ model }) => model === "data/HierarchyNode")
      .map(({ hierarchy, data }) => [hierarchy, data["node_type"]]),
  );
  const atSite = (path: string): boolean =>
    [...nodeTypes].some(([site, type]) => type === "Site" && under(path, site) && under(site, customer));
  const of = (model: string): Row[] =>
    instances
      .filter((one) => one.model === model && under(one.hierarchy, customer))
      .map(({ data, hierarchy, pkid }) => ({ ...data, at: hierarchy, pkid }));
  const sited = (model: string): Row[] => of(model).filter(({ at }) => atSite(at));

  const allUsers = of("device/cucm/User");
  const phones = sited("device/cucm/Phone").filter((phone) => phone["product"] !== "CTI Port");
  const isRemote = (phone: Row): boolean => phone["product"] === "Cisco Spark Remote Device";
  const agentsE = [...sited("device/ccdm/Agent"), ...sited("device/ccdm/User")].map((agent) =>
    norm(agent["Name"]),
  );
  const agentsX = sited("device/uccx/Agent").map((agent) => norm(agent["userID"]));
  const sparks = of("device/spark/User");
  const sitedUsers = allUsers.filter(({ at }) => atSite(at));

  const people = sitedUsers
    .filter(
      (user, index) =>
        norm(user["userid"]) === "" ||
        sitedUsers.findIndex((other) => same(other["userid"], user["userid"])) === index,
    )
    .map((first) => sitedUsers.filter((user) => user === first || same(user["userid"], first["userid"])))
    .map((users) => {
      const userid = users[0]?.["userid"];
      const isMine = (mail: unknown): boolean =>
        users.some((user) => same(mail, user["mailid"]) || same(mail, user["userid"]));
      const mine = phones.filter(
        (phone) =>
          users.some((user) => list(user["associatedDevices"], "device").includes(norm(phone["name"]))) ||
          same(phone["ownerUserName"], userid),
      );
      const real = mine.filter((phone) => !isRemote(phone)).length;
      const accounts = sparks.filter(
        (account) =>
          users.some((user) => under(account.at, user.at) || under(user.at, account.at)) &&
          isMine(account["email"]),
      );
      return {
        agent: norm(userid) !== "" && [...agentsE, ...agentsX].includes(norm(userid)),
        phones: real > 0 ? real : Math.min(mine.length, 1),
        em: users.some((user) =>
          sited("device/cucm/DeviceProfile").some((profile) =>
            list(user["phoneProfiles"], "profileName").includes(norm(profile["name"])),
          ),
        ),
        vm: sited("device/cuc/User").some((account) => same(account["Alias"], userid)),
        webex: sited("device/webex/User").some(
          (account) => same(account["webExId"], userid) || isMine(account["email"]),
        ),
        snr: sited("device/cucm/RemoteDestinationProfile").some((profile) => same(profile["userId"], userid)),
        spark: accounts.length > 0,
        accounts,
      };
    });

  type Person = (typeof people)[number];
  const column = (person: Person): string => {
    const { phones: number, em, webex, vm, spark, snr } = person;
    if (person.agent) return "";
    if (number > 1) return "multiple_phones";
    const device = number === 1 ? "one_phone" : em ? "em" : "";
    const service = webex ? "webex" : vm ? "vm" : spark ? "spark" : snr && number === 0 ? "snr" : "";
    if (device === "") return service === "" ? "ucm_user" : service;
    return service === "" ? device : `${device}_and_${service}`;
  };

  const counts: Record<string, number | boolean> = {};
  const add = (id: string, number: number): void => {
    counts[id] = Number(counts[id] ?? 0) + number;
  };
  for (const person of people) {
    const id = column(person);
    if (id !== "") add(id, id === "multiple_phones" ? Math.ceil(person.phones / 10) : 1);
    if (id !== "" && person.phones > 10) add("users_with_more_than_10_phones", 1);
  }

  const standalone = phones.filter(
    (phone) =>
      !isRemote(phone) &&
      !allUsers.some(
        (user) =>
          list(user["associatedDevices"], "device").includes(norm(phone["name"])) ||
          same(user["userid"], phone["ownerUserName"]),
      ),
  );
  add("standalone_phones", standalone.length);
  add("standalone_analog_ports", standalone.filter((phone) => phone["product"] === "Analog Phone").length);
  add(
    "standalone_voicemail",
    sited("device/cuc/User").filter(
      (account) => !allUsers.some((user) => same(user["userid"], account["Alias"])),
    ).length,
  );
  add(
    "standalone_webex",
    sited("device/webex/User").filter(
      (account) =>
        !allUsers.some(
          (user) =>
            same(user["userid"], account["webExId"]) ||
            same(user["mailid"], account["email"]) ||
            same(user["userid"], account["email"]),
        ),
    ).length,
  );
  add("contact_center_enterprise", distinct(agentsE).length);
  add("contact_center_express", distinct(agentsX).length);

  for (const account of sparks) {
    const holders = people.filter((person) => person.accounts.includes(account));
    const matching = allUsers.filter(
      (user) => same(user["userid"], account["email"]) || same(user["mailid"], account["email"]),
    );
    const sparkColumn = holders.some((person) =>
      ["one_phone_and_spark", "spark", "em_and_spark"].includes(column(person)),
    );
    if (holders.length === 0 && matching.some((user) => under(user.at, account.at))) add("spark", 1);
    else if (holders.length === 0) add("standalone_spark", 1);
    else if (!sparkColumn) add("standard_users_with_spark", 1);
  }

  const vossUsers = of("data/User");
  const cisco = distinct([
    ...allUsers.flatMap((user) => [norm(user["userid"]), norm(user["mailid"])]),
    ...of("device/cuc/User").map((account) => norm(account["Alias"])),
    ...of("device/webex/User").flatMap((account) => [norm(account["webExId"]), norm(account["email"])]),
    ...sparks.map((account) => norm(account["email"])),
    ...of("device/uccx/Agent").map((agent) => norm(agent["userID"])),
    ...["device/ccdm/Agent", "device/ccdm/User"].flatMap((model) =>
      of(model).map((agent) => norm(agent["Name"])),
    ),
  ]);
  const ties = (person: string): string[] =>
    vossUsers
      .filter((user) => {
        const names = distinct([norm(user["username_ms_365"]), norm(user["username_ms_teams"])]);
        return (names.length > 0 ? names : [norm(user["email"])]).includes(person);
      })
      .flatMap((user) => [norm(user["username"]), norm(user["email"])]);
  const isOf = (person: string, names: readonly string[]): boolean =>
    person !== "" && (names.includes(person) || ties(person).some((name) => names.includes(name)));

  const teams = of("device/msteamsonline/CsOnlineUser");
  const graph = of("device/msgraph/MsolUser");
  const azure = of("device/azureadonline/MsolUser");
  const upn = (row: Row): string => norm(row["UserPrincipalName"]);
  const features = (row: Row): string[] =>
    list(row["FeatureTypes"], "")
      .flatMap((text) => text.split(",").map((part) => part.trim()))
      .filter((part) => part !== "");
  const voice = (row: Row): string => {
    if (!set(row["AccountEnabled"]) || features(row).length === 0) return "";
    const system = features(row).includes("phonesystem");
    if (system !== set(row["EnterpriseVoiceEnabled"])) return "";
    return system ? "voice" : "no voice";
  };
  const groups = (rows: readonly Row[]): Row[][] => [
    ...distinct(rows.map(upn)).map((name) => rows.filter((row) => upn(row) === name)),
    ...rows.filter((row) => upn(row) === "").map((row) => [row]),
  ];
  for (const rows of groups(teams)) {
    const name = upn(rows[0] as Row);
    if (isOf(name, cisco)) continue;
    const kinds = rows.map(voice);
    if (kinds.includes("voice")) {
      const mail = name !== "" && of("device/msexchangeonline/UserMailbox").some((box) => upn(box) === name);
      add(mail ? "ms_teams_and_voice_and_exchange" : "ms_teams_and_voice", 1);
    } else if (kinds.includes("no voice")) add("ms_teams_no_voice", 1);
  }
  for (const rows of groups(graph)) {
    const name = upn(rows[0] as Row);
    const hasTeams = name !== "" && teams.some((row) => upn(row) === name);
    if (!isOf(name, cisco) && !hasTeams && rows.some((row) => set(row["IsLicensed"])))
      add("ms_o365_no_teams", 1);
  }

  const hybrid = vossUsers.filter((user) => norm(user["mvs_hybrid_status"]) !== "");
  add("cisco_and_ms_integrated", hybrid.length);
  const hybridNames = distinct(
    hybrid.flatMap((user) =>
      ["username", "email", "username_ms_365", "username_ms_teams"].map((key) => norm(user[key])),
    ),
  );
  const rooms = of("device/pexip/Conference").map(
    (room) => norm(room["primary_owner_email_address"]) || norm(room["owner_email"]),
  );
  const microsoft = distinct([...teams, ...graph, ...azure].map(upn));
  for (const person of distinct([...microsoft, ...rooms])) {
    const vendors = [isOf(person, cisco), microsoft.includes(person), rooms.includes(person)].filter(
      Boolean,
    ).length;
    if (vendors >= 2 && !isOf(person, hybridNames)) add("multi_vendor_users", 1);
    if (rooms.includes(person) && vendors === 1) add("pexip_only", 1);
  }
  add("pexip_only", rooms.filter((owner) => owner === "").length);
  add("phone_server_phones", of("data/PRS_MultiVendorPhone_DAT").length);
  add("site_count", [...nodeTypes].filter(([path, type]) => type === "Site" && under(path, customer)).length);
  const flagged = (...keys: string[]): boolean =>
    [...of("data/BaseCustomerDAT"), ...of("relation/HcsCustomerREL")].some(
      (row) => row.at === customer && keys.some((key) => set(row[key])),
    );
  counts["public_sector"] = flagged("public_sector", "PublicSector");
  counts["inactive_billing"] = flagged("inactive_billing", "inactiveBilling");
  counts["subscribers"] = people.length;
  counts["agents among them"] = people.filter(({ agent }) => agent).length;
  return counts;
}
