/** Good standing, criterion 1: billing status is good, where the offer has one. */
import { type Criterion, isAmong } from "./criterion.ts";

export const billing: Criterion = {
  id: "billing",
  title: "billing status",
  check({ id, billing: status }, { settings }) {
    if (status === "") return { problems: [], unchecked: ["no billing status: it depends on the offer"] };
    if (isAmong(settings.billingGood, status)) return { problems: [], unchecked: [] };
    const message = `billing status of "${id}" is "${status}": Avaya may not renew the license`;
    return { problems: [{ code: "billing-not-good", severity: "error", message }], unchecked: [] };
  },
};
