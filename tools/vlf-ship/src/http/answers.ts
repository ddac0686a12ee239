/** What an answer of an HTTP server means for a delivery. Only 2xx counts; nothing is guessed into success. */
import { ConnectionError, type HttpAnswer, retryAfterMs } from "@vlf/common/http";
import { TemporaryError, ToolError } from "@vlf/common/exit";
import { DeliveryError, type Failure } from "../failure.ts";

/** Statuses after which the same request may succeed later (curl retries the same, and 425). */
const TEMPORARY: readonly number[] = [408, 425, 429, 500, 502, 503, 504, 507, 522, 524];

/** Other settings mend these: a wrong path, a method that is off, a folder that is missing (WebDAV: 409). */
const CONFIGURATION: readonly number[] = [403, 404, 405, 409, 410, 501];

const HINTS: Readonly<Record<number, string>> = {
  401: "check the login; it is not tried again by itself, since that could lock the account",
  403: "the login may not do this here: check url and rights",
  404: "check url; folders are not made",
  405: "check method and url: the server does not allow this there",
  409: "check url; a WebDAV server says this when the folder is missing",
  413: "the server takes no file of this size: ask who runs it",
  507: "the server has no space left",
};

/** The failure that a status stands for. @internal exported for its tests */
export function failureOfStatus(status: number): Failure {
  if (TEMPORARY.includes(status)) return "temporary";
  if (status === 401 || status === 407) return "authentication";
  if (CONFIGURATION.includes(status) || (status >= 300 && status < 400)) return "configuration";
  return "permanent";
}

/** An answer that is no success, as an error with the words of the server. */
export async function refusal(action: string, answer: HttpAnswer): Promise<DeliveryError> {
  const { status } = answer;
  const words = await firstWords(answer);
  if (status >= 300 && status < 400) {
    return new DeliveryError("configuration", `${action}: redirected (${status}), which is not followed`, {
      hint: "a redirect can turn a POST into a GET: set host and url to the place it leads to",
    });
  }
  const hint = HINTS[status];
  return new DeliveryError(
    failureOfStatus(status),
    `${action}: the server answered ${status}${words === "" ? "" : `: ${words}`}`,
    {
      ...(hint === undefined ? {} : { hint }),
      retryAfterSeconds: secondsOf(retryAfterMs(answer.headers["retry-after"], Date.now())),
    },
  );
}

function secondsOf(ms: number | undefined): number | undefined {
  return ms === undefined ? undefined : ms / 1000;
}

/** The first of what a person would read in the answer; a page of HTML says no more than its status. */
async function firstWords(answer: HttpAnswer): Promise<string> {
  const type = String(answer.headers["content-type"] ?? "");
  try {
    const text = await answer.text(1000);
    if (!/^(text\/plain|application\/(problem\+)?json)/.test(type)) return "";
    return text
      .replaceAll(/[\p{Cc}\s]+/gu, " ")
      .trim()
      .slice(0, 200);
  } catch {
    return ""; // the status was heard; what explains it was cut off
  }
}

/** An error of the connection as the failure of a delivery. */
export function connectionFailure(error: unknown): unknown {
  if (error instanceof DeliveryError || !(error instanceof ToolError)) return error;
  const { message, hint } = error;
  const options = { cause: error, ...(hint === undefined ? {} : { hint }) };
  if (error instanceof TemporaryError) return new DeliveryError("temporary", message, options);
  if (error instanceof ConnectionError) {
    const failure = error.reason === "proxy-login" ? "authentication" : "configuration";
    return new DeliveryError(failure, message, options);
  }
  return error;
}
