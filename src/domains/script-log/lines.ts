import { ObjectId } from "../../bson.ts";
import type { Clock } from "../../clock.ts";
import type { Document, Store } from "../../store/store.ts";
import type { LogLevel } from "./levels.ts";

/** A line that a script logged, or the error that ended it. */
export interface LogLine {
  level: LogLevel;
  message: unknown;
  script: string;
  runId: string;
  playerId?: string | undefined;
  file?: string | undefined;
  line?: number | undefined;
}

export interface LogLinesOptions {
  clock: Clock;
  kept: number;
  failed: (error: unknown) => void;
}

/** The runtime collection that GameSparks called `log`. The game may store documents of its own in it. */
export const SCRIPT_LOG = "script.log";
const DAYS = 30;
const DAY_MS = 86_400_000;
const FLUSH_MS = 1_000;
/** Limits of one insert, so that it does not block the event loop. */
const BATCH = 500;
const BATCH_CHARS = 32_768;
/** Each server may exceed the number of kept lines by this fraction. */
const SPARE = 0.1;
const DELETED_AT_ONCE = 50;
const MAX_PENDING = 5_000;
const MAX_PENDING_CHARS = 16_777_216;
const MAX_DEPTH = 20;

/**
 * Stores script log lines for scripts and operators to read: for 30 days, and at most `kept` per stage plus 10% per
 * server. Callers never wait: lines are written a second later, up to 500 per insert. If lines arrive faster than the
 * store accepts them, some are dropped and one line reports their number.
 */
export class LogLines {
  readonly #options: LogLinesOptions;
  readonly #queues = new Map<Store, Queue>();

  constructor(options: LogLinesOptions) {
    this.#options = options;
  }

  add(store: Store, line: LogLine): void {
    if (this.#options.kept === 0) return;
    let queue = this.#queues.get(store);
    if (!queue) {
      queue = new Queue(store, this.#options);
      this.#queues.set(store, queue);
    }
    queue.add(line);
  }

  /** Writes the stage's pending lines. */
  async flush(store: Store): Promise<void> {
    await this.#queues.get(store)?.flush();
  }

  /** Writes all pending lines. If the store fails, they are lost. */
  async close(): Promise<void> {
    await Promise.all([...this.#queues.values()].map((queue) => queue.close()));
  }
}

class Queue {
  readonly #store: Store;
  readonly #options: LogLinesOptions;
  #pending: { document: Document; chars: number }[] = [];
  #chars = 0;
  #dropped = 0;
  #timer: NodeJS.Timeout | undefined;
  #flushing: Promise<void> | undefined;
  #closing = false;
  /** Number of lines written since the last trim; undefined before the first. */
  #written: number | undefined;

  constructor(store: Store, options: LogLinesOptions) {
    this.#store = store;
    this.#options = options;
  }

  add(line: LogLine): void {
    const text = typeof line.message === "string" ? line.message : JSON.stringify(line.message);
    const chars = text?.length ?? 0;
    if (this.#pending.length >= MAX_PENDING || this.#chars + chars > MAX_PENDING_CHARS) {
      this.#dropped++;
      return;
    }
    this.#chars += chars;
    this.#pending.push({ document: this.#documentOf(line), chars });
    this.#timer ??= setTimeout(() => void this.flush(), FLUSH_MS).unref();
  }

  /** Writes the pending lines, including those added meanwhile. */
  flush(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#flushing ??= this.#writeAll().finally(() => {
      this.#flushing = undefined;
    });
    return this.#flushing;
  }

  async close(): Promise<void> {
    this.#closing = true;
    await this.flush();
    this.#closing = false;
  }

  async #writeAll(): Promise<void> {
    while (this.#pending.length > 0) {
      const lines = this.#nextBatch();
      if (this.#pending.length === 0 && this.#dropped > 0) lines.push(this.#droppedLine());
      try {
        await this.#store.collection(SCRIPT_LOG).insertMany(lines);
        await this.#trim(lines.length);
      } catch (error) {
        this.#options.failed(error);
        if (this.#closing) this.#dropPending();
      }
    }
  }

  #dropPending(): void {
    this.#dropped += this.#pending.length;
    this.#pending = [];
    this.#chars = 0;
  }

  #nextBatch(): Document[] {
    let chars = 0;
    let count = 0;
    while (count < Math.min(BATCH, this.#pending.length) && chars < BATCH_CHARS) chars += this.#pending[count++]!.chars;
    this.#chars -= chars;
    return this.#pending.splice(0, count).map(({ document }) => document);
  }

  #droppedLine(): Document {
    const message = `${this.#dropped} lines were dropped: they could not be written fast enough.`;
    this.#dropped = 0;
    return this.#documentOf({ level: "warn", message, script: "", runId: "" });
  }

  #documentOf({ level, message, playerId, ...rest }: LogLine): Document {
    const now = this.#options.clock.now();
    return {
      _id: new ObjectId(),
      time: new Date(now),
      level: level.toUpperCase(),
      log: isStorable(message) ? message : JSON.stringify(message),
      playerId: playerId ?? null,
      ...rest,
      keptUntil: new Date(now + DAYS * DAY_MS),
    };
  }

  /**
   * Deletes the oldest lines, once per `kept * SPARE` lines written. Skips the newest `kept` lines instead of counting
   * from the oldest, so that concurrent trims do not delete too many. Cost: reads `kept` index entries.
   */
  async #trim(written: number): Promise<void> {
    const { kept } = this.#options;
    const lines = this.#store.collection(SCRIPT_LOG);
    const isLine = { keptUntil: { $exists: true } };
    const ids = { projection: { _id: 1 } } as const;
    this.#written = this.#written === undefined ? kept : this.#written + written;
    if (this.#written <= kept * SPARE) return;
    this.#written = 0;
    const [newestOld] = await lines.find(isLine, { ...ids, sort: { _id: -1 }, skip: kept, limit: 1 }).toArray();
    if (!newestOld) return;
    const isOld = { ...isLine, _id: { $lte: newestOld["_id"] } };
    for (;;) {
      const found = await lines.find(isOld, { ...ids, sort: { _id: 1 }, limit: DELETED_AT_ONCE }).toArray();
      if (found.length === 0) return;
      await lines.deleteMany({ _id: { $in: found.map(({ _id }) => _id) } });
    }
  }
}

/** Member names that some engine reads as a type or an operator, or cannot store. */
const UNSTORABLE = /^(?:__proto__|_bsontype|)$|^\$|[.\0]/;

/** Whether every engine stores the value unchanged. */
function isStorable(value: unknown, depth = 0): boolean {
  if (typeof value !== "object" || value === null) return value !== undefined;
  if (depth > MAX_DEPTH) return false;
  if (Array.isArray(value)) return value.every((item) => isStorable(item, depth + 1));
  return Object.entries(value).every(([name, member]) => !UNSTORABLE.test(name) && isStorable(member, depth + 1));
}
