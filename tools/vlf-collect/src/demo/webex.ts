/** Instances of Webex: meetings accounts, Spark (Webex App) accounts, workspaces and their devices. */
import { isCustomerCase } from "./cases.ts";
import type { Person } from "./names.ts";
import type { Work } from "./work.ts";

const LICENSES = [
  [{ license: "Messaging" }],
  [{ license: "Messaging" }, { license: "Meeting - Webex Enterprise Edition" }],
  [{ license: "Messaging" }, { license: "Webex Calling - Professional" }],
  [],
] as const;
/** How the connector of release 19.3 shows what an account may do. */
const OLD_SERVICES = {
  message: { messaging: true },
  meeting: { webex_enterprise_200: true, webex_cmr: false, webex_event_center: false },
  hybrid_call_services: { aware: true, connect: false },
} as const;

const ROOM_TYPES = ["meetingRoom", "huddle", "focus", "desk", "open", ""] as const;
const ROOM_DEVICES = ["Cisco Webex Room Kit", "Cisco Webex Board 55", "Cisco Webex Desk Pro"] as const;

/** A meetings account. */
export function addMeetingsUser(work: Work, node: string, id: string, mail: string): void {
  work.instances.add("device/webex/User", node, { webExId: id, email: mail });
}

/** A Spark account; returns the id that its devices name. */
export function addSparkUser(
  work: Work,
  node: string,
  person: Person,
  mail: string,
  extension: string,
  e164: string,
): string {
  const { random } = work;
  const id = sparkId(work, "PEOPLE");
  const data: Record<string, unknown> = {
    email: mail,
    id,
    firstName: person.first,
    lastName: person.last,
    type: "person",
    loginEnabled: !random.chance(300),
    phoneNumbers: e164 === "" ? (random.chance(5000) ? [] : null) : [{ type: "work", value: e164 }],
    extension: extension === "" ? null : extension,
    status: random.chance(8000) ? "active" : "unknown",
    licenses: random.pick(LICENSES),
  };
  if (isCustomerCase(work.customer.index, "old-webex-layout")) {
    data["line"] = extension;
    data["services"] = OLD_SERVICES;
  }
  work.instances.add("device/spark/User", node, data);
  return id;
}

/** A device of a person. */
export function addPersonalDevice(work: Work, node: string, person: Person, personId: string): void {
  addSparkDevice(work, node, `${person.display} Desk Pro`, null, personId);
}

/** A workspace and the device in it. */
export function addWorkspace(work: Work, node: string): void {
  const { random } = work;
  const id = sparkId(work, "PLACE");
  const name = `Room ${id.slice(-9)}`;
  work.instances.add("device/spark/Place", node, {
    id,
    displayName: name,
    type: random.pick(ROOM_TYPES),
    callingType: random.chance(5000) ? "freeCalling" : "webexCalling",
  });
  addSparkDevice(work, node, `${name} Kit`, id, null);
}

function addSparkDevice(
  work: Work,
  node: string,
  displayName: string,
  placeId: string | null,
  personId: string | null,
): void {
  work.instances.add("device/spark/Device", node, {
    id: sparkId(work, "DEVICE"),
    displayName,
    placeId,
    personId,
    product: work.random.pick(ROOM_DEVICES),
  });
}

const ID_HEADS = { PEOPLE: "L1BFT1BMRS8", PLACE: "L1BMQUNFLzA", DEVICE: "L0RFVklDRS8" } as const;

/** An id as Webex writes it: base64 that says what it names. */
function sparkId(work: Work, kind: keyof typeof ID_HEADS): string {
  const { code } = work.newPerson();
  return `Y2lzY29zcGFyazovL3Vz${ID_HEADS[kind]}${work.customer.prefix}x${code}`;
}
