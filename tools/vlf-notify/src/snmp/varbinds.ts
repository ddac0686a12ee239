/**
 * The notification: VOSS's six variables as the guide shows them (1.6.3), or a complete mteTriggerFired of
 * RFC 2981, of which VOSS leaves out two. docs/alerts.md has the table.
 */
import { type Alert, headline } from "../alert.ts";
import { adminString, displayString } from "./octets.ts";

/** mteTriggerFired. */
export const TRAP_OID = "1.3.6.1.2.1.88.2.0.1";

const HOT_TRIGGER = "1.3.6.1.2.1.88.2.1.1.0";
const HOT_TARGET_NAME = "1.3.6.1.2.1.88.2.1.2.0";
const HOT_CONTEXT_NAME = "1.3.6.1.2.1.88.2.1.3.0";
const HOT_OID = "1.3.6.1.2.1.88.2.1.4.0";
const HOT_VALUE = "1.3.6.1.2.1.88.2.1.5.0";
const SYS_NAME = "1.3.6.1.2.1.1.5.0";

/** Object types by their tags in BER, as net-snmp numbers them. */
export const TYPE = { integer: 2, octets: 4, oid: 6 } as const;

export interface Variable {
  readonly oid: string;
  readonly type: (typeof TYPE)[keyof typeof TYPE];
  readonly value: number | string | Buffer;
}

/** What a notification says besides its alert. */
export interface Origin {
  /** Name of the system, for sysName. */
  readonly sysName: string;
  /** All of mteTriggerFired, in the order of its MIB. */
  readonly isComplete: boolean;
}

/**
 * The variables after sysUpTime and snmpTrapOID, which the protocol itself puts first. mteHotValue is 1
 * whatever the severity, as with VOSS: the word that begins mteHotTrigger tells it.
 */
export function variablesOf(alert: Alert, { sysName, isComplete }: Origin): Variable[] {
  const text = (oid: string, value: Buffer): Variable => ({ oid, type: TYPE.octets, value });
  return [
    text(HOT_TRIGGER, adminString(headline(alert))),
    ...(isComplete ? [text(HOT_TARGET_NAME, adminString(sysName))] : []),
    text(HOT_CONTEXT_NAME, adminString(alert.text)),
    // No object of a MIB is watched here: zeroDotZero says so.
    ...(isComplete ? [{ oid: HOT_OID, type: TYPE.oid, value: "0.0" } as const] : []),
    { oid: HOT_VALUE, type: TYPE.integer, value: 1 },
    text(SYS_NAME, displayString(sysName)),
  ];
}
