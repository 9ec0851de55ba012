import { LRUCache } from "lru-cache";
import type { Clock } from "../../clock.ts";
import { settingsOf } from "../../config.ts";
import type { Kernel } from "../../kernel/kernel.ts";
import type { Filter, Store } from "../../store/store.ts";
import { scriptCacheSettings } from "./settings.ts";

interface CacheDocument extends Record<string, unknown> {
  _id: string;
  /** JSON text, because documents do not allow all member names. */
  value: string;
  expires: Date;
}

const LIFETIME_MS = 30 * 86_400_000;
const FRESH_MS = 10_000;
const ENTRY_BYTES = 200;

const cached = (store: Store) => store.collection<CacheDocument>("scriptCache");

export interface CacheLimits {
  entries: number;
  bytes: number;
}

/** A key with operations in progress. A value read before a change is not cached after it. */
interface Busy {
  users: number;
  changes: number;
}

/**
 * The cache of one stage. Values are stored for 30 days; the most recently used are also in memory. A process sees its
 * own changes at once, and those of other processes within `FRESH_MS`. Cost: nothing to read a value in memory, one
 * read otherwise; one write per change.
 */
export class ScriptCache {
  readonly #memory: LRUCache<string, { text: string; until: number }>;
  readonly #clock: Clock;
  readonly #busy = new Map<string, Busy>();

  constructor({ entries, bytes }: CacheLimits, clock: Clock) {
    this.#clock = clock;
    this.#memory = new LRUCache({
      max: entries,
      maxSize: bytes,
      sizeCalculation: ({ text }, key) => (text.length + key.length) * 2 + ENTRY_BYTES,
    });
  }

  /** JSON text, or undefined if the key is not set or has expired. */
  async get(store: Store, key: string): Promise<string | undefined> {
    const now = this.#clock.now();
    const known = this.#memory.get(key);
    if (known && known.until > now) return known.text;
    return this.#use(key, async (busy) => {
      const seen = busy.changes;
      const found = await cached(store).findOne({ _id: key, expires: { $gt: new Date(now) } });
      if (seen !== busy.changes) return found?.value;
      if (found) this.#remember(key, found.value, Math.min(now + FRESH_MS, found.expires.getTime()));
      else this.#memory.delete(key);
      return found?.value;
    });
  }

  async put(store: Store, key: string, text: string): Promise<void> {
    const now = this.#clock.now();
    const expires = new Date(now + LIFETIME_MS);
    await this.#change(
      key,
      () => cached(store).replaceOne({ _id: key }, { _id: key, value: text, expires }, { upsert: true }),
      () => this.#remember(key, text, now + FRESH_MS),
    );
  }

  async remove(store: Store, key: string): Promise<void> {
    await this.#change(key, () => cached(store).deleteOne({ _id: key }));
  }

  /** Removes the keys that match a filter, or all. Cost grows with the number of removed keys. */
  async removeAll(store: Store, keys?: Filter): Promise<void> {
    this.#allChanged();
    try {
      await cached(store).deleteMany(keys === undefined ? {} : { _id: keys });
    } finally {
      this.#allChanged();
    }
  }

  /**
   * Changes a key in the store. Its value is not cached during the change, nor after a failure.
   * @param onLast runs unless changes overlapped, in which case only the store knows which was last
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

  #remember(key: string, text: string, until: number): void {
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
