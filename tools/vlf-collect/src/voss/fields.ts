/** Whether the answers of a list hold the fields that are needed, or only the columns of a summary. */
import type { Data } from "@vlf/common/axl";
import { DEVICE_KEY, type FieldSpec, type ModelSpec, type Purpose } from "@vlf/common/models";

/** The fields of a model that one of the purposes reads, but for what does not come with its data. */
export function neededFields(spec: ModelSpec, purposes: readonly Purpose[]): FieldSpec[] {
  return Object.values(spec.fields).filter(
    (field) =>
      field.purposes.some((purpose) => purposes.includes(purpose)) &&
      !field.paths.every(([key]) => key === DEVICE_KEY),
  );
}

/**
 * The fields of which no instance has so much as the first level of a path. A field that is there and
 * empty is not absent.
 */
export function absentFields(fields: readonly FieldSpec[], instances: readonly Data[]): FieldSpec[] {
  if (instances.length === 0) return [];
  return fields.filter(
    ({ paths }) => !instances.some((data) => paths.some(([key = ""]) => Object.hasOwn(data, key))),
  );
}

/** A field as people know it: its first path. */
export function fieldName({ id, paths }: FieldSpec): string {
  return paths[0]?.join(".") ?? id;
}
