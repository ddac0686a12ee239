/**
 * What the audit keeps of an instance: the few values that count, with names in the form in which
 * they are compared. Everything else of a record is forgotten as soon as it was read.
 */
import { type Data, joinKey } from "@vlf/common/axl";
import type { WantedFields } from "@vlf/common/fields";
import { modelOf, type ModelTable } from "@vlf/common/models";
import type { Name, Names } from "@vlf/common/names";
import { isCisco } from "@vlf/common/cisco";
import type { SchemeId } from "@vlf/common/schemes";
import { type CiscoFacts, ciscoFactReader, looksAtCisco } from "./cisco/facts.ts";
import { isBlank } from "./names.ts";
import { ModelFields, type Values } from "./values.ts";

interface Fact<N extends Name> extends CiscoFacts {
  readonly pkid: N;
}

export interface CucmUser<N extends Name = string> extends Fact<N> {
  readonly userid: N;
  readonly mailid: N;
  readonly devices: readonly N[];
  readonly profiles: readonly N[];
}

/** How a phone's product is counted (guide 1.7.2, "For licensing"). */
export type PhoneKind = "phone" | "analog" | "cti-port" | "spark-remote";

export interface Phone<N extends Name = string> extends Fact<N> {
  readonly name: N;
  readonly owner: N;
  readonly kind: PhoneKind;
}

/** An account that is known by one name or address. */
export interface Named<N extends Name = string> extends Fact<N> {
  readonly name: N;
}

export interface Account<N extends Name = string> extends Fact<N> {
  readonly id: N;
  readonly email: N;
}

export interface VossUser<N extends Name = string> extends Fact<N> {
  readonly username: N;
  readonly email: N;
  readonly ms365: N;
  readonly teams: N;
  /** Names of its accounts in CUCM and Unity, for `voss-5`. */
  readonly cucm: N;
  readonly cuc: N;
  readonly hybrid: boolean;
}

export interface TeamsUser<N extends Name = string> extends Fact<N> {
  readonly upn: N;
  readonly enabled: boolean;
  readonly features: boolean;
  readonly phoneSystem: boolean;
  readonly enterpriseVoice: boolean;
}

export interface GraphUser<N extends Name = string> extends Fact<N> {
  readonly upn: N;
  readonly licensed: boolean;
}

export interface CustomerFlags<N extends Name = string> extends Fact<N> {
  readonly publicSector: boolean;
  readonly inactiveBilling: boolean;
}

/** The facts of the counted models, by the id the model has in the table of models. */
export interface Facts<N extends Name = string> {
  cucmUser: CucmUser<N>;
  phone: Phone<N>;
  deviceProfile: Named<N>;
  remoteDestinationProfile: Named<N>;
  voicemail: Account<N>;
  webexUser: Account<N>;
  sparkUser: Named<N>;
  uccxAgent: Named<N>;
  ccdmAgent: Named<N>;
  ccdmUser: Named<N>;
  user: VossUser<N>;
  teamsUser: TeamsUser<N>;
  graphUser: GraphUser<N>;
  azureUser: Named<N>;
  mailbox: Named<N>;
  conference: Named<N>;
  phoneServerPhone: Fact<N>;
  roomMailbox: Named<N>;
  webexContactCenterUser: Named<N>;
  customerData: CustomerFlags<N>;
  customerRelation: CustomerFlags<N>;
}

export type FactId = keyof Facts;

/** Models that one scheme alone looks at. */
const ONLY: Partial<Readonly<Record<FactId, SchemeId>>> = {
  azureUser: "voss-4",
  customerData: "voss-4",
  customerRelation: "voss-4",
  roomMailbox: "voss-5",
  webexContactCenterUser: "voss-5",
};

/** Whether a scheme looks at a model. */
export function looksAt(scheme: SchemeId, id: FactId): boolean {
  if (isCisco(scheme)) return looksAtCisco(id);
  return (ONLY[id] ?? scheme) === scheme;
}

/** Reads one model's instances. */
export interface FactReader<I extends FactId = FactId, N extends Name = string> {
  readonly id: I;
  /** From 0, of its own. */
  readonly number: number;
  readonly model: string;
  /** The keys of `data` that are read. */
  readonly keys: readonly string[];
  /** Of each key whether its texts come in the form in which names are compared. */
  readonly compared: readonly boolean[];
  /** Of each key below which path only names are read, where that is so. */
  readonly lists: NonNullable<WantedFields["lists"]>;
  /** Of each key whether its texts come as numbers of names. */
  readonly named: readonly boolean[];
  /** The values of those keys in an instance that was parsed. */
  valuesOf(data: Data): Values;
  read(pkid: N, values: Values): Facts<N>[I];
}

const PHONE_KINDS: Readonly<Record<string, PhoneKind>> = {
  "cti port": "cti-port",
  "cisco spark remote device": "spark-remote",
  "analog phone": "analog",
};

/** The readers of all models that the schemes count, by model name as the input has it. */
export function factReaders(
  table: ModelTable,
  schemes: readonly SchemeId[] = ["voss-4"],
): ReadonlyMap<string, FactReader> {
  return readersOf<string>(table, schemes, undefined);
}

/** The same, with numbers of names. */
export function numberReaders(
  table: ModelTable,
  schemes: readonly SchemeId[],
  names: Names,
): ReadonlyMap<string, FactReader<FactId, number>> {
  return readersOf<number>(table, schemes, names);
}

