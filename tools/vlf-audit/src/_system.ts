/** For tests: small hand-made systems, one line per instance, and their counts. */
import assert from "node:assert/strict";
import { MODELS } from "@vlf/common/models";
import type { Name } from "@vlf/common/names";
import type { Finding, Instance, LicenseCount, LicenseProfile } from "@vlf/common/records";
import { Audit, type AuditResult } from "./audit.ts";
import { asNumbers } from "./naming.ts";

export const PROVIDER = "sys.hcs.Prov";
export const CUSTOMER = "sys.hcs.Prov.Resel.Cust";
export const SITE: string = `${CUSTOMER}.SiteA`;
export const OTHER_SITE: string = `${CUSTOMER}.SiteB`;
export const CUSTOMER_PKID = "c0ffee";

type Fields = Record<string, unknown>;

let counter = 0;

/** An instance with a pkid of its own. */
export function instance(model: string, hierarchy: string, data: Fields): Instance {
  counter += 1;
  return { type: "instance", model, pkid: `p${counter}`, hierarchy, data };
}

export function node(hierarchy: string, nodeType: string, pkid: string = `n-${hierarchy}`): Instance {
  const name = hierarchy.slice(hierarchy.lastIndexOf(".") + 1);
  return {
    type: "instance",
    model: "data/HierarchyNode",
    pkid,
    hierarchy,
    data: { name, node_type: nodeType },
  };
}

/** sys, provider, reseller, one customer with two sites. */
export function nodes(): Instance[] {
  return [
    node("sys", ""),
    node("sys.hcs", "Hcs"),
    node(PROVIDER, "Provider"),
    node(`${PROVIDER}.Resel`, "Reseller"),
    node(CUSTOMER, "Customer", CUSTOMER_PKID),
    node(SITE, "Site"),
    node(OTHER_SITE, "Site"),
  ];
}

export const user = (userid: string, data: Fields = {}, at: string = SITE): Instance =>
  instance("device/cucm/User", at, { userid, ...data });

/** The `associatedDevices` and `phoneProfiles` of a user, as AXL has them. */
export const devices = (...names: string[]): Fields => ({ associatedDevices: { device: names } });
export const profiles = (...names: string[]): Fields => ({ phoneProfiles: { profileName: names } });

export const phone = (name: string, data: Fields = {}, at: string = SITE): Instance =>
  instance("device/cucm/Phone", at, { name, product: "Cisco 8841", ...data });
export const deviceProfile = (name: string, at: string = SITE): Instance =>
  instance("device/cucm/DeviceProfile", at, { name });
export const snr = (userId: string, at: string = SITE): Instance =>
  instance("device/cucm/RemoteDestinationProfile", at, { userId });
export const voicemail = (alias: string, at: string = SITE): Instance =>
  instance("device/cuc/User", at, { Alias: alias });
export const webex = (data: Fields, at: string = SITE): Instance => instance("device/webex/User", at, data);
export const spark = (email: string, at: string = SITE): Instance =>
  instance("device/spark/User", at, { email });
export const uccx = (userID: string, at: string = SITE): Instance =>
  instance("device/uccx/Agent", at, { userID });
export const ccdmAgent = (name: string, at: string = SITE): Instance =>
  instance("device/ccdm/Agent", at, { Name: name });
export const ccdmUser = (name: string, at: string = SITE): Instance =>
  instance("device/ccdm/User", at, { Name: name });
export const vossUser = (data: Fields, at: string = SITE): Instance => instance("data/User", at, data);
export const teams = (upn: string, data: Fields = {}, at: string = CUSTOMER): Instance =>
  instance("device/msteamsonline/CsOnlineUser", at, {
    UserPrincipalName: upn,
    AccountEnabled: true,
    FeatureTypes: ["Teams"],
    ...data,
  });
/** What makes a Teams user a voice user. */
export const VOICE: Fields = { FeatureTypes: ["Teams", "PhoneSystem"], EnterpriseVoiceEnabled: true };
export const o365 = (upn: string, licensed: unknown = true, at: string = CUSTOMER): Instance =>
  instance("device/msgraph/MsolUser", at, { UserPrincipalName: upn, IsLicensed: licensed });
export const azure = (upn: string, at: string = CUSTOMER): Instance =>
  instance("device/azureadonline/MsolUser", at, { UserPrincipalName: upn, IsLicensed: true });
export const mailbox = (upn: string, at: string = CUSTOMER): Instance =>
  instance("device/msexchangeonline/UserMailbox", at, { UserPrincipalName: upn });
export const conference = (data: Fields, at: string = CUSTOMER): Instance =>
  instance("device/pexip/Conference", at, data);
export const owned = (mail: string): Fields => ({ primary_owner_email_address: mail });
export const serverPhone = (at: string = CUSTOMER): Instance =>
  instance("data/PRS_MultiVendorPhone_DAT", at, { mac: "00:11:22:33:44:55" });

export interface Audited {
  readonly rows: readonly LicenseCount[];
  readonly profiles: readonly LicenseProfile[];
  readonly findings: readonly Finding[];
}

const OPTIONS = { models: MODELS, standaloneAllocation: () => 0 };
const NUMBERS = asNumbers(MODELS);

/** What an audit gives, with names as texts, and the same with names as numbers. */
export function bothWays(play: (audit: Audit<Name>) => AuditResult): AuditResult {
  NUMBERS.names?.keep(0);
  const [texts, numbers] = [new Audit(OPTIONS), new Audit(OPTIONS, NUMBERS)].map((audit) => {
    try {
      return play(audit as unknown as Audit<Name>);
    } catch (error) {
      return error;
    }
  });
  assert.deepEqual(numbers, texts);
  if (texts instanceof Error) throw texts;
  return texts as AuditResult;
}

/** Audits instances as one stream without scopes. */
export function audit(instances: readonly Instance[]): Audited {
  const { customers, findings } = bothWays((auditor) => {
    for (const [index, one] of instances.entries()) auditor.add(one, "test", index + 1);
    return auditor.finish();
  });
  return {
    rows: customers.map(({ count }) => count as LicenseCount),
    profiles: customers.flatMap(({ profiles }) => profiles),
    findings,
  };
}

/** The counts of the one customer of `nodes()` that are not 0 or false, the two sites left out. */
export function counted(...instances: readonly Instance[]): Record<string, number | boolean> {
  const { rows } = audit([...nodes(), ...instances]);
  const { site_count: _sites, ...counts } = rows[0]?.counts ?? {};
  return Object.fromEntries(Object.entries(counts).filter(([, value]) => value !== 0 && value !== false));
}

/** The findings about the customer as `{code: count}`. */
export function found(...instances: readonly Instance[]): Record<string, number> {
  const { findings } = audit([...nodes(), ...instances]);
  return Object.fromEntries(findings.map(({ code, count }) => [code, count ?? 0]));
}
