/** Which models a run cannot do without. */
import type { ModelSpec } from "@vlf/common/models";

/**
 * Models that the license audit reads and whose absence takes nothing from the counts that it would not
 * show. All other models of the audit are billed: that they cannot be read must never look like "there
 * are none".
 *
 * - `patch`, `adaptation`: two files beside the counts; no page names the model of adaptations.
 * - `customerData`, `customerRelation`: two places of the same two flags; no page says which has them.
 * - `ccdmUser`: the table of the audit says `device/ccdm/user`, the list of models `device/ccdm/Agent`,
 *   which is read as well.
 * - `roomMailbox`, `webexContactCenterUser`: of scheme `voss-5`; no page names these models.
 * - `licenseCounts`: VOSS's own counts, to compare with; releases before 21.4-PB5 have none.
 * - `azureUser`: the connector before `device/msgraph/MsolUser`; systems of today have no such model.
 */
const OPTIONAL: readonly string[] = [
  "patch",
  "adaptation",
  "customerData",
  "customerRelation",
  "ccdmUser",
  "azureUser",
  "roomMailbox",
  "webexContactCenterUser",
  "licenseCounts",
];

/** Whether counts rest on the model: then a run fails when it cannot be read. */
export function isBilled(spec: ModelSpec): boolean {
  if (OPTIONAL.includes(spec.id)) return false;
  return Object.values(spec.fields).some(({ purposes }) => purposes.includes("audit"));
}
