/**
 * Breaks the counting rules on purpose, one at a time, in a copy of the sources, and runs the tests of
 * the audit on each: every break must be caught. Usage: break-rules.ts [--stale] [TEXT] (only breaks naming TEXT).
 * Takes some minutes: not part of `npm test`, which sees by --stale alone that the list keeps up with the sources.
 */
import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";

interface Break {
  readonly rule: string;
  readonly file: string;
  readonly from: string;
  readonly to: string;
}

const AUDIT = "tools/vlf-audit/src";
const VOSS4 = "tools/common/src/voss4.ts";
const VOSS5 = "tools/common/src/voss5.ts";
const VOSS5_SERVICES = "tools/common/src/voss5-services.ts";
const AXL = "tools/common/src/axl.ts";

const root = join(import.meta.dirname, "..");

/** One condition of a column at a time: `s.webex` becomes true, `!s.vm` too, numbers move by one. */
function columnBreaks(): Break[] {
  const breaks: Break[] = [];
  const text = readFileSync(join(root, VOSS4), "utf8");
  const table = text.slice(text.indexOf("export const COLUMNS"), text.indexOf("/** What a profile adds"));
  for (const line of table.split("\n")) {
    for (const condition of line.matchAll(/ && !?[a-z]\.[a-z_]+(?: === \d| > \d+)?/g)) {
      breaks.push({
        rule: `column condition${condition[0]} in ${line.trim()}`,
        file: VOSS4,
        from: line,
        to: line.replace(condition[0], ""),
      });
    }
    for (const condition of line.matchAll(/(=> )(!?[a-z]\.[a-z_]+(?: === \d| > \d+)?) && /g)) {
      breaks.push({
        rule: `column condition ${condition[2]} in ${line.trim()}`,
        file: VOSS4,
        from: line,
        to: line.replace(condition[0], condition[1] ?? ""),
      });
    }
  }
  return breaks;
}

/** Every link and every condition of the table of services of 5.x taken out in turn, and each service as a whole. */
function serviceBreaks(): Break[] {
  const breaks: Break[] = [];
  const file = VOSS5_SERVICES;
  const text = readFileSync(join(root, file), "utf8");
  for (const [from, model = "", links = "", conditions = ""] of text.matchAll(
    /\["(\w+)", \[([^\]]*)\], \[([^\]]*)\]\]/g,
  )) {
    const add = (what: string, link: readonly string[], condition: readonly string[]): void => {
      const to = `["${model}", [${link.join(", ")}], [${condition.join(", ")}]]`;
      breaks.push({ rule: `voss-5 ${what} of service ${from}`, file, from, to });
    };
    const link = links.split(", ");
    const condition = conditions.split(", ").filter((one) => one !== "");
    if (link.length > 1) add("every link", [], condition);
    for (const one of link)
      add(
        `link ${one}`,
        link.filter((other) => other !== one),
        condition,
      );
    for (const one of condition)
      add(
        `condition ${one}`,
        link,
        condition.filter((other) => other !== one),
      );
  }
  return breaks;
}

