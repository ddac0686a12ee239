/** Why a delivery failed, told apart by what helps: waiting, other settings, another login, or a person. */
import { EXIT, type ExitStatus, ToolError } from "@vlf/common/exit";

/**
 * - `temporary`: the same may work later (peer down, throttled, disk full for now).
 * - `permanent`: the peer refuses this file, and will again.
 * - `configuration`: the settings are wrong (unknown host, unknown host key, wrong folder, wrong certificate).
 * - `authentication`: the login was refused; not tried again, since that could lock the account.
 * - `integrity`: what is there is not what was sent, or the file is not what its record says.
 */
export type Failure = "temporary" | "permanent" | "configuration" | "authentication" | "integrity";

/** A delivery that failed. */
export class DeliveryError extends ToolError {
  readonly failure: Failure;
  override readonly status: ExitStatus;
  /** How long the peer asked to be left alone (`Retry-After`). */
  readonly retryAfterSeconds: number | undefined;

  constructor(
    failure: Failure,
    message: string,
    options: { hint?: string; cause?: unknown; retryAfterSeconds?: number | undefined } = {},
  ) {
    super(message, options);
    this.failure = failure;
    this.retryAfterSeconds = options.retryAfterSeconds;
    this.status = failure === "temporary" ? EXIT.temporary : EXIT.failed;
  }
}

/** The failure of any error: what is not classified is permanent, except what says it is temporary. */
export function failureOf(error: unknown): Failure {
  if (error instanceof DeliveryError) return error.failure;
  return error instanceof ToolError && error.status === EXIT.temporary ? "temporary" : "permanent";
}
