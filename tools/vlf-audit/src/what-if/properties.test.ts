/**
 * What holds for every what-if, on random systems: the difference it tells is the one that `diff` finds
 * between the input and the input really edited, by each scheme; and its inverse tells the negative.
 */
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { type Ran, streamOf } from "@vlf/common/_testing";
import { isTrue, joinKey, leaves } from "@vlf/common/axl";
import { isWithin } from "@vlf/common/hierarchy";
import { type AnyRecord, type Instance, strictRecordProblem } from "@vlf/common/records";
import { randomSystem } from "../_random.ts";
import { BEGIN, BOTH, withFiles, whatIf } from "./_testing.ts";

type Data = Record<string, unknown>;
type Records = readonly Instance[];

/** A change as the file has it, and as somebody makes it in the system itself. */
interface Edit {
  readonly kind: string;
  readonly toml: string;
  readonly edit: (system: Records) => Records;
  /** What takes it back, in the edited system. */
  readonly inverse?: string;
}

/** TOML's basic strings and lists are JSON's; tables are not, and `null` is left out. */
function toToml(value: unknown): string {
  if (Array.isArray(value))
    return `[${value
      .filter((one) => one !== null)
      .map(toToml)
      .join(", ")}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  const members = Object.entries(value).filter(([, one]) => one !== null && one !== undefined);
  return `{ ${members.map(([key, one]) => `${JSON.stringify(key)} = ${toToml(one)}`).join(", ")} }`;
}

/** What stands for nothing in a field. */
const orNothing = (value: unknown): unknown => value ?? "";

const map = (system: Records, of: (one: Instance) => boolean, data: (data: Data) => Data): Records =>
  system.map((one) => (of(one) ? { ...one, data: data({ ...one.data }) } : one));

const textsOf = (data: Data, ...path: string[]): string[] =>
  leaves(data, path).map((leaf) => joinKey(String(leaf)));
const textOf = (data: Data, ...path: string[]): string => textsOf(data, ...path)[0] ?? "";

/** Fields by model, of which one is set. */
const FIELDS: Readonly<Record<string, readonly string[]>> = {
  "device/cucm/User": ["userid", "mailid", "associatedDevices", "phoneProfiles"],
  "device/cucm/Phone": ["name", "product", "ownerUserName"],
  "device/cuc/User": ["Alias"],
  "device/webex/User": ["webExId", "email"],
  "device/spark/User": ["email"],
  "data/User": ["username", "email", "username_ms_365", "username_ms_teams", "mvs_hybrid_status"],
  "device/msteamsonline/CsOnlineUser": ["AccountEnabled", "FeatureTypes", "EnterpriseVoiceEnabled"],
  "device/msgraph/MsolUser": ["IsLicensed"],
  "device/msexchangeonline/UserMailbox": ["UserPrincipalName"],
  "data/BaseCustomerDAT": ["public_sector"],
};

/** Names that may be in a system or not, in other spellings. */
const PEOPLE = ["ann", "BOB", "cy@x.example", "Dee@x.example ", "eve"];
const UPNS = ["max@x.example", "MIA@x.example", "mo@x.example", "cy@x.example"];
const DEVICES = ["sep1", "SEP2", "SEP3 ", "sep4", "an5"];

type Picker = <T>(from: readonly T[]) => T;
type Make = (system: Records, pick: Picker, customer: string) => Edit | undefined;

const changeOf = (...lines: readonly string[]): string => `[[change]]\n${lines.join("\n")}\n`;

const byPkid: Make = (system, pick) => {
  const one = pick(system.filter(({ model }) => Object.hasOwn(FIELDS, model)));
  if (one === undefined) return undefined;
  const field = pick(FIELDS[one.model] ?? []);
  const others = system.filter(({ model }) => model === one.model);
  const value = orNothing(pick(others).data[field]);
  const toml = (to: unknown): string =>
    changeOf(`model = "${one.model}"`, `pkid = "${one.pkid}"`, `set = ${toToml({ [field]: to })}`);
  return {
    kind: "set",
    toml: toml(value),
    edit: (all) =>
      map(
        all,
        ({ pkid }) => pkid === one.pkid,
        (data) => ({ ...data, [field]: value }),
      ),
    inverse: toml(orNothing(one.data[field])),
  };
};

const removed: Make = (system, pick) => {
  const one = pick(system.filter(({ model }) => model !== "data/HierarchyNode"));
  if (one === undefined) return undefined;
  return {
    kind: "remove",
    toml: changeOf(`model = "${one.model}"`, `pkid = "${one.pkid}"`, "remove = true"),
    edit: (all) => all.filter((other) => other !== one),
    inverse: changeOf(
      `model = "${one.model}"`,
      "add = true",
      `hierarchy = "${one.hierarchy}"`,
      `set = ${toToml(one.data)}`,
    ),
  };
};

const added: Make = (system, pick) => {
  const like = pick(system.filter(({ model }) => Object.hasOwn(FIELDS, model)));
  if (like === undefined) return undefined;
  const at = pick(system.filter(({ model }) => model === "data/HierarchyNode")).hierarchy;
  return {
    kind: "add",
    toml: changeOf(
      `model = "${like.model}"`,
      "add = true",
      `hierarchy = "${at}"`,
      `set = ${toToml(like.data)}`,
    ),
    edit: (all) => [...all, { ...like, pkid: "added", hierarchy: at }],
    inverse: changeOf(`model = "${like.model}"`, 'pkid = "added"', "remove = true"),
  };
};

const within =
  (customer: string, model: string, holds: (data: Data) => boolean) =>
  (one: Instance): boolean =>
    one.model === model && isWithin(one.hierarchy, customer) && holds(one.data);

/** A name that is in the customer, in one spelling of several, or any where there is none. */
function nameIn(
  system: Records,
  customer: string,
  pick: Picker,
  model: string,
  path: readonly string[],
  others: readonly string[],
): string {
  const names = system
    .filter(within(customer, model, () => true))
    .flatMap(({ data }) => textsOf(data, ...path))
    .filter((name) => name !== "");
  const name = pick(names.length > 0 ? names : others);
  return pick([name, name.toUpperCase(), `${name} `]);
}

function personIn(system: Records, customer: string, pick: Picker): string {
  const [model, field] = pick([
    ["device/cucm/User", "userid"],
    ["data/User", "username"],
  ] as const);
  return nameIn(system, customer, pick, model, [field], PEOPLE);
}

const phoneIn = (system: Records, customer: string, pick: Picker): string =>
  nameIn(system, customer, pick, "device/cucm/Phone", ["name"], DEVICES);

const phoneOwner: Make = (system, pick, customer) => {
  const name = phoneIn(system, customer, pick);
  const owner = pick([nameIn(system, customer, pick, "device/cucm/User", ["userid"], PEOPLE), "", "nobody"]);
  const isIt = within(customer, "device/cucm/Phone", (data) => textOf(data, "name") === joinKey(name));
  const was = textOf(system.find(isIt)?.data ?? {}, "ownerUserName");
  const isKnown = system.some(within(customer, "device/cucm/User", (data) => textOf(data, "userid") === was));
  const toml = (to: string): string =>
    changeOf(`phone = "${name}"`, `owner = "${to}"`, `customer = "${customer}"`);
  return {
    kind: "owner",
    toml: toml(owner),
    edit: (all) => map(all, isIt, (data) => ({ ...data, ownerUserName: owner })),
    // One who is nobody can be an owner, but cannot become one.
    ...(isKnown || was === "" ? { inverse: toml(was) } : {}),
  };
};

const phoneAdded: Make = (system, pick, customer) => {
  const name = pick(DEVICES);
  const at = pick(
    system.filter((one) => one.model === "data/HierarchyNode" && isWithin(one.hierarchy, customer)),
  );
  const data = { name, product: "Cisco 8841" };
  return {
    kind: "phone added",
    toml: changeOf(`phone = "${name}"`, "add = true", `hierarchy = "${at.hierarchy}"`),
    edit: (all) => [
      ...all,
      { type: "instance", model: "device/cucm/Phone", pkid: "added", hierarchy: at.hierarchy, data },
    ],
    inverse: changeOf(`phone = "${name}"`, "remove = true", `customer = "${customer}"`),
  };
};

const deviceLost: Make = (system, pick, customer) => {
  const name = nameIn(system, customer, pick, "device/cucm/User", ["userid"], PEOPLE);
  const devices = system
    .filter(within(customer, "device/cucm/User", (data) => textOf(data, "userid") === joinKey(name)))
    .flatMap(({ data }) => textsOf(data, "associatedDevices", "device"));
  const device = pick([...devices, phoneIn(system, customer, pick)].filter((one) => one !== ""));
  const userid = joinKey(name);
  const isUser = within(customer, "device/cucm/User", (data) => textOf(data, "userid") === userid);
  const isPhone = within(
    customer,
    "device/cucm/Phone",
    (data) => textOf(data, "name") === joinKey(device) && textOf(data, "ownerUserName") === userid,
  );
  const isNamed = within(customer, "device/cucm/Phone", (data) => textOf(data, "name") === joinKey(device));
  return {
    kind: "device lost",
    toml: changeOf(`user = "${name}"`, `remove_device = "${device}"`, `customer = "${customer}"`),
    edit: (all) =>
      map(
        map(all, isPhone, (data) => ({ ...data, ownerUserName: null })),
        isUser,
        (data) => {
          const left = textsOf(data, "associatedDevices", "device").filter((one) => one !== joinKey(device));
          return { ...data, associatedDevices: { device: left } };
        },
      ),
    // Association is by name: it takes every phone of that name, ownership only some. A name of several users is
    // given the device at another of them than the one that had it.
    ...(system.filter(isNamed).length === 1 && system.filter(isUser).length === 1
      ? { inverse: changeOf(`user = "${name}"`, `add_device = "${device}"`, `customer = "${customer}"`) }
      : {}),
  };
};

/** Of a user whom CUCM knows by that name: the names in the rules of the services. */
function namesOf(
  system: Records,
  customer: string,
  name: string,
): { ids: Set<string>; addresses: Set<string> } {
  const [ids, addresses] = [new Set<string>(), new Set<string>()];
  const own = joinKey(name);
  const voss = system.filter(within(customer, "data/User", (data) => textOf(data, "username") === own));
  const linked = new Set([own]);
  const has = (userid: string): boolean =>
    system.some(within(customer, "device/cucm/User", (data) => textOf(data, "userid") === userid));
  const cucmOf = (data: Data): string => textOf(data, "username_cucm") || textOf(data, "username");
  if (!has(own)) for (const { data } of voss) linked.add(cucmOf(data));
  for (const { data } of system.filter(
    within(customer, "device/cucm/User", (one) => linked.has(textOf(one, "userid"))),
  )) {
    ids.add(textOf(data, "userid"));
    addresses.add(textOf(data, "mailid"));
  }
  for (const { data } of voss) {
    const cuc = textOf(data, "username_cuc") || textOf(data, "username");
    for (const id of [textOf(data, "username"), cucmOf(data), cuc]) ids.add(id);
    addresses.add(textOf(data, "email"));
  }
  for (const id of ids) addresses.add(id);
  ids.delete("");
  addresses.delete("");
  return { ids, addresses };
}

/** Services with the model and fields of their accounts. */
const ACCOUNTS: Readonly<Record<string, readonly ["ids" | "addresses", string, ...string[]]>> = {
  voicemail: ["ids", "device/cuc/User", "Alias"],
  webex: ["addresses", "device/webex/User", "webExId", "email"],
  spark: ["addresses", "device/spark/User", "email"],
  single_number_reach: ["ids", "device/cucm/RemoteDestinationProfile", "userId"],
  contact_center_express: ["ids", "device/uccx/Agent", "userID"],
};

/** Whether an instance is the account of a service of that user. */
function accountOf(
  system: Records,
  customer: string,
  name: string,
  service: string,
): (one: Instance) => boolean {
  const [names, model, ...fields] = ACCOUNTS[service] ?? ["ids", ""];
  const wanted = namesOf(system, customer, name)[names];
  return within(customer, model, (data) => fields.some((field) => wanted.has(textOf(data, field))));
}

const serviceLost: Make = (system, pick, customer) => {
  const name = personIn(system, customer, pick);
  const all = Object.keys(ACCOUNTS);
  // One that the user has, where there is one.
  const held = all.filter((id) => system.some(accountOf(system, customer, name, id)));
  const service = pick(held.length > 0 ? held : all);
  const isIt = accountOf(system, customer, name, service);
  return {
    kind: "service lost",
    toml: changeOf(`user = "${name}"`, `remove_service = "${service}"`, `customer = "${customer}"`),
    edit: (all) => all.filter((one) => !isIt(one)),
  };
};

const mobilityLost: Make = (system, pick, customer) => {
  const name = nameIn(system, customer, pick, "device/cucm/User", ["userid"], PEOPLE);
  const isIt = within(customer, "device/cucm/User", (data) => textOf(data, "userid") === joinKey(name));
  return {
    kind: "no extension mobility",
    toml: changeOf(`user = "${name}"`, 'remove_service = "extension_mobility"', `customer = "${customer}"`),
    edit: (all) => map(all, isIt, (data) => ({ ...data, phoneProfiles: null })),
  };
};

const disabled: Make = (system, pick, customer) => {
  const upn = nameIn(
    system,
    customer,
    pick,
    "device/msteamsonline/CsOnlineUser",
    ["UserPrincipalName"],
    UPNS,
  );
  const isIt = within(
    customer,
    "device/msteamsonline/CsOnlineUser",
    (data) => textOf(data, "UserPrincipalName") === joinKey(upn),
  );
  const wasEnabled = system.filter(isIt).every(({ data }) => isTrue(data["AccountEnabled"]));
  const toml = (to: boolean): string =>
    changeOf(`account = "${upn}"`, `enabled = ${String(to)}`, `customer = "${customer}"`);
  return {
    kind: "disabled",
    toml: toml(false),
    ...(wasEnabled ? { inverse: toml(true) } : {}),
    edit: (all) => map(all, isIt, (data) => ({ ...data, AccountEnabled: "false" })),
  };
};

const MAKERS: readonly Make[] = [
  byPkid,
  removed,
  added,
  phoneOwner,
  phoneAdded,
  deviceLost,
  serviceLost,
  mobilityLost,
  disabled,
];

/** The changes of numbers in a stream. */
function numbersOf({ records }: Pick<Ran, "records">, scheme: string, sign = 1): AnyRecord[] {
  return records
    .filter((one) => one.type === "license-change" && one["scheme"] === scheme)
    .map(({ customer: _name, before, after, change, ...one }) => ({
      ...one,
      before: sign > 0 ? before : after,
      after: sign > 0 ? after : before,
      change: sign * Number(change),
    }));
}

async function diff(before: Records, after: Records, scheme: string): Promise<Ran> {
  const files = { old: streamOf(BEGIN, before), new: streamOf(BEGIN, after) };
  const ran = await withFiles(files, (path) => ["diff", path("old"), path("new"), "--scheme", scheme]);
  assert.equal(ran.status, 0, ran.stderr);
  return ran;
}

test("a what-if is the diff of the input and the input really edited, and its inverse is the negative", async () => {
  const tried = new Map<string, number>();
  const done = new Map<string, number>();
  let inverted = 0;
  let different = 0;
  await fc.assert(
    fc.asyncProperty(
      randomSystem(50),
      fc.constantFrom(...MAKERS),
      fc.infiniteStream(fc.nat()),
      async ({ nodes, instances }, make, dice) => {
        const system = [...nodes, ...instances];
        const customers = nodes.filter(({ data }) => data["node_type"] === "Customer");
        const pick = <T>(from: readonly T[]): T => from[dice.next().value % from.length] as T;
        const change = make(system, pick, pick(customers).hierarchy);
        if (change === undefined) return;
        const { kind, toml, edit, inverse } = change;
        tried.set(kind, (tried.get(kind) ?? 0) + 1);
        const ran = await whatIf(system, toml, ...BOTH);
        if (ran.status !== 0) {
          // Whatever is refused names the line, and gives nothing; errors.test.ts has the cases.
          assert.match(ran.stderr, /^vlf-audit: error: apply w\.toml:1: /);
          assert.equal(ran.stdout, "");
          return;
        }
        done.set(kind, (done.get(kind) ?? 0) + 1);
        assert.deepEqual(
          ran.records.map(strictRecordProblem).filter((problem) => problem !== undefined),
          [],
        );
        const edited = edit(system);
        for (const scheme of ["voss-4", "voss-5"])
          assert.deepEqual(numbersOf(ran, scheme), numbersOf(await diff(system, edited, scheme), scheme));
        if (ran.records.length > 2) different += 1;
        if (inverse === undefined) return;
        const back = await whatIf(edited, inverse, ...BOTH);
        assert.equal(back.status, 0, back.stderr);
        inverted += 1;
        for (const scheme of ["voss-4", "voss-5"])
          assert.deepEqual(numbersOf(back, scheme), numbersOf(ran, scheme, -1));
      },
    ),
    { numRuns: 400 },
  );
  for (const [kind] of tried) assert.ok((done.get(kind) ?? 0) > 0, `no "${kind}" was made`);
  assert.ok(inverted > 100, `only ${inverted} were taken back`);
  assert.ok(different > 100, `only ${different} made a difference`);
});

test("several changes are the sum of what they do in turn, and the order of input does not show", async () => {
  let done = 0;
  await fc.assert(
    fc.asyncProperty(
      randomSystem(50),
      fc.array(fc.constantFrom(byPkid, removed, added), { minLength: 2, maxLength: 4 }),
      fc.infiniteStream(fc.nat()),
      async ({ nodes, instances }, makes, dice) => {
        const system = [...nodes, ...instances];
        const pick = <T>(from: readonly T[]): T => from[dice.next().value % from.length] as T;
        // Each instance once: fields are set before others are made.
        const edits = makes.map((make) => make(system, pick, "")).filter((one) => one !== undefined);
        const toml = edits.map((one) => one.toml).join("\n");
        if (edits.length === 0) return;
        const pkids = [...toml.matchAll(/pkid = "(.*)"/g)].map(([, pkid]) => pkid);
        if (new Set(pkids).size < pkids.length) return;
        const edited = edits.reduce<Records>((all, { edit }, index) => {
          return edit(all).map((one) => (one.pkid === "added" ? { ...one, pkid: `added ${index}` } : one));
        }, system);
        const ran = await whatIf(system, toml, ...BOTH);
        assert.equal(ran.status, 0, ran.stderr);
        done += 1;
        for (const scheme of ["voss-4", "voss-5"])
          assert.deepEqual(numbersOf(ran, scheme), numbersOf(await diff(system, edited, scheme), scheme));
        assert.equal((await whatIf(system.toReversed(), toml, ...BOTH)).stdout, ran.stdout);
      },
    ),
    { numRuns: 100 },
  );
  assert.ok(done > 30, `only ${done} were made`);
});
