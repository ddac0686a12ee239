/** The file of a what-if: TOML, one `[[change]]` after the other. */
import { Config, type ConfigTable, parseToml } from "@vlf/common/config";
import { UsageError } from "@vlf/common/exit";
import type { Change, Context, Kind } from "./_change.ts";
import { account } from "./account.ts";
import { instance } from "./instance.ts";
import { phone } from "./phone.ts";
import { user } from "./user.ts";

const KINDS: readonly Kind[] = [phone, user, account, instance];

/** A header of a change on a line of its own. */
const HEADER = /^\s*\[\[\s*(?:change|"change"|'change')\s*\]\]/u;

/**
 * Reads the changes of a file, in their order.
 * @throws {UsageError} naming file and line for what is no TOML, no change, or one of nothing that counts
 */
export function readChanges(path: string, text: string, context: Context): Change[] {
  const { change: tables = [], ...others } = parseToml(path, text);
  const [unknown] = Object.keys(others);
  if (unknown !== undefined)
    throw new UsageError(`read ${path}: unknown table or key "${unknown}", wanted [[change]]`);
  const lines = text.split("\n").flatMap((line, index) => (HEADER.test(line) ? [index + 1] : []));
  if (!Array.isArray(tables) || tables.length !== lines.length)
    throw new UsageError(`read ${path}: wanted each change below a line [[change]]`);
  if (tables.length === 0) throw new UsageError(`read ${path}: no change in it, wanted [[change]]`);
  return tables.map((table, index) =>
    changeOf(`${path}:${lines[index] ?? 0}`, table as ConfigTable, context),
  );
}

function changeOf(where: string, table: ConfigTable, context: Context): Change {
  const kinds = KINDS.filter(({ key }) => Object.hasOwn(table, key));
  const [kind] = kinds;
  if (kind === undefined || kinds.length > 1) {
    const keys = KINDS.map(({ key }) => key).join(", ");
    throw new UsageError(`read ${where}: a change is about one of ${keys}, found ${kinds.length}`);
  }
  const config = new Config(where, {});
  const { customer, hierarchy, ...rest } = table;
  const narrow = {
    ...(customer === undefined ? {} : { customer }),
    ...(hierarchy === undefined ? {} : { hierarchy }),
  };
  const values = config.values("change:", narrow, { customer: "text", hierarchy: "text" });
  return kind.read(
    { where, customer: values.customer, hierarchy: values.hierarchy, config, table: rest },
    context,
  );
}
