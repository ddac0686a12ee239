/** Columns 2 to 17: every subscriber who is no agent is in exactly one of them, by its services. */
import type { Rule } from "./_rule.ts";

export const subscriber: Rule = {
  id: "subscriber",
  reference: "guide 1.7.3, Audit Details Table; D2, D5, D6",
  apply(customer, { subscribers }) {
    for (const { facts } of subscribers) {
      customer.count("subscriber", facts);
      const { agent, phones, em, webex, vm, spark, snr } = facts;
      if (!agent && phones === 0 && !em && !webex && !vm && spark && snr) {
        customer.note(
          "snr-and-spark",
          "info",
          "a subscriber with SNR and Spark only is counted as Spark, the premium one (D6)",
        );
      }
    }
  },
};
