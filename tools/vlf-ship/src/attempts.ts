/** Tries of one file at one destination: again only where time can help, with pauses that grow. */
import { ToolError } from "@vlf/common/exit";
import type { Destination, Receipt } from "./destinations/destination.ts";
import { DeliveryError, type Failure, failureOf } from "./failure.ts";
import type { Source } from "./source.ts";

/** What became of the tries. */
export type Outcome =
  | { readonly receipt: Receipt; readonly attempts: number }
  | { readonly error: ToolError; readonly failure: Failure; readonly attempts: number };

export interface Policy {
  /** Most tries. */
  readonly attempts: number;
  readonly pauseSeconds: number;
  readonly signal: AbortSignal;
  /** A number from 0 to 1, so that many clients do not come back at once. */
  readonly random: () => number;
  readonly sleep: (milliseconds: number, signal: AbortSignal) => Promise<void>;
  /** Told before each pause. */
  readonly onPause: (error: ToolError, seconds: number) => void;
}

/** No pause is longer; whoever wants to wait more comes again with the next run. */
export const LONGEST_PAUSE_SECONDS = 300;

/**
 * Tries to deliver until it is done, fails for good, or has been tried often enough. A refused login is
 * never tried twice.
 * @throws whatever is not one of our errors, and the reason of the signal when the program ends
 */
export async function tryToDeliver(
  source: Source,
  destination: Destination,
  policy: Policy,
): Promise<Outcome> {
  for (let attempts = 1; ; attempts += 1) {
    policy.signal.throwIfAborted();
    let error: ToolError;
    try {
      return { receipt: await destination.deliver(source, { signal: policy.signal }), attempts };
    } catch (caught) {
      policy.signal.throwIfAborted();
      if (!(caught instanceof ToolError)) throw caught;
      error = caught;
    }
    const failure = failureOf(error);
    const seconds = pauseSeconds(attempts, error, policy);
    if (failure !== "temporary" || attempts >= policy.attempts || seconds > LONGEST_PAUSE_SECONDS) {
      return { error, failure, attempts };
    }
    policy.onPause(error, seconds);
    await policy.sleep(seconds * 1000, policy.signal);
  }
}

/** Half to all of base x 2^n; never less than the peer asked for. @internal exported for its tests */
export function pauseSeconds(
  attempts: number,
  error: ToolError,
  { pauseSeconds: base, random }: Pick<Policy, "pauseSeconds" | "random">,
): number {
  const grown = Math.min(base * 2 ** (attempts - 1), LONGEST_PAUSE_SECONDS) * (0.5 + random() / 2);
  const asked = error instanceof DeliveryError ? (error.retryAfterSeconds ?? 0) : 0;
  return Math.max(grown, asked);
}

/** Sleeps, or stops sleeping when the signal comes. */
export async function sleep(milliseconds: number, signal: AbortSignal): Promise<void> {
  signal.throwIfAborted();
  await new Promise<void>((resolve) => {
    const done = (): void => {
      clearTimeout(timer);
      signal.removeEventListener("abort", done);
      resolve();
    };
    const timer = setTimeout(done, milliseconds);
    signal.addEventListener("abort", done);
  });
  signal.throwIfAborted();
}
