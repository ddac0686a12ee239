/** CUCM users by what they refer to: devices (`associatedDevices`), extension mobility profiles (`phoneProfiles`). */
import { byCodeUnit } from "@vlf/common/hierarchy";
import { fieldOf, modelOf, type ModelTable } from "@vlf/common/models";
import { type TextReader, textReader, textsReader } from "../readers.ts";
import type { CellText } from "../placed-text.ts";
import type { Scope, Source } from "../reports/report.ts";
import { NameIndex, type Related } from "./name-index.ts";

export class Users {
  readonly #index: NameIndex;
  readonly #userid: TextReader;

  /** @param fieldId field of the user that lists the names: `devices` or `profiles` */
  constructor(
    scope: Scope,
    related: Related | undefined,
    table: ModelTable,
    fieldId: "devices" | "profiles",
  ) {
    const model = modelOf(table, "cucmUser");
    this.#userid = textReader(fieldOf(model, "userid"));
    const names = textsReader(fieldOf(model, fieldId));
    this.#index = new NameIndex(scope.instances("cucmUser"), related, names);
  }

  /** Userids that list the name of an instance, each once, by code unit. */
  of(source: Source, nameOf: TextReader): readonly CellText[] {
    const found = this.#index.allOf(source, nameOf);
    const [first] = found;
    if (first === undefined) return [];
    if (found.length === 1) {
      const userid = this.#userid.cell(first);
      return userid === "" ? [] : [userid];
    }
    const userids = found.map((user) => this.#userid(user)).filter((userid) => userid !== "");
    return userids.length < 2 ? userids : [...new Set(userids)].toSorted(byCodeUnit);
  }
}
