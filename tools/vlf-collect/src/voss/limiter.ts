/**
 * When the next request may go out: evenly paced, and never more in any second than the rate allows, since
 * a throttle counts those of the last second. An odd 429 is taken for a request that came too close to those
 * before it, and lowers the rate a little; more of them halve it. It is raised again by what succeeds, fast
 * to just below what was refused, from there slowly at first (as CUBIC does, RFC 9438).
 */

/** Time and waiting; tests hand in their own. Milliseconds. */
export interface Timer {
  now(): number;
  sleep(ms: number, signal: AbortSignal): Promise<void>;
}

/** Never slower than this: six requests a minute. */
const MIN_RATE = 0.1;
/** How far behind its time a request may go out without those after it being put off: a timer's lateness. */
const SLACK_MS = 150;
/** Those after a late one come this much closer together until its time is made up for. */
const CATCH_UP = 0.75;
/** Requests on their way to the system come closer together: a second is taken for so much longer. */
const MARGIN_MS = 16;
/** It doubles with every 429 that is taken for that, up to this, and shrinks by this with every success. */
const MOST_MARGIN_MS = 40;
const MARGIN_STEP_MS = 0.1;
/** The first requests wait for connections to be made, those after them do not. */
const CONNECTING_MS = 100;
/** So many times in so long the rate is lowered a little; the next 429 halves it. */
const ODD = 2;
const ODD_MS = 2000;
const LITTLE = 0.95;
const HALF = 0.5;
/** How long nobody goes where the answer does not say it: requests, and milliseconds. */
const ODD_PAUSE = 1;
const PAUSE_MS = 1000;
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
  /** Nobody goes before. */
  #pausedUntil = Number.NEGATIVE_INFINITY;
  #loweredAt = Number.NEGATIVE_INFINITY;
  /** When it was lowered a little, of late. */
  #odd: number[] = [];
  /** The rate when it was halved. */
  #refused = Number.POSITIVE_INFINITY;
  /** Successes since it was back at what is taken for allowed. */
  #calm = 0;
  /** Start times of the last second, and of what is left of the window with a rate below one. */
  readonly #starts: number[] = [];
  #started = 0;
  #margin = MARGIN_MS;
  /** Whoever came before; each turn depends on when that one really went. */
  #before: Promise<unknown> = Promise.resolve();

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
  turn(signal: AbortSignal): Promise<number> {
    const mine = this.#before.then(() => this.#go(signal));
    this.#before = mine.catch(() => {});
    return mine;
  }

  async #go(signal: AbortSignal): Promise<number> {
    signal.throwIfAborted();
    const now = this.#timer.now();
    const { count, ms, guard } = this.#window();
    let at = Math.max(this.#next, now - SLACK_MS);
    this.#next = at + ms / count;
    for (;;) {
      // Whoever is late catches up, at twice the rate at most and within the window.
      const last = this.#starts.at(-1) ?? Number.NEGATIVE_INFINITY;
      const first = this.#starts.at(-count) ?? Number.NEGATIVE_INFINITY;
      const connecting = this.#started < 2 * count && ms > 0 ? CONNECTING_MS : 0;
      at = Math.max(at, this.#pausedUntil, last + (CATCH_UP * ms) / count, first + guard + connecting);
      const wait = at - this.#timer.now();
      if (!(wait > 0)) break;
      await this.#timer.sleep(wait, signal);
    }
    const start = this.#timer.now();
    this.#remember(start);
    return start;
  }

  /** So many requests go within so many milliseconds, and never within `guard`. */
  #window(): { count: number; ms: number; guard: number } {
    if (!Number.isFinite(this.#rate)) return { count: 1, ms: 0, guard: 0 };
    const count = Math.max(Math.floor(this.#rate), 1);
    const ms = (1000 * count) / this.#rate;
    // Half the margin lets those that were late find back to their even pace.
    return { count, ms: ms + this.#margin, guard: ms + this.#margin / 2 };
  }

  #remember(start: number): void {
    this.#started += 1;
    this.#starts.push(start);
    const kept = Math.max(1000, this.#window().ms);
    // The last one always stays: at a low rate it is all there is to go by.
    while (this.#starts.length > 1 && (this.#starts[0] ?? start) < start - kept) this.#starts.shift();
  }

  /** A request went well. */
  succeeded(): void {
    this.#margin = Math.max(this.#margin - MARGIN_STEP_MS, MARGIN_MS);
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
   * A request was throttled: lowers the rate, and lets nobody go for `pauseMs`, where the answer says that.
   * Requests that were under way when the rate was lowered do not lower it again.
   */
  throttled(startedAt: number, pauseMs: number | undefined): void {
    const now = this.#timer.now();
    let pause = pauseMs ?? 0;
    if (startedAt > this.#loweredAt) {
      this.#odd = this.#odd.filter((at) => at > now - ODD_MS);
      const isOdd = Number.isFinite(this.#rate) && this.#odd.length < ODD;
      const from = Number.isFinite(this.#rate) ? this.#rate : Math.max(this.#recent(now), 2);
      if (isOdd) {
        this.#odd.push(now);
        this.#margin = Math.min(2 * this.#margin, MOST_MARGIN_MS);
        pause = pauseMs ?? (1000 * ODD_PAUSE) / from;
      } else {
        this.#refused = from;
        this.#calm = 0;
        pause = pauseMs ?? PAUSE_MS;
      }
      this.#rate = Math.max(from * (isOdd ? LITTLE : HALF), MIN_RATE);
      this.#loweredAt = now;
    }
    this.#pausedUntil = Math.max(this.#pausedUntil, now + pause);
  }

  /** Requests of the last second. */
  #recent(now: number): number {
    return this.#starts.filter((start) => start >= now - 1000).length;
  }
}
