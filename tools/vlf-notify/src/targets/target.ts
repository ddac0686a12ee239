/** Somebody who wants to know: a network management system, a mailbox, a web hook. */
import type { Alert, Level } from "../alert.ts";

/** What a channel may use besides the alert. */
export interface SendContext {
  /** Name of the system that the alert is about: sysName of a trap. */
  readonly sysName: string;
  readonly now: Date;
  /** An id of this raising, for receivers that drop what they have already. */
  readonly raiseId: string;
  /** Folder of the state. */
  readonly state: string;
  /** Time since the system started, hundredths of a second: sysUpTime of a trap. */
  readonly upTime: number;
}

/** What a target said. */
export interface Receipt {
  /** `acknowledged` by the receiver, or `sent` into the network, where it may be lost without a sign. */
  readonly status: "acknowledged" | "sent";
  /** The receiver's words, or what `sent` leaves open. */
  readonly answer: string;
}

export type ChannelName = "snmp-trap" | "snmp-inform" | "email" | "webhook";

export interface Target {
  /** Its name in `vlf.toml`, or its address without secrets. */
  readonly name: string;
  /** Levels that it is told of, exactly these. */
  readonly levels: readonly Level[];
  readonly channel: ChannelName;
  /** Its address without secrets: `snmp://nms.example.com:162`. */
  readonly address: string;
  /** @throws {ToolError} when it is known that the alert did not arrive, or not known that it did */
  send(alert: Alert, context: SendContext): Promise<Receipt>;
}
