/** Work in lanes: those of different lanes at the same time, those of one lane in turn. */

/**
 * Does all jobs and gives their results in the order of the jobs, whichever lane is faster: what is
 * written does not depend on the speed of peers. When one throws, the others are finished first.
 */
export async function* inLanes<J, R>(
  jobs: readonly J[],
  laneOf: (job: J) => unknown,
  work: (job: J) => Promise<R>,
): AsyncGenerator<R> {
  const last = new Map<unknown, Promise<unknown>>();
  const results = jobs.map((job) => {
    const lane = laneOf(job);
    const result = (last.get(lane) ?? Promise.resolve()).then(() => work(job));
    result.catch(() => {}); // thrown below, in its turn
    last.set(lane, result);
    return result;
  });
  try {
    for (const result of results) yield await result;
  } finally {
    await Promise.allSettled(results);
  }
}
