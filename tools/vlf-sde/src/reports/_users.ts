/** The users of a device (guide, 2.3.12: "associated to the phones via Unified CM user, associated devices"). */
import { textReader } from "../readers.ts";
import { type Column, column, fieldIn, sourceOf } from "./_column.ts";

/** `usernames` of a device whose model has its name in the field `name`. */
export function deviceUsers(modelId: string): Column {
  return column(
    "usernames",
    "array of string",
    "v1",
    sourceOf("cucmUser", "userid"),
    ({ table }) => {
      const nameOf = textReader(fieldIn(table, modelId, "name"));
      return (source, joins) => joins.usersOfDevice(source, nameOf);
    },
    { note: `users whose associated devices hold \`${sourceOf(modelId, "name")}\`; by code unit` },
  );
}
