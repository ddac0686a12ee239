/** Work that is done side by side, of which more may come up with every piece that is done. */

export interface Work<T> {
  /** Most pieces at once. */
  readonly most: number;
  /** How many may be under way now, of those that were done so far; at least 1. */
  atOnce(done: number): number;
  /** The next piece; `undefined` when there is none as long as no other is done. */
  next(): T | undefined;
  do(piece: T): Promise<void>;
  /** Something failed: what is under way is to be broken off. */
  failed(error: unknown): void;
}

/**
 * Does all pieces, until none is under way and none comes up.
 * @throws the first failure, when all that was under way has ended
 */
export async function doSideBySide<T>(work: Work<T>): Promise<void> {
  let waiting: (() => void)[] = [];
  let underWay = 0;
  let done = 0;
  let failure: { readonly error: unknown } | undefined;
  const wakeAll = (): void => {
    const all = waiting;
    waiting = [];
    for (const wake of all) wake();
  };
  const worker = async (): Promise<void> => {
    while (failure === undefined) {
      const piece = underWay < work.atOnce(done) ? work.next() : undefined;
      if (piece === undefined) {
        if (underWay === 0) break;
        await new Promise<void>((resolve) => void waiting.push(resolve));
        continue;
      }
      underWay += 1;
      try {
        await work.do(piece);
      } catch (error) {
        failure ??= { error };
        work.failed(error);
      }
      underWay -= 1;
      done += 1;
      wakeAll();
    }
    wakeAll();
  };
  await Promise.all(Array.from({ length: work.most }, worker));
  if (failure !== undefined) throw failure.error;
}
