/** All reports, in alphabetical order of type. */
import type { DescribedReport } from "./_report.ts";
import { analogueLineMgcp } from "./analogue-line-mgcp.ts";
import { analogueLineSccp } from "./analogue-line-sccp.ts";
import { callPickupGroup } from "./call-pickup-group.ts";
import { contactCenterEnterprise } from "./contact-center-enterprise.ts";
import { contactCenterExpress } from "./contact-center-express.ts";
import { customer } from "./customer.ts";
import { extensionMobility } from "./extension-mobility.ts";
import { fmc } from "./fmc.ts";
import { huntGroup } from "./hunt-group.ts";
import { hybrid } from "./hybrid.ts";
import { line } from "./line.ts";
import { msExchange } from "./ms-exchange.ts";
import { msO365 } from "./ms-o365.ts";
import { msO365SkuServicePlans } from "./ms-o365-sku-service-plans.ts";
import { msTeams } from "./ms-teams.ts";
import { pexipConference } from "./pexip-conference.ts";
import { phones } from "./phones.ts";
import { site } from "./site.ts";
import { subscriber } from "./subscriber.ts";
import { vossPhoneServers } from "./voss-phone-servers.ts";
import { webexDevices } from "./webex-devices.ts";
import { webexTeams } from "./webex-teams.ts";
import { webexWorkspaces } from "./webex-workspaces.ts";

export const REPORTS: readonly DescribedReport[] = [
  analogueLineMgcp,
  analogueLineSccp,
  callPickupGroup,
  contactCenterEnterprise,
  contactCenterExpress,
  customer,
  extensionMobility,
  fmc,
  huntGroup,
  hybrid,
  line,
  msExchange,
  msO365,
  msO365SkuServicePlans,
  msTeams,
  pexipConference,
  phones,
  site,
  subscriber,
  vossPhoneServers,
  webexDevices,
  webexTeams,
  webexWorkspaces,
];
