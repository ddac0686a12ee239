/** Threads that count blocks, started when there is the first one. */
import { Worker } from "node:worker_threads";
import type { Answer, Settings, Task } from "./messages.ts";

/** Beside a bundle stands a bundle of the worker; from source, Node needs the loader of TypeScript first. */
const WORKER = new URL(
  import.meta.url.endsWith(".ts") ? ("Deno" in globalThis ? "./worker.ts" : "./start.mjs") : "./worker.js",
  import.meta.url,
);

interface Thread {
  readonly worker: Worker;
  /** Answers that are owed, in order. */
  readonly owed: { resolve: (answer: Answer) => void; reject: (error: unknown) => void }[];
}

export class Pool {
  readonly #size: number;
  readonly #settings: Settings;
  readonly #threads: Thread[] = [];

  constructor(size: number, settings: Settings) {
    this.#size = size;
    this.#settings = settings;
  }

  /** Has a block counted by the thread with the least to do. */
  count(task: Task): Promise<Answer> {
    const thread = this.#thread();
    return new Promise((resolve, reject) => {
      thread.owed.push({ resolve, reject });
      thread.worker.postMessage(task, [task.memory]);
    });
  }

  async close(): Promise<void> {
    await Promise.all(this.#threads.map(({ worker }) => worker.terminate()));
  }

  #thread(): Thread {
    const idle = this.#threads.find(({ owed }) => owed.length === 0);
    if (idle !== undefined) return idle;
    if (this.#threads.length < this.#size) return this.#start();
    return this.#threads.reduce((least, thread) => (thread.owed.length < least.owed.length ? thread : least));
  }

  #start(): Thread {
    const worker = new Worker(WORKER, { workerData: this.#settings });
    const thread: Thread = { worker, owed: [] };
    worker.on("message", (answer: Answer) => thread.owed.shift()?.resolve(answer));
    worker.on("error", (error) => {
      for (const { reject } of thread.owed.splice(0)) reject(error);
    });
    this.#threads.push(thread);
    return thread;
  }
}
