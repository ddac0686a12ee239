/** All rules, one file each, in the order of the data exports. A test compares this list with the folder. */
import type { Rule } from "./_rule.ts";
import { contactCenter } from "./contact-center.ts";
import { customerItself } from "./customer.ts";
import { microsoft } from "./microsoft.ts";
import { multiVendor } from "./multi-vendor.ts";
import { phoneServer } from "./phone-server.ts";
import { sparkHybrid } from "./spark-hybrid.ts";
import { standalonePhone } from "./standalone-phone.ts";
import { standaloneVoicemail } from "./standalone-voicemail.ts";
import { standaloneWebex } from "./standalone-webex.ts";
import { subscriber } from "./subscriber.ts";

export const RULES: readonly Rule[] = [
  subscriber,
  standalonePhone,
  standaloneWebex,
  standaloneVoicemail,
  contactCenter,
  sparkHybrid,
  microsoft,
  multiVendor,
  phoneServer,
  customerItself,
];
