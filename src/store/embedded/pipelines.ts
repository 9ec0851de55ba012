import { Worker } from "node:worker_threads";
import { StoreError, type StoreErrorCode } from "../errors.ts";

/** What the pipelines' thread is asked to do with one job's documents. */
export interface Call {
  job: number;
  what: "add" | "add other" | "run" | "join values" | "join" | "forget others" | "take" | "end";
  texts: string[];
  collection: string;
}

export type Reply = { result: string[] } | { code: StoreErrorCode; message: string };

interface Waiting {
  resolve(result: string[]): void;
  reject(error: StoreError): void;
}

/** Longer work of one stage is ended, and so is work that needs more memory. */
const DEADLINE_MS = 10_000;
const MEMORY_MB = 512;

/**
 * The pipelines' thread, started by the first. It works on one call after the other; a call that takes too long or too
 * much memory ends the thread, and the pipelines beside it have to be tried again.
 */
export class Pipelines {
  #worker: Worker | undefined;
  #waiting: Waiting[] = [];
  #timer: NodeJS.Timeout | undefined;
  #lastJob = 0;
  #closed = false;
  readonly #deadlineMs: number;

  constructor(deadlineMs = DEADLINE_MS) {
    this.#deadlineMs = deadlineMs;
  }

  newJob(): number {
    return ++this.#lastJob;
  }

  call(job: number, what: Call["what"], texts: string[] = [], collection = ""): Promise<string[]> {
    return new Promise((resolve, reject) => {
      if (this.#closed) throw new StoreError("UNAVAILABLE", "The store is closed.");
      this.#worker ??= this.#start();
      this.#waiting.push({ resolve, reject });
      if (this.#waiting.length === 1) this.#watch();
      this.#worker.postMessage({ job, what, texts, collection } satisfies Call);
    });
  }

  close(): void {
    this.#closed = true;
    this.#fail("UNAVAILABLE", "The store is closed.");
  }

  #start(): Worker {
    const extension = import.meta.url.endsWith(".ts") ? "ts" : "js";
    const worker = new Worker(new URL(`./pipeline-worker.${extension}`, import.meta.url), {
      execArgv: [],
      resourceLimits: { maxOldGenerationSizeMb: MEMORY_MB },
    });
    worker.unref();
    worker.on("message", (reply: Reply) => {
      if (worker === this.#worker) this.#settle(reply);
    });
    worker.on("error", (error) => {
      const { message } = error as Error;
      if (worker === this.#worker) this.#fail("BAD_OPERATION", `The pipeline could not be finished: ${message}.`);
    });
    return worker;
  }

  #settle(reply: Reply): void {
    const waiting = this.#waiting.shift()!;
    this.#watch();
    if ("result" in reply) waiting.resolve(reply.result);
    else waiting.reject(new StoreError(reply.code, reply.message));
  }

  /** The first call is the one being worked on. */
  #watch(): void {
    clearTimeout(this.#timer);
    if (this.#waiting.length === 0) return;
    this.#timer = setTimeout(() => {
      this.#fail("BAD_OPERATION", `A stage of the pipeline took longer than ${this.#deadlineMs} ms.`);
    }, this.#deadlineMs);
  }

  #fail(code: StoreErrorCode, message: string): void {
    clearTimeout(this.#timer);
    void this.#worker?.terminate();
    this.#worker = undefined;
    const [first, ...others] = this.#waiting.splice(0);
    first?.reject(new StoreError(code, message));
    for (const waiting of others) {
      waiting.reject(new StoreError("UNAVAILABLE", "Another pipeline had to be stopped, and this one with it."));
    }
  }
}
