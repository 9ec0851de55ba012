import { LRUCache } from "lru-cache";
import type { Clock } from "../../clock.ts";
import { settingsOf } from "../../config.ts";
import type { Kernel } from "../../kernel/kernel.ts";
import type { Filter, Store } from "../../store/store.ts";
import { scriptCacheSettings } from "./settings.ts";

/**
 * What scripts keep under a name: in the store, for 30 days from when it was put there, and the most recently used of it
 * in this process's memory. What this process puts or removes it sees at once; what another one does, within
 * `FRESH_MS`. Costs: a value in memory nothing, any other one read of the store; each change one write.
 */
interface CacheDocument extends Record<string, unknown> {
  /** The name. */
  _id: string;
  /** JSON text, which keeps members that a document may not have. */
  value: string;
  expires: Date;
}

const KEPT_MS = 30 * 86_400_000;
const FRESH_MS = 10_000;
/** Of an entry beside its text. */
const ENTRY_BYTES = 200;

const cached = (store: Store) => store.collection<CacheDocument>("scriptCache");

export interface CacheLimits {
  /** Values in memory. */
  entries: number;
  /** Memory that these may take. */
  bytes: number;
}

/** A name that is read or changed right now. What was read before a change of it is not kept after that. */
interface Busy {
  users: number;
  changes: number;
}

/** The cache of one stage. */
export class ScriptCache {
  readonly #memory: LRUCache<string, { text: string; until: number }>;
  readonly #clock: Clock;
  /** The names that are read or changed right now. */
  readonly #busy = new Map<string, Busy>();

  constructor({ entries, bytes }: CacheLimits, clock: Clock) {
    this.#clock = clock;
    this.#memory = new LRUCache({
      max: entries,
      maxSize: bytes,
      sizeCalculation: ({ text }, key) => (text.length + key.length) * 2 + ENTRY_BYTES,
    });
  }

  /** JSON text; undefined where nothing is kept under that name, or no longer. */
  async get(store: Store, key: string): Promise<string | undefined> {
    const now = this.#clock.now();
    const known = this.#memory.get(key);
    if (known && known.until > now) return known.text;
    return this.#use(key, async (busy) => {
      const seen = busy.changes;
      const found = await cached(store).findOne({ _id: key, expires: { $gt: new Date(now) } });
      if (seen !== busy.changes) return found?.value;
      if (found) this.#keep(key, found.value, Math.min(now + FRESH_MS, found.expires.getTime()));
      else this.#memory.delete(key);
      return found?.value;
    });
  }

  /** Keeps JSON text under a name, in place of what was there. */
  async put(store: Store, key: string, text: string): Promise<void> {
    const now = this.#clock.now();
    const expires = new Date(now + KEPT_MS);
    await this.#change(
      key,
      () => cached(store).replaceOne({ _id: key }, { _id: key, value: text, expires }, { upsert: true }),
      () => this.#keep(key, text, now + FRESH_MS),
    );
  }

  async remove(store: Store, key: string): Promise<void> {
    await this.#change(key, () => cached(store).deleteOne({ _id: key }));
  }

  /** Removes what a filter of names finds; all without one. Costs as much as there is to remove. */
  async removeAll(store: Store, names?: Filter): Promise<void> {
    this.#allChanged();
    try {
      await cached(store).deleteMany(names === undefined ? {} : { _id: names });
    } finally {
      this.#allChanged();
    }
  }

  /**
   * Changes a name in the store; nothing is known of it meanwhile, nor after a failure.
   * @param onLast for where no other change of the name was under way, when only the store knows which came last
   */
  #change(key: string, write: () => Promise<unknown>, onLast = () => {}): Promise<void> {
    return this.#use(key, async (busy) => {
      const change = this.#changed(key, busy);
      try {
        await write();
      } catch (error) {
        this.#changed(key, busy);
        throw error;
      }
      const isLast = change === busy.changes;
      this.#changed(key, busy);
      if (isLast) onLast();
    });
  }

  async #use<T>(key: string, work: (busy: Busy) => Promise<T>): Promise<T> {
    const busy = this.#busy.get(key) ?? { users: 0, changes: 0 };
    this.#busy.set(key, busy);
    busy.users++;
    try {
      return await work(busy);
    } finally {
      if (--busy.users === 0) this.#busy.delete(key);
    }
  }

  #keep(key: string, text: string, until: number): void {
    this.#memory.set(key, { text, until });
  }

  #changed(key: string, busy: Busy): number {
    this.#memory.delete(key);
    return ++busy.changes;
  }

  #allChanged(): void {
    this.#memory.clear();
    for (const busy of this.#busy.values()) busy.changes++;
  }
}

/** The caches of a server, one for each stage. */
export class ScriptCaches {
  readonly #byStage = new Map<string, ScriptCache>();
  readonly #limits: CacheLimits;
  readonly #clock: Clock;

  constructor({ clock, config }: Pick<Kernel, "clock" | "config">) {
    const { scriptCacheEntries, scriptCacheBytes } = settingsOf(config, scriptCacheSettings);
    this.#limits = { entries: scriptCacheEntries, bytes: scriptCacheBytes };
    this.#clock = clock;
  }

  of(stage: string): ScriptCache {
    const known = this.#byStage.get(stage);
    if (known) return known;
    const cache = new ScriptCache(this.#limits, this.#clock);
    this.#byStage.set(stage, cache);
    return cache;
  }
}
