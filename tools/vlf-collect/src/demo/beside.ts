/** What customers have beside subscribers: standalone things, people above site, Microsoft and Pexip. */
import type { Beside, MicrosoftPlan } from "./cases.ts";
import {
  addCucmUser,
  addEnterpriseAgent,
  addExpressAgent,
  addLine,
  addPhone,
  addVoicemail,
  analogName,
  deskPhone,
  newMac,
  type Phone,
} from "./cisco.ts";
import { addConference, addMicrosoftAccounts } from "./microsoft.ts";
import { SERIES } from "./names.ts";
import type { Site } from "./topology.ts";
import { addDataUser, addServerPhone } from "./voss.ts";
import { addMeetingsUser, addSparkUser, addWorkspace } from "./webex.ts";
import type { Work } from "./work.ts";

/** Adds one thing at a site, or above it where the case says so. */
export function addBeside(work: Work, site: Site, what: Beside): void {
  switch (what.kind) {
    case "nothing":
      return;
    case "phone":
      return addStandalonePhone(work, site, what);
    case "voicemail": {
      const person = work.newPerson();
      return addVoicemail(work, site.path, person.userid, person.mail);
    }
    case "webex": {
      const person = work.newPerson();
      return addMeetingsUser(work, site.path, person.userid, person.mail);
    }
    case "spark": {
      const person = work.newPerson();
      addSparkUser(work, site.path, person, person.mail, "", "");
      return;
    }
    case "workspace":
      return addWorkspace(work, site.path);
    case "server-phone": {
      const { number } = work.newLine(SERIES.parked);
      const second = work.count("server phone") % 2 === 0 ? work.newLine(SERIES.parked).number : "";
      return addServerPhone(work, site.path, newMac(work), number, second);
    }
    case "agent": {
      const person = work.newPerson();
      const { number } = work.newLine(SERIES.spare);
      if (what.agent === "express") addExpressAgent(work, site.path, person, person.userid, number);
      else addEnterpriseAgent(work, site.path, person.userid, number);
      return;
    }
    case "user-above":
      return addUserAbove(work, site, what);
    case "conference": {
      const owner = what.owner === "nobody" ? null : work.newPerson().mail;
      return addConference(work, site.path, what.key, owner);
    }
    case "microsoft":
      return addMicrosoftPerson(work, site, what.plan);
  }
}

function addStandalonePhone(work: Work, site: Site, what: Extract<Beside, { kind: "phone" }>): void {
  const { product } = what;
  const line = work.newLine(SERIES.spare);
  const names = {
    desk: () => deskPhone(work),
    "Analog Phone": () => ({ name: analogName(work), product }),
    "CTI Port": () => ({ name: `CTIP${newMac(work)}`, product }),
    "Cisco Spark Remote Device": () => ({ name: `CTIRD${newMac(work)}`, product }),
  } satisfies Record<string, () => Phone>;
  const owners = { missing: undefined, blank: "", ghost: work.newPerson().userid };
  const description = `Common area ${line.number}`;
  if (what.hasLine) addLine(work, site.path, line, description);
  const lines = what.hasLine ? [line] : [];
  addPhone(work, site.path, names[product](), owners[what.owner], lines, description);
}

function addUserAbove(work: Work, site: Site, what: Extract<Beside, { kind: "user-above" }>): void {
  const { customer } = work;
  const person = work.newPerson();
  const node = what.at === "division" ? (customer.divisions[0] ?? customer.path) : customer.path;
  const devices: string[] = [];
  if (what.phone !== undefined) {
    const phone = deskPhone(work);
    const line = work.newLine(SERIES.spare);
    const isOwned = what.phone === "owned";
    addLine(work, site.path, line, `${person.display} ${line.number}`);
    addPhone(work, site.path, phone, isOwned ? person.userid : null, [line], person.display);
    if (!isOwned) devices.push(phone.name);
  }
  addCucmUser(work, node, person, { devices, profiles: [], number: "" }, "array");
  addDataUser(work, node, person, {});
  if (what.vm === true) addVoicemail(work, site.path, person.userid, person.mail);
  const sparkAt = { "": undefined, beside: node, above: customer.path, site: site.path }[what.spark];
  if (sparkAt !== undefined) addSparkUser(work, sparkAt, person, person.mail, "", "");
}

function addMicrosoftPerson(work: Work, site: Site, plan: MicrosoftPlan): void {
  const person = work.newPerson();
  const upn = person.mail;
  addMicrosoftAccounts(work, site.path, person, upn, plan);
  if (plan.conference === true) addConference(work, site.path, "primary_owner_email_address", upn);
  // Half of them are people of VOSS too.
  if (plan.hybrid === true || work.count("microsoft person") % 2 === 0) {
    addDataUser(work, site.path, person, { username: upn, name365: upn, hybrid: plan.hybrid === true });
  }
}
