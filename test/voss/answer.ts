/** Bodies of answers of the API, right ones and wrong ones. */
import type { IncomingMessage } from "node:http";
import { pkidOf } from "./resources.ts";
import type { Page } from "./store.ts";

/** An answer of the API: its status and what goes out with it. */
export interface Answer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string | string[]>>;
  readonly parts: readonly Uint8Array[];
}

export function json(parts: readonly Uint8Array[]): Answer {
  return { status: 200, headers: { "content-type": "application/json" }, parts };
}

export function html(text: string): Answer {
  return { status: 200, headers: { "content-type": "text/html" }, parts: [Buffer.from(text)] };
}

/** A fault response. No public page shows its body. */
export function fault(
  status: number,
  message: string,
  headers: Readonly<Record<string, string>> = {},
): Answer {
  return {
    status,
    headers: { "content-type": "application/json", ...headers },
    parts: [Buffer.from(JSON.stringify({ error: { code: status, message } }))],
  };
}

export async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}

export function withoutComma(parts: readonly Uint8Array[]): Uint8Array[] {
  const last = parts.at(-1);
  return last === undefined ? [] : [...parts.slice(0, -1), last.subarray(0, -1)];
}

/** The instances of a part of a page, each with its comma. */
export function split(part: Uint8Array): Buffer[] {
  const all = JSON.parse(`[${Buffer.from(part).toString().slice(0, -1)}]`) as unknown[];
  return all.map((one) => Buffer.from(`${JSON.stringify(one)},`));
}

/** A page of instances that were never there before, of a list that is always longer. */
export function renamed(page: Page, skip: number): Page {
  const parts = page.parts.flatMap(split).map((bytes, i) => {
    const other = (skip + i).toString(16).padStart(24, "f");
    return Buffer.from(bytes.toString().replaceAll(pkidOf(bytes), other));
  });
  return { parts, count: parts.length, total: skip + 2 * parts.length };
}
