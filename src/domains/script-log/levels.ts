import type { Clock } from "../../clock.ts";
import type { Store } from "../../store/store.ts";

/** The least severe first. */
export const LOG_LEVELS = ["debug", "info", "warn", "error"] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

interface LevelDocument extends Record<string, unknown> {
  _id: "level";
  level: LogLevel;
}

const FRESH_MS = 5_000;
const settings = (store: Store) => store.collection<LevelDocument>("scriptLogSettings");

/**
 * Which lines of scripts are written, of each stage: those of its level and more severe ones. Scripts change it; it is in
 * the store. Asking costs nothing: where the answer is older than five seconds the store is read beside it.
 */
export class LogLevels {
  readonly #known = new Map<string, { level: LogLevel; readAt: number }>();
  /** Counts changes made here: what was read before one does not count after it. */
  #changes = 0;
  readonly #clock: Clock;
  readonly #failed: (error: unknown) => void;

  constructor(clock: Clock, failed: (error: unknown) => void) {
    this.#clock = clock;
    this.#failed = failed;
  }

  /** Reads the level; before that it is "debug". */
  async opened(stage: string, store: Store): Promise<void> {
    const seen = this.#changes;
    const found = await settings(store).findOne({ _id: "level" });
    const level = LOG_LEVELS.find((each) => each === found?.level) ?? "debug";
    if (seen === this.#changes) this.#known.set(stage, { level, readAt: this.#clock.now() });
  }

  of(stage: string, store: Store): LogLevel {
    const known = this.#known.get(stage) ?? { level: "debug" as const, readAt: Number.NEGATIVE_INFINITY };
    const now = this.#clock.now();
    if (now - known.readAt >= FRESH_MS) {
      this.#known.set(stage, { ...known, readAt: now });
      this.opened(stage, store).catch(this.#failed);
    }
    return known.level;
  }

  /** One write. */
  async set(stage: string, store: Store, level: LogLevel): Promise<void> {
    this.#changes++;
    this.#known.set(stage, { level, readAt: this.#clock.now() });
    await settings(store).replaceOne({ _id: "level" }, { _id: "level", level }, { upsert: true });
  }

  /** Is a line of that level to be written? */
  has(stage: string, store: Store, level: LogLevel): boolean {
    return LOG_LEVELS.indexOf(level) >= LOG_LEVELS.indexOf(this.of(stage, store));
  }
}