const RULES: readonly (readonly [rule: string, file: string, from: string, to: string])[] = [
  [
    "D1 finding",
    `${AUDIT}/audit.ts`,
    "this.#notes.push(...outsideNotes(ofCustomers[0], waiting, models));",
    "{}",
  ],
  [
    "D2 one subscriber per userid",
    `${AUDIT}/subscribers.ts`,
    "isBlank(userid) ? undefined : byUserid.get(userid)",
    "undefined as Group<N> | undefined",
  ],
  ["D2 finding", `${AUDIT}/subscribers.ts`, '"duplicate-userid"', '"other"'],
  [
    "blank userids are not one person",
    `${AUDIT}/subscribers.ts`,
    "if (!isBlank(userid)) byUserid.set",
    "byUserid.set",
  ],
  [
    "D3 no standalone Spark Remote Device",
    `${AUDIT}/rules/standalone-phone.ts`,
    'phone.kind === "spark-remote"',
    "false",
  ],
  [
    "D4 both columns",
    `${AUDIT}/rules/contact-center.ts`,
    "const isExpress = express.set.has(name)",
    "const isExpress = express.set.has(name) && !isEnterprise",
  ],
  [
    "agents of UCCX",
    `${AUDIT}/subscribers.ts`,
    'for (const { name } of customer.atSite("uccxAgent")) give(name, "agent");',
    "",
  ],
  [
    "agents of ccdm",
    `${AUDIT}/subscribers.ts`,
    'for (const { name } of customer.atSite("ccdmAgent")) give(name, "agent");',
    "",
  ],
  [
    "users of ccdm",
    `${AUDIT}/subscribers.ts`,
    'for (const { name } of customer.atSite("ccdmUser")) give(name, "agent");',
    "",
  ],
  [
    "users of ccdm are counted",
    `${AUDIT}/rules/contact-center.ts`,
    ', ...customer.atSite("ccdmUser")], tables',
    "], tables",
  ],
  [
    "agents at site level only",
    `${AUDIT}/rules/contact-center.ts`,
    'names(customer.atSite("uccxAgent")',
    'names(customer.all("uccxAgent")',
  ],
  ["D5 licenses, not people", VOSS4, "Math.ceil(s.phones / 10)", "1"],
  ["D5 round up", VOSS4, "Math.ceil(s.phones / 10)", "Math.floor(s.phones / 10) + 1"],
  ["more than 10, not 10", VOSS4, "s.phones > 10", "s.phones >= 10"],
  ["D6 finding", `${AUDIT}/rules/subscriber.ts`, "!spark || !snr", "true"],
  ["D7 owners above site level", `${AUDIT}/counting.ts`, "atSite ? [] : (facts.cucmUser ?? [])", "[]"],
  ["D8 users at any level", `${AUDIT}/counting.ts`, 'row.all("cucmUser")', 'row.atSite("cucmUser")'],
  [
    "standalone phones: owner",
    `${AUDIT}/rules/standalone-phone.ts`,
    "users.userids().has(phone.owner) || ",
    "",
  ],
  [
    "standalone phones: association",
    `${AUDIT}/rules/standalone-phone.ts`,
    "|| users.devices().has(phone.name)",
    "",
  ],
  ["standalone phones: analog", `${AUDIT}/rules/standalone-phone.ts`, 'phone.kind === "analog"', "false"],
  ["standalone phones: CTI Port", `${AUDIT}/rules/standalone-phone.ts`, 'phone.kind === "cti-port" || ', ""],
  [
    "WebEx id is no mail",
    `${AUDIT}/rules/standalone-webex.ts`,
    "users.userids().has(id)",
    "users.mailids().has(id)",
  ],
  ["WebEx mail by mailid", `${AUDIT}/rules/standalone-webex.ts`, " || users.mailids().has(email)", ""],
  ["WebEx mail by userid", `${AUDIT}/rules/standalone-webex.ts`, " || users.userids().has(email)", ""],
  [
    "standalone WebEx at site",
    `${AUDIT}/rules/standalone-webex.ts`,
    'customer.atSite("webexUser")',
    'customer.all("webexUser")',
  ],
  [
    "standalone voicemail at site",
    `${AUDIT}/rules/standalone-voicemail.ts`,
    'customer.atSite("voicemail")',
    'customer.all("voicemail")',
  ],
  ["blank userid matches no voicemail", `${AUDIT}/users.ts`, "if (!isBlank(name)) ", ""],
  [
    "D9 at or below the account",
    `${AUDIT}/rules/spark-hybrid.ts`,
    "paths.some((path) => isWithin(path, account.path))",
    "paths.length > 0",
  ],
  ["D9 counts as spark", VOSS4, '"spark-hybrid": (account) => account.place === "above-site"', ""],
  [
    "D10 by account",
    `${AUDIT}/rules/spark-hybrid.ts`,
    'if (inColumn) places.set(pkid, "column");\n      else',
    "",
  ],
  [
    "D10 agents' accounts",
    `${AUDIT}/rules/spark-hybrid.ts`,
    "if (sparkAccounts.length === 0) continue;",
    "if (facts.agent) continue;",
  ],
  ["branch", `${AUDIT}/subscribers.ts`, "if (group.isOnBranchOf(account.path)) ", ""],
  [
    "branch of another instance",
    `${AUDIT}/subscribers.ts`,
    " || this.others.some((other) => onOneBranch(other.path, path))",
    "",
  ],
  ["branch: below", "tools/common/src/hierarchy.ts", "isWithin(a, b) || isWithin(b, a)", "isWithin(a, b)"],
  ["branch: above", "tools/common/src/hierarchy.ts", "isWithin(a, b) || isWithin(b, a)", "isWithin(b, a)"],
  ["branch: whole names", "tools/common/src/hierarchy.ts", "&& path.charCodeAt(scope.length) === 46", ""],
  ["Spark by userid", `${AUDIT}/subscribers.ts`, "lookFor(userid);\n", "\n"],
  ["Spark by mailid", `${AUDIT}/subscribers.ts`, "if (mailid !== userid) lookFor(mailid);", ""],
  [
    "phones: association",
    `${AUDIT}/subscribers.ts`,
    "for (const device of devices) {",
    "for (const device of devices.slice(0, 0)) {",
  ],
  [
    "phones: owner",
    `${AUDIT}/subscribers.ts`,
    "for (const phone of one.owned) one.phones = withNew(one.phones, phone);",
    "",
  ],
  ["phones: distinct", `${AUDIT}/subscribers.ts`, "if (!list.includes(one)) ", ""],
  ["phones: CTI Port", `${AUDIT}/subscribers.ts`, 'if (phone.kind === "cti-port") continue;', ""],
  [
    "phones: Spark Remote Device beside a phone",
    `${AUDIT}/subscribers.ts`,
    "others > 0 ? others : Math.min(remote, 1)",
    "others + Math.min(remote, 1)",
  ],
  ["phones: several Spark Remote Devices", `${AUDIT}/subscribers.ts`, "Math.min(remote, 1)", "remote"],
  ["phones: at site level", `${AUDIT}/subscribers.ts`, 'customer.atSite("phone")', 'customer.all("phone")'],
  [
    "profiles at site level",
    `${AUDIT}/subscribers.ts`,
    'customer.atSite("deviceProfile")',
    'customer.all("deviceProfile")',
  ],
  [
    "voicemail at site level",
    `${AUDIT}/subscribers.ts`,
    'customer.atSite("voicemail")',
    'customer.all("voicemail")',
  ],
  [
    "WebEx at site level",
    `${AUDIT}/subscribers.ts`,
    'customer.atSite("webexUser")',
    'customer.all("webexUser")',
  ],
  [
    "SNR at site level",
    `${AUDIT}/subscribers.ts`,
    'customer.atSite("remoteDestinationProfile")',
    'customer.all("remoteDestinationProfile")',
  ],
  ["WebEx by id", `${AUDIT}/subscribers.ts`, 'give(id, "webex");', ""],
  ["WebEx by mail", `${AUDIT}/subscribers.ts`, "group.webex ||= meetingEmails.has(id);", ""],
  ["subscribers at site level", `${AUDIT}/subscribers.ts`, "if (!atSite) continue;", ""],
  ["D11 userid", `${AUDIT}/same-person.ts`, "    add(userid);\n", ""],
  ["D11 mailid", `${AUDIT}/same-person.ts`, "    add(mailid);\n", ""],
  ["D11 voicemail", `${AUDIT}/same-person.ts`, '["voicemail", "webexUser"]', '["webexUser"]'],
  ["D11 WebEx", `${AUDIT}/same-person.ts`, '["voicemail", "webexUser"]', '["voicemail"]'],
  ["D11 Spark", `${AUDIT}/same-person.ts`, '"sparkUser", ', ""],
  ["D11 UCCX", `${AUDIT}/same-person.ts`, '"uccxAgent", ', ""],
  ["D11 UCCE agents", `${AUDIT}/same-person.ts`, '"ccdmAgent", ', ""],
  ["D11 UCCE users", `${AUDIT}/same-person.ts`, ', "ccdmUser"', ""],
  ["D11 tie by username_ms_365", `${AUDIT}/same-person.ts`, "email : ms365, user", "email : teams, user"],
  ["D11 tie by username_ms_teams", `${AUDIT}/same-person.ts`, "if (teams !== ms365) tie(teams, user);", ""],
  ["D11 tie to username", `${AUDIT}/same-person.ts`, "tied.push(username, email)", "tied.push(email)"],
  ["D11 tie to mail", `${AUDIT}/same-person.ts`, "tied.push(username, email)", "tied.push(username)"],
  ["D11 mail stands in", `${AUDIT}/same-person.ts`, "? email : ms365", "? ms365 : ms365"],
  [
    "D11 mail stands in only then",
    `${AUDIT}/same-person.ts`,
    "if (teams !== ms365)",
    "tie(email, user); if (teams !== ms365)",
  ],
  ["D11 blank names", `${AUDIT}/same-person.ts`, "!isBlank(name) && names.has(name)", "names.has(name)"],
  [
    "D12 finding",
    `${AUDIT}/rules/microsoft.ts`,
    "facts.features && facts.phone_system !== facts.enterprise_voice",
    "false",
  ],
  [
    "D13 azure does not count",
    `${AUDIT}/rules/microsoft.ts`,
    'const graph = customer.all("graphUser")',
    'const graph = [...customer.all("graphUser"), ...[...customer.all("azureUser")].map(({ pkid, name }) => ({ pkid, upn: name, licensed: true }))]',
  ],
  [
    "D14 premium",
    VOSS4,
    'count("ms_teams_and_voice", "MS Teams & Voice", "premium"',
    'count("ms_teams_and_voice", "MS Teams & Voice", "none"',
  ],
  [
    "one UPN counts once, by the one that uses most",
    `${AUDIT}/rules/microsoft.ts`,
    "rank(b) - rank(a)",
    "rank(a) - rank(b)",
  ],
  ["features as comma-separated text", `${AUDIT}/facts.ts`, 'text.split(",")', "[text]"],
  ["features not blank", `${AUDIT}/facts.ts`, "names.length > 0", "true"],
  [
    "D15 hybrid left out",
    `${AUDIT}/rules/multi-vendor.ts`,
    "const hybrid = same.isHybrid(person)",
    "const hybrid = false",
  ],
  [
    "D15 azure is Microsoft",
    `${AUDIT}/same-person.ts`,
    'for (const { name } of customer.all("azureUser")) want(name, upns);',
    "",
  ],
  [
    "D15 Teams is Microsoft",
    `${AUDIT}/same-person.ts`,
    'for (const { upn } of customer.all("teamsUser")) want(upn, upns);',
    "",
  ],
  [
    "D15 Graph is Microsoft",
    `${AUDIT}/same-person.ts`,
    'for (const { upn } of customer.all("graphUser")) want(upn, upns);',
    "",
  ],
  [
    "D16 conference without owner",
    `${AUDIT}/rules/multi-vendor.ts`,
    "if (!isBlank(conference.name)) continue;",
    "if (conference.name !== undefined) continue;",
  ],
  ["flags at the customer's node", `${AUDIT}/rules/customer.ts`, "path === customer.path", "true"],
  ["flags of HcsCustomerREL", `${AUDIT}/rules/customer.ts`, ", ...(own?.customerRelation ?? [])", ""],
  ["flags of BaseCustomerDAT", `${AUDIT}/rules/customer.ts`, "...(own?.customerData ?? []), ", ""],
  ["hybrid status not blank", `${AUDIT}/facts.ts`, "hybrid: !isBlank(hybrid(values))", "hybrid: true"],
  [
    "site level below a site",
    `${AUDIT}/tree.ts`,
    'if (entry.node?.type === "site") atSite = true;',
    'if (entry === from && entry.node?.type === "site") atSite = true;',
  ],
  [
    "nearest customer",
    `${AUDIT}/tree.ts`,
    'if (entry.node?.type === "customer") return { customer: entry, atSite };',
    'if (entry.node?.type === "customer" && nearest(entry.parent, "customer") === undefined) return { customer: entry, atSite };',
  ],
  [
    "duplicates count once",
    `${AUDIT}/row-counter.ts`,
    "dropDuplicates(places, textOf)",
    "new Map<FactId, number>()",
  ],
  [
    "duplicates across scopes",
    `${AUDIT}/audit.ts`,
    "places.some(({ epoch }) => epoch !== this.#seen.epoch)",
    "false",
  ],
  ["duplicates within a scope", `${AUDIT}/audit.ts`, "this.#seen.mayRepeat ||", ""],
  ["unknown node finding", `${AUDIT}/row-counter.ts`, "if (known) continue;", "continue;"],
  [
    "sites of ended scopes",
    `${AUDIT}/tree.ts`,
    "customer === undefined || !customer.ended",
    "customer === undefined",
  ],
  [
    "names without case",
    `${AUDIT}/values.ts`,
    "this.compared[slot] === true ? joinKey(value) : value",
    "this.compared[slot] === true ? value : value",
  ],
  [
    "names without case in lists",
    `${AUDIT}/values.ts`,
    "return joinKey(leafText(leaf));",
    "return leafText(leaf);",
  ],
  ["names without blanks", AXL, "? text : text.trim();", "? text : text;"],
  ["collections: _value_1", AXL, 'if (Object.hasOwn(object, "_value_1")) return', "if (false) return"],
  ["collections: lists", AXL, "if (Array.isArray(value)) {", "if (Array.isArray(value) && at === 0) {"],
  ["booleans as words", AXL, "/^(true|yes|y|1)$/i", "/^(true)$/i"],
  ["voss-5 hybrid is a subset", VOSS5, "u.hybrid && u.licenses > 0", "u.hybrid"],
  ["voss-5 hybrid status", VOSS5, "u.hybrid && u.licenses > 0", "u.licenses > 0"],
  ["voss-5 express agents", VOSS5, 'account.kind === "express"', "true"],
  ["voss-5 Webex agents", VOSS5, 'account.kind === "webex"', "true"],
  ["voss-5 total: users", VOSS5, '"User Licenses", "user"', '"User Licenses", "none"'],
  [
    "voss-5 total: express",
    VOSS5,
    '"Contact Center Express", "contact_center"',
    '"Contact Center Express", "none"',
  ],
  [
    "voss-5 total: Webex agents",
    VOSS5,
    '"Contact Center User Webex", "contact_center"',
    '"Contact Center User Webex", "none"',
  ],
  [
    "voss-5 total: devices",
    VOSS5,
    '"Standalone Devices", "standalone_device"',
    '"Standalone Devices", "none"',
  ],
  ["voss-5 total: rooms", VOSS5, '"Meeting Rooms", "meeting_room"', '"Meeting Rooms", "none"'],
  [
    "voss-5 total: phone servers",
    VOSS5,
    '"Voss Phone Servers", "phone_server"',
    '"Voss Phone Servers", "none"',
  ],
  [
    "voss-5 total: no hybrid",
    VOSS5,
    '"Cisco and MS Integrated Services", "none"',
    '"Cisco and MS Integrated Services", "user"',
  ],
  ["voss-5 total: no sites", VOSS5, '"Sites", "none"', '"Sites", "user"'],
  ["voss-5 users below sys.hcs", `${AUDIT}/people.ts`, "isWithin(path, HCS) && path !== HCS", "true"],
  [
    "voss-5 no link by a blank name",
    `${AUDIT}/people.ts`,
    'name === "" ? undefined : byName.get(name)',
    "byName.get(name)",
  ],
  ["voss-5 names of WebEx: id", `${AUDIT}/people.ts`, "[id, email]", "[email]"],
  ["voss-5 names of WebEx: email", `${AUDIT}/people.ts`, "[id, email]", "[id]"],
  ["voss-5 CTI Ports are no phones", `${AUDIT}/people.ts`, 'kind !== "cti-port"', "true"],
  [
    "voss-5 phones by association",
    `${AUDIT}/people.ts`,
    "...devices.flatMap((name) => byName.get(name) ?? []), ",
    "",
  ],
  ["voss-5 phones by owner", `${AUDIT}/people.ts`, ", ...(byOwner.get(userid) ?? [])", ""],
  ["voss-5 accounts of nobody", `${AUDIT}/people.ts`, "if (!linked.has(account)) accounts.add(account)", ""],
  [
    "voss-5 one license per user",
    `${AUDIT}/rules5/voss-user.ts`,
    "devicesPerLicense === 0 ? 1",
    "devicesPerLicense === 0 ? held.length",
  ],
  [
    "voss-5 more than 10 devices",
    `${AUDIT}/rules5/voss-user.ts`,
    "devices > MANY_DEVICES",
    "devices >= MANY_DEVICES",
  ],
  [
    "voss-5 licensed services",
    `${AUDIT}/rules5/voss-user.ts`,
    "held.some(({ service }) => service.licensed)",
    "held.length > 0",
  ],
  ["voss-5 hybrid finding", `${AUDIT}/rules5/voss-user.ts`, "user.hybrid && facts.licenses === 0", "false"],
  [
    "voss-5 standalone: CTI Port",
    `${AUDIT}/rules5/standalone-device.ts`,
    'phone.kind === "cti-port" || ',
    "",
  ],
  [
    "voss-5 standalone: Spark Remote Device",
    `${AUDIT}/rules5/standalone-device.ts`,
    '|| phone.kind === "spark-remote"',
    "",
  ],
  [
    "voss-5 standalone: owner",
    `${AUDIT}/rules5/standalone-device.ts`,
    "users.userids().has(phone.owner) || ",
    "",
  ],
  [
    "voss-5 standalone: association",
    `${AUDIT}/rules5/standalone-device.ts`,
    "|| users.devices().has(phone.name)",
    "",
  ],
  [
    "voss-5 agents by name",
    `${AUDIT}/rules5/contact-center-account.ts`,
    "grouped(accounts, (one) => one.name)",
    "grouped(accounts, (one) => one.pkid)",
  ],
  ["voss-5 meeting rooms", `${AUDIT}/rules5/meeting-room.ts`, 'row.all("roomMailbox")', "[] as never[]"],
  [
    "voss-5 phone servers at any level",
    `${AUDIT}/rules5/phone-server-device.ts`,
    'row.all("phoneServerPhone")',
    'row.atSite("phoneServerPhone")',
  ],
  ["voss-5 sites", `${AUDIT}/rules5/hierarchy-row.ts`, "{ sites: row.sites }", "{ sites: 0 }"],
  [
    "voss-5 a row for each provider",
    `${AUDIT}/outside.ts`,
    'nearest(entry, "provider")',
    'nearest(entry.parent, "provider")',
  ],
  [
    "voss-5 what is a customer's is not above",
    `${AUDIT}/outside.ts`,
    "if (placeOf(entry).customer !== undefined) continue;",
    "",
  ],
  ["voss-5 outside every provider", `${AUDIT}/outside.ts`, "outside.push(entry);", ""],
  [
    "voss-5 VOSS's counts by customer",
    `${AUDIT}/voss-counts.ts`,
    "their === undefined || their === own",
    "true",
  ],
];

