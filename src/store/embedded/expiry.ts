import type { Clock } from "../../clock.ts";
import type { EmbeddedStore } from "./store.ts";

/** Periodically deletes documents that have expired by an index with `expireAfterSeconds`. */
export class Expiry {
  readonly #store: EmbeddedStore;
  readonly #clock: Clock;
  readonly #timer: NodeJS.Timeout;
  #sweeping: Promise<number> | undefined;

  constructor(store: EmbeddedStore, clock: Clock, intervalMs: number) {
    this.#store = store;
    this.#clock = clock;
    this.#timer = setInterval(() => void this.sweep().catch(() => undefined), intervalMs);
    this.#timer.unref();
  }

  /** Runs one sweep at a time. The next one makes up for a failed one. */
  sweep(): Promise<number> {
    this.#sweeping ??= this.#sweep().finally(() => {
      this.#sweeping = undefined;
    });
    return this.#sweeping;
  }

  async #sweep(): Promise<number> {
    let deleted = 0;
    for (const { name, indexes } of this.#store.reading().catalog.values()) {
      for (const { description } of indexes) {
        if (description.expireAfterSeconds === undefined) continue;
        const latest = new Date(this.#clock.now() - description.expireAfterSeconds * 1000);
        const [field] = Object.keys(description.key);
        const filter = { [field!]: { $lte: latest } };
        deleted += (await this.#store.collection(name).deleteMany(filter)).deletedCount;
      }
    }
    return deleted;
  }

  async close(): Promise<void> {
    clearInterval(this.#timer);
    await this.#sweeping?.catch(() => undefined);
  }
}
