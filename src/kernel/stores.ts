import { STAGES, type Stage } from "../game/game.ts";
import type { Store } from "../store/store.ts";

/** One database for each stage, opened when it is first needed. A failed opening is tried again by the next request. */
export class Stores {
  readonly #openStore: (stage: Stage) => Promise<Store>;
  readonly #opened = new Map<Stage, Store>();
  readonly #opening = new Map<Stage, Promise<Store>>();

  constructor(openStore: (stage: Stage) => Promise<Store>) {
    this.#openStore = openStore;
  }

  /** The stage's database, where it is open already. */
  opened(stage: Stage): Store | undefined {
    return this.#opened.get(stage);
  }

  open(stage: Stage): Promise<Store> {
    let opening = this.#opening.get(stage);
    if (!opening) {
      opening = this.#openStore(stage).then((store) => {
        this.#opened.set(stage, store);
        return store;
      });
      this.#opening.set(stage, opening);
      opening.catch(() => this.#opening.delete(stage));
    }
    return opening;
  }

  /** Whether each open stage's database answers within `timeoutMs`. */
  async health(timeoutMs: number): Promise<Partial<Record<Stage, "ok" | "unavailable">>> {
    const answers = STAGES.filter((stage) => this.#opened.has(stage)).map(async (stage) => {
      const ping = this.#opened.get(stage)!.ping();
      const late = new Promise((_, reject) => setTimeout(reject, timeoutMs).unref());
      const state = await Promise.race([ping, late]).then(
        () => "ok" as const,
        () => "unavailable" as const,
      );
      return [stage, state] as const;
    });
    return Object.fromEntries(await Promise.all(answers));
  }

  async close(): Promise<void> {
    const stores = await Promise.allSettled(this.#opening.values());
    await Promise.all(stores.map((s) => (s.status === "fulfilled" ? s.value.close() : undefined)));
  }
}
