/** The instances of one subscriber, from the plan that the table of cases gives. */
import {
  isCustomerCase,
  type MicrosoftPlan,
  NEIGHBOURS,
  type SubscriberCase,
  type SubscriberPlan,
} from "./cases.ts";
import {
  addCucmUser,
  addDeviceProfile,
  addEnterpriseAgent,
  addEnterpriseUser,
  addExpressAgent,
  addLine,
  addPhone,
  addRemoteDestinationProfile,
  addVoicemail,
  axlUuid,
  newMac,
  ownPhone,
  type Phone,
} from "./cisco.ts";
import { addMgcpPort, addSccpPort } from "./gateways.ts";
import { addConference, addMicrosoftAccounts } from "./microsoft.ts";
import { type Person, SERIES } from "./names.ts";
import { addNumbersFrom, lineOf, offerToGroup, pickupGroupOf } from "./site.ts";
import type { Site } from "./topology.ts";
import { addDataUser, addMobile, addMultiVendorService, type DataUser, spelled } from "./voss.ts";
import { addMeetingsUser, addPersonalDevice, addSparkUser } from "./webex.ts";
import type { Line, Work } from "./work.ts";

/** What most Microsoft accounts of subscribers look like. */
const WITH_VOICE: MicrosoftPlan = {
  teams: { enabled: true, features: ["Teams", "PhoneSystem"], voice: true },
  graph: true,
  mailbox: true,
};
const NO_VOICE: MicrosoftPlan = {
  teams: { enabled: true, features: ["Teams"], voice: false },
  graph: true,
  mailbox: true,
};
/** Share of a tenant's subscribers that have a Microsoft account as well. */
const MICROSOFT_CHANCE = 3000;

/** Share of subscribers whose first phone has a second line. */
const SECOND_LINE_CHANCE = 1200;

/** A subscriber in the making. */
interface Subject {
  work: Work;
  site: Site;
  /** The site, or the node beneath it. */
  node: string;
  person: Person;
  plan: SubscriberPlan;
  line: ReturnType<typeof lineOf>;
}

/** Adds the k-th subscriber of a site. */
export function addSubscriber(work: Work, site: Site, k: number, row: SubscriberCase): void {
  const { plan } = row;
  const { neighbour } = work;
  const node = plan.beneathSite ? (site.beneath ?? site.path) : site.path;
  const person = work.newPerson();
  if (plan.neighbour === "same-userid" && neighbour !== undefined) person.userid = neighbour.userid;
  const line = lineOf(work, site, k);
  const subject: Subject = { work, site, node, person, plan, line };
  addNumbersFrom(work, site, k);
  // The number of one without a device is in the inventory of VOSS and not in CUCM.
  const hasLine = plan.phones + plan.ctiPorts + plan.remotes + plan.em > 0;
  if (hasLine) {
    addLine(work, node, line, `${person.display} ${line.number}`, pickupGroupOf(site, k));
    offerToGroup(work, line);
  }

  const phones = addPhones(subject);
  const devices = plan.link === "owner" ? [] : phones.map((phone) => phone.name);
  if (plan.neighbour === "shares-phone" && neighbour !== undefined) devices.push(neighbour.phone);
  if (plan.port === "sccp") devices.push(addSccpPort(work, site, person.userid));
  if (plan.port === "mgcp") devices.push(addMgcpPort(work, site, work.newLine(SERIES.analogue)));
  for (let i = 0; i < plan.missing; i++) devices.push(`SEP${newMac(work)}`);
  const profiles: string[] = [];
  for (let i = 0; i < plan.em; i++) profiles.push(addDeviceProfile(work, node, person, i, line));
  addCucmUser(work, node, person, { devices, profiles, number: hasLine ? line.number : "" }, plan.shape);

  addAccounts(subject);
  addSpark(subject);
  addMicrosoft(subject);
  const [first] = phones;
  if (NEIGHBOURS.has(row.id) && first !== undefined) {
    work.neighbour = { userid: person.userid, phone: first.name };
  }
}

