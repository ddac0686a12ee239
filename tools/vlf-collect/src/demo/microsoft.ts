/** Instances of Microsoft's models, for people with and without a Cisco account. */
import type { MicrosoftPlan } from "./cases.ts";
import { e164Number, type Person } from "./names.ts";
import type { Work } from "./work.ts";

const ENTERPRISE = {
  AccountSkuId: "ENTERPRISEPACK",
  ServicePlans: [
    { ServiceName: "TEAMS1", Enabled: true },
    { ServiceName: "EXCHANGE_S_ENTERPRISE", Enabled: true },
    { ServiceName: "SHAREPOINTENTERPRISE", Enabled: false },
  ],
} as const;
const VOICE = {
  AccountSkuId: "MCOEV",
  ServicePlans: [{ ServiceName: "MCOEV", Enabled: true }],
} as const;
const OFFICE_ONLY = {
  AccountSkuId: "O365_BUSINESS",
  ServicePlans: [
    { ServiceName: "OFFICE_BUSINESS", Enabled: true },
    { ServiceName: "TEAMS1", Enabled: false },
  ],
} as const;

const LINE_TYPES = ["DirectRouting", "CallingPlan", "OperatorConnect"] as const;
const DEPARTMENTS = ["Finance", "Operations", "Research", ""] as const;

/** The units that a tenant can license, one instance each at the customer. */
export function addAccountSkus(work: Work): void {
  for (const sku of [ENTERPRISE, VOICE, OFFICE_ONLY]) {
    work.instances.add("device/msgraph/MsolAccountSku", work.customer.path, {
      SkuPartNumber: sku.AccountSkuId,
      ServicePlans: sku.ServicePlans.map((plan) => ({ ServiceName: plan.ServiceName })),
    });
  }
}

/** The accounts of a person, as far as the plan has them. */
export function addMicrosoftAccounts(
  work: Work,
  node: string,
  person: Person,
  upn: string,
  plan: MicrosoftPlan,
): void {
  const { teams } = plan;
  if (teams !== undefined) {
    addTeamsUser(work, node, person, upn, teams);
    // The second comes from an import at another level, and writes the name its own way.
    if (plan.twice === true) addTeamsUser(work, work.customer.path, person, upn.toUpperCase(), teams);
  }
  if (plan.graph !== undefined) {
    work.instances.add("device/msgraph/MsolUser", node, {
      UserPrincipalName: upn,
      IsLicensed: plan.graph,
      FirstName: person.first,
      LastName: person.last,
      DisplayName: person.display,
      Licenses:
        plan.graph === false
          ? []
          : teams === undefined
            ? [OFFICE_ONLY]
            : teams.voice === false
              ? [ENTERPRISE]
              : [ENTERPRISE, VOICE],
    });
  }
  if (plan.azure === true) {
    work.instances.add("device/azureadonline/MsolUser", node, { UserPrincipalName: upn });
  }
  if (plan.mailbox === true) addMailbox(work, node, upn);
}

function addTeamsUser(
  work: Work,
  node: string,
  person: Person,
  upn: string,
  teams: NonNullable<MicrosoftPlan["teams"]>,
): void {
  const { random } = work;
  const data: Record<string, unknown> = { UserPrincipalName: upn, AccountEnabled: teams.enabled };
  if (teams.features !== undefined) data["FeatureTypes"] = teams.features;
  data["EnterpriseVoiceEnabled"] = teams.voice;
  data["Alias"] = person.mail.slice(0, person.mail.indexOf("@"));
  data["Department"] = random.pick(DEPARTMENTS);
  const hasLine = teams.voice !== false;
  const e164 = e164Number("03", work.customer.index, work.count("teams line"));
  data["LineURI"] = hasLine ? `tel:${e164.slice(1)}` : null;
  data["LineURIType"] = hasLine ? random.pick(LINE_TYPES) : null;
  data["OnlineVoiceRoutingPolicy"] = hasLine ? work.named("International") : null;
  data["TenantDialPlan"] = random.chance(5000) ? "Global" : null;
  data[random.chance(5000) ? "HostedVoicemailPolicy" : "OnlineVoicemailPolicy"] = "Global";
  data["TeamsUpgradeEffectiveMode"] = "TeamsOnly";
  work.instances.add("device/msteamsonline/CsOnlineUser", node, data);
}

function addMailbox(work: Work, node: string, upn: string): void {
  const { random } = work;
  const assistant = work.newPerson();
  work.instances.add("device/msexchangeonline/UserMailbox", node, {
    UserPrincipalName: upn,
    CalendarPermissions: random.chance(4000)
      ? [
          { User: "Default", AccessRights: ["AvailabilityOnly"] },
          { User: assistant.mail, AccessRights: ["Editor"] },
        ]
      : [{ User: "Default", AccessRights: ["AvailabilityOnly"] }],
    Permissions: random.chance(2000) ? [{ User: assistant.mail, AccessRights: ["FullAccess"] }] : [],
  });
  if (work.count("mailbox") % 3 === 0) {
    work.instances.add("device/exchangeonline/RecipientPermission", node, {
      Identity: upn,
      Trustee: assistant.mail,
      AccessRights: ["SendAs"],
    });
  }
}

/** A Pexip conference; `key` is the field that holds the owner's mail, `""` for none. */
export function addConference(work: Work, node: string, key: string, owner: string | null): void {
  const { code } = work.newPerson();
  const data: Record<string, unknown> = {};
  data[key] = owner;
  data["name"] = `VMR ${work.customer.prefix}${code}`;
  data["description"] = `Meeting room ${work.customer.prefix}${code}`;
  data["service_type"] = "conference";
  work.instances.add("device/pexip/Conference", node, data);
}
