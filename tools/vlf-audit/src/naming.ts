/**
 * How an audit has names and pkids: as texts, or as numbers, which is several times faster where nobody asks what
 * a name is. Only scheme `voss-4` counts by numbers: the others sort by names, and tell them.
 */
import type { ModelTable } from "@vlf/common/models";
import { type Name, Names } from "@vlf/common/names";
import type { SchemeId } from "@vlf/common/schemes";
import { type FactId, type FactReader, factReaders, numberReaders } from "./facts.ts";
import { type NameTables, NumberTables, TEXT_TABLES } from "./names.ts";

export interface Naming<N extends Name = string> {
  /** By model name. */
  readonly readers: ReadonlyMap<string, FactReader<FactId, N>>;
  readonly tables: NameTables<N>;
  /** Where they are numbers. */
  readonly names?: Names;
}

/** Names as texts; `readers` where they are not the usual ones. */
export function asTexts(
  models: ModelTable,
  schemes?: readonly SchemeId[],
  readers: ReadonlyMap<string, FactReader> = factReaders(models, schemes),
): Naming {
  return { readers, tables: TEXT_TABLES };
}

/** @internal for tests */
export function asNumbers(models: ModelTable): Naming<number> {
  const names = new Names();
  return {
    readers: numberReaders(models, ["voss-4"], names),
    tables: new NumberTables(() => names.last),
    names,
  };
}

/** Numbers where that can be, for whoever counts and explains nothing. */
export function namingFor(models: ModelTable, schemes: readonly SchemeId[]): Naming<Name> {
  const isNumbered = schemes.every((scheme) => scheme === "voss-4");
  // An audit has all of its names from one of them.
  return isNumbered ? asNumbers(models) : asTexts(models, schemes);
}
