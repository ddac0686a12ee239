/** What an answer of a list says: its resources, and how many there are in all. */
import { isObject, readResource, type Resource } from "../resource.ts";

/** One page as it came. */
export interface Page {
  readonly resources: readonly Resource[];
  /** Instances in all; 0 where the answer does not say it (`count=false`). */
  readonly total: number;
}

/** An answer of another form than documented; the message completes `GET URL: `. */
export class FormError extends Error {}

/**
 * Reads the answer of a list (API guide, response elements: pagination, resources).
 * @throws {FormError} for another form
 */
export function readPage(value: unknown, model: string): Page {
  if (!isObject(value)) throw new FormError("wanted an object with pagination and resources");
  const { resources, pagination } = value;
  if (!Array.isArray(resources)) throw new FormError('no list of "resources"');
  return {
    resources: resources.map((one: unknown, index) => resourceOf(one, model, `resource ${index + 1}`)),
    total: totalOf(pagination),
  };
}

/** Instances in all, as the pagination of an answer has it. */
export function totalOf(pagination: unknown): number {
  return isObject(pagination) ? wholeNumber(pagination["total"]) : 0;
}

/**
 * Reads one resource. An answer may leave out `meta.model_type`, since the request names the model.
 * @throws {FormError} for another form
 */
export function resourceOf(value: unknown, model: string, where: string): Resource {
  if (!isObject(value)) throw new FormError(`${where} is no object, wanted {meta, data}`);
  try {
    const { meta } = value;
    const named = isObject(meta) && meta["model_type"] === undefined;
    const resource = readResource(
      named ? { ...value, meta: { ...meta, model_type: model } } : value,
      () => where,
    );
    // The model asked for is the one counted by, however the answer spells it.
    return resource.model === model ? resource : { ...resource, model };
  } catch (error) {
    throw new FormError((error as Error).message.replace(/^read /, ""), { cause: error });
  }
}

function wholeNumber(value: unknown): number {
  const number = typeof value === "string" && value.trim() !== "" ? Number(value) : value;
  return Number.isSafeInteger(number) && (number as number) > 0 ? (number as number) : 0;
}
