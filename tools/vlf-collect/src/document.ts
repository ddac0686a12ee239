/**
 * The forms that a parsed JSON value can have: a list answer of the REST API, one resource, one record,
 * or an array of these. Both a whole document and a line of NDJSON are read by this.
 */
import { type Data, leafText } from "@vlf/common/axl";
import { DataError } from "@vlf/common/exit";
import { type AnyRecord, type Instance, recordProblem } from "@vlf/common/records";
import { isObject, isResource, readResource, type Resource } from "./resource.ts";
import type { Page } from "./totals.ts";

/** One thing that a document holds. `where` names its place for errors. */
export type Item =
  | { readonly kind: "record"; readonly record: Instance }
  | { readonly kind: "resource"; readonly resource: Resource; readonly where: () => string };

/**
 * The items of a document in order.
 * @param name names the input, and the line if it is one
 * @param onPage is told what each list answer says of its pages
 * @throws {DataError} naming input and index of what has no known form
 */
export function* readDocument(value: unknown, name: string, onPage: (page: Page) => void): Generator<Item> {
  if (Array.isArray(value)) {
    for (const [index, one] of value.entries())
      yield* readDocument(one, `${name}: item ${index + 1}`, onPage);
    return;
  }
  if (!isObject(value)) throw new DataError(`read ${name}: ${kindOf(value)}, wanted an object`);
  if (value["type"] === "instance") {
    const problem = recordProblem(value as AnyRecord);
    if (problem !== undefined) throw new DataError(`read ${name}: ${problem}`);
    yield { kind: "record", record: value as unknown as Instance };
  } else if (isResource(value)) {
    yield resourceItem(value, () => name);
  } else if (Object.hasOwn(value, "resources")) {
    yield* readList(value, name, onPage);
  } else {
    throw unknownForm(value, name);
  }
}

function* readList(answer: Data, name: string, onPage: (page: Page) => void): Generator<Item> {
  const { resources } = answer;
  if (!Array.isArray(resources)) throw new DataError(`read ${name}: wrong "resources", wanted a list`);
  let model = isObject(answer["meta"]) ? leafText(answer["meta"]["model_type"]) : "";
  for (const [index, value] of resources.entries()) {
    const where = (): string => `${name}: resource ${index + 1}`;
    if (!isObject(value)) throw new DataError(`read ${where()}: ${kindOf(value)}, wanted {meta, data}`);
    const item = resourceItem(value, where);
    if (index === 0) model = item.resource.model;
    yield item;
  }
  const { pagination } = answer;
  if (!isObject(pagination)) return;
  const { skip, total } = pagination;
  onPage({ model, name, skip: wholeNumber(skip), count: resources.length, total: wholeNumber(total) });
}

function resourceItem(value: Data, where: () => string): Item & { kind: "resource" } {
  return { kind: "resource", resource: readResource(value, where), where };
}

/** A number of the pagination; 0 stands for one that is not known. */
function wholeNumber(value: unknown): number {
  const number = typeof value === "string" && value.trim() !== "" ? Number(value) : value;
  return Number.isSafeInteger(number) && (number as number) > 0 ? (number as number) : 0;
}

function kindOf(value: unknown): string {
  if (value === null) return "null";
  return Array.isArray(value) ? "an array" : `a ${typeof value}`;
}

function unknownForm(value: Data, name: string): DataError {
  const type = leafText(value["type"]);
  if (type === "begin" || type === "end") {
    return new DataError(`read ${name}: "${type}" record out of place, wanted begin first and end last`);
  }
  const keys = Object.keys(value).slice(0, 5);
  const found =
    type === "" ? `an object with ${keys.map((key) => `"${key}"`).join(", ")}` : `a "${type}" record`;
  return new DataError(
    `read ${name}: ${keys.length === 0 ? "an empty object" : found}, wanted {pagination, resources}, {meta, data} or an instance record`,
  );
}
