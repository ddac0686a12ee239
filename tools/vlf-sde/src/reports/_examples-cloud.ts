/** Examples of sections 2.3.15 to 2.3.23: Webex, Microsoft, Pexip, phone servers. */
import { customerNode, type Example, type ExampleRow, set } from "./_example.ts";
import { nodes, one } from "./_system.ts";

const REGION = "sys.hcs.Provider_01.Reseller_01.Customer_01.Intermediate_Node_01.Site_02";
const OFFICE = "sys.A242BC6E4F94.Prov1.Resel1.Cust1";
const TEAMS = "sys.02676185F05F.Prov1.Resel1.Cust1";
const EXCHANGE = "sys.003954111679.Prov1.Resel1.Cust1";
const PRS = "sys.F28DA5B756D7.Prov1.Resel1.Cust1";
const WEBEX = "sys.hcs.Provider_01.Reseller_01.Customer_01.Site_01";

export const CLOUD_EXAMPLES: readonly Example[] = [
  {
    type: "webex_teams",
    instances: [
      ...nodes(WEBEX, "--PRCS"),
      one("sparkUser", WEBEX, {
        firstName: "Randall",
        lastName: "Stephens",
        email: "randall.stephens@shawshank.gov",
        type: "person",
        loginEnabled: true,
        phoneNumbers: [{ type: "work", value: "\\+13125557007" }],
        extension: "7007",
        licenses: [
          { license: "Call on Webex" },
          { license: "Free message" },
          { license: "Free screen share" },
        ],
        status: "The user has never logged in; a status cannot be determined.",
      }),
    ],
    corrections: [
      [
        "all before lastName is lost",
        set({
          provider_name: "Provider_01",
          reseller_name: "Reseller_01",
          customer_name: "Customer_01",
          division_name: "",
          location_name: "Site_01",
          hierarchy: WEBEX,
          firstName: "Randall",
        }),
      ],
    ],
  },
  {
    type: "webex_teams",
    of: "webex_teams, legacy",
    options: { webexLayout: "legacy" },
    instances: [
      ...nodes("sys.hcs.Provider_01.Reseller_01.Customer_02.Site_03", "--PRCS"),
      one("sparkUser", "sys.hcs.Provider_01.Reseller_01.Customer_02.Site_03", {
        email: "spark_user_36@emailaccount.com",
        services: {
          hybrid_call_services: { connect: null, aware: "false" },
          message: { messaging: false },
          meeting: {
            webex_enterprise_200: false,
            webex_support_center: "",
            webex_meeting_center: false,
            webex_cmr: false,
            webex_event_center: false,
            webex_training_center: false,
            meeting: false,
          },
          hybrid_calendar_services: { google: false, microsoft_exchange: false },
          hybrid_message_services: { message: false },
        },
      }),
    ],
  },
  {
    type: "webex_devices",
    instances: [
      ...nodes(REGION, "--PRCIS"),
      one("sparkPlace", REGION, { id: "place_1", displayName: "Boardroom" }),
      one("sparkDevice", REGION, {
        id: "ID_spark_device_1",
        displayName: "DN_spark_device_1",
        placeId: "place_1",
        personId: "spark_device_1_PersonID",
        product: "Cisco Webex DX80",
      }),
    ],
  },
  {
    type: "webex_workspaces",
    instances: [
      ...nodes(REGION, "--PRCIS"),
      one("sparkPlace", REGION, {
        id: "ID",
        displayName: "DN_device",
        type: "huddle",
        callingType: "freeCalling",
      }),
    ],
  },
  {
    type: "ms_o365",
    instances: [
      ...customerNode(OFFICE),
      ...[1, 2, 3, 4, 5].flatMap((n) => [
        one("graphUser", OFFICE, {
          UserPrincipalName: `user_${n}@emailaccount.com`,
          FirstName: `FirstName_${n}`,
          LastName: `LastName_${n}`,
          DisplayName: `DisplayName_user_${n}`,
          IsLicensed: false,
          Licenses: [
            {
              AccountSkuId: "DEVELOPERPACK_E5",
              ServicePlans: [
                { ServiceName: "AAD_PREMIUM", Enabled: n !== 1 },
                { ServiceName: "TEAMS1", Enabled: "True" },
              ],
            },
          ],
        }),
        one("user", OFFICE, {
          username: `user_${n}`,
          username_ms_365: `User_${n}@EmailAccount.com`,
          entitlement_profile: "Default-EP",
        }),
      ]),
    ],
    corrections: [
      [
        "a list of pairs is no JSON: disabled plans are objects",
        ([first]) => {
          for (const license of (first?.["licenses"] ?? []) as ExampleRow[]) {
            license["disabled_serviceplans"] = [license["disabled_serviceplans"]];
          }
        },
      ],
    ],
  },
  {
    type: "ms_o365_sku_service_plans",
    instances: [
      ...customerNode(OFFICE),
      one("accountSku", OFFICE, {
        SkuPartNumber: "MS_SERVICE_NAME_01",
        ServicePlans: [{ ServiceName: "AAD_PREMIUM" }],
      }),
    ],
  },
  {
    type: "ms_teams",
    instances: [
      ...customerNode(TEAMS),
      ...[1, 2, 3].flatMap((n) => [
        one("teamsUser", TEAMS, {
          UserPrincipalName: `user_${n}@emailaccount.com`,
          Alias: `user_${n}`,
          Department: "R&D",
          AccountEnabled: true,
          EnterpriseVoiceEnabled: true,
          FeatureTypes: ["Teams"],
          LineURI: "18694400002",
          LineURIType: "OperatorConnect",
          OnlineVoiceRoutingPolicy: "Global",
          TenantDialPlan: null,
          HostedVoicemailPolicy: "BusinessVoice",
          TeamsUpgradeEffectiveMode: "TeamsOnly",
        }),
        one("user", TEAMS, {
          username: `user_${n}`,
          username_ms_teams: `user_${n}@emailaccount.com`,
          entitlement_profile: "MsTeamsUser",
        }),
      ]),
    ],
    corrections: [
      ["Python's True is JSON's true", set({ account_enabled: true })],
      [
        "rows of a node are sorted by name",
        (rows) => {
          const first = rows.pop();
          if (first !== undefined) rows.unshift(first);
        },
      ],
    ],
  },
  {
    type: "ms_exchange",
    instances: [
      ...customerNode(EXCHANGE),
      ...[1, 2].flatMap((n) => [
        one("mailbox", EXCHANGE, {
          UserPrincipalName: `ms_exchange_user_${n}@emailaccount.com`,
          CalendarPermissions: [
            { User: `ms_exchange_user_${n}`, AccessRights: ["Editor", "Publishing Author", "Author"] },
          ],
          Permissions: [{ User: `ms_exchange_user_${n}`, AccessRights: ["FullAccess"] }],
        }),
        one("recipientPermission", EXCHANGE, {
          Identity: `ms_exchange_user_${n}@emailaccount.com`,
          Trustee: `ms_exchange_user_${n}`,
          AccessRights: ["SendAs"],
        }),
      ]),
    ],
    corrections: [
      [
        "the head of the first row is lost",
        ([first]) => {
          if (first === undefined) return;
          first["username"] = "ms_exchange_user_1@emailaccount.com";
          first["hierarchy"] = EXCHANGE;
          Object.assign(first["exchange_mailbox_details"] as ExampleRow, {
            calendar_permissions: [
              { user: "ms_exchange_user_1", access_rights: ["Editor", "Publishing Author", "Author"] },
            ],
          });
        },
      ],
    ],
  },
  {
    type: "pexip_conference",
    instances: [
      ...customerNode("sys.0ECD98831FCF.Provider1Hierarchy.Reseller1Hierarchy.Customer1Hierarchy"),
      one("conference", "sys.0ECD98831FCF.Provider1Hierarchy.Reseller1Hierarchy.Customer1Hierarchy", {
        name: "user_1",
        description: "Description_PexIp_1",
        primary_owner_email_address: "user_1@dummy-emailaccount.com",
        service_type: "conference",
      }),
    ],
  },
  {
    type: "voss_phone_servers",
    instances: [
      ...customerNode(PRS),
      one("phoneServerPhone", PRS, {
        mac: "2C:54:91:88:C9:02",
        phoneVendor: "Cisco",
        phoneModel: "Cisco 6921",
        line1Name: "8445574",
        line1Cos: "International-24Hrs-Enhanced",
        line2Name: "8445576",
        line2Cos: "International-24Hrs-Enhanced",
      }),
      one("phoneServerPhone", PRS, { mac: "2C:54:91:88:C9:03", phoneModel: "Cisco 6921", line1Name: "" }),
    ],
    corrections: [
      ["the reseller of the path is Resel1", set({ reseller_name: "Resel1" }, 0)],
      [
        "all after the hierarchy of the second row is lost",
        set(
          {
            provider_name: "Prov1",
            reseller_name: "Resel1",
            customer_name: "Cust1",
            mac: "2C:54:91:88:C9:03",
            phone_vendor: "",
            lines: [],
          },
          1,
        ),
      ],
    ],
  },
];
