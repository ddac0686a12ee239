/** What VOSS's `voss export` can be asked for: the types of the guide, and its two groups. */

/** The audit of the licenses, and the one member of the group `license` (guide, 1.4.1). */
export const LICENSE_TYPE = "license_initial_audit";

/** The daily count of VOSS 24.1 and later; here the counts without the files of the report. */
export const COUNT_TYPE = "license count";

/** The types of the group `subscriber`, in the order in which the guide prints them (2.1.1, 2.2.1): by name. */
export const SUBSCRIBER_TYPES: readonly string[] = [
  "analogue_line_mgcp",
  "analogue_line_sccp",
  "call_pickup_group",
  "contact_center_enterprise",
  "contact_center_express",
  "customer",
  "extension_mobility",
  "fmc",
  "hunt_group",
  "hybrid",
  "line",
  "ms_exchange",
  "ms_o365",
  "ms_o365_sku_service_plans",
  "ms_teams",
  "pexip_conference",
  "phones",
  "site",
  "subscriber",
  "voss_phone_servers",
  "webex_devices",
  "webex_teams",
  "webex_workspaces",
];

export const GROUPS: Readonly<Record<string, readonly string[]>> = {
  license: [LICENSE_TYPE],
  subscriber: SUBSCRIBER_TYPES,
};