/** Of the schemes of Cisco, which have tests of their own. */
const CISCO: readonly (readonly [rule: string, file: string, from: string, to: string])[] = [
  ["U2 SNR alone", `${AUDIT}/cisco/ucm-licenses.ts`, "if (facts.snr) {", "if (false) {"],
  [
    "U4 SNR raises Essential",
    `${AUDIT}/cisco/ucm-licenses.ts`,
    'facts.snr && first === "essential"',
    "false",
  ],
  ["U5 two devices", `${AUDIT}/cisco/ucm-licenses.ts`, "phones.length === 2", "phones.length === 99"],
  [
    "U7 the eleventh device",
    `${AUDIT}/cisco/ucm-licenses.ts`,
    "phones.slice(CUWL_DEVICES)",
    "phones.slice(99)",
  ],
  ["U7 its type", `${AUDIT}/cisco/ucm-licenses.ts`, 'extraDevice === "class" ? extra : extraDevice', "extra"],
  [
    "U7 the highest are among the ten",
    `${AUDIT}/cisco/user-facts.ts`,
    "PHONE_CLASSES.toReversed()",
    "PHONE_CLASSES",
  ],
  ["U8 a room covers a phone", `${AUDIT}/cisco/ucm-licenses.ts`, "all.slice(rooms)", "all"],
  ["U8 no SNR beside a room", `${AUDIT}/cisco/ucm-licenses.ts`, "if (rooms > 0) return", "if (false) return"],
  ["U9 products without a license", `${AUDIT}/cisco/estate.ts`, 'device.class !== "none"', "true"],
  [
    "U1 associated is not owned",
    `${AUDIT}/cisco/estate.ts`,
    'device.phone.owner === ""',
    'device.phone.owner === "?"',
  ],
  [
    "U11 an owner is a user",
    `${AUDIT}/cisco/estate.ts`,
    "this.#drafts.set(key, draft);\n    return draft;",
    "return draft;",
  ],
  [
    "U12 one user in a cluster",
    `${AUDIT}/cisco/estate.ts`,
    "known.users.push(user);",
    "this.#nameless.push(draft);",
  ],
  [
    "U12 a user in each cluster",
    `${AUDIT}/cisco/estate.ts`,
    "return `${cluster}\\n${userid}`",
    "return `${cluster.slice(99)}${userid}`",
  ],
  [
    "all in one cluster where one is known",
    `${AUDIT}/cisco/estate.ts`,
    "const [only = NOWHERE, ...others] = seen;",
    "const [only = NOWHERE, ...others] = [...seen, NOWHERE];",
  ],
  ["F2 SNR", `${AUDIT}/cisco/flex-licenses.ts`, '[snr, { way: "snr"', '[false, { way: "snr"'],
  ["F2 extension mobility", `${AUDIT}/cisco/flex-licenses.ts`, "[mobility, {", "[false, {"],
  ["F2 voicemail", `${AUDIT}/cisco/flex-licenses.ts`, "[voicemail, {", "[false, {"],
  [
    "F3 one more for every ten begun",
    `${AUDIT}/cisco/flex-licenses.ts`,
    "Math.ceil(devices / devicesPerUser)",
    "1",
  ],
  [
    "F4 Common Area",
    `${AUDIT}/cisco/licenses.ts`,
    'licenses: { common_area: 1 }, reasons: [...reasons, "a Common Area device"] };',
    "licenses: {}, reasons };",
  ],
  ["F5 rooms beside users", `${AUDIT}/cisco/flex-licenses.ts`, "licenses.telepresence = rooms;", ""],
  ["F6 Access", `${AUDIT}/cisco/flex-licenses.ts`, 'phones[0] === "essential"', "true"],
  ["F6 no Access with a service", `${AUDIT}/cisco/flex-licenses.ts`, "services.length === 0;", "true;"],
  [
    "F7 voicemail is Professional",
    `${AUDIT}/cisco/flex-licenses.ts`,
    'rules.nuVoicemail === "professional"',
    "false",
  ],
  [
    "F7 two devices are Professional",
    `${AUDIT}/cisco/flex-licenses.ts`,
    "if (phones.length > 1) {",
    "if (phones.length > 2) {",
  ],
  [
    "F9 Basic",
    `${AUDIT}/cisco/flex-licenses.ts`,
    'deviceClass === "basic" ? nuBasic : "enhanced"',
    '"enhanced"',
  ],
  [
    "F10 Common Area where ordered",
    `${AUDIT}/cisco/licenses.ts`,
    "return commonArea\n",
    "return !commonArea\n",
  ],
  ["F11 minimum", `${AUDIT}/cisco/findings.ts`, "workers < eaMinimum", "false"],
].map(([rule = "", file = "", from = "", to = ""]) => [`cisco ${rule}`, file, from, to] as const);

