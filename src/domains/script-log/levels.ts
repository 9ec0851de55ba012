import type { Clock } from "../../clock.ts";
import type { Store } from "../../store/store.ts";

/** In order of severity. */
export const LOG_LEVELS = ["debug", "info", "warn", "error"] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

interface LevelDocument extends Record<string, unknown> {
  _id: "level";
  level: LogLevel;
}

const FRESH_MS = 5_000;
const settings = (store: Store) => store.collection<LevelDocument>("scriptLogSettings");

/**
 * The minimum severity of script log lines, per stage. Scripts can change it; it is stored. Reads use a cached value
 * and never wait; a value older than five seconds is refreshed in the background.
 */
export class LogLevels {
  readonly #known = new Map<string, { level: LogLevel; readAt: number }>();
  /** Number of changes by this process. A read that overlaps one is discarded. */
  #changes = 0;
  readonly #clock: Clock;
  readonly #failed: (error: unknown) => void;

  constructor(clock: Clock, failed: (error: unknown) => void) {
    this.#clock = clock;
    this.#failed = failed;
  }

  /** Loads the level. Until then it is "debug". */
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

  has(stage: string, store: Store, level: LogLevel): boolean {
    return LOG_LEVELS.indexOf(level) >= LOG_LEVELS.indexOf(this.of(stage, store));
  }
}
