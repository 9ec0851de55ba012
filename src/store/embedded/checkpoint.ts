import { once } from "node:events";
import { Worker } from "node:worker_threads";
import type { Connection } from "./connection.ts";
import type { Readers } from "./readers.ts";
import type { Writer } from "./writer.ts";

/** In pages of 4 KiB: beyond this many the log is copied into the database file. */
const MOST_PAGES = 2000;
/** So few are left to the last round, for which writes wait. */
const FEW_PAGES = 200;
const MOST_ROUNDS = 5;

/**
 * Keeps the write-ahead log short without a halt: a thread of its own copies it into the database file while writes go
 * on, then once more while they wait for the few pages that are left. After that SQLite begins the log anew.
 */
export class Checkpoints {
  readonly #path: string;
  readonly #connection: Connection;
  readonly #writer: Writer;
  readonly #readers: Readers;
  #worker: Worker | undefined;
  #running: Promise<void> | undefined;
  /** Pages in the log, and how many of them the database file has. */
  #pages = 0;
  #copied = 0;

  constructor(path: string, connection: Connection, writer: Writer, readers: Readers) {
    this.#path = path;
    this.#connection = connection;
    this.#writer = writer;
    this.#readers = readers;
  }

  /** Right after each commit, since SQLite does not tell within a transaction. */
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

  /** A failure leaves the log longer, and is tried again after the next commit. */
  async #run(): Promise<void> {
    try {
      for (let round = 0; round < MOST_ROUNDS; round++) {
        await this.#copy();
        if (this.#left() < FEW_PAGES) break;
      }
      await this.#writer.hold(async () => {
        await this.#copy();
        this.#readers.letGo();
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
