/** The rules of scheme `voss-5`, one file each, in the order of their kinds of profiles. */
import type { Rule5 } from "./_rule.ts";
import { contactCenterAccount } from "./contact-center-account.ts";
import { hierarchyRow } from "./hierarchy-row.ts";
import { meetingRoom } from "./meeting-room.ts";
import { phoneServerDevice } from "./phone-server-device.ts";
import { standaloneDevice } from "./standalone-device.ts";
import { vossUser } from "./voss-user.ts";

export const RULES_5: readonly Rule5[] = [
  vossUser,
  contactCenterAccount,
  standaloneDevice,
  meetingRoom,
  phoneServerDevice,
  hierarchyRow,
];
