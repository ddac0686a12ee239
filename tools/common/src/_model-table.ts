/** The rows of the table in models.ts: models in the guide's order, fields as `id: [paths, purposes, mark]`. */
import type { FieldSpec, Mark, ModelSpec, Purpose } from "./models.ts";

const A: readonly Purpose[] = ["audit"];
const S: readonly Purpose[] = ["sde"];
const AS: readonly Purpose[] = ["audit", "sde"];

type Row = readonly [paths: string | readonly string[], purposes: readonly Purpose[], mark?: Mark];

function model(id: string, name: string, mark: Mark, rows: Readonly<Record<string, Row>>): ModelSpec {
  const fields: Record<string, FieldSpec> = {};
  for (const [fieldId, [paths, purposes, fieldMark]] of Object.entries(rows)) {
    const list = typeof paths === "string" ? [paths] : paths;
    fields[fieldId] = {
      id: fieldId,
      paths: list.map((path) => path.split(".")),
      purposes,
      mark: fieldMark ?? "documented",
    };
  }
  return { id, model: name, mark, fields };
}

const D = "documented";
const I = "inferred";
const N = "not-found";

// prettier-ignore
const ROWS: readonly ModelSpec[] = [
  model("node", "data/HierarchyNode", D, {
    name: ["name", AS],
    node_type: ["node_type", AS],
    description: ["description", S],
  }),
  model("customerData", "data/BaseCustomerDAT", D, {
    public_sector: [["public_sector", "publicSector", "PublicSector"], A, N],
    inactive_billing: [["inactive_billing", "inactiveBilling", "InactiveBilling"], A, N],
  }),
  model("customerRelation", "relation/HcsCustomerREL", D, {
    public_sector: [["public_sector", "publicSector", "PublicSector"], A, N],
    inactive_billing: [["inactive_billing", "inactiveBilling", "InactiveBilling"], A, N],
  }),
  model("patch", "data/Patch", D, {
    name: ["name", A],
    bundle: ["bundleName", A],
    description: ["description", A],
    version: ["version", A],
  }),
  model("adaptation", "data/Adaptation", N, {
    name: ["name", A, N],
    description: ["description", A, N],
    version: ["version", A, N],
  }),
  model("user", "data/User", D, {
    username: ["username", AS],
    email: ["email", AS],
    username_ms_365: ["username_ms_365", AS],
    username_ms_teams: ["username_ms_teams", AS],
    hybrid_status: ["mvs_hybrid_status", AS],
    username_cucm: [["username_cucm", "username"], A, N],
    username_cuc: [["username_cuc", "username"], A, N],
    entitlement_profile: ["entitlement_profile", S],
    role: ["role", S],
    title: ["title", S],
    credential_policy: ["account_information.credential_policy", S],
    extension_line: ["mvs_extensions.line", S],
    extension_e164: ["mvs_extensions.line_e164", S],
    extension_cos: ["mvs_extensions.line_cos", S],
  }),
  model("cucmUser", "device/cucm/User", D, {
    userid: ["userid", AS],
    mailid: ["mailid", AS],
    devices: ["associatedDevices.device", AS],
    profiles: ["phoneProfiles.profileName", AS, I],
    device: ["_device", A, I],
    first_name: ["firstName", S],
    middle_name: ["middleName", S],
    last_name: ["lastName", S],
    department: ["department", S],
    telephone_number: ["telephoneNumber", S],
    pager_number: ["pagerNumber", S],
    imp_enabled: ["imAndPresenceEnable", S],
  }),
  model("phone", "device/cucm/Phone", D, {
    name: ["name", AS],
    product: ["product", AS],
    owner: ["ownerUserName", AS],
    device: ["_device", A, I],
    description: ["description", S],
    css: ["callingSearchSpaceName", S],
    line_index: ["lines.line.index", S],
    line_pattern: ["lines.line.dirn.pattern", S],
    line_partition: ["lines.line.dirn.routePartitionName", S, I],
    module_load: ["addOnModules.addOnModule.loadInformation", S],
    module_model: ["addOnModules.addOnModule.model", S],
    module_index: ["addOnModules.addOnModule.index", S],
  }),
  model("deviceProfile", "device/cucm/DeviceProfile", D, {
    name: ["name", AS],
    device: ["_device", A, I],
    product: ["product", S],
    line_index: ["lines.line.index", S],
    line_pattern: ["lines.line.dirn.pattern", S],
  }),
  model("remoteDestinationProfile", "device/cucm/RemoteDestinationProfile", D, {
    user: ["userId", AS],
    device: ["_device", A, I],
  }),
  model("line", "device/cucm/Line", D, {
    pattern: ["pattern", S],
    partition: ["routePartitionName", S],
    description: ["description", S],
    css: ["shareLineAppearanceCssName", S],
    pickup_group: ["callPickupGroupName", S, I],
  }),
  model("huntPilot", "device/cucm/HuntPilot", D, {
    pattern: ["pattern", S],
    partition: ["routePartitionName", S],
    hunt_list: ["huntListName", S, I],
  }),
  model("huntList", "device/cucm/HuntList", I, {
    name: ["name", S, I],
    line_groups: ["members.member.lineGroupName", S, I],
    line_group_order: ["members.member.selectionOrder", S, I],
  }),
  model("lineGroup", "device/cucm/LineGroup", D, {
    name: ["name", S, I],
    member_pattern: ["members.member.directoryNumber.pattern", S],
    member_order: ["members.member.lineSelectionOrder", S, I],
  }),
  model("callPickupGroup", "device/cucm/CallPickupGroup", D, {
    name: ["name", S],
    pattern: ["pattern", S],
    partition: ["routePartitionName", S],
  }),
  model("mgcpPort", "device/cucm/GatewayEndpointAnalogAccess", D, {
    gateway: ["domainName", S],
    product: ["endpoint.product", S],
    description: ["endpoint.description", S],
    name: ["endpoint.name", S, I],
    port: ["endpoint.port.portNumber", S],
    line_index: ["endpoint.port.lines.line.index", S, I],
    line_pattern: ["endpoint.port.lines.line.dirn.pattern", S],
  }),
  model("sccpPort", "device/cucm/GatewaySccpEndpoints", D, {
    gateway: ["domainName", S],
    product: ["endpoint.product", S],
    description: ["endpoint.description", S],
    name: ["endpoint.name", S, I],
    port: ["endpoint.index", S],
    line_index: ["endpoint.lines.line.index", S, I],
    line_pattern: ["endpoint.lines.line.dirn.pattern", S],
  }),
  model("location", "device/cucm/Location", D, {
    name: ["name", S, I],
    audio: ["betweenLocations.betweenLocation.audioBandwidth", S],
    video: ["betweenLocations.betweenLocation.videoBandwidth", S],
  }),
  model("voicemail", "device/cuc/User", D, {
    alias: ["Alias", AS],
    email: ["EmailAddress", A, I],
  }),
  model("webexUser", "device/webex/User", D, {
    meeting_id: ["webExId", A, I],
    email: ["email", A, I],
  }),
  model("sparkUser", "device/spark/User", D, {
    email: ["email", AS],
    id: ["id", S],
    first_name: ["firstName", S],
    last_name: ["lastName", S],
    type: ["type", S],
    login_enabled: ["loginEnabled", S],
    phone_type: ["phoneNumbers.type", S],
    phone_value: ["phoneNumbers.value", S],
    extension: ["extension", S],
    status: ["status", S],
    licenses: ["licenses.license", S],
    line: ["line", S],
    services: ["services", S],
  }),
  model("sparkDevice", "device/spark/Device", D, {
    id: ["id", S],
    display_name: ["displayName", S],
    place: ["placeId", S],
    person: ["personId", S],
    product: ["product", S],
  }),
  model("sparkPlace", "device/spark/Place", I, {
    id: ["id", S],
    display_name: ["displayName", S],
    type: ["type", S],
    calling_type: ["callingType", S, N],
  }),
  model("uccxAgent", "device/uccx/Agent", D, {
    userid: ["userID", AS],
    first_name: ["firstName", S],
    last_name: ["lastName", S],
    extension: ["extension", S],
    team: ["teamName", S],
    type: ["type", S],
    auto_available: ["autoAvailable", S],
  }),
  model("ccdmAgent", "device/ccdm/Agent", D, {
    name: ["Name", AS],
    peripheral_number: ["PeripheralNumber", S],
    supervisor: ["Supervisor", S],
  }),
  model("ccdmUser", "device/ccdm/User", D, {
    name: ["Name", A, I],
  }),
  model("teamsUser", "device/msteamsonline/CsOnlineUser", D, {
    upn: ["UserPrincipalName", AS],
    enabled: ["AccountEnabled", AS],
    features: ["FeatureTypes", AS],
    enterprise_voice: ["EnterpriseVoiceEnabled", AS],
    alias: ["Alias", S],
    department: ["Department", S],
    line: ["LineURI", S],
    line_type: ["LineURIType", S],
    voice_routing_policy: ["OnlineVoiceRoutingPolicy", S],
    dial_plan: ["TenantDialPlan", S],
    voicemail_policy: [["HostedVoicemailPolicy", "OnlineVoicemailPolicy"], S],
    upgrade_mode: ["TeamsUpgradeEffectiveMode", S],
  }),
  model("graphUser", "device/msgraph/MsolUser", D, {
    upn: ["UserPrincipalName", AS],
    licensed: ["IsLicensed", AS],
    first_name: ["FirstName", S],
    last_name: ["LastName", S],
    display_name: ["DisplayName", S],
    license_sku: ["Licenses.AccountSkuId", S],
    plan_name: ["Licenses.ServicePlans.ServiceName", S],
    plan_enabled: ["Licenses.ServicePlans.Enabled", S],
  }),
  model("azureUser", "device/azureadonline/MsolUser", D, {
    upn: ["UserPrincipalName", A, I],
  }),
  model("accountSku", "device/msgraph/MsolAccountSku", D, {
    name: ["SkuPartNumber", S],
    service_plans: ["ServicePlans.ServiceName", S],
  }),
  model("mailbox", "device/msexchangeonline/UserMailbox", D, {
    upn: ["UserPrincipalName", AS, I],
    calendar_user: ["CalendarPermissions.User", S, N],
    calendar_rights: ["CalendarPermissions.AccessRights", S, N],
    permission_user: ["Permissions.User", S, N],
    permission_rights: ["Permissions.AccessRights", S, N],
  }),
  model("roomMailbox", "device/msexchangeonline/RoomMailbox", N, {
    upn: ["UserPrincipalName", A, N],
  }),
  model("webexContactCenterUser", "device/webexcc/User", N, {
    name: ["email", A, N],
  }),
  model("recipientPermission", "device/exchangeonline/RecipientPermission", I, {
    identity: ["Identity", S, I],
    trustee: ["Trustee", S, I],
    access_rights: ["AccessRights", S, I],
  }),
  model("conference", "device/pexip/Conference", D, {
    owner: [["primary_owner_email_address", "owner_email"], AS, I],
    name: ["name", S],
    description: ["description", S],
    type: ["service_type", S, I],
  }),
  model("phoneServerPhone", "data/PRS_MultiVendorPhone_DAT", D, {
    mac: ["mac", AS],
    vendor: ["phoneVendor", S],
    phone_model: ["phoneModel", S],
    line1: ["line1Name", S],
    line1_cos: ["line1Cos", S],
    line2: ["line2Name", S],
    line2_cos: ["line2Cos", S],
  }),
  // The counts that VOSS keeps itself from 21.4-PB5 on. Where no page names a field, it is the title in snake case.
  model("licenseCounts", "data/LicenseAuditCounts", D, {
    provider_pkid: ["provider_pkid", A],
    customer_pkid: ["customer_pkid", A],
    total_license_usage: ["total_license_usage", A],
    user_licenses: ["user_licenses", A],
    users_with_more_than_10_devices: ["users_with_more_than_10_devices", A],
    uccx_user_licenses: ["uccx_user_licenses", A],
    cisco_and_ms_integrated_services: ["cisco_and_ms_integrated_services", A],
    standalone_devices: ["standalone_devices", A],
    meeting_rooms: ["meeting_rooms", A],
    sites: ["sites", A],
    ms_teams_voice_users: ["ms_teams_voice_users", A],
    msol_users: ["msol_users", A],
  }),
  model("siteData", "data/BaseSiteDAT", D, {
    address1: ["Address1", S],
    address2: ["Address2", S],
    address3: ["Address3", S],
    country: ["Country", S, I],
    network_device_list: ["ndl", S, N],
  }),
  model("dialPlanSite", "data/DpSite", D, {
    emergency_number: ["emerNumber", S],
    external_access_prefix: ["ext", S],
    site_code: ["slc", S],
    published_number: ["pubNumber", S],
  }),
  model("dialPlanCustomer", "data/DpCustomer", D, { inter_site_prefix: ["isp", S] }),
  model("networkDeviceList", "data/Ndl", D, { name: ["ndl.name", S] }),
  model("country", "data/Countries", D, {
    dial_code: ["international_dial_code", S],
    name: ["country_name", S, N],
    iso_code: ["iso_country_code", S, N],
  }),
  model("hcmfCustomer", "device/hcmf/Customer", D, {
    account_id: ["accountID", S],
    external_id: ["externalCustomerID", S],
    address1: ["contactAddress1", S],
    address2: ["contactAddress2", S],
    address3: ["contactAddress3", S, I],
  }),
  model("hcmfLocation", "device/hcmf/CustomerLocation", D, {
    external_id: ["externalID", S],
    extended_name: ["extendedName", S],
  }),
  model("linkedSite", "data/GS_LinkedSiteData_DAT", D, {
    external_id: ["externalID", S],
    extended_name: ["extendedName", S],
  }),
  model("fmcUser", "data/GS_FMC_UserExtended_DAT", D, {
    username: ["username", S],
    mobile: ["fmc.mobile", S],
    enabled: ["fmc.enabled", S],
  }),
  model("provisioningStatus", "data/HcsUserProvisioningStatusDAT", D, {
    username: ["username", S],
    entitlement_profile: ["entitlement_profile", S],
  }),
  model("normalizedUser", "data/NormalizedUser", D, {
    username: ["username", S, I],
    title: ["title", S],
  }),
  model("multiVendorService", "data/MultiVendorServiceData_DAT", D, {
    username: ["username", S, N],
    service_type: ["serviceType", S, N],
    line1: ["line1Dn", S],
    line1_e164: ["line1E164", S],
    line1_cos: ["line1CoS", S],
    line2: ["line2Dn", S],
    line2_e164: ["line2E164", S],
    line2_cos: ["line2CoS", S],
  }),
  model("e164Block", "relation/HcsDNE164AssociateREL", D, {
    start_e164: ["e164Number", S, N],
    start_dn: ["dnNumber", S, N],
    range: ["range", S, N],
  }),
  model("e164Multiple", "relation/HcsDNMultiE164AssociateREL", D, {
    dn: ["dnNumber", S, N],
    primary: ["primaryE164", S, N],
    member_number: ["e164Ranges.e164Number", S, N],
    member_range: ["e164Ranges.range", S, N],
  }),
];

export const MODEL_TABLE: Readonly<Record<string, ModelSpec>> = Object.fromEntries(
  ROWS.map((spec) => [spec.id, spec]),
);