/** Breaks that change nothing: who has neither Cisco nor Microsoft is among these people only by PexIP. */
const SAME_ALL_THE_SAME = [
  'column condition p.pexip in { "multi-vendor": (p) => p.pexip && !p.cisco && !p.microsoft }),',
];

const TESTS = ["columns", "decisions", "collections", "scopes", "seen", "voss5"];
const CISCO_TESTS = ["cisco/cisco-ucm", "cisco/cisco-flex", "cisco/commands-cisco"];

const { values, positionals } = parseArgs({
  options: { stale: { type: "boolean" } },
  allowPositionals: true,
});
const [filter = ""] = positionals;
const breaks: Break[] = [
  ...[...RULES, ...CISCO].map(([rule, file, from, to]) => ({ rule, file, from, to })),
  ...columnBreaks(),
  ...serviceBreaks(),
].filter(({ rule }) => rule.includes(filter) && !SAME_ALL_THE_SAME.includes(rule));

const stale = breaks.filter(({ file, from }) => !readFileSync(join(root, file), "utf8").includes(from));
for (const { rule, file, from } of stale)
  console.error(`break-rules: error: "${rule}": ${file} does not hold: ${from}`);
if (stale.length > 0) throw new Error("the list of breaks is behind the sources");

if (values.stale) console.log(`${breaks.length} breaks stand in the sources`);
else breakAll();

