/**
 * When the next request may go out: evenly paced, lowered after a 429, raised again by what succeeds,
 * fast to just below the rate that was refused, from there slowly at first (as CUBIC does, RFC 9438).
 */

/** Time and waiting; tests hand in their own. Milliseconds. */
export interface Timer {
  now(): number;
  sleep(ms: number, signal: AbortSignal): Promise<void>;
}

/** Never slower than this: six requests a minute. */
const MIN_RATE = 0.1;
/** How far behind its time a request may go out without those after it being put off: a timer's lateness. */
const SLACK_MS = 25;
/** Share of the wanted rate that each success gives back after a 429. */
const RAISE = 0.01;
/** So much of a refused rate is taken for allowed: 19 of the 20 requests a second of VOSS's default. */
const CALM = 0.95;
/** After so many successes above that it is at the refused rate again: two minutes at 20 a second. */
const PATIENCE = 2300;

export class Limiter {
  readonly #wanted: number;
  readonly #timer: Timer;
  #rate: number;
  #next = Number.NEGATIVE_INFINITY;
  #loweredAt = Number.NEGATIVE_INFINITY;
  /** The rate at the last 429. */
  #refused = Number.POSITIVE_INFINITY;
  /** Successes since it was back at what is taken for allowed. */
  #calm = 0;
  /** Start times of the last second, for the rate to fall back from where none was wanted. */
  #recent: number[] = [];

  /** @param rate requests a second; 0 for no limit until the first 429 */
  constructor(rate: number, timer: Timer) {
    this.#wanted = rate === 0 ? Number.POSITIVE_INFINITY : rate;
    this.#rate = this.#wanted;
    this.#timer = timer;
  }

  /** Requests a second at the moment. */
  get rate(): number {
    return this.#rate;
  }

  /** Waits for one's turn, first come first served; gives the time at which it came. */
  async turn(signal: AbortSignal): Promise<number> {
    signal.throwIfAborted();
    const now = this.#timer.now();
    const at = Math.max(this.#next, now - SLACK_MS);
    this.#next = at + 1000 / this.#rate;
    if (at > now) await this.#timer.sleep(at - now, signal);
    const start = this.#timer.now();
    if (this.#wanted === Number.POSITIVE_INFINITY) {
      this.#recent.push(start);
      while ((this.#recent[0] ?? start) < start - 1000) this.#recent.shift();
    }
    return start;
  }

  /** A request went well. */
  succeeded(): void {
    if (this.#rate >= this.#wanted) return;
    const base = this.#wanted === Number.POSITIVE_INFINITY ? this.#rate : this.#wanted;
    const calm = CALM * this.#refused;
    let raised = Math.min(this.#rate + base * RAISE, calm);
    if (this.#rate >= calm) {
      this.#calm += 1;
      raised = calm + base * (1 - CALM) * (this.#calm / PATIENCE) ** 3;
    }
    this.#rate = Math.min(this.#wanted, raised);
  }

  /**
   * A request was throttled: halves the rate, and lets nobody go for `pauseMs`. Requests that were under
   * way when the rate was lowered do not lower it again.
   */
  throttled(startedAt: number, pauseMs: number): void {
    const now = this.#timer.now();
    if (startedAt > this.#loweredAt) {
      const from = Number.isFinite(this.#rate) ? this.#rate : Math.max(this.#recent.length, 2);
      this.#refused = from;
      this.#calm = 0;
      this.#rate = Math.max(from / 2, MIN_RATE);
      this.#loweredAt = now;
    }
    this.#next = Math.max(this.#next, now + pauseMs);
  }
}
