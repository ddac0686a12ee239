/** The VOSS user of a Microsoft account, since 21.4-PB1 by the name that the user has for it (guide, 2.3.18, 2.3.20). */
import { textReader } from "../readers.ts";
import { type Column, column, fieldIn, sourceOf } from "./_column.ts";

/**
 * `username` and `entitlement_profile` of the `data/User` whose field names the account's UPN; `""` when
 * there is none.
 */
export function vossUserColumns(
  modelId: string,
  nameField: "username_ms_365" | "username_ms_teams",
): { username: Column; entitlementProfile: Column } {
  const make = (key: string, fieldId: string): Column =>
    column(
      key,
      "string",
      "v4",
      sourceOf("user", fieldId),
      ({ table }) => {
        const upnOf = textReader(fieldIn(table, modelId, "upn"));
        const read = textReader(fieldIn(table, "user", fieldId));
        return (source, joins) => {
          const found = joins.named("user", nameField).nearestOf(source, upnOf);
          return found === undefined ? "" : read.cell(found);
        };
      },
      { note: `of the VOSS user whose \`${nameField}\` is the UserPrincipalName` },
    );
  return {
    username: make("username", "username"),
    entitlementProfile: make("entitlement_profile", "entitlement_profile"),
  };
}