function readersOf<N extends Name>(
  table: ModelTable,
  schemes: readonly SchemeId[],
  names: Names | undefined,
): ReadonlyMap<string, FactReader<FactId, N>> {
  const readers = new Map<string, FactReader<FactId, N>>();
  const isCiscoWanted = schemes.some(isCisco);
  const fieldsById = new Map<FactId, ModelFields<N>>();
  const fieldsOf = (id: FactId): ModelFields<N> => {
    const known = fieldsById.get(id) ?? new ModelFields<N>(modelOf(table, id), names);
    fieldsById.set(id, known);
    return known;
  };
  const key = (id: FactId, name: string): ((values: Values) => N) => fieldsOf(id).name(name);
  const keys = (id: FactId, name: string): ((values: Values) => readonly N[]) => fieldsOf(id).names(name);
  const flag = (id: FactId, name: string): ((values: Values) => boolean) => fieldsOf(id).flag(name);
  const add = <I extends FactId>(id: I, read: FactReader<I, N>["read"]): void => {
    if (!schemes.some((scheme) => looksAt(scheme, id))) return;
    const { model } = modelOf(table, id);
    const fields = fieldsOf(id);
    const more = isCiscoWanted ? ciscoFactReader(id, fields) : undefined;
    const readAll: typeof read =
      more === undefined ? read : (pkid, values) => more(read(pkid, values), values);
    readers.set(model, {
      id,
      number: readers.size,
      model,
      keys: fields.keys,
      compared: fields.compared,
      lists: fields.lists,
      named: fields.named,
      valuesOf: (data) => fields.of(data),
      read: readAll,
    });
  };
  const named = (id: FactId & KeysWith<Named>, name: string): void => {
    const text = key(id, name);
    add(id, (pkid, values) => ({ pkid, name: text(values) }));
  };

  const userid = key("cucmUser", "userid");
  const mailid = key("cucmUser", "mailid");
  const devices = keys("cucmUser", "devices");
  const profiles = keys("cucmUser", "profiles");
  add("cucmUser", (pkid, values) => ({
    pkid,
    userid: userid(values),
    mailid: mailid(values),
    devices: devices(values),
    profiles: profiles(values),
  }));

  const phoneName = key("phone", "name");
  const owner = key("phone", "owner");
  const product = fieldsOf("phone").word("product");
  add("phone", (pkid, values) => ({
    pkid,
    name: phoneName(values),
    owner: owner(values),
    kind: PHONE_KINDS[product(values)] ?? "phone",
  }));

  named("deviceProfile", "name");
  named("remoteDestinationProfile", "user");
  named("sparkUser", "email");
  named("uccxAgent", "userid");
  named("ccdmAgent", "name");
  named("ccdmUser", "name");
  named("azureUser", "upn");
  named("mailbox", "upn");
  named("conference", "owner");
  named("roomMailbox", "upn");
  named("webexContactCenterUser", "name");

  const alias = key("voicemail", "alias");
  const voicemailEmail = key("voicemail", "email");
  add("voicemail", (pkid, values) => ({ pkid, id: alias(values), email: voicemailEmail(values) }));
  const meetingId = key("webexUser", "meeting_id");
  const webexEmail = key("webexUser", "email");
  add("webexUser", (pkid, values) => ({ pkid, id: meetingId(values), email: webexEmail(values) }));

  const username = key("user", "username");
  const email = key("user", "email");
  const ms365 = key("user", "username_ms_365");
  const teams = key("user", "username_ms_teams");
  const hybrid = key("user", "hybrid_status");
  // Of voss-5 alone, in which names are texts.
  const cucm = names === undefined ? key("user", "username_cucm") : username;
  const cuc = names === undefined ? key("user", "username_cuc") : username;
  add("user", (pkid, values) => {
    const name = username(values);
    // Nearly always the same text: then it is kept once.
    const same = (other: N): N => (other === name ? name : other);
    return {
      pkid,
      username: name,
      email: same(email(values)),
      ms365: ms365(values),
      teams: teams(values),
      cucm: same(cucm(values)),
      cuc: same(cuc(values)),
      hybrid: !isBlank(hybrid(values)),
    };
  });

  const teamsUpn = key("teamsUser", "upn");
  const enabled = flag("teamsUser", "enabled");
  const features = fieldsOf("teamsUser").words("features");
  const enterpriseVoice = flag("teamsUser", "enterprise_voice");
  add("teamsUser", (pkid, values) => {
    const names = features(values)
      .flatMap((text) => text.split(",").map(joinKey))
      .filter((name) => name !== "");
    return {
      pkid,
      upn: teamsUpn(values),
      enabled: enabled(values),
      features: names.length > 0,
      phoneSystem: names.includes("phonesystem"),
      enterpriseVoice: enterpriseVoice(values),
    };
  });
  const graphUpn = key("graphUser", "upn");
  const licensed = flag("graphUser", "licensed");
  add("graphUser", (pkid, values) => ({ pkid, upn: graphUpn(values), licensed: licensed(values) }));

  add("phoneServerPhone", (pkid) => ({ pkid }));
  for (const id of ["customerData", "customerRelation"] as const) {
    const publicSector = flag(id, "public_sector");
    const inactiveBilling = flag(id, "inactive_billing");
    add(id, (pkid, values) => ({
      pkid,
      publicSector: publicSector(values),
      inactiveBilling: inactiveBilling(values),
    }));
  }
  return readers;
}

/** The ids whose facts are of type `T`. */
type KeysWith<T> = { [I in FactId]: Facts[I] extends T ? (T extends Facts[I] ? I : never) : never }[FactId];
