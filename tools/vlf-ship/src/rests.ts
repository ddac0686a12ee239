/** Destinations that asked to be left alone for a while (`Retry-After`), and until when. */

export class Rests {
  readonly #until = new Map<string, number>();
  readonly #now: () => Date;

  /** @param now the time at the moment of the call */
  constructor(now: () => Date) {
    this.#now = now;
  }

  /** Notes that a destination wants to be left alone for so long from now on. */
  ask(destination: string, seconds: number): void {
    // To a whole second, as it is written: never earlier than was asked for.
    this.note(destination, new Date(Math.ceil(this.#now().getTime() / 1000 + seconds) * 1000));
  }

  /** The same for a point in time; of several the latest counts. */
  note(destination: string, until: Date): void {
    this.#until.set(destination, Math.max(until.getTime(), this.#until.get(destination) ?? 0));
  }

  /** Until when a destination wants to be left alone, where that is in the future. */
  until(destination: string): Date | undefined {
    return this.left(destination) > 0 ? new Date(this.#until.get(destination) ?? 0) : undefined;
  }

  /** Seconds that are left; 0 for a destination that asked for nothing. */
  left(destination: string): number {
    return Math.max(((this.#until.get(destination) ?? 0) - this.#now().getTime()) / 1000, 0);
  }
}
