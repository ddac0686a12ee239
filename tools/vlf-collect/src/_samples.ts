/** For tests: answers of the REST API, put together. */

/** A resource `{meta, data}` of the REST API. */
export function resource(model: string, pkid: string, meta: object, data: object = {}): object {
  return { meta: { model_type: model, ...meta }, data: { pkid, ...data } };
}

/** A list answer with one page of resources. */
export function answer(resources: readonly object[], pagination: object = {}): object {
  return { pagination: { skip: 0, limit: 250, total: resources.length, ...pagination }, meta: {}, resources };
}

/** A reference as `meta.references` has them. */
export function refers(pkid: string, model = "data/HierarchyNode"): object[] {
  return [{ pkid, href: `/api/${model}/${pkid}` }];
}

export function lines(...objects: readonly object[]): string {
  return objects.map((object) => `${JSON.stringify(object)}\n`).join("");
}

export function bytes(text: string): Uint8Array[] {
  return [Buffer.from(text)];
}
