/** Sends a file and hears the whole answer. */
import { createHash } from "node:crypto";
import { type HttpAnswer, shown } from "@vlf/common/http";
import type { Attempt } from "../destinations/destination.ts";
import type { Source } from "../source.ts";
import { refusal } from "./answers.ts";
import type { Body } from "./body.ts";
import type { Connection } from "./settings.ts";

/** Sends a body. Where the file itself was the fault, that is the error, not the broken request. */
export async function send(
  connection: Connection,
  method: "PUT" | "POST",
  url: URL,
  body: Body,
  headers: Readonly<Record<string, string>>,
  { signal }: Attempt,
): Promise<HttpAnswer> {
  let fault: unknown;
  async function* watched(): AsyncGenerator<Uint8Array> {
    try {
      yield* body.content;
    } catch (error) {
      fault = error;
      throw error;
    }
  }
  try {
    return await connection.client.request(url, {
      method,
      headers: { "user-agent": "vlf-ship", ...connection.headers, ...body.headers, ...headers },
      body: watched(),
      signal,
    });
  } catch (error) {
    throw fault ?? error;
  }
}

/** What a server said to an upload that it took. */
export interface Success {
  readonly status: number;
  readonly message: string;
  /** Its `Location` without query, which may hold a token; the URL asked where there is none. */
  readonly location: string;
}

/**
 * The whole of a 2xx answer, which is not there before its last byte.
 * @throws {DeliveryError} for any other status; {TemporaryError} when the answer was cut off
 */
export async function success(action: string, url: URL, answer: HttpAnswer): Promise<Success> {
  const { status, headers } = answer;
  if (status < 200 || status > 299) throw await refusal(action, answer);
  await answer.discard();
  return { status, message: `answered ${status}`, location: locationOf(headers["location"], url) };
}

function locationOf(location: string | string[] | undefined, url: URL): string {
  try {
    return shown(typeof location === "string" ? new URL(location, url) : url);
  } catch {
    return shown(url);
  }
}

/** The same for every attempt to deliver the same content under the same name to the same destination. */
export function idempotencyKey(destination: string, { name, expected }: Source): string {
  const key = createHash("sha256").update([destination, name, expected.sha256].join("\0")).digest("hex");
  return `"${key.slice(0, 32)}"`;
}
