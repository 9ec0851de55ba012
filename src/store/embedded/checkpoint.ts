import { once } from "node:events";
import { Worker } from "node:worker_threads";
import type { Connection } from "./connection.ts";
import type { Readers } from "./readers.ts";
import type { Writer } from "./writer.ts";

/** The log is copied into the database file once it has this many pages of 4 KiB. */
const MOST_PAGES = 2000;
/** With fewer pages left, writes are paused for the last round. */
const FEW_PAGES = 200;
const MOST_ROUNDS = 5;

/**
 * Keeps the write-ahead log short. A thread copies it into the database file while writes continue, then once more
 * while writes wait for the last few pages. SQLite then restarts the log.
 */
export class Checkpoints {
  readonly #path: string;
  readonly #connection: Connection;
  readonly #writer: Writer;
  readonly #readers: Readers;
  #worker: Worker | undefined;
  #running: Promise<void> | undefined;
  #pages = 0;
  #copied = 0;

  constructor(path: string, connection: Connection, writer: Writer, readers: Readers) {
    this.#path = path;
    this.#connection = connection;
    this.#writer = writer;
    this.#readers = readers;
  }

  /** Call right after each commit; SQLite does not report the state within a transaction. */
  consider(): void {
    const state = this.#connection.get("PRAGMA wal_checkpoint(NOOP)") as [number, number, number];
    [, this.#pages, this.#copied] = state;
    if (this.#running !== undefined || this.#left() < MOST_PAGES) return;
    this.#running = this.#run().finally(() => {
      this.#running = undefined;
    });
  }

  #left(): number {
    return this.#pages - this.#copied;
  }

  async close(): Promise<void> {
    await this.#running;
    await this.#worker?.terminate();
  }

  /** After a failure the log is longer, and the next commit tries again. */
  async #run(): Promise<void> {
    try {
      for (let round = 0; round < MOST_ROUNDS; round++) {
        await this.#copy();
        if (this.#left() < FEW_PAGES) break;
      }
      await this.#writer.hold(async () => {
        await this.#copy();
        this.#readers.refresh();
      });
    } catch {
      await this.#worker?.terminate();
      this.#worker = undefined;
    }
  }

  async #copy(): Promise<void> {
    this.#worker ??= this.#start();
    this.#worker.postMessage("checkpoint");
    const [answer] = (await once(this.#worker, "message")) as [{ error: string } | { checkpointed: number }];
    if ("error" in answer) throw new Error(answer.error);
    this.#copied = answer.checkpointed;
  }

  #start(): Worker {
    const extension = import.meta.url.endsWith(".ts") ? "ts" : "js";
    const worker = new Worker(new URL(`./checkpoint-worker.${extension}`, import.meta.url), {
      workerData: this.#path,
      execArgv: [],
    });
    worker.unref();
    return worker;
  }
}
