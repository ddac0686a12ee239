/** Instances of VOSS's own models: people, and what is above the customers. */
import { isCustomerCase, type SubscriberPlan } from "./cases.ts";
import { e164Number, type Person } from "./names.ts";
import {
  type HierarchyNode,
  NODES_ABOVE,
  PLATFORM_NODE,
  PROVIDER_NODE,
  REGION_NODE,
  ROOT,
} from "./topology.ts";
import type { Work } from "./work.ts";
import { addCucmUser, addPhone, deskPhone } from "./cisco.ts";

const TITLES = ["Engineer", "Manager", "Analyst", "Consultant"] as const;
const PROFILES = ["EP-Voice-Standard", "EP-Voice-Premium", "EP-Collaboration"] as const;

export function addNodes(work: Work, nodes: readonly HierarchyNode[]): void {
  for (const { path, type } of nodes) {
    const name = path.slice(path.lastIndexOf(".") + 1);
    work.instances.add("data/HierarchyNode", path, {
      name,
      node_type: type,
      description: type === "" ? "" : `${type} ${name}`,
    });
  }
}

/** Nodes, patches, adaptations and countries above every customer, and a few of the provider's own things. */
export function addAboveCustomers(work: Work): void {
  const { instances } = work;
  addNodes(work, NODES_ABOVE);
  const patches = [
    ["EKB-14920", "AuditPatches", "License audit: count by account, not by mailbox"],
    ["EKB-15233", "AuditPatches", "Device models: keep the owner of a phone on sync"],
    ["EKB-15588", "PortalPatches", "Self-service: show the remote destinations in order"],
  ] as const;
  for (const [name, bundleName, description] of patches) {
    instances.add("data/Patch", ROOT, { name, bundleName, description, version: "21.4.1" });
  }
  instances.add("data/Adaptation", ROOT, {
    name: "GS_FMC",
    description: "Fixed mobile convergence",
    version: "2.3.0",
  });
  const countries = [
    ["44", "United Kingdom", "GBR"],
    ["31", "Netherlands", "NLD"],
    ["49", "Germany", "DEU"],
  ] as const;
  for (const [code, name, iso] of countries) {
    const country = { international_dial_code: code, country_name: name, iso_country_code: iso };
    instances.add("data/Countries", PLATFORM_NODE, country);
  }
  const person = work.newPerson();
  const phone = deskPhone(work);
  addCucmUser(work, PROVIDER_NODE, person, { devices: [phone.name], profiles: [], number: "" }, "array");
  addPhone(work, PROVIDER_NODE, phone, person.userid, [work.newLine(7)], "Provider test phone");
  addDataUser(work, REGION_NODE, work.newPerson(), {});
}

export interface DataUser {
  /** The UPNs that tie a Microsoft account to this person. */
  name365?: string;
  nameTeams?: string;
  /** Instead of the person's own. */
  username?: string;
  email?: string;
  hybrid?: boolean;
  extension?: string;
  e164?: string;
}

export function addDataUser(work: Work, node: string, person: Person, facts: DataUser): void {
  const { random } = work;
  const hasTitle = !isCustomerCase(work.customer.index, "titles-normalized");
  const profile = random.pick(PROFILES);
  const title = random.pick(TITLES);
  const extension = facts.extension ?? "";
  const username = facts.username ?? person.userid;
  work.instances.add("data/User", node, {
    username,
    email: facts.email ?? person.mail,
    username_ms_365: facts.name365 ?? (random.chance(5000) ? null : ""),
    username_ms_teams: facts.nameTeams ?? (random.chance(5000) ? null : ""),
    mvs_hybrid_status: facts.hybrid === true ? "Cisco-MS" : random.chance(5000) ? null : "",
    entitlement_profile: hasTitle ? profile : null,
    role: `${work.customer.name}-SelfService`,
    title: hasTitle ? title : null,
    account_information: { credential_policy: "HcsCredentialPolicy" },
    mvs_extensions:
      extension === ""
        ? []
        : [{ line: extension, line_e164: facts.e164 ?? "", line_cos: work.named("National-COS") }],
  });
  if (!hasTitle) work.instances.add("data/NormalizedUser", node, { username, title });
  work.instances.add("data/HcsUserProvisioningStatusDAT", node, {
    username,
    entitlement_profile: profile,
  });
}

/** The lines of a hybrid person, as release 19.3 keeps them beside `data/User`. */
export function addMultiVendorService(
  work: Work,
  node: string,
  person: Person,
  line: string,
  e164: string,
): void {
  work.instances.add("data/MultiVendorServiceData_DAT", node, {
    username: person.userid,
    serviceType: "Cisco-MS",
    line1Dn: line,
    line1E164: e164,
    line1CoS: work.named("National-COS"),
    line2Dn: "",
    line2E164: "",
    line2CoS: "",
  });
}

/** Fixed mobile convergence: the user of a remote destination profile with a mobile number. */
export function addMobile(work: Work, node: string, userid: string): void {
  const mobile = e164Number("07", work.customer.index, work.count("mobile"));
  work.instances.add("data/GS_FMC_UserExtended_DAT", node, {
    username: userid,
    fmc: { mobile, enabled: work.random.chance(8000) },
  });
}

const MAKERS = [
  ["Yealink", "T54W"],
  ["Poly", "VVX 450"],
  ["Grandstream", "GXP2170"],
] as const;

/** A phone of another maker behind the VOSS phone server. */
export function addServerPhone(work: Work, node: string, mac: string, line: string, line2: string): void {
  const [phoneVendor, phoneModel] = work.random.pick(MAKERS);
  const cos = work.named("National-COS");
  work.instances.add("data/PRS_MultiVendorPhone_DAT", node, {
    mac: mac.match(/../g)?.join(":"),
    phoneVendor,
    phoneModel,
    line1Name: line,
    line1Cos: cos,
    line2Name: line2,
    line2Cos: line2 === "" ? "" : cos,
  });
}

/** How the owner of a thing is written outside `device/cucm/User`. */
export function spelled(userid: string, spelling: SubscriberPlan["spelling"]): string {
  if (spelling === "capitals") return userid.toUpperCase();
  return spelling === "padded" ? ` ${userid}  ` : userid;
}
