/**
 * What reports look up in other models. Made once per scope and shared by its reports; each look-up reads
 * its models when it is first asked.
 */
import { selfAndAbove } from "@vlf/common/hierarchy";
import { fieldOf, modelOf } from "@vlf/common/models";
import type { CellText } from "../placed-text.ts";
import { type TextReader, textsReader } from "../readers.ts";
import type { ReportOptions, Scope, Source } from "../reports/report.ts";
import { type External, ExternalNumbers } from "./e164.ts";
import { bySource, NameIndex, type Related, relatedIn } from "./name-index.ts";
import { type Place, Places } from "./places.ts";
import { Users } from "./users.ts";

/** Ids of the models that `usersOfDevice()` and `usersOfProfile()` read. */
export const USER_MODELS: readonly string[] = ["cucmUser"];
/** Ids of the models that `externalOf()` reads. */
export const E164_MODELS: readonly string[] = ["e164Block", "e164Multiple"];

export class Joins {
  readonly scope: Scope;
  readonly options: ReportOptions;
  readonly #places: Places;
  readonly #related: Related | undefined;
  readonly #named = new Map<string, Map<string, NameIndex>>();
  readonly #byNode = new Map<string, ReadonlyMap<string, readonly Source[]>>();
  #byDevice: Users | undefined;
  #byProfile: Users | undefined;
  #external: ExternalNumbers | undefined;

  constructor(scope: Scope, options: ReportOptions) {
    this.scope = scope;
    this.options = options;
    this.#places = new Places(scope.tree);
    this.#related = relatedIn(scope, this.#places);
  }

  /** The hierarchy names of a node. */
  place(path: string): Place {
    return this.#places.of(path);
  }

  /** CUCM users whose associated devices hold the device (guide, 2.3.12), by code unit. */
  usersOfDevice(device: Source, nameOf: TextReader): readonly CellText[] {
    this.#byDevice ??= new Users(this.scope, this.#related, this.options.table, "devices");
    return this.#byDevice.of(device, nameOf);
  }

  /** CUCM users that an extension mobility profile is assigned to, by code unit. */
  usersOfProfile(profile: Source, nameOf: TextReader): readonly CellText[] {
    this.#byProfile ??= new Users(this.scope, this.#related, this.options.table, "profiles");
    return this.#byProfile.of(profile, nameOf);
  }

  /** External number of a DN as seen from a node. */
  externalOf(dn: CellText, path: string): External {
    this.#external ??= new ExternalNumbers(this.scope, this.options.table);
    return this.#external.of(dn, path);
  }

  /** Instances of a model by the texts of a field: VOSS users by username, mailboxes by alias, workspaces by id. */
  named(modelId: string, fieldId: string): NameIndex {
    let byField = this.#named.get(modelId);
    if (byField === undefined) this.#named.set(modelId, (byField = new Map()));
    let index = byField.get(fieldId);
    if (index === undefined) {
      const names = textsReader(fieldOf(modelOf(this.options.table, modelId), fieldId));
      index = new NameIndex(this.scope.instances(modelId), this.#related, names);
      byField.set(fieldId, index);
    }
    return index;
  }

  /** Instances of a model at a node itself, by pkid. */
  allAt(modelId: string, path: string): readonly Source[] {
    let byNode = this.#byNode.get(modelId);
    if (byNode === undefined) {
      byNode = groupByNode(this.scope.instances(modelId));
      this.#byNode.set(modelId, byNode);
    }
    return byNode.get(path) ?? [];
  }

  /** Instance of a model at a node itself; of several the first by pkid. */
  firstAt(modelId: string, path: string): Source | undefined {
    return this.allAt(modelId, path)[0];
  }

  /** The same at the nearest node at or above a path. */
  firstAbove(modelId: string, path: string): Source | undefined {
    for (const node of selfAndAbove(path)) {
      const found = this.firstAt(modelId, node);
      if (found !== undefined) return found;
    }
    return undefined;
  }
}

function groupByNode(sources: readonly Source[]): ReadonlyMap<string, readonly Source[]> {
  const byNode = new Map<string, Source[]>();
  for (const source of sources) {
    const here = byNode.get(source.hierarchy);
    if (here === undefined) byNode.set(source.hierarchy, [source]);
    else here.push(source);
  }
  for (const here of byNode.values()) here.sort(bySource);
  return byNode;
}