function addPhones({ work, node, person, plan, line }: Subject): Phone[] {
  const phones: Phone[] = [];
  // A second phone of the same userid must not bear the first one's name.
  const first = plan.neighbour === "same-userid" ? 4 : 0;
  for (let i = 0; i < plan.phones; i++) phones.push(ownPhone(work, person, first + i));
  for (let i = 0; i < plan.ctiPorts; i++) {
    phones.push({ name: `CTIP${person.userid.toUpperCase()}`, product: "CTI Port" });
  }
  for (let i = 0; i < plan.remotes; i++) {
    const name = `CTIRD${person.userid.toUpperCase()}${i === 0 ? "" : i}`;
    phones.push({ name, product: "Cisco Spark Remote Device" });
  }
  const written = spelled(person.userid, plan.spelling);
  const owner =
    plan.link === "list"
      ? null
      : plan.shape === "value"
        ? { _value_1: written, uuid: axlUuid(work) }
        : written;
  phones.forEach((phone, i) => {
    const lines: Line[] = [line];
    if (i === 0 && work.random.chance(SECOND_LINE_CHANCE)) {
      const second = work.newLine(SERIES.spare);
      addLine(work, node, second, `${person.display} ${second.number}`);
      lines.push(second);
    }
    addPhone(work, node, phone, owner, lines, `${person.display} ${line.number}`);
  });
  return phones;
}

function addAccounts({ work, site, node, person, plan, line }: Subject): void {
  const userid = spelled(person.userid, plan.spelling);
  const mail = spelled(person.mail, plan.spelling);
  if (plan.vm !== "") addVoicemail(work, plan.vm === "site" ? node : work.otherSite(site).path, userid, mail);
  if (plan.snr) {
    addRemoteDestinationProfile(work, node, userid);
    if (work.count("snr") % 3 === 0) addMobile(work, node, person.userid);
  }
  if (plan.webex === "id") addMeetingsUser(work, node, userid, mail);
  else if (plan.webex === "mail") addMeetingsUser(work, node, `wbx${person.code}`, mail);
  else if (plan.webex === "userid-as-mail") addMeetingsUser(work, node, `wbx${person.code}`, userid);
  if (plan.agent === "express" || plan.agent === "both") {
    addExpressAgent(work, node, person, userid, line.number);
  }
  if (plan.agent === "enterprise" || plan.agent === "both") {
    addEnterpriseAgent(work, node, userid, line.number);
    // Many agents are users of the contact center's portal too: the same name at both models.
    if (work.count("enterprise agent") % 2 === 0) addEnterpriseUser(work, node, person.userid);
  }
  if (plan.agent === "enterprise-user") addEnterpriseUser(work, node, userid);
  if (plan.conference) addConference(work, node, "primary_owner_email_address", person.mail);
}

function addSpark({ work, site, node, person, plan, line }: Subject): void {
  const at = {
    site: node,
    customer: work.customer.path,
    beneath: site.beneath ?? node,
    "other-site": work.otherSite(site).path,
  }[plan.sparkAt];
  if (plan.spark === "mail" || plan.spark === "both") {
    const mail = spelled(person.mail, plan.spelling);
    const id = addSparkUser(work, at, person, mail, line.number, line.e164);
    if (work.count("spark") % 20 === 0) addPersonalDevice(work, at, person, id);
  }
  if (plan.spark === "userid" || plan.spark === "both") addSparkUser(work, at, person, person.userid, "", "");
}

/** `data/User`, and the Microsoft accounts that it or the mail address ties to the subscriber. */
function addMicrosoft({ work, node, person, plan, line }: Subject): void {
  const { random, customer } = work;
  const isDrawn = random.chance(MICROSOFT_CHANCE) && isCustomerCase(customer.index, "microsoft-tenant");
  const tie = plan.microsoft === "chance" ? (isDrawn ? "upn-is-mail" : "none") : plan.microsoft;
  // A tenant that kept its first name: nothing in it tells whose account it is.
  const foreign = `${person.code}.${person.last.toLowerCase()}@${customer.prefix}-tenant.example`;
  const upn = tie === "upn-is-mail" ? person.mail : foreign;
  const facts: DataUser = { hybrid: plan.hybrid };
  if (plan.hybrid) {
    facts.extension = line.number;
    facts.e164 = line.e164;
    addMultiVendorService(work, node, person, line.number, line.e164);
  }
  if (tie === "tied-by-365") facts.name365 = upn;
  if (tie === "tied-by-teams") facts.nameTeams = upn;
  if (tie === "tied-by-email") facts.email = upn;
  addDataUser(work, node, person, facts);
  if (tie !== "none") {
    addMicrosoftAccounts(work, node, person, upn, random.chance(6000) ? WITH_VOICE : NO_VOICE);
  }
}
