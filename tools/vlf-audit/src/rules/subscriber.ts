/** Columns 2 to 17: every subscriber who is no agent is in exactly one of them, by its services. */
import type { Name } from "@vlf/common/names";
import type { ProfileFacts } from "@vlf/common/voss4";
import type { Customer } from "../customer.ts";
import { subscriberSubject } from "../explain/subscriber-subject.ts";
import type { Subscriber } from "../subscribers.ts";
import type { Rule } from "./_rule.ts";

type Facts = ProfileFacts["subscriber"];

const SNR_AND_SPARK = "a subscriber with SNR and Spark only is counted as Spark, the premium one (D6)";

export const subscriber: Rule = {
  id: "subscriber",
  reference: "guide 1.7.3, Audit Details Table; D2, D5, D6",
  apply(customer, { subscribers }) {
    if (customer.isExplained) {
      for (const one of subscribers)
        customer.countOne("subscriber", one.facts, () => subscriberSubject(customer, one));
    } else {
      countByFacts(customer, subscribers);
    }
    for (const { facts } of subscribers) {
      const { agent, phones, em, webex, vm, spark, snr } = facts;
      if (agent || phones !== 0 || em || webex || vm || !spark || !snr) continue;
      customer.note("snr-and-spark", "info", SNR_AND_SPARK);
    }
  },
};

/** Subscribers are many, their combinations few, and each is one object. */
function countByFacts<N extends Name>(customer: Customer<N>, subscribers: readonly Subscriber<N>[]): void {
  const tally = new Map<Facts, number>();
  for (const { facts } of subscribers) tally.set(facts, (tally.get(facts) ?? 0) + 1);
  for (const [facts, count] of tally) customer.count("subscriber", facts, count);
}
