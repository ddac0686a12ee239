/** Threads that answer tasks about blocks of bytes, started when there is the first one. */
import type { Worker, WorkerOptions } from "node:worker_threads";
import type { Answer, Task } from "./scopes.ts";

interface Thread<R> {
  readonly worker: Worker;
  /** Answers that are owed, in order. */
  readonly owed: { resolve: (answer: Answer<R>) => void; reject: (error: unknown) => void }[];
}

export class Threads<R> {
  readonly #script: () => URL;
  /** How many there are at most. */
  readonly size: number;
  readonly #options: WorkerOptions;
  readonly #threads: Thread<R>[] = [];

  /**
   * @param script what a thread runs: it answers each message, a `Task`, with an `Answer`, in order
   * @param options of each thread: `workerData`, `resourceLimits`
   */
  constructor(script: () => URL, size: number, options: WorkerOptions) {
    this.#script = script;
    this.size = size;
    this.#options = options;
  }

  /** Has a block read by the thread with the least to do. Its memory changes hands, and comes back. */
  run(task: Task): Promise<Answer<R>> {
    const thread = this.#thread();
    return new Promise((resolve, reject) => {
      thread.owed.push({ resolve, reject });
      thread.worker.postMessage(task, [task.memory]);
    });
  }

  async close(): Promise<void> {
    await Promise.all(this.#threads.map(({ worker }) => worker.terminate()));
  }

  #thread(): Thread<R> {
    const idle = this.#threads.find(({ owed }) => owed.length === 0);
    if (idle !== undefined) return idle;
    if (this.#threads.length < this.size) return this.#start();
    return this.#threads.reduce((least, thread) => (thread.owed.length < least.owed.length ? thread : least));
  }

  #start(): Thread<R> {
    // Loaded here: most inputs are done before a second thread would be.
    const threads = process.getBuiltinModule("node:worker_threads");
    const worker = new threads.Worker(this.#script(), this.#options);
    const thread: Thread<R> = { worker, owed: [] };
    worker.on("message", (answer: Answer<R>) => thread.owed.shift()?.resolve(answer));
    worker.on("error", (error) => {
      for (const { reject } of thread.owed.splice(0)) reject(error);
    });
    this.#threads.push(thread);
    return thread;
  }
}