function breakAll(): void {
  // Inside the project, so that packages are found; the real sources are never touched.
  const copy = mkdtempSync(join(root, "node_modules", ".vlf-break-"));
  const missed: string[] = [];
  try {
    for (const folder of ["tools/common", "tools/vlf-audit"]) {
      cpSync(join(root, folder), join(copy, folder), {
        recursive: true,
        filter: (path) => !path.includes("node_modules"),
      });
    }
    // The copy of the audit must find the copy of the common code, not the real one.
    cpSync(join(root, "tools/common/node_modules"), join(copy, "tools/common/node_modules"), {
      recursive: true,
      verbatimSymlinks: false,
      dereference: false,
    });
    const scope = join(copy, "node_modules/@vlf");
    cpSync(join(root, "package.json"), join(copy, "package.json"));
    mkdirSync(scope, { recursive: true });
    symlinkSync(join(copy, "tools/common"), join(scope, "common"));
    if (!testsPass(copy, TESTS) || !testsPass(copy, CISCO_TESTS))
      throw new Error("the tests fail before anything is broken");
    for (const { rule, file, from, to } of breaks) {
      const path = join(copy, file);
      const text = readFileSync(path, "utf8");
      writeFileSync(
        path,
        text.replace(from, () => to),
      );
      const caught = !testsPass(copy, rule.startsWith("cisco ") ? CISCO_TESTS : TESTS);
      writeFileSync(path, text);
      if (!caught) missed.push(rule);
      console.log(`${caught ? "caught" : "MISSED"}  ${rule}`);
    }
  } finally {
    rmSync(copy, { recursive: true, force: true });
  }
  console.log(
    `${breaks.length} rules broken on purpose, ${breaks.length - missed.length} caught, ${missed.length} missed`,
  );
  process.exitCode = missed.length === 0 ? 0 : 1;
}

/** All in one process: to start one for each file takes longer than its tests. */
function testsPass(copy: string, names: readonly string[]): boolean {
  const folder = join(copy, "tools/vlf-audit/src");
  const imports = names.map((name) => `import ${JSON.stringify(join(folder, `${name}.test.ts`))};`);
  const { status } = spawnSync(process.execPath, ["--import", "tsx", "-e", imports.join("\n")], {
    cwd: copy,
    stdio: "ignore",
    env: { ...process.env, NODE_EXTRA_CA_CERTS: "" },
  });
  return status === 0;
}
